"""Puts the models of a project behind the copies of a replication: each waits for the copies that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Ephemeral


def models_after_copies(copies: Plan, project: CompiledProject, models: Plan) -> Plan:
    """One plan of both; a table that a model reads under a name that fits a copy is that copy."""
    known = {table.name: _parts(str(table.target)) for table in copies.tables}
    tables = tuple(_waiting(table, project, known) for table in models.tables)
    return replace(
        copies,
        tables=(*copies.tables, *tables),
        excluded=(*copies.excluded, *models.excluded),
        notes=(*copies.notes, *models.notes),
    )


def _waiting(table: PlannedTable, project: CompiledProject, copies: Mapping[str, tuple[str, ...]]) -> PlannedTable:
    reads = [_parts(name) for name in _tables_read(table.name, project)]
    waits_for = [name for name, parts in copies.items() if any(parts[-len(read) :] == read for read in reads)]
    return table if table.refusal is not None else replace(table, depends_on=(*waits_for, *table.depends_on))


def _tables_read(model: str, project: CompiledProject) -> Iterable[str]:
    """Also those that models read which are inlined into this one."""
    seen: dict[str, None] = {}
    waiting = [model]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in project.models:
            continue
        seen[name] = None
        yield from project.models[name].facts.reads_tables
        waiting += (read for read in project.depends_on.get(name, ()) if _is_inlined(read, project))


def _is_inlined(model: str, project: CompiledProject) -> bool:
    return model in project.models and isinstance(project.models[model].model.strategy, Ephemeral)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip('"`').lower() for part in name.split("."))
