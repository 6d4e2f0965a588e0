"""The events of a run: progress display, JSON, hooks and Dagster are all folds over them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from rocky_core.errors import FailureKind
from rocky_core.ir.builds import WorkDecision
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.hooks import HookResult
from rocky_core.ir.load import Violation
from rocky_core.ir.plan import PlannedPartition, TableKind


class RunStatus(StrEnum):
    """The verdict; the spelling is the one on the wire."""

    SUCCESS = "Success"
    PARTIAL_FAILURE = "PartialFailure"
    FAILURE = "Failure"
    SKIPPED_IDEMPOTENT = "SkippedIdempotent"
    SKIPPED_IN_FLIGHT = "SkippedInFlight"


class CheckStatus(StrEnum):
    """Whether a check held; a check that could not be evaluated never counts as passed."""

    PASSED = "Passed"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    ERRORED = "Errored"


class RunStarted(Struct, frozen=True):
    """The run has its lease and its plan."""

    run_id: str
    pipeline: str
    pipeline_type: str
    started_at: datetime
    tables: tuple[str, ...]
    resumed_from: str | None = None
    shadow: bool = False  # Beside the real tables.
    parallel: int = 1  # How many tables at once, at most.
    adapter_type: str = ""
    is_adaptive: bool = False  # Fewer at once, as soon as the warehouse says that it is too much.


class RunWarning(Struct, frozen=True):
    """Something that people should know and that changes nothing of the verdict."""

    message: str


class RunDeclined(Struct, frozen=True):
    """There is no run: another one has, or had, the same idempotency key."""

    status: RunStatus
    idempotency_key: str
    by_run_id: str


class WorkDecided(Struct, frozen=True):
    """It is proven which selected models need not be built; those that are skipped follow as ModelSkipped."""

    decisions: tuple[WorkDecision, ...]


class ModelStarted(Struct, frozen=True):
    """A worker has begun with a table."""

    name: str
    started_at: datetime


class DriftApplied(Struct, frozen=True):
    """The target was brought in line with its source (or, with `ignore`, was left as it is)."""

    name: str
    action: str
    reason: str
    columns: tuple[str, ...] = ()  # Those that had drifted.


class ModelSucceeded(Struct, frozen=True):
    """The table is written and its bookkeeping is stored."""

    name: str
    asset_key: tuple[str, ...]
    strategy: str
    started_at: datetime
    duration_ms: int
    rows_affected: int | None = None
    watermark: str | None = None
    partition: PlannedPartition | None = None
    statements: tuple[str, ...] = ()
    attempts: int = 1
    target: str = ""
    kind: TableKind = TableKind.MODEL
    file: str | None = None  # That was loaded, where it was a file.
    cost_usd: float | None = None  # None where nobody can tell; the same holds for the bytes.
    bytes_scanned: int | None = None
    bytes_billed: int | None = None
    credits: float | None = None  # In the warehouse's own unit.
    job_ids: tuple[str, ...] = ()  # What the warehouse calls the statements.
    statements_ms: tuple[int, ...] = ()  # How long each took.


class ModelFailed(Struct, frozen=True):
    """The table could not be written; whatever it held before, it holds still."""

    name: str
    asset_key: tuple[str, ...]
    error: str
    kind: FailureKind
    duration_ms: int
    cooldown_seconds: float | None = None
    attempts: int = 1
    statement: str | None = None  # What the warehouse refused, where it was a statement.
    file: str | None = None  # That was to be loaded.
    target: str = ""
    of_kind: TableKind = TableKind.MODEL


class ModelRetried(Struct, frozen=True):
    """An attempt failed in a way that may pass, and another one follows."""

    name: str
    attempt: int
    error: str
    kind: FailureKind
    wait_seconds: float
    duration_ms: int = 0  # Of the attempt.


class ModelBlocked(Struct, frozen=True):
    """The table was not tried; `blocked_by` names the failure, and is empty when the run itself was stopped."""

    name: str
    asset_key: tuple[str, ...]
    blocked_by: str
    reason: str
    file: str | None = None  # That was to be loaded.
    target: str = ""


class ModelSkipped(Struct, frozen=True):
    """There was nothing to do: finished earlier in a resumed run, or unchanged."""

    name: str
    asset_key: tuple[str, ...]
    reason: str


class TableMeasured(Struct, frozen=True):
    """A table that is only looked at has been; what was found are its checks."""

    name: str
    asset_key: tuple[str, ...]
    duration_ms: int


class TableLeftOut(Struct, frozen=True):
    """A table of a source that is not part of the run, and why."""

    asset_key: tuple[str, ...]
    source_schema: str
    table: str
    reason: str


class OverrideUnmatched(Struct, frozen=True):
    """A table override of the configuration concerns nothing that there is."""

    rule_index: int
    kind: str
    message: str
    connector: str | None = None
    table: str | None = None


class RowCountJudged(Struct, frozen=True):
    """A table's rows were held against those of earlier runs; what stands out is an AnomalyDetected as well."""

    name: str
    asset_key: tuple[str, ...]
    current_count: int
    baseline_average: float
    stands_out: bool


class AnomalyDetected(Struct, frozen=True):
    """A table has far more or fewer rows than earlier runs have counted."""

    name: str
    asset_key: tuple[str, ...]
    current_count: int
    baseline_average: float
    deviation_percent: float
    reason: str


class CheckEvaluated(Struct, frozen=True):
    """One check on one table; `failures` counts what fails, `sample` shows some of it, classified columns masked."""

    name: str
    asset_key: tuple[str, ...]
    check: str
    kind: str
    severity: CheckSeverity
    status: CheckStatus
    failures: int = 0
    sample: tuple[tuple[tuple[str, object], ...], ...] = ()
    message: str | None = None
    column: str | None = None
    details: tuple[tuple[str, object], ...] = ()  # What was measured, under the published keys of its kind.


class ModelSettled(Struct, frozen=True):
    """All of a written table has been told; what reads it may follow, unless these of its checks hold that back."""

    name: str
    asset_key: tuple[str, ...]
    held_back_by: tuple[str, ...] = ()


class TableQuarantined(Struct, frozen=True):
    """The rows of a table that fail were set apart; with an `error` nothing was changed."""

    name: str
    asset_key: tuple[str, ...]
    mode: str
    valid_table: str | None = None
    quarantine_table: str | None = None
    valid_rows: int | None = None
    quarantined_rows: int | None = None
    error: str | None = None


class FileJudged(Struct, frozen=True):
    """A file was read whole; with violations it is not let into its table. Its success or failure follows."""

    name: str
    asset_key: tuple[str, ...]
    file: str
    bytes_read: int
    has_contract: bool
    violations: tuple[Violation, ...] = ()


class HookFired(Struct, frozen=True):
    """A hook was due, and this became of it; what it means for the run follows."""

    result: HookResult


class BudgetExceeded(Struct, frozen=True):
    """A model, or without one the whole run, has used more than it may; what was written stays."""

    model: str | None
    limit_type: str
    limit: float
    actual: float
    on_breach: str


class RunFinished(Struct, frozen=True):
    """The last event; everything before it is stored.

    With an `objection`, a hook or a budget makes the run a failure whatever it has written.
    """

    run_id: str
    status: RunStatus
    finished_at: datetime
    duration_ms: int
    interrupted: bool = False
    objection: str | None = None
    final_parallel: int | None = None  # How many tables at once at the end, where that adapts.
    rate_limits: int = 0  # How often the warehouse said that it is too much.


RunEvent = (
    RunStarted
    | RunWarning
    | RunDeclined
    | WorkDecided
    | ModelStarted
    | ModelRetried
    | DriftApplied
    | ModelSucceeded
    | ModelFailed
    | ModelBlocked
    | ModelSkipped
    | CheckEvaluated
    | TableQuarantined
    | ModelSettled
    | TableMeasured
    | TableLeftOut
    | OverrideUnmatched
    | RowCountJudged
    | AnomalyDetected
    | FileJudged
    | HookFired
    | BudgetExceeded
    | RunFinished
)
