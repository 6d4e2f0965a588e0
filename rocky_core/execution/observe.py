"""One look at the warehouse and the state before a plan is made, and the truth about writes that were cut short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from rocky_core.errors import ObjectNotFound, QueryRejected
from rocky_core.execution.read_watermark import WatermarkUnreadable, read_watermark
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.state import PartitionBuild, PartitionStatus, WriteIntent, table_key
from rocky_core.ir.strategy import Microbatch, TimeInterval
from rocky_core.ir.world import GracePeriod, ObservedTable, ObservedWorld, PartitionRecord, Watermark
from rocky_core.ports.clock import Clock
from rocky_core.ports.warehouse import Warehouse


class Remembered(Protocol):
    """What of a state store is looked at."""

    def watermarks(self) -> Mapping[str, Watermark]: ...

    def partitions(self, table: str) -> tuple[PartitionBuild, ...]: ...

    def grace_periods(self) -> Mapping[str, tuple[GracePeriod, ...]]: ...

    def builds(self) -> Mapping[str, BuildRecord]: ...

    def source_markers(self) -> Mapping[str, str]: ...


class NothingRemembered:
    """The state of a project that was never run."""

    def watermarks(self) -> Mapping[str, Watermark]:
        return {}

    def partitions(self, table: str) -> tuple[PartitionBuild, ...]:
        del table
        return ()

    def grace_periods(self) -> Mapping[str, tuple[GracePeriod, ...]]:
        return {}

    def builds(self) -> Mapping[str, BuildRecord]:
        return {}

    def source_markers(self) -> Mapping[str, str]:
        return {}


class Outside(Struct, frozen=True):
    """Where a look goes."""

    warehouse: Warehouse
    store: Remembered
    clock: Clock


class MarkedTable(Struct, frozen=True):
    """A table that tells by the greatest value of a column up to where it is loaded."""

    target: TargetName
    column: str


def observe(
    models: Sequence[Model], targets: Iterable[TargetName], outside: Outside, proven: Mapping[str, Watermark | None]
) -> ObservedWorld:
    """What is there of these tables; `proven` are watermarks that take the place of stored ones."""
    windowed = [model.target for model in models if isinstance(model.strategy, TimeInterval | Microbatch)]
    watermarks = {**outside.store.watermarks(), **{key: mark for key, mark in proven.items() if mark is not None}}
    return ObservedWorld(
        now=outside.clock.now(),
        tables=outside.warehouse.describe(targets),
        watermarks=watermarks,
        partitions={table_key(target): _computed(target, outside.store) for target in windowed},
        grace_periods=outside.store.grace_periods(),
    )


def prove_watermarks(
    intents: Iterable[WriteIntent], marked: Iterable[MarkedTable], outside: Outside
) -> dict[str, Watermark | None]:
    """For each table whose last write was cut short, how far it is loaded, as the table itself says.

    `marked` are the tables that can tell; nobody asks which without an intent.

    None where there is nothing to ask: another strategy, no table, no rows, or a watermark that was set by hand, from
    which everything is to be loaded again whether or not the write landed. Writes of tables that nothing makes any
    more are settled with what is stored.
    """
    intents = tuple(intents)
    if not intents:
        return {}
    stored = outside.store.watermarks()
    places = {table_key(one.target): one for one in marked}
    proven: dict[str, Watermark | None] = {}
    for intent in intents:
        place = places.get(intent.table)
        by_hand = intent.table in stored and stored[intent.table].is_set_by_hand
        proven[intent.table] = None if place is None or by_hand else _ask(place, outside)
    return proven


def _ask(marked: MarkedTable, outside: Outside) -> Watermark | None:
    target = marked.target
    found: ObservedTable | None = outside.warehouse.describe((target,)).get(target)
    if found is None:
        return None
    try:
        with outside.warehouse.session() as session:
            return read_watermark(session, outside.warehouse.dialect_name, target, marked.column, outside.clock.now())
    except (ObjectNotFound, QueryRejected, WatermarkUnreadable):
        return None  # The table is of another shape than the model; its next build says what that means.


def _computed(target: TargetName, store: Remembered) -> tuple[PartitionRecord, ...]:
    return tuple(
        PartitionRecord(build.partition_key, build.computed_at, build.recipe_hash)
        for build in store.partitions(table_key(target))
        if build.status is PartitionStatus.COMPUTED
    )
