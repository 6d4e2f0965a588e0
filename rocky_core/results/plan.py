"""The JSON of `plan`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from rocky_core.ir.graph import layers
from rocky_core.ir.plan import LeftOut, Plan, PlannedTable, Step, TableKind
from rocky_core.results.wire import Answer, Record

_COPIES: Final = frozenset({"incremental", "merge", "full_refresh"})


class PlannedStatement(Record, frozen=True, gc=False):
    """One statement, and what it is for."""

    purpose: str
    target: str
    sql: str
    destroys: str | None = None


class PlanAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky plan`."""

    command: str = "plan"
    filter: str = ""
    env: str | None
    plan_id: str
    plan_kind: str = "run"
    created_at: datetime
    pipeline: str
    models: tuple[str, ...]
    execution_layers: tuple[tuple[str, ...], ...]
    statements: tuple[PlannedStatement, ...]
    has_destructive_statements: bool


class StoredParts(Struct, frozen=True):
    """What is published of a plan's file."""

    plan_id: str
    kind: str
    created_at: datetime
    env: str | None = None
    filter: str = ""


def plan_answer(stored: StoredParts, plan: Plan) -> PlanAnswer:
    """The published form of a plan."""
    names = tuple(dict.fromkeys(table.name for table in plan.tables))
    depends_on: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for table in plan.tables:
        depends_on[table.name] = tuple(dict.fromkeys((*depends_on[table.name], *table.depends_on)))
    statements = (*_statements(plan.tables), *map(_excluded, plan.left_out))
    return PlanAnswer(
        env=stored.env,
        plan_id=stored.plan_id,
        plan_kind=stored.kind,
        created_at=stored.created_at,
        filter=stored.filter,
        pipeline=plan.pipeline,
        models=names,
        execution_layers=layers(depends_on, names),
        statements=statements,
        has_destructive_statements=any(statement.destroys is not None for statement in statements),
    )


def _statements(tables: Iterable[PlannedTable]) -> Iterator[PlannedStatement]:
    for table in tables:
        target = str(table.target)
        if table.refusal is not None:
            reason = "\n".join(f"-- {line}" for line in table.refusal.reason.splitlines())
            yield PlannedStatement("unsupported", target, reason)
        for step in table.writes:
            for statement in step.statements:
                yield PlannedStatement(_purpose(table, step), target, statement, step.destroys)


def _purpose(table: PlannedTable, step: Step) -> str:
    return f"{step.purpose}_copy" if table.kind is TableKind.COPY and step.purpose in _COPIES else step.purpose


def _excluded(table: LeftOut) -> PlannedStatement:
    return PlannedStatement("excluded", f"{table.source_schema}.{table.table}", f"-- {table.reason}")
