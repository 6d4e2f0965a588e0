"""Takes one file into its table: stages its rows, judges them, and only then touches the table."""

from __future__ import annotations

from collections.abc import Callable

from rocky_core.dialects.registry import dialect_named
from rocky_core.errors import QueryRejected
from rocky_core.execution.admit_file import Staging, admit, require_unchanged
from rocky_core.execution.run_context import RunContext
from rocky_core.ir.load import PlannedLoad
from rocky_core.ir.plan import PlannedTable, Step
from rocky_core.ports.warehouse import Session


def run_load(
    table: PlannedTable, step: Step, session: Session, context: RunContext, before_commit: Callable[[], None]
) -> int | None:
    """Run the step as one transaction; how many rows were loaded. Whatever is raised, nothing was changed."""
    load = table.load
    assert load is not None  # noqa: S101 — only such tables have this step
    stage, *take_in = step.statements

    def stage_there() -> None:
        session.execute(stage)

    with session.transaction():
        kind_of = dialect_named(context.warehouse.dialect_name).parse_type
        admit(table, load, Staging(stage_there, session, kind_of), context)
        rows = None
        for statement in take_in:
            affected = execute_for(load, statement, session)
            rows = affected if affected is not None else rows
        require_unchanged(load)
        before_commit()
    return rows


def execute_for(load: PlannedLoad, statement: str, session: Session) -> int | None:
    """Run a statement that takes the file in; one that is refused is told with the file's name."""
    try:
        return session.execute(statement).rows_affected
    except QueryRejected as error:
        raise QueryRejected(f"{load.path}: {error.message}", statement=statement) from error
