"""A whole run: its idempotency key, its lease, its plan, its tables, its verdict."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from threading import Event

from rocky_core.errors import TransientFailure
from rocky_core.execution.carry_out import Run, carry_out
from rocky_core.execution.choose_branch import with_branch
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.end_left_running import end_left_running
from rocky_core.execution.make_work import make_work
from rocky_core.execution.observe import Outside, prove_watermarks
from rocky_core.execution.retry import Retries, wait_unless
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.run_settings import settings_of
from rocky_core.execution.unheeded_settings import unheeded_settings
from rocky_core.ir.idempotency import UNREADABLE, DedupOn, KeyClaim, SkipInFlight
from rocky_core.ir.plan import Plan
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunDeclined, RunEvent, RunStatus, RunWarning
from rocky_core.ir.state import LeaseRequest
from rocky_core.ports.clock import Clock
from rocky_core.ports.warehouse import Warehouse
from rocky_core.state.hold_lease import DEFAULT_TTL, hold_lease
from rocky_core.state.idempotency import RunClaim, claim_run
from rocky_core.state.process import this_process


def run_pipeline(
    site: Site, options: RunOptions, interrupted: Event, approve: Callable[[Plan], Plan] | None = None
) -> Iterator[RunEvent]:
    """Run a pipeline; `approve` sees the plan before anything is done, and gives the one to carry out or raises.

    The caller may stop listening at any time: what runs is cancelled then, and the lease is given back.

    Raises:
        UserError: the wishes cannot be fulfilled; nothing was changed.
        WarehouseError, StateError: the warehouse or the state cannot be reached.

    """
    pipeline = choose_pipeline(site.config, options.pipeline)
    store, warnings = site.open_state(pipeline.name)
    with closing(store):
        options = with_branch(options, store)
        pipeline = replace(pipeline, shadow=options.shadow)
        yield from map(RunWarning, (*warnings, *store.settle_journals(pipeline.key), *unheeded_settings(site.config)))
        run = Run(new_run_id(site.clock), site, options, pipeline, store, interrupted)
        if options.idempotency_key is None:
            yield from _with_lease(run, approve, None)
            return
        claimed = claim_run(store, _claim(run, options.idempotency_key))
        if not isinstance(claimed, RunClaim):
            in_flight = isinstance(claimed, SkipInFlight)
            status = RunStatus.SKIPPED_IN_FLIGHT if in_flight else RunStatus.SKIPPED_IDEMPOTENT
            yield RunDeclined(status, options.idempotency_key, claimed.run_id)
            return
        with claimed:
            if claimed.adopted_from is not None:
                yield RunWarning(_adopted(options.idempotency_key, claimed.adopted_from))
            yield from _with_lease(run, approve, claimed)


def _adopted(key: str, run_id: str) -> str:
    if run_id == UNREADABLE:
        return f"what was stored of idempotency key '{key}' cannot be read; this run has taken the key"
    return f"idempotency key '{key}' was left behind by run {run_id}"


def new_run_id(clock: Clock) -> str:
    """An identity that sorts by time and that no other run has."""
    now = clock.now()
    return f"run-{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}-{secrets.token_hex(2)}"


def _claim(run: Run, key: str) -> KeyClaim:
    settings = run.site.config.settings.state.idempotency
    return KeyClaim(
        key=key,
        run_id=run.run_id,
        process=this_process(),
        dedup_on=DedupOn(settings.dedup_on),
        in_flight_ttl=timedelta(hours=settings.in_flight_ttl_hours),
        retention=timedelta(days=settings.retention_days),
    )


def _with_lease(run: Run, approve: Callable[[Plan], Plan] | None, claimed: RunClaim | None) -> Iterator[RunEvent]:
    environment = run.options.environment
    if environment is not None and not isinstance(run.site.config.settings.mask.get(environment), dict):
        yield RunWarning(f"there is no [mask.{environment}] in rocky.toml, so the general masks hold")
    work = make_work(run.site, run.pipeline, run.options)
    with ExitStack() as stack:
        request = LeaseRequest(run.pipeline.key, run.run_id, this_process(), DEFAULT_TTL)
        held = stack.enter_context(hold_lease(run.store, request))
        if held.grant.warning is not None:
            yield RunWarning(held.grant.warning)
        warehouse = stack.enter_context(closing((yield from _open_warehouse(run))))
        outside = Outside(warehouse, run.store, run.site.clock)
        intents = run.store.open_intents(run.pipeline.key)
        yield from end_left_running(warehouse, intents)
        proven = prove_watermarks(intents, work.marked_tables(warehouse), outside)
        if proven:
            unrecorded = work.unrecorded_files(proven.keys(), outside)
            if unrecorded:
                run.store.add_loaded_files(held.lease, unrecorded)
            run.store.settle_intents(held.lease, proven)
            yield RunWarning(
                "an earlier run was cut short; what it had written was found out from the tables: "
                + ", ".join(sorted(proven))
            )
        plan = work.plan(outside, {})
        if approve is not None:
            plan = approve(plan)
        yield from carry_out(run, plan, warehouse, held, claimed)


def _open_warehouse(run: Run) -> Generator[RunEvent, None, Warehouse]:
    """Connect for writing, as patiently as a table is tried again: another process may have the file for a moment."""
    settings = settings_of(run.site.config, run.pipeline, run.options)
    retries = Retries(settings.retry, random.Random())  # noqa: S311 — jitter is no secret
    attempt = 1
    while True:
        try:
            return run.site.open_warehouse(run.pipeline.adapter, False)
        except TransientFailure as busy:
            wait = retries.wait_before(attempt, busy.failure_kind)
            if wait is None or run.interrupted.is_set():
                raise
            first_line = str(busy).partition("\n")[0]
            yield RunWarning(f"the warehouse cannot be opened yet, again in {wait:.1f} s: {first_line}")
            wait_unless(run.interrupted, wait, run.site.clock)
            attempt += 1
