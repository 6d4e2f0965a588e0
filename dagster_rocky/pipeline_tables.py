"""Tables of pipelines that build no models as assets of their own, each with its checks.

Which tables there are is found out by planning the pipeline when definitions are loaded. A table that a later run
finds beside them is told of as a materialization, and is an asset from the next load on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.checks import names_of, sanitized
from dagster_rocky.events import StepAsset, headline, next_step, step_events, unfinished
from dagster_rocky.failures import MOST_ATTEMPTS, RetryPolicy
from dagster_rocky.outcomes import End, ModelOutcome, Outcomes
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyCheckProps, RockyModelProps
from dagster_rocky.step_work import StepPlace
from dagster_rocky.written_table import table_materialization
from rocky_core.errors import FailureKind, RockyError, StateLocked
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.plan import PlannedTable, TableKind
from rocky_core.ir.run import ModelSucceeded, RunEvent
from rocky_core.orchestration import RunRequest, resumable, run_linked

Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext


@dataclass(frozen=True, slots=True)
class TablesOf:
    """A pipeline, the tables that it was seen to touch, and what all of them read."""

    pipeline: str
    kind: str
    tables: tuple[PlannedTable, ...]
    deps: tuple[Any, ...] = ()

    @property
    def measured(self) -> frozenset[str]:
        """Those that are looked at and not written."""
        return frozenset(table.name for table in self.tables if table.kind is TableKind.MEASURED)


def tables_definition(
    project: RockyProject, known: TablesOf, policy: RetryPolicy, place: StepPlace
) -> dg.AssetsDefinition:
    """One step over the tables, any subset of which can be asked for; measured tables have checks only."""
    assets = {table.name: _asset(project, known, table) for table in known.tables}
    written = [table for table in known.tables if table.name not in known.measured]
    op_name = "".join(one if one.isalnum() else "_" for one in f"rocky_{project.project_dir.name}_{known.pipeline}")
    checks = [spec for table in known.tables for spec in _check_specs(assets[table.name])]
    if not written:

        @dg.multi_asset_check(specs=checks, name=op_name, can_subset=True, pool=place.pool, op_tags=dict(place.op_tags))
        def measure(context: dg.AssetCheckExecutionContext) -> Iterator[Any]:
            yield from _run(context, project, known, _chosen(assets, (), context.selected_asset_check_keys), policy)

        return measure

    @dg.multi_asset(
        specs=[_spec(project, known, table) for table in written],
        check_specs=checks,
        name=op_name,
        can_subset=True,
        pool=place.pool,
        op_tags=dict(place.op_tags),
    )
    def run_tables(context: dg.AssetExecutionContext) -> Iterator[Any]:
        chosen = _chosen(assets, context.selected_asset_keys, context.selected_asset_check_keys)
        yield from _run(context, project, known, chosen, policy)

    return run_tables


def _asset(project: RockyProject, known: TablesOf, table: PlannedTable) -> StepAsset:
    target = tuple(part for part in (table.target.catalog, table.target.schema, table.target.table) if part)
    props = RockyModelProps(
        name=table.name,
        target=target,
        strategy=table.strategy,
        warehouse="",
        file=project.project_dir / "rocky.toml",
        recipe_hash="",
        description=None,
        group=None,
        tags={},
        columns=(),
        depends_on=(),
        reads_tables=(),
        targets={},
        pipeline=known.pipeline,
        checks=tuple(
            RockyCheckProps(one.name, one.kind, one.severity is CheckSeverity.ERROR, one.column, one.statement)
            for one in table.checks
        ),
    )
    return StepAsset(props, dg.AssetKey(list(target)), frozenset(sanitized(one.name) for one in table.checks))


def _spec(project: RockyProject, known: TablesOf, table: PlannedTable) -> dg.AssetSpec:
    target = [part for part in (table.target.catalog, table.target.schema, table.target.table) if part]
    return dg.AssetSpec(
        dg.AssetKey(target),
        deps=list(known.deps),
        description=f"Written by the {known.kind} pipeline '{known.pipeline}' of rocky.toml.",
        group_name="".join(one if one.isalnum() else "_" for one in table.target.schema or project.project_dir.name),
        kinds={"rocky"},
        metadata={
            names.PIPELINE: known.pipeline,
            "rocky/pipeline_type": known.kind,
            names.STRATEGY: table.strategy,
            names.TABLE_NAME: str(table.target),
        },
    )


def _check_specs(asset: StepAsset) -> Iterator[dg.AssetCheckSpec]:
    for check in asset.props.checks:
        about = {names.CHECK_ID: check.name, names.CHECK_KIND: check.kind, names.CHECK_COLUMN: check.column}
        yield dg.AssetCheckSpec(
            sanitized(check.name),
            asset=asset.key,
            description=check.sql or None,
            blocking=check.decides,
            metadata=names.present(about),
        )


def _chosen(
    assets: Mapping[str, StepAsset], keys: Iterable[dg.AssetKey], checks: Iterable[dg.AssetCheckKey]
) -> Mapping[str, StepAsset]:
    wanted, by_key = set(keys), names_of(checks)
    return {
        name: StepAsset(asset.props, asset.key, by_key.get(asset.key, frozenset()))
        for name, asset in assets.items()
        if asset.key in wanted or asset.key in by_key
    }


def _run(
    context: Context,
    project: RockyProject,
    known: TablesOf,
    chosen: Mapping[str, StepAsset],
    policy: RetryPolicy,
) -> Iterator[Any]:
    outcomes = Outcomes()
    try:
        events = _events(context, project, known, chosen)
        measured = {assets.key for name, assets in chosen.items() if name in known.measured}
        yield from _with_strangers(events, chosen, measured, outcomes)
    except RockyError as error:
        kind = FailureKind.TRANSIENT if isinstance(error, StateLocked) else error.failure_kind
        for name in chosen.keys() - outcomes.of_models.keys():
            outcomes.of_models[name] = ModelOutcome(name, End.FAILED, kind, str(error))
    for name in chosen.keys() - outcomes.of_models.keys():
        lost = "the pipeline no longer touches this table: reload the code location"
        outcomes.of_models[name] = ModelOutcome(name, End.FAILED, FailureKind.NOT_FOUND, lost)
    for warning in dict.fromkeys(outcomes.warnings):
        context.log.warning(warning)
    bad = [one for one in outcomes.bad if one.name in chosen]
    _retry(context, bad, policy)
    for one in bad:
        yield unfinished(one, chosen[one.name])
    if bad:
        lines = [f"  {headline(one)}\n    → {next_step(one)}" for one in bad]
        told = f"{len(bad)} of {len(chosen)} tables of pipeline '{known.pipeline}' are not as they should be:"
        raise dg.Failure(description="\n".join([told, *lines]), allow_retries=False)


def _events(
    context: Context,
    project: RockyProject,
    known: TablesOf,
    chosen: Mapping[str, StepAsset],
) -> Iterator[RunEvent]:
    """The run of what is asked for, or of what an earlier attempt has left of it."""
    run = context.run
    work_id = run.root_run_id or run.tags.get("dagster/root_run_id") or run.run_id
    retry = context.op_execution_context.retry_number
    request = RunRequest(
        pipeline=known.pipeline,
        environment=project.environment,
        fail_on_check_error=True,
        resume=resumable(project.opened, known.pipeline, work_id) if retry else None,
    )
    everything = len(chosen) == len(known.tables)
    only = None if everything else {".".join(asset.props.target) for asset in chosen.values()}
    return run_linked(project.opened, request, (work_id, run.run_id), Event(), only=only)


def _with_strangers(
    events: Iterable[RunEvent], chosen: Mapping[str, StepAsset], measured: Collection[dg.AssetKey], outcomes: Outcomes
) -> Iterator[Any]:
    """The events of the tables that are assets; of others only that they were written."""
    strangers: list[dg.AssetMaterialization] = []

    def own() -> Iterator[RunEvent]:
        for event in events:
            name = getattr(event, "name", None)
            if name is None or name in chosen:
                yield event
            elif isinstance(event, ModelSucceeded):
                strangers.append(table_materialization(event))

    for told in step_events(own(), chosen, outcomes):
        yield from strangers
        strangers.clear()
        if isinstance(told, dg.MaterializeResult) and told.asset_key in measured:
            yield from told.check_results or ()  # Somebody else writes it.
        else:
            yield told
    yield from strangers


def _retry(context: Context, bad: Sequence[ModelOutcome], policy: RetryPolicy) -> None:
    """Ask for another attempt where some failure may pass; what succeeded is not done again."""
    attempts = context.op_execution_context.retry_number + 1
    waits = [policy[one.kind].wait(attempts, one.cooldown_seconds) for one in bad if one.end is End.FAILED]
    given = [wait for wait in waits if wait is not None]
    if given and attempts < MOST_ATTEMPTS:
        raise dg.RetryRequested(max_retries=attempts, seconds_to_wait=max(given))
