"""Gives copies the checks that their pipeline declares: each against its source, and all of one name together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rocky_core.execution.attach_checks import CheckRules
from rocky_core.execution.choose_copies import SourceCopy
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.planned_checks import SharedCheck
from rocky_core.ir.schema import Column
from rocky_core.ir.world import ObservedColumn, ObservedWorld
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_check_overlaps import OverlappingTable, plan_overlaps
from rocky_core.planning.plan_check_tables import CheckedSource
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks


def attach_copy_checks(
    plan: Plan, copies: Sequence[SourceCopy], world: ObservedWorld, rules: CheckRules, dialect_name: str
) -> Plan:
    """The plan with its checks; what cannot be copied is not checked."""
    by_name = {str(one.copy.target): one for one in copies}
    context = CheckContext(dialect_name)
    tables = tuple(
        table if table.refusal is not None else _checked(table, by_name[table.name], world, rules, context)
        for table in plan.tables
    )
    shared: tuple[SharedCheck, ...] = ()
    if rules.pipeline.overlap is not None:
        overlapping = [_overlapping(table, by_name[table.name], world) for table in tables if table.refusal is None]
        shared = plan_overlaps(rules.pipeline.overlap, overlapping, dialect_name)
    return replace(plan, tables=tables, shared_checks=shared)


def _checked(
    table: PlannedTable, one: SourceCopy, world: ObservedWorld, rules: CheckRules, context: CheckContext
) -> PlannedTable:
    source = CheckedSource(
        one.copy.source,
        tuple(column.name for column in _source_columns(one, world)),
        (*(column.name for column in one.copy.added), *(period.column for period in table.grace_periods)),
    )
    has_stamp = any(column.name.lower() == one.timestamp_column.lower() for column in _source_columns(one, world))
    stamp = one.timestamp_column if has_stamp else None
    checks = plan_pipeline_checks(rules.pipeline, _table(one, world), context, source, stamp)
    return replace(table, checks=checks)


def _overlapping(table: PlannedTable, one: SourceCopy, world: ObservedWorld) -> OverlappingTable:
    return OverlappingTable(table.asset_key, table.name, one.source_type, one.source_table, _table(one, world))


def _table(one: SourceCopy, world: ObservedWorld) -> CheckedTable:
    columns = tuple(Column(column.name, column.data_type, column.nullable) for column in _source_columns(one, world))
    return CheckedTable(one.copy.target, columns=columns)


def _source_columns(one: SourceCopy, world: ObservedWorld) -> tuple[ObservedColumn, ...]:
    source = world.tables[one.copy.source]
    return () if source is None else source.columns
