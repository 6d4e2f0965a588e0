"""Which copies need not be made, because their sources hold what they held when they were last copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from rocky_core.execution.choose_copies import SourceCopy
from rocky_core.execution.observe import Outside
from rocky_core.ir.plan import LeftOut, Plan
from rocky_core.ir.replace import replace
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import Incremental
from rocky_core.ir.world import ObservedWorld
from rocky_core.planning.plan_copies import recipe_of

UNCHANGED: Final = "unchanged_since_last_copy"


class Pruning(Struct, frozen=True):
    """What each source holds, by the name of its copy, and the copies that are up to date."""

    markers: Mapping[str, str]
    unchanged: tuple[SourceCopy, ...]

    def remember(self, plan: Plan) -> Plan:
        """The plan of the other copies, each with what is to be remembered of its source."""
        tables = (replace(table, source_marker=self.markers.get(table.name)) for table in plan.tables)
        return replace(plan, tables=tuple(tables))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The copies that are up to date, as they are told."""
        return tuple(
            LeftOut(one.copy.asset_key, one.source_schema, one.source_table, UNCHANGED) for one in self.unchanged
        )


def prune_copies(copies: Sequence[SourceCopy], world: ObservedWorld, outside: Outside, *, may_skip: bool) -> Pruning:
    """Ask what the sources hold; a source of which that cannot be said is copied."""
    sources = {one.copy.source: world.tables[one.copy.source] for one in copies}
    found = outside.warehouse.content_markers(table for table in sources.values() if table is not None)
    # A copy that is wanted otherwise than it was made is not up to date, whatever its source holds.
    markers = {
        str(one.copy.target): f"{recipe_of(one.copy)} {found[one.copy.source]}"
        for one in copies
        if one.copy.source in found
    }
    stored = outside.store.source_markers() if may_skip else {}
    return Pruning(markers, tuple(one for one in copies if _is_unchanged(one, world, markers, stored)))


def _is_unchanged(one: SourceCopy, world: ObservedWorld, markers: Mapping[str, str], stored: Mapping[str, str]) -> bool:
    target = one.copy.target
    key, marker = table_key(target), markers.get(str(target))
    if marker is None or stored.get(key) != marker or world.tables.get(target) is None:
        return False
    watermark = world.watermarks.get(key)
    if isinstance(one.copy.strategy, Incremental) and (watermark is None or watermark.is_set_by_hand):
        return False
    return not world.grace_periods.get(key)  # A vanished column that is kept may have had its time.
