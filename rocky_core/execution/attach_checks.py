"""Gives the tables of a plan the checks that their models declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.project import CompiledProject
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks
from rocky_core.planning.resolve_masks import resolve_masks


@dataclass(frozen=True, slots=True)
class CheckRules:
    """The warehouse, and what is shown of columns by the tag that they are classified with."""

    dialect_name: str
    masks: Mapping[str, str]


def attach_checks(plan: Plan, project: CompiledProject, rules: CheckRules) -> Plan:
    """The plan with the `[[tests]]` of its models; a table with windows is checked after its last one."""
    targets = {name: compiled.model.target for name, compiled in project.models.items()}
    context = CheckContext(rules.dialect_name, targets)
    last = {table.name: index for index, table in enumerate(plan.tables)}
    tables = tuple(
        _with_checks(table, project, rules, context) if last[table.name] == index else table
        for index, table in enumerate(plan.tables)
    )
    return replace(plan, tables=tables)


def _with_checks(
    table: PlannedTable, project: CompiledProject, rules: CheckRules, context: CheckContext
) -> PlannedTable:
    compiled = project.models[table.name]
    if not compiled.model.tests:
        return table
    checked = CheckedTable(
        target=table.target,
        columns=compiled.facts.columns if compiled.facts.complete else (),
        masks=resolve_masks(compiled.model.classification, rules.masks),
    )
    return replace(table, checks=plan_model_checks(compiled.model.tests, checked, context))
