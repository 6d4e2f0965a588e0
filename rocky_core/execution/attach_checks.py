"""Gives the tables of a plan the checks that their models and their pipeline declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rocky_core.execution.audit_tables import Planning, audit_tables
from rocky_core.execution.check_rules import CheckRules
from rocky_core.ir.checks import DeclarativeTest, PipelineChecks
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Incremental, Microbatch, TimeInterval
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, named_apart, plan_model_checks, plan_pipeline_checks
from rocky_core.planning.plan_quarantine import plan_quarantine
from rocky_core.planning.resolve_masks import resolve_masks


def attach_checks(plan: Plan, planning: Planning, rules: CheckRules) -> Plan:
    """The plan with its checks; a table with windows is checked after its last one."""
    models = planning.project.models
    real = {name: one.model.target for name, one in models.items()}
    context = CheckContext(planning.options.dialect_name, {**real, **planning.options.targets})
    last = {table.name: index for index, table in enumerate(plan.tables)}
    checked = {table.name: _checked(table.target, models[table.name], rules.masks) for table in plan.tables}
    tables = tuple(
        replace(table, checks=plan_model_checks(models[table.name].model.tests, checked[table.name], context))
        if last[table.name] == index
        else table
        for index, table in enumerate(plan.tables)
    )
    plan = replace(plan, tables=tables)
    if rules.publishes_audited:
        plan = audit_tables(plan, planning, checked, context)
    tables = tuple(
        _with_pipeline_checks(table, models[table.name].model, checked[table.name], context, rules.pipeline)
        if last[table.name] == index
        else table
        for index, table in enumerate(plan.tables)
    )
    return replace(plan, tables=tables)


def declared_checks(
    project: CompiledProject, names: Iterable[str], dialect_name: str, rules: CheckRules
) -> Mapping[str, tuple[PlannedCheck, ...]]:
    """The checks that `attach_checks` would give each of these models, without a plan."""
    context = CheckContext(dialect_name, _Targets(project.models))
    found = {}
    for name in names:
        compiled = project.models[name]
        checked = _checked(compiled.model.target, compiled, rules.masks)
        of_model = plan_model_checks(compiled.model.tests, checked, context)
        timestamp_column = _timestamp_column(compiled.model)
        of_pipeline = plan_pipeline_checks(rules.pipeline, checked, context, timestamp_column=timestamp_column)
        found[name] = named_apart((*of_model, *of_pipeline))
    return found


class _Targets(Mapping[str, TargetName]):
    """Where models are stored; only those that are asked for are loaded."""

    def __init__(self, models: Mapping[str, CompiledModel]) -> None:
        self._models = models

    def __getitem__(self, name: str) -> TargetName:
        return self._models[name].model.target

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)


def _checked(target: TargetName, compiled: CompiledModel, masks: Mapping[str, str]) -> CheckedTable:
    return CheckedTable(
        target=target,
        columns=compiled.facts.columns if compiled.facts.complete else (),
        masks=resolve_masks(compiled.model.classification, masks),
    )


def _with_pipeline_checks(
    table: PlannedTable, model: Model, checked: CheckedTable, context: CheckContext, checks: PipelineChecks
) -> PlannedTable:
    planned = plan_pipeline_checks(checks, checked, context, timestamp_column=_timestamp_column(model))
    quarantine = None
    if checks.quarantine is not None:
        named: list[tuple[str | None, DeclarativeTest]] = [(None, test) for test in model.tests]
        named += [(one.name, one.test) for one in checks.assertions if one.table.lower() == table.target.table.lower()]
        quarantine = plan_quarantine(checks.quarantine, named, checked, context)
    return replace(table, checks=named_apart((*table.checks, *planned)), quarantine=quarantine)


def _timestamp_column(model: Model) -> str | None:
    if model.freshness is not None and model.freshness.time_column is not None:
        return model.freshness.time_column
    match model.strategy:
        case Incremental(column) | TimeInterval(column) | Microbatch(column):
            return column
        case _:
            return None
