"""The JSON of `lineage-diff`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.lineage import QualifiedColumn
from rocky_core.results.wire import Answer, Record


class DiffSummary(Record, frozen=True, gc=False):
    """How many models are in which state."""

    total_models: int
    unchanged: int
    modified: int
    added: int
    removed: int


class ColumnChange(Record, frozen=True, gc=False):
    """One column that appeared, went or changed its type."""

    column_name: str
    change_type: str
    old_type: str | UnsetType = UNSET
    new_type: str | UnsetType = UNSET
    downstream_consumers: tuple[QualifiedColumn, ...] | UnsetType = UNSET


class ModelDiff(Record, frozen=True, gc=False):
    """What happened to one model's target."""

    model_name: str
    status: str
    column_changes: tuple[ColumnChange, ...]


class LineageDiffAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky lineage-diff BASE_REF`."""

    command: str = "lineage-diff"
    base_ref: str
    head_ref: str
    summary: DiffSummary
    results: tuple[ModelDiff, ...]
    markdown: str
