"""The JSON of `plan`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rocky_core.ir.graph import layers
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.results.wire import Answer, Record


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


def plan_answer(plan: Plan, plan_id: str, created_at: datetime, env: str | None) -> PlanAnswer:
    """The published form of a plan."""
    names = tuple(dict.fromkeys(table.name for table in plan.tables))
    depends_on: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for table in plan.tables:
        depends_on[table.name] = tuple(dict.fromkeys((*depends_on[table.name], *table.depends_on)))
    statements = tuple(_statements(plan.tables))
    return PlanAnswer(
        env=env,
        plan_id=plan_id,
        created_at=created_at,
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
        for step in table.steps:
            for statement in step.statements:
                yield PlannedStatement(step.purpose, target, statement, step.destroys)
