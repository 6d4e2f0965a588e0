"""Everything that happens to one table: announce the write, make it, remember it, check it."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from msgspec import Struct

from rocky_core.errors import (
    FailureKind,
    LeaseLost,
    QuotaExceeded,
    RockyError,
    StateError,
    StatementCancelled,
    WarehouseError,
)
from rocky_core.execution.check_gate import gating_failures
from rocky_core.execution.cost import charged_bytes, sum_costs
from rocky_core.execution.read_watermark import read_watermark
from rocky_core.execution.retry import wait_unless
from rocky_core.execution.run_audit import run_audit
from rocky_core.execution.run_checks import run_checks, unmade_check
from rocky_core.execution.run_context import RunContext
from rocky_core.execution.run_load import run_load
from rocky_core.execution.run_named_load import run_named_load
from rocky_core.execution.run_quarantine import run_quarantine
from rocky_core.execution.run_sent_load import Sending, resumed_at, run_sent_load
from rocky_core.execution.run_step import Effect, run_step
from rocky_core.execution.table_records import (
    ALTERING,
    PREPARING,
    HookObjected,
    NotPublished,
    Progress,
    RefusedByPlan,
    TableTask,
    elapsed_ms,
    failure_kind,
    failure_outcome,
    statements_of,
    success_outcome,
    write_intent,
)
from rocky_core.ir.plan import NewWatermark, PlannedTable, Step, TableKind
from rocky_core.ir.replace import replace
from rocky_core.ir.run import (
    CheckEvaluated,
    CheckStatus,
    DriftApplied,
    ModelFailed,
    ModelRetried,
    ModelStarted,
    ModelSucceeded,
    RunEvent,
    RunWarning,
    TableMeasured,
    TableQuarantined,
)
from rocky_core.ir.world import Watermark
from rocky_core.planning.plan_load import FORGET_LOST
from rocky_core.ports.warehouse import Session, StatementCost, Transactions

_LOGGER: Final = logging.getLogger("rocky_core.run")


class TableEnd(Struct, frozen=True):
    """How a table ended; None as the kind is success. `stops_run` says that nothing more may be written at all.

    `failed_checks` are those that decide and did not pass, or could not be made, of a table that was written.
    """

    index: int
    kind: FailureKind | None
    stops_run: str | None = None
    failed_checks: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()  # Of hooks, after it was written: what reads it must not follow.
    build_id: str = ""


def run_table(task: TableTask, context: RunContext) -> TableEnd:
    """Run the task to its end, whatever that is; nothing is raised."""
    table = task.table
    progress = Progress(context.clock.now(), context.clock.monotonic())
    began = ModelStarted(table.name, progress.started_at)
    context.emit(began)
    try:
        _require_consent(context.hooks.ask(began, context.emit))
        if table.refusal is not None:
            return _failed(task, context, progress, RefusedByPlan(table.refusal.reason, table.refusal.kind))
        if table.kind is TableKind.MEASURED:
            context.emit(TableMeasured(table.name, table.asset_key, elapsed_ms(context, progress)))
            outcomes, objections = _check(table, context)
            failed = tuple(outcome.check for outcome in gating_failures(outcomes))
            return TableEnd(task.index, None, _set_apart(table, context), failed, objections)
        context.store.begin_tables(context.lease, (write_intent(task, context, progress.started_at),))
        _write(table, context, progress)
        _ask_costs(context, progress)
        if table.new_watermark is NewWatermark.MAX_OF_TARGET and table.watermark_column is not None:
            progress.watermark = _loaded_up_to(table, table.watermark_column, context)
        drift, written = _drift(table), _succeeded(table, context, progress)
        tidings: tuple[RunEvent, ...] = (*drift, written)
        for told in tidings:
            _require_consent(context.hooks.ask(told, context.emit))
        context.store.finish_tables(context.lease, (success_outcome(task, context, progress),))
    except Exception as error:  # noqa: BLE001 — one table's failure, whatever it is, stays its own
        return _failed(task, context, progress, error)
    for told in tidings:
        context.emit(told)
    outcomes, objections = _check(table, context)
    failed = tuple(outcome.check for outcome in gating_failures(outcomes))
    return TableEnd(task.index, None, _set_apart(table, context), failed, objections, progress.build_id)


def _require_consent(objection: str | None) -> None:
    if objection is not None:
        raise HookObjected(objection)


def _write(table: PlannedTable, context: RunContext, progress: Progress) -> None:
    """Run the steps; a failure that may pass is tried again from the step that failed, on a new session."""
    while True:
        progress.attempts += 1
        progress.done = resumed_at(table, progress.done)
        began = context.clock.monotonic()
        try:
            with context.warehouse.session(tag=context.tag(table.name)) as session:
                for step in table.steps[progress.done :]:
                    run = partial(_run, table, step, session, context, progress.rows)
                    creates = step.purpose == "create_schema"
                    _note(context.created_schemas.make(step, run) if creates else run(), progress)
                    progress.done += 1
                _publish(table, session, context, progress)
        except WarehouseError as error:
            context.throttle.attempt_failed(error.failure_kind)
            wait = None
            if not (error.in_doubt and _has_begun_rows(table, progress)):
                cooldown = error.cooldown_seconds if isinstance(error, QuotaExceeded) else None
                wait = context.retries.wait_before(progress.attempts, error.failure_kind, cooldown)
            if wait is None or context.interrupted.is_set():
                raise
            took_ms = round(1000 * (context.clock.monotonic() - began))
            context.emit(ModelRetried(table.name, progress.attempts, str(error), error.failure_kind, wait, took_ms))
            wait_unless(context.interrupted, wait, context.clock)
        else:
            return


def _run(table: PlannedTable, step: Step, session: Session, context: RunContext, sent_rows: int | None) -> Effect:
    if table.load is not None and step.purpose not in {"create_schema", FORGET_LOST}:
        if table.load.sent is not None:
            return run_sent_load(table, step, session, context, Sending(sent_rows, lambda: _may_commit(context)))
        if table.load.named is not None:
            return run_named_load(table, step, session, context, lambda: _may_commit(context))
        return Effect(run_load(table, step, session, context, lambda: _may_commit(context)))
    if _changes_rows(step) and context.warehouse.capabilities.transactions is Transactions.ALL:
        # A statement of its own commits itself: a run that is replaced while it works could not be stopped any more.
        step = replace(step, is_atomic=True)
    return run_step(step, session, lambda: _may_commit(context))


def _changes_rows(step: Step) -> bool:
    """Whether rows are added to what is there; what takes the place of a table is refused by its successor's commit."""
    return step.statements[0].startswith(("INSERT ", "MERGE ", "DELETE ", "UPDATE "))


def _note(effect: Effect, progress: Progress) -> None:
    progress.rows = effect.rows if effect.rows is not None else progress.rows
    progress.cost = sum_costs((progress.cost, effect.cost))
    progress.job_ids += effect.job_ids
    progress.statements_ms += effect.durations_ms


def _ask_costs(context: RunContext, progress: Progress) -> None:
    """Ask what the statements have cost where that is known only afterwards; a table is as good without it."""
    if not (context.warehouse.capabilities.reports_costs and progress.job_ids) or progress.cost != StatementCost():
        return
    try:
        progress.cost = sum_costs(context.warehouse.costs(tuple(progress.job_ids)).values())
    except WarehouseError as error:
        _LOGGER.debug("what the statements have cost is not known: %s", error)


def _publish(table: PlannedTable, session: Session, context: RunContext, progress: Progress) -> None:
    """Check what was built beside the target, and swap it in; a table without an audit is there already."""
    if table.audit is None or progress.is_published:
        return
    audited = run_audit(table.name, table.asset_key, table.audit, session, lambda: _may_commit(context))
    for outcome in audited.checks:
        context.emit(outcome)
    if audited.refused is not None:
        raise NotPublished(audited.refused)
    progress.is_published = True


def _may_commit(context: RunContext) -> None:
    """Nothing is written for a run that is to stop, or whose pipeline another run has taken over."""
    if context.interrupted.is_set():
        raise StatementCancelled("the run was interrupted")
    context.store.check_lease(context.lease)


def _has_begun_rows(table: PlannedTable, progress: Progress) -> bool:
    """Whether the step that failed may have written rows before the connection went.

    Then only the target can tell, and the next run asks it.
    """
    step = table.steps[progress.done] if progress.done < len(table.steps) else None
    if step is None or step.purpose in PREPARING:
        return False
    # The rows of a file come after its staging.
    return table.load is not None or not step.statements[0].startswith("CREATE OR REPLACE")


def _loaded_up_to(table: PlannedTable, column: str, context: RunContext) -> Watermark | None:
    with context.warehouse.session(tag=context.tag(table.name)) as session:
        now = context.clock.now()
        return read_watermark(session, context.warehouse.dialect_name, table.target, column, now)


def _drift(table: PlannedTable) -> tuple[DriftApplied, ...]:
    if table.drift_action is None:
        return ()
    columns = () if table.drift is None else table.drift.columns
    return (DriftApplied(table.name, table.drift_action, table.drift_reason or "", columns),)


def _has_altered(table: PlannedTable, progress: Progress) -> bool:
    """Whether the target was altered before its rows failed: the next run will not find that drift any more."""
    altering = [index for index, step in enumerate(table.steps) if step.purpose in ALTERING]
    return bool(altering) and progress.done > altering[-1] and table.audit is None


def _failed(task: TableTask, context: RunContext, progress: Progress, error: Exception) -> TableEnd:
    table = task.table
    interrupted = context.interrupted.is_set() and isinstance(error, StatementCancelled)
    kind = failure_kind(error)
    if not isinstance(error, RockyError):
        _LOGGER.debug("unexpected failure of '%s'", table.name, exc_info=error)
    text = "interrupted before it was written" if interrupted else _text(error)
    failure = ModelFailed(
        name=table.name,
        asset_key=table.asset_key,
        error=text,
        of_kind=table.kind,
        kind=kind,
        duration_ms=elapsed_ms(context, progress),
        cooldown_seconds=error.cooldown_seconds if isinstance(error, QuotaExceeded) else None,
        attempts=max(progress.attempts, 1),
        statement=error.statement if isinstance(error, WarehouseError) else None,
        file=None if table.load is None else table.load.path,
        target=str(table.target),
    )
    drift = _drift(table) if _has_altered(table, progress) else ()
    tidings: tuple[RunEvent, ...] = (*drift, failure)
    for told in tidings:
        context.emit(told)
        # Whoever interrupts a run does not want to wait for its hooks; drift was told before the hook objected.
        if not interrupted and not (isinstance(error, HookObjected) and told is not failure):
            context.hooks.ask(told, context.emit)
    if not isinstance(error, LeaseLost):
        _remember_failure(task, context, progress, error, text)
    stops = str(error) if isinstance(error, LeaseLost) else None
    return TableEnd(task.index, kind, stops)


def _remember_failure(task: TableTask, context: RunContext, progress: Progress, error: Exception, text: str) -> None:
    try:
        context.store.finish_tables(context.lease, (failure_outcome(task, context, progress, error, text),))
    except StateError as unwritten:
        context.emit(RunWarning(f"the failure of '{task.table.name}' could not be stored: {unwritten}"))


def _text(error: Exception) -> str:
    if isinstance(error, RockyError):
        return str(error)
    return f"unexpected {type(error).__name__}: {error} (run with --debug for the traceback)"


def _succeeded(table: PlannedTable, context: RunContext, progress: Progress) -> ModelSucceeded:
    duration_ms = elapsed_ms(context, progress)
    return ModelSucceeded(
        name=table.name,
        asset_key=table.asset_key,
        strategy=table.strategy,
        started_at=progress.started_at,
        duration_ms=duration_ms,
        rows_affected=progress.rows,
        watermark=None if progress.watermark is None else progress.watermark.last_value,
        partition=table.partition,
        statements=statements_of(table),
        attempts=progress.attempts,
        target=str(table.target),
        kind=table.kind,
        file=None if table.load is None else table.load.path,
        cost_usd=context.prices.cost_usd(
            duration_ms, charged_bytes(progress.cost.bytes_billed, progress.cost.bytes_scanned)
        ),
        bytes_scanned=progress.cost.bytes_scanned,
        bytes_billed=progress.cost.bytes_billed,
        credits=progress.cost.credits,
        job_ids=tuple(progress.job_ids),
        statements_ms=tuple(progress.statements_ms),
    )


def _check(table: PlannedTable, context: RunContext) -> tuple[tuple[CheckEvaluated, ...], tuple[str, ...]]:
    """Make the checks, and hear what hooks say of them.

    Whatever keeps checks from being made makes them Errored, and never undoes the table.
    """
    if not table.checks:
        return (), ()
    context.hooks.ask_before_checks(context.emit)
    made: list[CheckEvaluated] = []
    try:
        with context.warehouse.session(tag=context.tag(table.name)) as session:
            for outcome in run_checks(table.name, table.asset_key, table.checks, session):
                context.emit(outcome)
                made.append(outcome)
    except Exception as error:
        _LOGGER.debug("checks of '%s' could not be made", table.name, exc_info=error)
        for check in table.checks[len(made) :]:
            unmade = unmade_check(table.name, table.asset_key, check, CheckStatus.ERRORED, _text(error))
            context.emit(unmade)
            made.append(unmade)
    objections = [found for one in made if (found := context.hooks.ask(one, context.emit)) is not None]
    for objection in objections:
        context.hooks.note_objection(objection)
    return tuple(made), tuple(objections)


def _set_apart(table: PlannedTable, context: RunContext) -> str | None:
    """Set failing rows apart; why the run as a whole must stop, if it must."""
    if table.quarantine is None:
        return None
    name, asset_key = table.name, table.asset_key
    try:
        with context.warehouse.session(tag=context.tag(name)) as session:
            context.emit(run_quarantine(name, asset_key, table.quarantine, session, lambda: _may_commit(context)))
    except StateError as error:
        context.emit(TableQuarantined(name, asset_key, table.quarantine.mode.value, error=str(error)))
        return str(error)
    except Exception as error:
        _LOGGER.debug("rows of '%s' could not be set apart", name, exc_info=error)
        context.emit(TableQuarantined(name, asset_key, table.quarantine.mode.value, error=_text(error)))
    return None
