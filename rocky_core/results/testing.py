"""The JSON of `test` and `ci`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.findings import Finding
from rocky_core.results.wire import Answer, Record


class TestFailure(Record, frozen=True, gc=False):
    """Something that was tried and failed, with the reason."""

    name: str
    error: str


class ModelTestResult(Record, frozen=True, gc=False):
    """Whether one model could be built; `status` is `pass` or `fail`."""

    model: str
    status: str
    error: str | UnsetType = UNSET


class RowMismatch(Record, frozen=True, gc=False):
    """One row that should be there, should not, or differs; `kind` is missing, extra or value_diff."""

    row_index: int
    expected: str
    actual: str | None
    kind: str


class UnitTestResult(Record, frozen=True, gc=False):
    """The outcome of one unit test."""

    model: str
    test: str
    passed: bool
    error: str | None
    mismatches: tuple[RowMismatch, ...]


class UnitTestSummary(Record, frozen=True, gc=False):
    """All unit tests together."""

    total: int
    passed: int
    failed: int
    results: tuple[UnitTestResult, ...]


class DeclarativeResult(Record, frozen=True, gc=False, kw_only=True):
    """One `[[tests]]` entry on a real table; `status` is pass, fail, warn or error, which is not evaluated."""

    model: str
    table: str
    test_type: str
    column: str | None
    severity: str
    status: str
    sql: str
    detail: str | None
    name: str
    failing_rows: int
    failed_sample: tuple[dict[str, object], ...] = ()


class DeclarativeSummary(Record, frozen=True, gc=False):
    """All declarative tests together."""

    total: int
    passed: int
    failed: int
    warned: int
    errored: int
    results: tuple[DeclarativeResult, ...]


class TestAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky test`; the counters are those of the models."""

    command: str = "test"
    total: int
    passed: int
    failed: int
    failures: tuple[TestFailure, ...]
    model_results: tuple[ModelTestResult, ...]
    unit_tests: UnitTestSummary | UnsetType = UNSET
    declarative: DeclarativeSummary | UnsetType = UNSET
    diagnostics: tuple[Finding, ...] = ()


class CiAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky ci`."""

    command: str = "ci"
    compile_ok: bool
    tests_ok: bool
    models_compiled: int
    tests_passed: int
    tests_failed: int
    exit_code: int
    diagnostics: tuple[Finding, ...]
    failures: tuple[TestFailure, ...]
