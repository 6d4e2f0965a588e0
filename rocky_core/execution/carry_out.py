"""A planned run from its first record to its last: what is left to do, the tables, the verdict, the history."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Event
from typing import Final

from msgspec import Struct

from rocky_core.errors import StateError
from rocky_core.execution.apply_plan import ApplyRules, apply_plan
from rocky_core.execution.ask_hooks import ask_before_the_work, asking, not_begun
from rocky_core.execution.build_ledger import BuildLedger
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.conclude_tables import conclude_tables
from rocky_core.execution.end_run import end_run
from rocky_core.execution.retry import Retries
from rocky_core.execution.run_context import RunContext
from rocky_core.execution.run_hooks import RunHooks
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.run_origin import origin_of_run
from rocky_core.execution.run_settings import settings_of
from rocky_core.execution.state_upkeep import retention_policy
from rocky_core.execution.table_records import remembered_name
from rocky_core.execution.throttle import Throttle
from rocky_core.execution.verdict import verdict
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.plan import Plan, PlannedTable, TableKind
from rocky_core.ir.replace import replace
from rocky_core.ir.run import (
    AnomalyDetected,
    CheckEvaluated,
    CheckStatus,
    ModelBlocked,
    ModelSkipped,
    ModelSucceeded,
    OverrideUnmatched,
    RunEvent,
    RunFinished,
    RunStarted,
    RunStatus,
    RunWarning,
    TableLeftOut,
    WorkDecided,
)
from rocky_core.ir.state import RunProgress, RunRecord, table_key
from rocky_core.ports.state_store import StateStore
from rocky_core.ports.warehouse import Warehouse
from rocky_core.state.hold_lease import HeldLease
from rocky_core.state.idempotency import RunClaim
from rocky_core.version import VERSION

_UNCHANGED: Final = "unchanged: its query and all that it reads are what they were when it was built"
_CUT_OUT: Final = "finished in run {run_id}, which this one resumes"


class Run(Struct, frozen=True):
    """One run under way."""

    run_id: str
    site: Site
    options: RunOptions
    pipeline: ChosenPipeline
    store: StateStore
    interrupted: Event


def carry_out(
    run: Run, plan: Plan, warehouse: Warehouse, held: HeldLease, claimed: RunClaim | None
) -> Iterator[RunEvent]:
    """Do what of the plan is left to do, and give the verdict; the lease must be held all the while."""
    started_at, started = run.site.clock.now(), run.site.clock.monotonic()
    settings = settings_of(run.site.config, run.pipeline, run.options)
    earlier, warnings = _resumed_run(run)
    yield from map(RunWarning, warnings)
    progress = RunProgress(
        run_id=run.run_id,
        pipeline=run.pipeline.key,
        started_at=started_at,
        total_tables=len(plan.tables),
        selection=run.options.selection,
        trigger=origin_of_run(run.site.root).trigger,
        resumed_from=earlier,
    )
    finished = _still_finished(plan, {entry.table for entry in run.store.start_run(held.lease, progress)}, run)
    seen: list[RunEvent] = []

    def noted(events: Iterable[RunEvent]) -> Iterator[RunEvent]:
        for event in events:
            seen.append(event)
            yield event

    hooks = RunHooks(run.site.open_hooks(run.pipeline.name), sum(bool(table.checks) for table in plan.tables))
    throttle = Throttle(min(settings.rules.parallel, warehouse.max_concurrency), is_adaptive=settings.is_adaptive)
    status = RunStatus.FAILURE
    try:
        names = (
            *(table.name for table in plan.tables),
            *(name for name, _ in plan.excluded),
            *(one.name for one in plan.skipped),
        )
        head = RunStarted(
            run_id=run.run_id,
            pipeline=plan.pipeline,
            pipeline_type=plan.pipeline_type,
            started_at=started_at,
            tables=names,
            resumed_from=earlier,
            shadow=run.pipeline.shadow is not None,
            parallel=throttle.limit,
            adapter_type=settings.prices.adapter_type,
            is_adaptive=throttle.is_adaptive,
        )
        decided = (WorkDecided(plan.decisions),) if plan.decisions else ()
        yield from noted((head, *_notes(plan), *_left_out(plan), *decided, *_skipped(plan, finished, earlier)))
        yield from noted(_new_sources(run, plan, held))
        yield from noted(ask_before_the_work(head, plan, hooks))
        rest = replace(plan, tables=tuple(_left_to_do(plan, finished, checks_gate=settings.checks_gate)))
        builds = BuildLedger(plan.bases)
        context = RunContext(
            run_id=run.run_id,
            pipeline=run.pipeline.key,
            shadow=run.pipeline.shadow,
            warehouse=warehouse,
            store=run.store,
            lease=held.lease,
            clock=run.site.clock,
            retries=Retries(settings.retry, random.Random()),  # noqa: S311 — jitter is no secret
            interrupted=run.interrupted,
            emit=seen.append,
            open_local=run.site.open_local,
            work=run.options.work,
            builds=builds,
            hooks=hooks,
            prices=settings.prices,
            throttle=throttle,
        )
        yield from noted(_work_on_tables(run, rest, context, settings.rules, seen))
        status = verdict(seen, checks_gate=settings.checks_gate)
        _confirm(run, held, builds.confirmed(rest, _passed(seen)))
    finally:
        unstored = _finish(run, held, _record(run, plan, started_at, status, seen))
    if unstored is not None:
        yield RunWarning(unstored)
    if unstored is not None or (run.store.waiting() is not None and _must_be_stored(run, status)):
        has_written = any(isinstance(one, ModelSucceeded) for one in seen)
        status = RunStatus.PARTIAL_FAILURE if has_written else RunStatus.FAILURE
        if unstored is None:
            _finish(run, held, _record(run, plan, started_at, status, seen))
    duration_ms = round(1000 * (run.site.clock.monotonic() - started))
    # Asked to stop when everything was done already, it has not been interrupted.
    interrupted = run.interrupted.is_set() and status is not RunStatus.SUCCESS
    so_far = RunFinished(
        run_id=run.run_id,
        status=status,
        finished_at=run.site.clock.now(),
        duration_ms=duration_ms,
        interrupted=interrupted,
        final_parallel=throttle.limit if throttle.is_adaptive else None,
        rate_limits=throttle.rate_limits,
    )
    end = yield from end_run(so_far, plan, tuple(seen), settings.budgets, hooks)
    if end.status is not status:
        unstored = _finish(run, held, _record(run, plan, started_at, end.status, seen))
        yield from () if unstored is None else (RunWarning(unstored),)
    yield from map(RunWarning, _wind_up(run, claimed, end.status))
    yield end


def _wind_up(run: Run, claimed: RunClaim | None, status: RunStatus) -> Iterator[str]:
    """End the key, and make room where the store answers; what to tell people."""
    if claimed is not None:
        claimed.finalize(status)
        if claimed.warning is not None:
            yield claimed.warning
    waiting = run.store.waiting()
    yield from _sweep(run) if waiting is None else (waiting,)


def _work_on_tables(
    run: Run, rest: Plan, context: RunContext, rules: ApplyRules, seen: Sequence[RunEvent]
) -> Iterator[RunEvent]:
    """The tables and what follows from all of them together; nothing is begun where a hook objects."""
    if context.hooks.objection is not None:
        yield from not_begun(rest.tables, context.hooks.objection)
        return
    applied = apply_plan(rest, context, rules, _partitions_on_record(rest.tables, run.store))
    yield from asking(applied, context.hooks, ModelBlocked)
    threshold = run.pipeline.settings.checks.anomaly_threshold_pct
    concluded = conclude_tables(rest, context, seen, threshold)
    yield from asking(concluded, context.hooks, CheckEvaluated | AnomalyDetected)


def _resumed_run(run: Run) -> tuple[str | None, tuple[str, ...]]:
    """The run to go on with, and what to tell people where there is none."""
    if run.options.resume is not None:
        found = run.store.run_progress(run.options.resume)
        if found is None:
            return None, (f"run {run.options.resume} is not known; everything is built",)
        if found.pipeline != run.pipeline.key:
            return None, (f"run {found.run_id} is one of pipeline '{found.pipeline}'; everything is built",)
        return found.run_id, ()
    if run.options.resume_latest:
        latest = run.store.resumable_run(run.pipeline.key, before_run=run.run_id)
        if latest is None:
            return None, (f"pipeline '{run.pipeline.name}' has no unfinished run; everything is built",)
        return latest.run_id, ()
    return None, ()


def _still_finished(plan: Plan, finished: set[str], run: Run) -> set[str]:
    """What need not be built again: neither its query nor anything that it reads has changed since."""
    if not finished:
        return finished
    kept: set[str] = set()
    to_build: set[str] = set()
    for table in plan.tables:
        key = table_key(table.target)
        newest = run.store.model_executions(remembered_name(table.name, run.pipeline.shadow), limit=1)
        same = bool(newest) and newest[0].recipe_hash == (table.recipe_hash or None)
        if key in finished and same and to_build.isdisjoint(table.depends_on):
            kept.add(key)
        else:
            to_build.add(table.name)
    return kept


def _left_to_do(plan: Plan, finished: set[str], *, checks_gate: bool) -> Iterator[PlannedTable]:
    """What is not finished; of what is, the checks that decide: nobody knows whether they have passed."""
    for table in plan.tables:
        if table_key(table.target) not in finished:
            yield table
        elif checks_gate and any(check.severity is CheckSeverity.ERROR for check in table.checks):
            yield replace(
                table,
                kind=TableKind.MEASURED,
                steps=(),
                depends_on=(),
                audit=None,
                quarantine=None,
                forgets_partitions=False,
            )


def _notes(plan: Plan) -> Iterator[RunEvent]:
    seen = dict.fromkeys((table.name, note) for table in plan.tables for note in table.notes)
    yield from map(RunWarning, plan.notes)
    yield from (RunWarning(f"{name}: {note}") for name, note in seen)


def _left_out(plan: Plan) -> Iterator[RunEvent]:
    for one in plan.left_out:
        yield TableLeftOut(one.asset_key, one.source_schema, one.table, one.reason)
    for rule in plan.override_warnings:
        yield OverrideUnmatched(rule.rule_index, rule.kind, rule.message, rule.connector, rule.table)


def _new_sources(run: Run, plan: Plan, held: HeldLease) -> Iterator[RunEvent]:
    """Tell which sources no earlier run has seen; the first run has nothing to compare with."""
    if plan.discovered is None:
        return
    before = run.store.swap_discovered(held.lease, run.pipeline.key, plan.discovered)
    new = [] if before is None else [schema for schema in plan.discovered if schema not in before]
    if new:
        yield RunWarning(f"new sources since the last run: {', '.join(new)}")


def _skipped(plan: Plan, finished: set[str], earlier: str | None) -> Iterator[RunEvent]:
    for name, reason in plan.excluded:
        yield ModelSkipped(name, (name,), reason)
    for one in plan.skipped:
        yield ModelSkipped(one.name, one.asset_key, _UNCHANGED)
    for table in plan.tables:
        if table_key(table.target) in finished:
            yield ModelSkipped(table.name, table.asset_key, _CUT_OUT.format(run_id=earlier))


def _partitions_on_record(tables: Sequence[PlannedTable], store: StateStore) -> dict[str, tuple[str, ...]]:
    keys = {table_key(table.target) for table in tables if table.forgets_partitions}
    return {key: tuple(build.partition_key for build in store.partitions(key)) for key in keys}


def _record(run: Run, plan: Plan, started_at: datetime, status: RunStatus, seen: Sequence[RunEvent]) -> RunRecord:
    checks = tuple(
        (f"{event.name}.{event.check}", event.status is CheckStatus.PASSED)
        for event in seen
        if isinstance(event, CheckEvaluated)
    )
    origin = origin_of_run(run.site.root)
    return RunRecord(
        run_id=run.run_id,
        started_at=started_at,
        finished_at=run.site.clock.now(),
        status=status,
        trigger=origin.trigger,
        session_source=run.options.session_source or origin.session_source,
        triggering_identity=origin.identity,
        git_commit=origin.git_commit,
        git_branch=origin.git_branch,
        submission_id=origin.submission_id,
        target_catalog=next((table.target.catalog for table in plan.tables if table.target.catalog), None),
        config_hash=blake2b(run.site.config.document.text.encode(), digest_size=8).hexdigest(),
        hostname=socket.gethostname(),
        rocky_version=VERSION,
        pipeline=run.pipeline.key,
        idempotency_key=run.options.idempotency_key,
        check_outcomes=checks,
    )


def _passed(seen: Iterable[RunEvent]) -> set[tuple[str, str]]:
    """The checks, each by its model, that were made once or more and passed each time."""
    evaluated = [event for event in seen if isinstance(event, CheckEvaluated)]
    passed = {(event.name, event.check) for event in evaluated if event.status is CheckStatus.PASSED}
    return passed - {(event.name, event.check) for event in evaluated if event.status is not CheckStatus.PASSED}


def _confirm(run: Run, held: HeldLease, builds: Mapping[str, str]) -> None:
    """Note the builds whose checks hold; one that is not noted is only built again."""
    if builds:
        with suppress(StateError):
            run.store.confirm_builds(held.lease, builds)


def _finish(run: Run, held: HeldLease, record: RunRecord) -> str | None:
    """Store the verdict; why it could not be stored."""
    try:
        run.store.finish_run(held.lease, record)
    except StateError as error:
        return f"the outcome of the run could not be stored: {error}"
    return None


def _must_be_stored(run: Run, status: RunStatus) -> bool:
    """Whether a run that would have succeeded fails because its bookkeeping has to wait."""
    return status is RunStatus.SUCCESS and run.site.config.settings.state.on_upload_failure == "fail"


def _sweep(run: Run) -> tuple[str, ...]:
    """Thin out what is older than the project wants to keep, now and then; never the run's failure."""
    state = run.site.config.settings.state
    retention = state.retention
    try:
        run.store.sweep_keys(timedelta(hours=state.idempotency.in_flight_ttl_hours))
        if run.store.sweep_is_due(timedelta(seconds=retention.sweep_interval_seconds)):
            run.store.sweep_history(retention_policy(run.site.config))
    except StateError as error:
        return (f"old state could not be removed: {error}",)
    return ()
