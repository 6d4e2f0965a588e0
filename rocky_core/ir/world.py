"""What the warehouse and the state hold before a run: the planner's only knowledge of the outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.ir.names import TargetName
from rocky_core.ir.types import DataType


class ObservedColumn(Struct, frozen=True):
    """A column as the warehouse describes it; `type_text` is its own spelling."""

    name: str
    type_text: str
    data_type: DataType
    nullable: bool = True


class ObservedTable(Struct, frozen=True):
    """A table or view that is there; `kind` is `table`, `view` or `materialized_view`."""

    target: TargetName
    columns: tuple[ObservedColumn, ...]
    kind: str = "table"

    @property
    def is_view(self) -> bool:
        return self.kind != "table"


class Watermark(Struct, frozen=True):
    """Up to where a table was loaded, as text that the warehouse reads back as a timestamp."""

    last_value: str
    updated_at: datetime
    is_set_by_hand: bool = False  # Somebody wants everything newer to be loaded again.


class PartitionRecord(Struct, frozen=True):
    """One partition that was built, with what it was built from."""

    key: str
    computed_at: datetime
    recipe_hash: str


class GracePeriod(Struct, frozen=True):
    """A column that the source no longer has, and how long the target keeps it."""

    column: str
    data_type: str
    first_seen_at: datetime
    expires_at: datetime


class ObservedWorld(Struct, frozen=True):
    """One consistent look at the outside; a table that is missing from `tables` was not looked at.

    `watermarks` and `partitions` are keyed by `ir.state.table_key`, and so is `grace_periods`. `query_columns` is what
    the warehouse says a model's query yields, by model name, where somebody has asked it.
    """

    now: datetime
    tables: Mapping[TargetName, ObservedTable | None] = field(default_factory=lambda: MappingProxyType({}))
    watermarks: Mapping[str, Watermark] = field(default_factory=lambda: MappingProxyType({}))
    partitions: Mapping[str, tuple[PartitionRecord, ...]] = field(default_factory=lambda: MappingProxyType({}))
    grace_periods: Mapping[str, tuple[GracePeriod, ...]] = field(default_factory=lambda: MappingProxyType({}))
    query_columns: Mapping[str, tuple[ObservedColumn, ...]] = field(default_factory=lambda: MappingProxyType({}))
