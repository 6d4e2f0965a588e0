"""`[pipeline.X.checks]`: what is measured on tables after they were written."""

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from rocky_core.config.data_tests import AnyDataTest
from rocky_core.config.section import Amount, CheckSeverityName, Flag, Number, Section, Text, Texts, Whole


class CheckToggle(Section):
    """A check that is on or off, and how bad its failure is."""

    enabled: Flag = False
    severity: CheckSeverityName = "error"


def _toggle(value: Any) -> Any:
    return {"enabled": value} if isinstance(value, bool) else value


Toggle = Annotated[CheckToggle, BeforeValidator(_toggle)]


class FreshnessCheck(Section):
    """How old the newest row of a table may be."""

    threshold_seconds: Whole
    overrides: dict[str, Whole] = Field(default_factory=dict)
    severity: CheckSeverityName = "error"


class NullRateCheck(Section):
    """How large a share of NULLs some columns may have."""

    columns: Texts
    threshold: Amount
    sample_percent: Annotated[int, Field(ge=1, le=100, strict=True)] = 10
    severity: CheckSeverityName = "error"


class CustomCheck(Section):
    """A query whose single number must not exceed the threshold."""

    name: Text
    sql: Text
    threshold: Whole = 0
    severity: CheckSeverityName = "error"


class CrossSourceOverlap(Section):
    """The same row must not come from two sources."""

    keys: Texts = ()
    key_expr: Text | None = None
    severity: CheckSeverityName = "error"
    max_overlap_rows: Whole = 0
    sample: Whole = 20

    @model_validator(mode="after")
    def _one_kind_of_key(self) -> "CrossSourceOverlap":
        if bool(self.keys) == (self.key_expr is not None):
            raise ValueError("cross_source_overlap needs either 'keys' or 'key_expr'")
        return self


class Quarantine(Section):
    """What happens to the rows that fail."""

    enabled: Flag = False
    mode: Literal["split", "tag", "drop"] = "split"
    suffix_valid: Text = "__valid"
    suffix_quarantine: Text = "__quarantine"


class Assertion(Section):
    """A declarative test of a named table; in the file its keys stand beside the test's own."""

    table: Text
    name: Text | None = None
    flattened: AnyDataTest

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "flattened" in value:
            return value
        own = {key: value[key] for key in ("table", "name") if key in value}
        return {**own, "flattened": {key: part for key, part in value.items() if key not in own}}


class Checks(Section):
    """Every check a pipeline may run."""

    enabled: Flag = False
    fail_on_error: Flag = True
    row_count: Toggle = Field(default_factory=CheckToggle)
    column_match: Toggle = Field(default_factory=CheckToggle)
    freshness: FreshnessCheck | None = None
    null_rate: NullRateCheck | None = None
    custom: tuple[CustomCheck, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    anomaly_threshold_pct: Number = 50.0
    quarantine: Quarantine | None = None
    cross_source_overlap: CrossSourceOverlap | None = None


KINDS_NEVER_RUN: Final = {
    "replication": ("quarantine",),
    "transformation": ("column_match", "cross_source_overlap"),
    "quality": ("column_match", "freshness", "null_rate", "cross_source_overlap"),
    "snapshot": ("column_match", "cross_source_overlap", "quarantine"),
    "load": ("column_match", "cross_source_overlap", "quarantine"),
}
"""The kinds that mean nothing for a pipeline type, so that configuring them deserves a warning."""
