"""Gives copies the checks that their pipeline declares: each against its source, and all of one name together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from rocky_core.execution.check_rules import CheckRules
from rocky_core.execution.choose_copies import SourceCopy
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.planned_checks import SharedCheck
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.world import ObservedColumn, ObservedWorld
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_check_overlaps import OverlappingTable, plan_overlaps
from rocky_core.planning.plan_check_tables import CheckedSource
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks


class CopyChecking(Struct, frozen=True):
    """What the checks of copies are made from."""

    world: ObservedWorld
    rules: CheckRules
    dialect_name: str


def attach_copy_checks(
    plan: Plan, copies: Sequence[SourceCopy], unchanged: Sequence[SourceCopy], checking: CopyChecking
) -> Plan:
    """The plan with its checks; what cannot be copied is not checked.

    Copies that are unchanged, which are not in the plan, have their part in checks across tables.
    """
    by_name = {str(one.copy.target): one for one in copies}
    tables = tuple(
        table if table.refusal is not None else _checked(table, by_name[table.name], checking) for table in plan.tables
    )
    written = [by_name[table.name] for table in tables if table.refusal is None]
    return replace(plan, tables=tables, shared_checks=tuple(_overlaps(written, unchanged, checking)))


def _overlaps(
    written: Sequence[SourceCopy], unchanged: Sequence[SourceCopy], checking: CopyChecking
) -> Iterator[SharedCheck]:
    """Each is told with the first table that is written; where none is, nothing can have changed."""
    check = checking.rules.pipeline.overlap
    if check is None:
        return
    asset_keys = {str(one.copy.target): one.copy.asset_key for one in written}
    overlapping = [_overlapping(one, checking.world) for one in (*written, *unchanged)]
    for shared in plan_overlaps(check, overlapping, checking.dialect_name):
        needs = tuple(name for name in shared.needs if name in asset_keys)
        if needs:
            yield replace(shared, asset_key=asset_keys[needs[0]], name=needs[0], needs=needs)


def _checked(table: PlannedTable, one: SourceCopy, checking: CopyChecking) -> PlannedTable:
    columns = _source_columns(one, checking.world)
    source = CheckedSource(
        one.copy.source,
        tuple(column.name for column in columns),
        (*(column.name for column in one.copy.added), *(period.column for period in table.grace_periods)),
    )
    has_stamp = any(column.name.lower() == one.timestamp_column.lower() for column in columns)
    checks = plan_pipeline_checks(
        checking.rules.pipeline,
        _table(one, checking.world),
        CheckContext(checking.dialect_name),
        source,
        one.timestamp_column if has_stamp else None,
    )
    return replace(table, checks=checks)


def _overlapping(one: SourceCopy, world: ObservedWorld) -> OverlappingTable:
    copy = one.copy
    return OverlappingTable(copy.asset_key, str(copy.target), one.source_type, one.source_table, _table(one, world))


def _table(one: SourceCopy, world: ObservedWorld) -> CheckedTable:
    columns = tuple(Column(column.name, column.data_type, column.nullable) for column in _source_columns(one, world))
    return CheckedTable(one.copy.target, columns=columns)


def _source_columns(one: SourceCopy, world: ObservedWorld) -> tuple[ObservedColumn, ...]:
    source = world.tables[one.copy.source]
    return () if source is None else source.columns
