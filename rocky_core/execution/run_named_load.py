"""Takes one file into a table under a name that the warehouse takes once: announced before, noted after."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from uuid import uuid4

from rocky_core.dialects.statements.load_records import fill_note
from rocky_core.execution.run_context import RunContext
from rocky_core.execution.run_load import execute_for
from rocky_core.execution.run_step import Effect
from rocky_core.execution.write_rows import Texts, written_rows
from rocky_core.ir.load import NamedLoad, PlannedLoad
from rocky_core.ir.plan import PlannedTable, Step
from rocky_core.ports.warehouse import LoadsOnce, NamedFile, Session


def run_named_load(
    table: PlannedTable, step: Step, session: Session, context: RunContext, before_commit: Callable[[], None]
) -> Effect:
    """Run the step; when it is run again, be it by another process, the rows are still there once.

    A load whose name was announced goes by that name again. Rows that replace all others need none of that: they are
    the same however often they do, and go by a new name each time.
    """
    load, named = table.load, None if table.load is None else table.load.named
    if load is None or named is None or not isinstance(session, LoadsOnce):
        raise AssertionError(table.name)  # No other table has such a step, and no other warehouse.
    *making, begin, end = step.statements
    texts = Texts(named.stage, named.query, has_header=True, null=f"__no_value_{load.content_hash[:16]}__")
    with written_rows(table, load, texts, context) as written:
        if making and context.warehouse.describe((table.target,))[table.target] is None:
            for statement in making:
                execute_for(load, statement, session)
        replaces = _is_first(named, session)
        name = f"rocky_{uuid4().hex}" if replaces else named.begun_as or _name(table, load, context)
        execute_for(load, fill_note(begin, name), session)
        before_commit()
        file = NamedFile(str(written.path), named.columns, name, texts.null)
        result = session.load_once(file, table.target, replaces=replaces)
        execute_for(load, fill_note(end, name, written.count), session)
    return Effect(written.count, job_ids=() if result.job_id is None else (result.job_id,))


def _is_first(named: NamedLoad, session: Session) -> bool:
    """Whether the table is to hold this file alone for now."""
    if named.is_batch_begun is None:
        return False
    ((count,),) = session.query(named.is_batch_begun).rows
    return not int(str(count))


def _name(table: PlannedTable, load: PlannedLoad, context: RunContext) -> str:
    """The same in every attempt of a run, and in no other run."""
    told = "\0".join((context.run_id, str(table.target), load.path, load.content_hash))
    return f"rocky_{blake2b(told.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
