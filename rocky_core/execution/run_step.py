"""Runs one step of a table on a session, atomically where the plan says so."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct, field

from rocky_core.execution.cost import sum_costs
from rocky_core.ir.plan import Step
from rocky_core.ports.warehouse import Session, StatementCost


class Effect(Struct, frozen=True):
    """What statements did, as far as the warehouse says; the rows are those of the last one that counts."""

    rows: int | None = None
    cost: StatementCost = field(default_factory=StatementCost)
    job_ids: tuple[str, ...] = ()
    durations_ms: tuple[int, ...] = ()


def run_step(step: Step, session: Session, before_commit: Callable[[], None]) -> Effect:
    """Run the statements in order.

    `before_commit` is the last chance to object: what it raises rolls an atomic step back, and keeps any other step
    from being begun.
    """
    if step.is_atomic:
        with session.transaction():
            effect = _run_all(step.statements, session)
            before_commit()
        return effect
    before_commit()
    return _run_all(step.statements, session)


def _run_all(statements: tuple[str, ...], session: Session) -> Effect:
    results, durations = [], []
    for statement in statements:
        began = time.perf_counter()
        results.append(session.execute(statement))
        durations.append(round(1000 * (time.perf_counter() - began)))
    rows = [result.rows_affected for result in results if result.rows_affected is not None]
    return Effect(
        rows=rows[-1] if rows else None,
        cost=sum_costs(results),
        job_ids=tuple(result.job_id for result in results if result.job_id is not None),
        durations_ms=tuple(durations),
    )
