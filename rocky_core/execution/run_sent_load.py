"""Takes one file into a table through another one beside it, which its rows are sent to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_files import drop_staging
from rocky_core.errors import TransientFailure, WarehouseError
from rocky_core.execution.run_context import RunContext
from rocky_core.execution.run_load import execute_for
from rocky_core.execution.run_step import Effect
from rocky_core.execution.write_rows import Texts, written_rows
from rocky_core.ir.load import PlannedLoad, SentFile
from rocky_core.ir.plan import PlannedTable, Step
from rocky_core.planning.plan_sent_file import DROP_STAGING, STAGE_FILE
from rocky_core.ports.warehouse import CsvFile, Session


class Sending(Struct, frozen=True):
    """What a step must know of the run: how many rows the step before has sent, and who may object to a commit."""

    sent_rows: int | None
    before_commit: Callable[[], None]


def run_sent_load(table: PlannedTable, step: Step, session: Session, context: RunContext, task: Sending) -> Effect:
    """Run one of the steps that bring the file; the rows of the first are those that the second must take in.

    Whatever is raised, the target holds what it held, and the table beside it is dropped as far as the line allows.
    """
    load, sent = _planned(table)
    match step.purpose:
        case purpose if purpose == STAGE_FILE:
            with _tidied_up_if_it_fails(sent, session, context):
                return Effect(_send(table, step, session, context))
        case purpose if purpose == DROP_STAGING:
            with suppress(WarehouseError):  # The rows are in; the next run finds what is left, and drops it.
                session.execute(step.statements[0])
            return Effect()
        case _:
            with _tidied_up_if_it_fails(sent, session, context):
                return Effect(_take_in(load, step, session, task))


def resumed_at(table: PlannedTable, done: int) -> int:
    """How many steps still count as done when the next attempt begins: what a failed one had sent is dropped."""
    if table.load is None or table.load.sent is None:
        return done
    return min(done, next(index for index, step in enumerate(table.steps) if step.purpose == STAGE_FILE))


def _planned(table: PlannedTable) -> tuple[PlannedLoad, SentFile]:
    """What is planned of the file; no other table has steps that end here."""
    if table.load is None or table.load.sent is None:
        raise AssertionError(table.name)
    return table.load, table.load.sent


def _send(table: PlannedTable, step: Step, session: Session, context: RunContext) -> int:
    """Judge the file here, then fill the table beside the target with its rows; how many they are."""
    load, sent = _planned(table)
    with written_rows(table, load, Texts(sent.stage, sent.query), context) as written:
        room, *others = step.statements
        session.execute(room)
        session.load_csv(CsvFile(str(written.path), sent.columns, has_header=False), sent.staging)
        for statement in others:
            execute_for(load, statement, session)
    return written.count


def _take_in(load: PlannedLoad, step: Step, session: Session, task: Sending) -> int:
    *before, insert = step.statements
    with session.transaction():
        for statement in before:
            execute_for(load, statement, session)
        rows = execute_for(load, insert, session)
        # Another run, that does not know yet that it was replaced, may have written there.
        if rows is None or rows != task.sent_rows:
            raise TransientFailure(
                f"{load.path}: {task.sent_rows} rows were sent and {rows} arrived, so none was taken in",
                statement=insert,
            )
        task.before_commit()
    return rows


@contextmanager
def _tidied_up_if_it_fails(sent: SentFile, session: Session, context: RunContext) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(WarehouseError):
            session.execute(drop_staging(shapes_of(context.warehouse.dialect_name), sent.staging))
        raise
