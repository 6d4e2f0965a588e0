"""Schemas are made only where the pipeline's settings allow it."""

from __future__ import annotations

from rocky_core.config.pipelines import Governance
from rocky_core.errors import FailureKind
from rocky_core.ir.plan import Plan, PlannedTable, Refusal
from rocky_core.ir.replace import replace
from rocky_core.ports.warehouse import Warehouse


def honour_creation(plan: Plan, governance: Governance, warehouse: Warehouse) -> Plan:
    """The plan as it is if schemas may be made, else without making any: a table whose schema is not there fails."""
    if governance.auto_create_schemas:
        return plan
    there: dict[str, frozenset[str]] = {}

    def is_there(table: PlannedTable) -> bool:
        catalog, schema = table.target.catalog, table.target.schema.lower()
        if catalog not in there:
            there[catalog] = frozenset(name.lower() for name in warehouse.list_schemas(catalog=catalog))
        return schema in there[catalog]

    def honoured(table: PlannedTable) -> PlannedTable:
        if not any(step.purpose == "create_schema" for step in table.steps):
            return table
        if is_there(table):
            return replace(table, steps=tuple(step for step in table.steps if step.purpose != "create_schema"))
        place = ".".join(part for part in (table.target.catalog, table.target.schema) if part)
        reason = f"the schema {place} of {table.target} is not there: create it, or set auto_create_schemas = true"
        return replace(table, steps=(), refusal=Refusal(FailureKind.NOT_FOUND, reason))

    return replace(plan, tables=tuple(map(honoured, plan.tables)))
