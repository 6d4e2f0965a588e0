"""Rewrites the entries of a plan that are built beside their targets and published only if their checks pass."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan, PlannedTable, Step
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import DeleteInsert, Incremental, Merge, Microbatch, TimeInterval, View
from rocky_core.ir.world import ObservedTable, ObservedWorld
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_audit import Kind, plan_audit, plan_staging_copy, staging_target
from rocky_core.planning.plan_checks import CheckContext
from rocky_core.planning.plan_options import PlanOptions


class Planning(Struct, frozen=True):
    """What a plan was made from."""

    project: CompiledProject
    world: ObservedWorld
    options: PlanOptions


def audit_tables(plan: Plan, planning: Planning, checked: Mapping[str, CheckedTable], context: CheckContext) -> Plan:
    """The plan with every table audited that has a deciding check; windows are published one by one as they are."""
    return replace(plan, tables=tuple(_audited(table, planning, checked, context) for table in plan.tables))


def _audited(
    table: PlannedTable, planning: Planning, checked: Mapping[str, CheckedTable], context: CheckContext
) -> PlannedTable:
    model = planning.project.models[table.name].model
    if table.refusal is not None or not model.tests:
        return table
    if isinstance(model.strategy, TimeInterval | Microbatch):
        note = 'publish = "audited" does not hold for partitions: each is published when it is written'
        return replace(table, notes=(*table.notes, note))
    built: Kind = "view" if isinstance(model.strategy, View) or model.table_format.format == "view" else "table"
    observed = planning.world.tables.get(table.target)
    found: Kind | None = None if observed is None else "view" if observed.is_view else "table"
    audited = plan_audit(model.tests, checked[table.name], context, built, found, model.table_format)
    notes = table.notes if audited.note is None else (*table.notes, audited.note)
    if audited.audit is None:
        return replace(table, checks=audited.checks, notes=notes)
    staging = staging_target(table.target, built)
    return replace(
        table,
        steps=(*_steps(table, model, staging, planning, audited.audit.discard),),
        audit=audited.audit,
        checks=audited.checks,
        notes=notes,
    )


def _steps(
    table: PlannedTable, model: Model, staging: TargetName, planning: Planning, discard: Step
) -> tuple[Step, ...]:
    """The same work on the staging table, which begins empty, or as a copy where rows of it are changed."""
    observed = planning.world.tables.get(table.target)
    changes_rows = isinstance(model.strategy, Incremental | Merge | DeleteInsert) and table.strategy != "full_refresh"
    options = replace(planning.options, targets={**planning.options.targets, table.name: staging})
    world = _as_if_staged(planning.world, table.target, staging, observed) if changes_rows else planning.world
    (entry,) = build_plan(planning.project, (table.name,), world, options).tables
    # What a killed run has left behind is not in the way.
    start = replace(discard, purpose="stage")
    if changes_rows:
        start = plan_staging_copy(table.target, options.dialect_name, model.table_format)
    steps = (_told_of_target(step, table.target, staging) for step in entry.steps)
    schema = tuple(step for step in entry.steps if step.purpose == "create_schema")
    return (*schema, start, *(step for step in steps if step.purpose != "create_schema"))


def _as_if_staged(
    world: ObservedWorld, target: TargetName, staging: TargetName, observed: ObservedTable | None
) -> ObservedWorld:
    """The world in which the staging table is what the target is."""
    here, there = table_key(target), table_key(staging)
    mark = {} if here not in world.watermarks else {there: world.watermarks[here]}
    periods = {} if here not in world.grace_periods else {there: world.grace_periods[here]}
    staged = None if observed is None else replace(observed, target=staging)
    return replace(
        world,
        tables={**world.tables, staging: staged},
        watermarks={**world.watermarks, **mark},
        grace_periods={**world.grace_periods, **periods},
    )


def _told_of_target(step: Step, target: TargetName, staging: TargetName) -> Step:
    """What is lost is lost from the target, when it is published."""
    return step if step.destroys is None else replace(step, destroys=step.destroys.replace(str(staging), str(target)))
