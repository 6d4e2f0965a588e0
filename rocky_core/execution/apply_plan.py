"""Carries out a plan: tables in the order of their dependencies, side by side where they allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.execution.run_context import RunContext
from rocky_core.execution.run_table import TableEnd, run_table
from rocky_core.execution.schedule import Blocked, Schedule
from rocky_core.execution.table_records import TableTask
from rocky_core.execution.workers import Workers
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelBlocked, ModelSettled, RunEvent
from rocky_core.ir.state import table_key

_PAUSE_SECONDS: Final = 0.1
_FEW: Final = 4  # So many tables must have ended before their error rate says anything.


class ApplyRules(Struct, frozen=True):
    """How many tables at once, and what ends a run early; None as the percentage means that failures never do."""

    parallel: int = 4
    fail_fast: bool = False
    error_rate_abort_pct: int | None = None
    checks_hold_readers: bool = False


class _Tally(Struct):
    ended: int = 0
    failed: int = 0
    first_failure: str = ""
    failed_names: set[str] = field(default_factory=set)


def apply_plan(
    plan: Plan,
    context: RunContext,
    rules: ApplyRules,
    partitions_on_record: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Iterator[RunEvent]:
    """Run the plan; every table ends in exactly one of ModelSucceeded, ModelFailed and ModelBlocked.

    `partitions_on_record` holds the keys of stored partitions by table, for tables that start anew. When the caller
    stops listening, what runs is cancelled.
    """
    schedule = Schedule(plan.tables)
    tally = _Tally()
    last = {table.name: index for index, table in enumerate(plan.tables)}
    most = min(rules.parallel, context.warehouse.max_concurrency, max(len(plan.tables), 1))
    workers: Workers[TableTask, TableEnd | RunEvent]

    def work(task: TableTask) -> TableEnd | RunEvent:
        return run_table(task, replace(context, emit=workers.post))

    workers = Workers(most, work)
    stopped: str | None = None
    try:
        while not schedule.is_done:
            if stopped is None:
                stopped = _reason_to_stop(context, rules, tally)
                if stopped is not None:
                    if context.interrupted.is_set():
                        context.warehouse.cancel()
                    yield from [_withdrawn(plan.tables[withdrawn], stopped, tally) for withdrawn in schedule.withdraw()]
                    continue
            while (
                workers.has_room
                and workers.busy < context.throttle.limit
                and not context.retries.holds_back(context.clock.monotonic())
                and (index := schedule.start_next()) is not None
            ):
                table = plan.tables[index]
                forgotten = partitions_on_record.get(table_key(table.target), ()) if table.forgets_partitions else ()
                is_last = last[table.name] == index
                has_failed = table.name in tally.failed_names
                workers.submit(TableTask(index, table, is_last, has_failed, forgotten, context.builds.basis_of(table)))
            if not workers.busy and context.retries.holds_back(context.clock.monotonic()):
                context.clock.sleep(_PAUSE_SECONDS)  # Nobody is at work who could report.
                continue
            report = workers.next_report()
            if not isinstance(report, TableEnd):
                if report is not None:
                    yield report
                continue
            workers.busy -= 1
            if report.kind is None and report.build_id:
                context.builds.note(plan.tables[report.index], report.build_id)
            yield from _end_table(report, schedule, plan, tally, rules)
            context.retries.table_ended(report.kind, context.clock.monotonic())
            if report.kind is None:
                context.throttle.table_succeeded()
            if report.stops_run is not None and stopped is None:
                stopped = report.stops_run
                yield from [_withdrawn(plan.tables[withdrawn], stopped, tally) for withdrawn in schedule.withdraw()]
    except BaseException:  # Also when the caller closes this generator or presses Ctrl-C elsewhere.
        context.interrupted.set()
        context.warehouse.cancel()
        raise
    finally:
        workers.close()
    yield from (report for report in workers.remaining_reports() if not isinstance(report, TableEnd))


def _end_table(end: TableEnd, schedule: Schedule, plan: Plan, tally: _Tally, rules: ApplyRules) -> Iterator[RunEvent]:
    tally.ended += 1
    table = plan.tables[end.index]
    name = table.name
    if end.kind is None:
        held_back_by = (*(end.failed_checks if rules.checks_hold_readers else ()), *end.objections)
        yield ModelSettled(name, table.asset_key, held_back_by)
        if held_back_by:
            yield from (_held_back(blocked, plan, held_back_by) for blocked in schedule.fail(end.index))
        else:
            schedule.succeed(end.index)
        return
    tally.failed += 1
    tally.failed_names.add(name)
    tally.first_failure = tally.first_failure or name
    yield from (_blocked(blocked, plan) for blocked in schedule.fail(end.index))


def _blocked(blocked: Blocked, plan: Plan) -> ModelBlocked:
    table = plan.tables[blocked.index]
    via = "" if blocked.through == blocked.failed else f" through '{blocked.through}'"
    return ModelBlocked(
        table.name, table.asset_key, blocked.failed, f"it reads '{blocked.failed}'{via}, which could not be built"
    )


def _held_back(blocked: Blocked, plan: Plan, checks: tuple[str, ...]) -> ModelBlocked:
    table = plan.tables[blocked.index]
    via = "" if blocked.through == blocked.failed else f" through '{blocked.through}'"
    told = ", ".join(f"'{check}'" for check in checks)
    return ModelBlocked(
        table.name, table.asset_key, blocked.failed, f"it reads '{blocked.failed}'{via}, which did not pass {told}"
    )


def _withdrawn(table: PlannedTable, reason: str, tally: _Tally) -> ModelBlocked:
    file = None if table.load is None else table.load.path
    return ModelBlocked(table.name, table.asset_key, tally.first_failure, reason, file, str(table.target))


def _reason_to_stop(context: RunContext, rules: ApplyRules, tally: _Tally) -> str | None:
    reasons: tuple[tuple[bool, Callable[[], str]], ...] = (
        (context.interrupted.is_set(), lambda: "not started: the run was interrupted"),
        (
            rules.fail_fast and tally.failed > 0,
            lambda: f"not started: '{tally.first_failure}' failed and the run stops at the first failure (fail_fast)",
        ),
        (
            context.retries.is_open,
            lambda: "not started: the warehouse failed table after table (circuit breaker)",
        ),
        (
            _rate_is_too_high(rules.error_rate_abort_pct, tally),
            lambda: (
                f"aborted_error_rate: {tally.failed} of {tally.ended} tables failed, and the run stops at "
                f"{rules.error_rate_abort_pct} % (error_rate_abort_pct)"
            ),
        ),
    )
    return next((text() for holds, text in reasons if holds), None)


def _rate_is_too_high(limit: int | None, tally: _Tally) -> bool:
    return bool(limit) and tally.ended >= _FEW and 100 * tally.failed >= (limit or 0) * tally.ended
