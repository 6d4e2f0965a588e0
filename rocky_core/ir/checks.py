"""Checks on data: declarative tests and unit tests, as the sidecars state them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field


class CheckSeverity(StrEnum):
    """Whether a failed check fails the run."""

    ERROR = "error"
    WARNING = "warning"


class DeclarativeTest(Struct, frozen=True):
    """One `[[tests]]` entry; `parameters` holds what its kind needs (values, min, max, to_table, …)."""

    kind: str
    column: str | None = None
    severity: CheckSeverity = CheckSeverity.ERROR
    filter: str | None = None
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


Row = Mapping[str, object]


class UnitTestInput(Struct, frozen=True):
    """Rows that stand in for one table the model reads."""

    ref: str
    rows: tuple[Row, ...]


class UnitTest(Struct, frozen=True):
    """Given these inputs, the model yields these rows."""

    name: str
    given: tuple[UnitTestInput, ...]
    expect_rows: tuple[Row, ...]
    ordered: bool = False
    description: str | None = None


class FreshnessCheck(Struct, frozen=True):
    """How old a table's newest row may be; `overrides` holds other ages by table or schema."""

    threshold_seconds: int
    overrides: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    severity: CheckSeverity = CheckSeverity.ERROR


class NullRateCheck(Struct, frozen=True):
    """The largest share of NULLs that these columns may have, measured on a sample."""

    columns: tuple[str, ...]
    threshold: float
    sample_percent: int = 10
    severity: CheckSeverity = CheckSeverity.ERROR


class CustomCheck(Struct, frozen=True):
    """A query whose single number must not exceed the threshold; `{table}` and `{target}` stand for the table."""

    name: str
    sql: str
    threshold: int = 0
    severity: CheckSeverity = CheckSeverity.ERROR


class OverlapCheck(Struct, frozen=True):
    """The same key must not come from two sources; either `keys` or `key_expr` says what a key is."""

    keys: tuple[str, ...] = ()
    key_expr: str | None = None
    max_overlap_rows: int = 0
    sample: int = 20
    severity: CheckSeverity = CheckSeverity.ERROR


class Assertion(Struct, frozen=True):
    """A pipeline's declarative test of the table with this (unqualified) name."""

    table: str
    test: DeclarativeTest
    name: str | None = None


class QuarantineMode(StrEnum):
    """What happens to rows that fail: kept apart, marked in place, or left out."""

    SPLIT = "split"
    TAG = "tag"
    DROP = "drop"


class Quarantine(Struct, frozen=True):
    """How a pipeline treats rows that fail."""

    mode: QuarantineMode = QuarantineMode.SPLIT
    suffix_valid: str = "__valid"
    suffix_quarantine: str = "__quarantine"


class PipelineChecks(Struct, frozen=True):
    """`[pipeline.X.checks]`; a check that is None is not made."""

    row_count: CheckSeverity | None = None
    column_match: CheckSeverity | None = None
    freshness: FreshnessCheck | None = None
    null_rate: NullRateCheck | None = None
    custom: tuple[CustomCheck, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    overlap: OverlapCheck | None = None
    quarantine: Quarantine | None = None
    anomaly_threshold_percent: float = 50.0
    fail_on_error: bool = True


class MaskStrategy(StrEnum):
    """What is shown instead of a classified value."""

    HASH = "hash"
    REDACT = "redact"
    PARTIAL = "partial"
    NONE = "none"


class Anomaly(Struct, frozen=True):
    """A row count that is far from those of earlier runs."""

    table: str
    current_count: int
    baseline_average: float
    deviation_percent: float
    reason: str
