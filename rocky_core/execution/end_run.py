"""The end of a run: what it has used against what it may use, and the hooks that are told of its end."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from msgspec import Struct

from rocky_core.config.settings import BudgetSettings
from rocky_core.execution.budgets import exceeded_budgets
from rocky_core.execution.run_hooks import RunHooks
from rocky_core.hooks.moments import BudgetBreached, Moment, StateSynced
from rocky_core.ir.plan import Plan
from rocky_core.ir.replace import replace
from rocky_core.ir.run import BudgetExceeded, ModelSucceeded, RunEvent, RunFinished, RunStatus

_ERROR = "error"


class BudgetRules(Struct, frozen=True):
    """The project's limits, and whether passing any limit fails the run, whatever it says itself."""

    project: BudgetSettings
    enforced: bool


def end_run(
    verdict: RunFinished, plan: Plan, seen: Sequence[RunEvent], rules: BudgetRules, hooks: RunHooks
) -> Generator[RunEvent, None, RunFinished]:
    """Tell what was exceeded and what became of the last hooks; the verdict as it is after that.

    Everything is stored by now, and stays.
    """
    written = tuple(event for event in seen if isinstance(event, ModelSucceeded))
    budgets = {table.name: table.budget for table in plan.tables if table.budget is not None}
    exceeded = exceeded_budgets(written, verdict.duration_ms, rules.project, budgets)
    yield from exceeded
    fatal = next((one for one in exceeded if one.on_breach == _ERROR), None)
    end = verdict
    if fatal is not None:
        end = _objected(end, f"over budget: {_told(fatal)}", has_written=bool(written))
    elif exceeded and rules.enforced:
        end = _failed(end, has_written=bool(written))
    if hooks.objection is not None:
        end = _objected(end, hooks.objection, has_written=bool(written))
    fired: list[RunEvent] = []
    moments: tuple[RunEvent | Moment, ...] = (
        StateSynced(),
        *(BudgetBreached(one.limit_type, one.limit, one.actual) for one in exceeded),
        end,
    )
    for moment in moments:
        hooks.ask(moment, fired.append)
    yield from fired
    if hooks.objection is not None:
        end = _objected(end, hooks.objection, has_written=bool(written))
    return end


def _objected(end: RunFinished, objection: str, *, has_written: bool) -> RunFinished:
    return replace(_failed(end, has_written=has_written), objection=end.objection or objection)


def _failed(end: RunFinished, *, has_written: bool) -> RunFinished:
    if end.status is not RunStatus.SUCCESS:
        return end
    return replace(end, status=RunStatus.PARTIAL_FAILURE if has_written else RunStatus.FAILURE)


def _told(exceeded: BudgetExceeded) -> str:
    whose = "the run" if exceeded.model is None else f"'{exceeded.model}'"
    return f"{whose} used {exceeded.actual:g} of {exceeded.limit_type} {exceeded.limit:g}"
