"""Asks the hooks of a run about what happens outside its tables: before the work, beside it, instead of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import UnionType

from rocky_core.execution.run_hooks import RunHooks
from rocky_core.hooks.moments import Moment, ProjectCompiled, SourcesDiscovered
from rocky_core.ir.plan import Plan, PlannedTable, TableKind
from rocky_core.ir.run import ModelBlocked, RunEvent, RunStarted


def ask_before_the_work(head: RunStarted, plan: Plan, hooks: RunHooks) -> Iterator[RunEvent]:
    """Tell that the run has started and what is known by then, until a hook objects; what became of the hooks."""
    fired: list[RunEvent] = []
    moments: tuple[RunEvent | Moment, ...] = (head, *_known_before(plan))
    for moment in moments:
        if hooks.ask(moment, fired.append) is not None:
            break
    yield from fired


def asking(events: Iterable[RunEvent], hooks: RunHooks, kinds: type[RunEvent] | UnionType) -> Iterator[RunEvent]:
    """The events, and after those of the kinds what became of their hooks; the others were asked about before."""
    for event in events:
        yield event
        if isinstance(event, kinds):
            fired: list[RunEvent] = []
            objection = hooks.ask(event, fired.append)
            yield from fired
            if objection is not None:  # Nothing is left to be stopped, so the run as a whole has failed.
                hooks.note_objection(objection)


def not_begun(tables: Sequence[PlannedTable], objection: str) -> Iterator[RunEvent]:
    """The tables of a run that a hook has stopped before its work."""
    for table in tables:
        file = None if table.load is None else table.load.path
        reason = f"not started: {objection}"
        yield ModelBlocked(table.name, table.asset_key, "", reason, file, str(table.target))


def _known_before(plan: Plan) -> tuple[Moment, ...]:
    match plan.pipeline_type:
        case "replication":
            copied = {table.asset_key[:-1] for table in plan.tables if table.kind is TableKind.COPY}
            return (SourcesDiscovered(len(copied | {one.asset_key[:-1] for one in plan.left_out})),)
        case "transformation":
            return (ProjectCompiled(len({table.name for table in plan.tables})),)
        case _:
            return ()
