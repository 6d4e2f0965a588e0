"""Runs one step of a table on a session, atomically where the plan says so."""

from __future__ import annotations

from collections.abc import Callable

from rocky_core.ir.plan import Step
from rocky_core.ports.warehouse import Session


def run_step(step: Step, session: Session, before_commit: Callable[[], None]) -> int | None:
    """Run the statements in order; how many rows the last one that counts has changed.

    `before_commit` is the last chance to object: what it raises rolls an atomic step back, and keeps any other step
    from being begun.
    """
    if step.is_atomic:
        with session.transaction():
            rows = _run_all(step.statements, session)
            before_commit()
        return rows
    before_commit()
    return _run_all(step.statements, session)


def _run_all(statements: tuple[str, ...], session: Session) -> int | None:
    rows = None
    for statement in statements:
        affected = session.execute(statement).rows_affected
        rows = affected if affected is not None else rows
    return rows
