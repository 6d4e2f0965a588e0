"""What a run will do, written out: the statements that are shown are the statements that run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import GracePeriod


@dataclass(frozen=True, slots=True)
class Step:
    """Statements that belong together; with `is_atomic` all of them happen or none."""

    purpose: str  # create_schema, alter_table, full_refresh, incremental, merge, …: the published `purpose`
    statements: tuple[str, ...]
    is_atomic: bool = False
    destroys: str | None = None  # What is lost, in words; None if nothing is.


class NewWatermark(StrEnum):
    """How the watermark moves after a table was written."""

    KEEP = "keep"
    MAX_OF_TARGET = "max_of_target"


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check to be made after the table was written: the query counts what fails."""

    name: str
    kind: str
    severity: CheckSeverity
    count_statement: str  # One row, one number.
    passes_if: str  # zero, or a comparison such as `between 1 and 100`, read by execution/run_checks.py
    sample_statement: str | None = None  # Up to 20 failing rows.
    column: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedPartition:
    """One window of a model that is built partition by partition; half open."""

    key: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """All that happens to one table; it starts when everything it depends on has succeeded."""

    asset_key: tuple[str, ...]
    name: str  # The model's name, or the table's for a copy.
    target: TargetName
    strategy: str  # The effective one: an incremental table that is not there yet is a full_refresh.
    steps: tuple[Step, ...]
    depends_on: tuple[str, ...] = ()
    checks: tuple[PlannedCheck, ...] = ()
    partition: PlannedPartition | None = None
    watermark_column: str | None = None
    new_watermark: NewWatermark = NewWatermark.KEEP
    drift_action: str | None = None
    drift_reason: str | None = None
    grace_periods: tuple[GracePeriod, ...] = ()  # The whole list after this plan; replaces what is stored.
    recipe_hash: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every table of one pipeline run, in an order in which dependencies come first."""

    pipeline: str
    pipeline_type: str
    tables: tuple[PlannedTable, ...]
    excluded: tuple[tuple[str, str], ...] = ()  # name and reason
