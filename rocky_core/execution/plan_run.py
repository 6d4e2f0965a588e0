"""Plans a run without doing it, and does what was planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event

from msgspec import Struct

from rocky_core.execution.choose_branch import with_branch
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.make_work import make_work
from rocky_core.execution.observe import NothingRemembered, Outside, prove_watermarks
from rocky_core.execution.plan_files import PlanRequest, StoredPlan, load_plan, require_fresh, store_plan
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.plan import Plan
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunEvent


class PlannedRun(Struct, frozen=True):
    """A plan, as it is stored and as it is."""

    stored: StoredPlan
    plan: Plan
    dialect_name: str


class PresentPlan(Struct, frozen=True):
    """What a run would do now, in which warehouse's words, and the wishes with everything that was looked up."""

    plan: Plan
    dialect_name: str
    options: RunOptions


def plan_run(site: Site, options: RunOptions, variables: Mapping[str, str]) -> PlannedRun:
    """Plan and store the plan; the warehouse and the state are only looked at.

    Raises:
        RockyError: the wishes cannot be fulfilled, or something cannot be reached.

    """
    now = plan_now(site, options)
    options = now.options
    request = PlanRequest(
        pipeline=now.plan.pipeline,
        models=options.models,
        partitions=options.partitions,
        environment=options.environment,
        filter=options.filter,
        all_models=options.all_models,
        no_prune=options.no_prune,
        skip_unchanged=options.skip_unchanged,
        force_rebuild=options.force_rebuild,
        shadow=options.shadow,
        defer_to=options.defer_to,
        reload=options.reload,
        variables=dict(variables),
    )
    # What the tables are made from is found out anew when they are made.
    kept = replace(now.plan, decisions=(), bases={})
    return PlannedRun(store_plan(site.root, request, kept, site.clock.now()), now.plan, now.dialect_name)


def plan_now(site: Site, options: RunOptions) -> PresentPlan:
    """Look at the warehouse and the state, and write nothing.

    Raises:
        RockyError: the wishes cannot be fulfilled, or something cannot be reached.

    """
    pipeline = choose_pipeline(site.config, options.pipeline)
    with ExitStack() as stack:
        store = site.read_state(pipeline.name)
        if store is not None:
            stack.enter_context(closing(store))
        options = with_branch(options, store)
        pipeline = replace(pipeline, shadow=options.shadow)
        work = make_work(site, pipeline, options)
        warehouse = stack.enter_context(closing(site.open_warehouse(pipeline.adapter, True)))
        if store is None:
            plan = work.plan(Outside(warehouse, NothingRemembered(), site.clock), {})
        else:
            outside = Outside(warehouse, store, site.clock)
            # What a killed run left open is found out, as the run will do, but nothing is written down.
            intents = store.open_intents(pipeline.key)
            proven = prove_watermarks(intents, work.marked_tables(warehouse), outside)
            plan = work.plan(outside, proven)
    return PresentPlan(plan, warehouse.dialect_name, options)


def apply_stored(
    root: Path,
    site_for: Callable[[Mapping[str, str]], Site],
    plan_id: str,
    options: RunOptions,
    interrupted: Event,
) -> Iterator[RunEvent]:
    """Do what a stored plan says, if that is still what a run would do; the site is made for the plan's variables.

    Raises:
        RockyError: it is not, or something cannot be reached.

    """
    stored = load_plan(root, plan_id)
    request = stored.request
    wishes = replace(
        options,
        pipeline=request.pipeline,
        models=request.models,
        partitions=request.partitions,
        environment=request.environment,
        filter=request.filter,
        all_models=request.all_models,
        no_prune=request.no_prune,
        skip_unchanged=request.skip_unchanged,
        force_rebuild=request.force_rebuild,
        shadow=request.shadow,
        defer_to=request.defer_to,
        reload=request.reload,
    )

    def approve(present: Plan) -> Plan:
        require_fresh(stored, present)
        return replace(stored.plan, decisions=present.decisions, bases=present.bases)

    yield from run_pipeline(site_for(request.variables), wishes, interrupted, approve)
