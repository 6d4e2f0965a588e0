"""What has changed between a stored plan and the one that would be made now: why the stored one does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.replace import replace

_SOME_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


def compare_plans(stored: Plan, present: Plan) -> tuple[str, ...]:
    """One line per difference that matters to somebody who has approved the stored plan; none if it still holds."""
    stored, present = _deciding(stored), _deciding(present)
    if stored == present:
        return ()
    return tuple(_differences(stored, present)) or ("the plan has changed in what is remembered of it",)


def _deciding(plan: Plan) -> Plan:
    """The plan without what is only told or remembered, and without the moments at which grace periods begin."""
    tables = tuple(
        replace(
            table,
            notes=(),
            source_marker=None,
            grace_periods=tuple(
                replace(period, first_seen_at=_SOME_MOMENT, expires_at=_SOME_MOMENT) for period in table.grace_periods
            ),
        )
        for table in plan.tables
    )
    return replace(
        plan, tables=tables, left_out=(), override_warnings=(), notes=(), discovered=None, decisions=(), bases={}
    )


def _differences(stored: Plan, present: Plan) -> Iterator[str]:
    if (stored.pipeline, stored.pipeline_type) != (present.pipeline, present.pipeline_type):
        yield f"the plan is for the {stored.pipeline_type} pipeline '{stored.pipeline}'"
    before, now = _by_name(stored), _by_name(present)
    yield from (f"{name}: is no longer part of the run" for name in before if name not in now)
    yield from (f"{name}: would be built as well" for name in now if name not in before)
    changed = [name for name in before if name in now and before[name] != now[name]]
    for name in changed:
        yield from (f"{name}: {reason}" for reason in _table_differences(before[name], now[name]))
    if stored.excluded != present.excluded and before.keys() == now.keys():
        yield "the models without anything to do are others"
    if stored.shared_checks != present.shared_checks:
        yield "the checks across tables are others"
    if before.keys() == now.keys() and list(before) != list(now):
        yield "the tables would be built in another order"


def _by_name(plan: Plan) -> Mapping[str, tuple[PlannedTable, ...]]:
    found: dict[str, tuple[PlannedTable, ...]] = {}
    for table in plan.tables:
        found[table.name] = (*found.get(table.name, ()), table)
    return found


def _table_differences(before: Sequence[PlannedTable], now: Sequence[PlannedTable]) -> Iterator[str]:
    old, new = before[0], now[0]
    if [table.partition for table in before] != [table.partition for table in now]:
        yield f"the windows are others: {_windows(before)} were planned, now it is {_windows(now)}"
        return
    if old.recipe_hash != new.recipe_hash:
        yield "its SQL or settings have changed"
    if old.target != new.target:
        yield f"it would be written to {new.target} instead of {old.target}"
    if old.refusal != new.refusal:
        yield "it can be built now" if new.refusal is None else f"it cannot be built any more: {new.refusal.reason}"
    if old.strategy != new.strategy:
        yield f"it would be built by {new.strategy} instead of {old.strategy}"
    if (old.drift_action, old.drift_reason) != (new.drift_action, new.drift_reason):
        yield f"its target has drifted: {new.drift_reason or 'no longer'}"
    newly_lost = [lost for lost in _lost(now) if lost not in _lost(before)]
    yield from (f"it would now destroy {lost}" for lost in newly_lost)
    if _statements(before) != _statements(now):
        yield "its statements have changed, for instance because its target or watermark has"
    elif before != now and old.recipe_hash == new.recipe_hash and old.drift_action == new.drift_action:
        yield "what is checked or remembered after it has changed"


def _windows(tables: Sequence[PlannedTable]) -> str:
    keys = [table.partition.key for table in tables if table.partition is not None]
    if not keys:
        return "none"
    return keys[0] if len(keys) == 1 else f"{keys[0]} to {keys[-1]} ({len(keys)})"


def _lost(tables: Sequence[PlannedTable]) -> list[str]:
    return [step.destroys for table in tables for step in table.steps if step.destroys is not None]


def _statements(tables: Sequence[PlannedTable]) -> list[str]:
    return [statement for table in tables for step in table.steps for statement in step.statements]
