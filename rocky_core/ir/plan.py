"""What a run will do, written out: the statements that are shown are the statements that run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.errors import FailureKind
from rocky_core.ir.builds import BuildBasis, Decision, WorkDecision
from rocky_core.ir.checks import MaskStrategy, QuarantineMode
from rocky_core.ir.drift import TableDrift
from rocky_core.ir.load import PlannedLoad
from rocky_core.ir.model import Budget
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import PlannedCheck, SharedCheck
from rocky_core.ir.world import GracePeriod


class Step(Struct, frozen=True):
    """Statements that belong together; with `is_atomic` all of them happen or none.

    The words that open and close a transaction are not among the statements: whoever runs them adds those.
    """

    purpose: str  # create_schema, alter_table, full_refresh, incremental, merge, …: the published `purpose`
    statements: tuple[str, ...]
    is_atomic: bool = False
    destroys: str | None = None  # What is lost, in words; None if nothing is.


class NewWatermark(StrEnum):
    """How the watermark moves after a table was written."""

    KEEP = "keep"
    MAX_OF_TARGET = "max_of_target"


class PlannedPartition(Struct, frozen=True):
    """One window of a model that is built partition by partition; half open, in UTC.

    A window may span several partitions that follow each other: `key` is the first, `batched_with` the others.
    """

    key: str
    start: str
    end: str
    batched_with: tuple[str, ...] = ()


class Refusal(Struct, frozen=True):
    """Why a table cannot be built as things are; it fails without a statement, and what reads it is blocked."""

    kind: FailureKind
    reason: str


class PlannedAudit(Struct, frozen=True):
    """A table is built beside its target: `checks` read it there, and only if all pass `publish` swaps it in.

    The table's steps write `staging`; `discard` removes a staging table whose checks did not pass.
    """

    staging: TargetName
    checks: tuple[PlannedCheck, ...]
    publish: Step
    discard: Step


class PlannedQuarantine(Struct, frozen=True):
    """Rows that fail are set apart by `step`; the counts are taken afterwards.

    With a `problem` there is no statement, nothing is done, and the quarantine has failed.
    """

    mode: QuarantineMode
    step: Step
    valid_table: TargetName | None = None
    quarantine_table: TargetName | None = None
    valid_count: str | None = None
    quarantined_count: str | None = None
    problem: str | None = None
    masks: Mapping[str, MaskStrategy] = field(default_factory=lambda: MappingProxyType({}))


class TableKind(StrEnum):
    """What happens to a table: a model built, a source copied, a history kept, a file loaded, or only a look taken."""

    MODEL = "model"
    COPY = "copy"
    HISTORY = "history"
    MEASURED = "measured"
    FILE = "file"


class LeftOut(Struct, frozen=True):
    """A table of a source that is not copied, and why."""

    asset_key: tuple[str, ...]
    source_schema: str
    table: str
    reason: str


class OverrideWarning(Struct, frozen=True):
    """A table override that concerns nothing; `kind` is `zero_match` or `connector_match_empty`."""

    rule_index: int
    kind: str
    message: str
    connector: str | None = None
    table: str | None = None


class PlannedTable(Struct, frozen=True):
    """All that happens to one table; it starts when everything it depends on has succeeded.

    `depends_on` holds names of tables of the same plan. A model that is built window by window stands in the plan
    once per window: those entries share their name, run in the plan's order, each on its own (one that fails does
    not stop the next), and what depends on the name waits for all of them.
    """

    asset_key: tuple[str, ...]
    name: str  # The model's name, or the table's for a copy.
    target: TargetName
    strategy: str  # The effective one: an incremental table that is not there yet is a full_refresh.
    steps: tuple[Step, ...]
    depends_on: tuple[str, ...] = ()
    checks: tuple[PlannedCheck, ...] = ()
    audit: PlannedAudit | None = None  # The steps write its staging table then.
    quarantine: PlannedQuarantine | None = None  # After the checks.
    partition: PlannedPartition | None = None
    watermark_column: str | None = None
    new_watermark: NewWatermark = NewWatermark.KEEP
    drift_action: str | None = None
    drift_reason: str | None = None
    drift: TableDrift | None = None  # None if the target was not compared with what is loaded into it.
    grace_periods: tuple[GracePeriod, ...] = ()  # The whole list after this plan; replaces what is stored.
    recipe_hash: str = ""
    source_marker: str | None = None  # What the source held when this was planned; remembered once it is copied.
    refusal: Refusal | None = None  # There are no steps then.
    forgets_partitions: bool = False  # The table starts anew: stored partition records are void before this entry.
    notes: tuple[str, ...] = ()  # For people: options that the warehouse has no words for, and the like.
    kind: TableKind = TableKind.MODEL
    load: PlannedLoad | None = None  # The file that the last step takes in.
    budget: Budget | None = None  # The model's own; what it leaves out is the project's.

    @property
    def writes(self) -> tuple[Step, ...]:
        """Everything that is written in the end: the steps, what publishes them, what sets failing rows apart."""
        published = () if self.audit is None else (self.audit.publish,)
        apart = () if self.quarantine is None or self.quarantine.problem is not None else (self.quarantine.step,)
        return (*self.steps, *published, *apart)


class Plan(Struct, frozen=True):
    """Every table of one pipeline run, in an order in which dependencies come first."""

    pipeline: str
    pipeline_type: str
    tables: tuple[PlannedTable, ...]
    excluded: tuple[tuple[str, str], ...] = ()  # name and reason
    decisions: tuple[WorkDecision, ...] = ()  # Where models may be skipped: of each that was selected.
    bases: Mapping[str, BuildBasis] = field(default_factory=lambda: MappingProxyType({}))  # By table name.
    shared_checks: tuple[SharedCheck, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    override_warnings: tuple[OverrideWarning, ...] = ()
    notes: tuple[str, ...] = ()  # For people, about the run as a whole.
    discovered: tuple[str, ...] | None = None  # Schemas to be remembered, so that later ones are told to be new.

    @property
    def skipped(self) -> tuple[WorkDecision, ...]:
        """The selected models that are not built because nothing would change."""
        return tuple(one for one in self.decisions if one.decision is Decision.SKIP)
