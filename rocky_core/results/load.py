"""The JSON of `load`, and of `run` for a load pipeline."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.hooks import HookResultEntry
from rocky_core.results.run_measures import BudgetBreach
from rocky_core.results.wire import Answer, Record


class FileViolation(Record, frozen=True, gc=False):
    """One way in which a file breaks the contract."""

    rule: str
    column: str
    message: str


class FileContractResult(Record, frozen=True, gc=False):
    """Whether a file keeps to the contract."""

    passed: bool
    violations: tuple[FileViolation, ...]
    warnings: tuple[str, ...] = ()


class LoadedFileResult(Record, frozen=True, gc=False):
    """One file and what became of it; without an error it is in its table."""

    file: str
    target: str
    rows_loaded: int
    bytes_read: int
    duration_ms: int
    error: str | UnsetType = UNSET
    failure_kind: str | UnsetType = UNSET
    is_transient: bool | UnsetType = UNSET
    contract: FileContractResult | UnsetType = UNSET


class SkippedFile(Record, frozen=True, gc=False):
    """A file that there was nothing to do about."""

    file: str
    reason: str


class LoadCheck(Record, frozen=True, gc=False):
    """A check of a table after its files."""

    table: str
    name: str
    severity: str
    status: str
    message: str | UnsetType = UNSET


class LoadAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky load`."""

    command: str = "load"
    status: str
    run_id: str
    pipeline: str
    source_dir: str
    format: str
    files_loaded: int
    files_failed: int
    files_skipped: int
    total_rows: int
    total_bytes: int
    duration_ms: int
    interrupted: bool
    files: tuple[LoadedFileResult, ...]
    skipped: tuple[SkippedFile, ...]
    checks: tuple[LoadCheck, ...] = ()
    warnings: tuple[str, ...] = ()
    budget_breaches: tuple[BudgetBreach, ...] = ()
    hook_results: tuple[HookResultEntry, ...] = ()
    resumed_from: str | UnsetType = UNSET
    idempotency_key: str | UnsetType = UNSET
    skipped_by_run_id: str | UnsetType = UNSET
