"""What history tells of runs: what they cost, how they went along, what their checks measured."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Final, TypeVar

from msgspec import UNSET

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.cost import Prices, charged_bytes, prices_of
from rocky_core.execution.run_options import Site
from rocky_core.ir.insights import Recommendation
from rocky_core.ir.model import Model
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.state import ModelExecution, QualitySnapshot, RunRecord
from rocky_core.ir.strategy import strategy_name
from rocky_core.planning.recommend_strategies import ModelUse, Rates, recommend
from rocky_core.results.spending import CostAnswer, ModelSpending, SpendingGroup
from rocky_core.results.trace import (
    ColumnTrendPoint,
    MeasuredRun,
    MetricsAlert,
    MetricsAnswer,
    TraceAnswer,
    TracedModel,
)

N = TypeVar("N", int, float)

LATEST: Final = "latest"
_MOST_RUNS: Final = 100
_SECONDS_PER_HOUR: Final = 3600
_HIGH_NULL_RATE: Final = 0.1
_UNUSUAL_SHARE: Final = 0.5
DIMENSIONS: Final = ("tenant", "status", "schema", "strategy")


def run_cost(site: Site, pipeline: str | None, which: str, model: str | None, by: str | None) -> CostAnswer:
    """What a run took, by today's prices; `model` leaves the others out, `by` adds groups.

    Raises:
        UserError: there is no such run.

    """
    record = _run(site, pipeline, which)
    prices = _prices(site, record.pipeline)
    executions = [one for one in record.models_executed if model in {None, one.model_name}]
    if model is not None and not executions:
        names = {one.model_name for one in record.models_executed}
        raise UserError(f"model '{model}' is not in run {record.run_id}{did_you_mean(model, names)}")
    return CostAnswer(
        run_id=record.run_id,
        status=record.status.value,
        trigger=record.trigger,
        started_at=record.started_at,
        finished_at=record.finished_at,
        duration_ms=_wall_ms(record),
        total_duration_ms=sum(one.duration_ms for one in executions),
        adapter_type=prices.adapter_type or None,
        total_cost_usd=_total(
            prices.cost_usd(one.duration_ms, charged_bytes(one.bytes_billed, one.bytes_scanned)) for one in executions
        ),
        total_bytes_scanned=_total(one.bytes_scanned for one in executions),
        total_bytes_written=_total(one.bytes_written for one in executions),
        per_model=tuple(_spending(one, prices) for one in executions),
        groups=UNSET if by is None else tuple(_groups(executions, by, prices)),
    )


def trace_run(site: Site, pipeline: str | None, which: str) -> TraceAnswer:
    """When each build of a run began, and beside which others it ran.

    Raises:
        UserError: there is no such run.

    """
    record = _run(site, pipeline, which)
    ordered = sorted(record.models_executed, key=lambda one: (one.started_at, one.model_name))
    lanes = _lanes(ordered)
    return TraceAnswer(
        run_id=record.run_id,
        status=record.status.value,
        trigger=record.trigger,
        started_at=record.started_at,
        finished_at=record.finished_at,
        run_duration_ms=_wall_ms(record),
        lane_count=max(lanes, default=-1) + 1,
        models=tuple(
            TracedModel(
                model_name=one.model_name,
                status=one.status,
                start_offset_ms=max(round(1000 * (one.started_at - record.started_at).total_seconds()), 0),
                duration_ms=one.duration_ms,
                lane=lane,
                sql_hash=one.sql_hash,
                rows_affected=one.rows_affected,
                bytes_scanned=one.bytes_scanned,
                bytes_written=one.bytes_written,
            )
            for one, lane in zip(ordered, lanes, strict=True)
        ),
    )


def model_metrics(site: Site, pipeline: str | None, model: str, column: str | None, limit: int) -> MetricsAnswer:
    """What the checks of earlier runs have measured of a model, newest first, and what is unusual in the newest."""
    store = site.read_state(pipeline)
    snapshots: tuple[QualitySnapshot, ...] = ()
    if store is not None:
        with closing(store):
            snapshots = store.quality_history(model, limit=limit)
    return MetricsAnswer(
        model=model,
        snapshots=tuple(
            MeasuredRun(
                run_id=one.run_id,
                timestamp=one.timestamp,
                row_count=one.row_count,
                null_rates=dict(one.null_rates),
                freshness_lag_seconds=one.freshness_lag_seconds,
            )
            for one in snapshots
        ),
        count=len(snapshots),
        alerts=tuple(_alerts(snapshots)),
        column=column,
        column_trend=tuple(_trend(snapshots, column)) if column is not None else (),
        message=None if snapshots else "no run has measured it: its pipeline needs the check row_count",
    )


def recommendations(site: Site, pipeline: str | None, project: CompiledProject, part: str) -> Iterator[Recommendation]:
    """What to build models as whose name holds `part`; those that were never built are left out."""
    store = site.read_state(pipeline)
    if store is None:
        return
    cost = site.config.settings.cost
    rates = Rates(cost.compute_cost_per_dbu / _SECONDS_PER_HOUR, cost.storage_cost_per_gb_month, cost.min_history_runs)
    readers: dict[str, int] = {}
    for reads in project.depends_on.values():
        for read in reads:
            readers[read] = readers.get(read, 0) + 1
    with closing(store):
        for name in project.order:
            if part.lower() in name.lower():
                builds = store.model_executions(name, limit=_MOST_RUNS)
                succeeded = tuple(one for one in builds if one.status == "success")
                found = recommend(_use(project.models[name].model, readers.get(name, 0), succeeded), rates)
                if found is not None:
                    yield found


def _use(model: Model, readers: int, builds: tuple[ModelExecution, ...]) -> ModelUse:
    freshness = model.freshness
    return ModelUse(
        name=model.name,
        strategy=strategy_name(model.strategy),
        readers=readers,
        newest_first=builds,
        timestamp_column=None if freshness is None else freshness.time_column,
        unique_key=next(((test.column,) for test in model.tests if test.kind == "unique" and test.column), ()),
    )


def _run(site: Site, pipeline: str | None, which: str) -> RunRecord:
    store = site.read_state(pipeline)
    if store is None:
        raise UserError("no run history available", hint="`rocky run` makes it")
    with closing(store):
        if which == LATEST:
            newest = store.run_records(limit=1)
            if not newest:
                raise UserError("no run history available", hint="`rocky run` makes it")
            return newest[0]
        record = store.run_record(which)
        if record is None:
            known = [one.run_id for one in store.run_records(limit=_MOST_RUNS)]
            raise UserError(f"there is no run '{which}'{did_you_mean(which, known)}", hint="`rocky history` lists them")
        return record


def _prices(site: Site, pipeline: str | None) -> Prices:
    if pipeline is None or pipeline not in site.config.pipelines:
        return prices_of("", site.config.settings.cost)  # Of a pipeline that is no more nobody knows the adapter.
    adapter = site.config.adapters.get(choose_pipeline(site.config, pipeline).adapter)
    return prices_of("" if adapter is None else adapter.type, site.config.settings.cost)


def _spending(one: ModelExecution, prices: Prices) -> ModelSpending:
    return ModelSpending(
        model_name=one.model_name,
        status=one.status,
        duration_ms=one.duration_ms,
        rows_affected=one.rows_affected,
        bytes_scanned=one.bytes_scanned,
        bytes_written=one.bytes_written,
        tenant=one.tenant,
        cost_usd=prices.cost_usd(one.duration_ms, charged_bytes(one.bytes_billed, one.bytes_scanned)),
    )


def _groups(executions: Sequence[ModelExecution], by: str, prices: Prices) -> Iterator[SpendingGroup]:
    keys: dict[str, Callable[[ModelExecution], str]] = {
        "tenant": lambda one: one.tenant or "",
        "status": lambda one: one.status,
        "schema": lambda one: one.asset_key[-2] if len(one.asset_key) > 1 else "",
        "strategy": lambda one: one.strategy,
    }
    groups: dict[str, list[ModelExecution]] = {}
    for one in executions:
        groups.setdefault(keys[by](one), []).append(one)
    for key, members in sorted(groups.items()):
        yield SpendingGroup(
            dimension=by,
            key=key,
            model_count=len({one.model_name for one in members}),
            total_duration_ms=sum(one.duration_ms for one in members),
            total_bytes_scanned=_total(one.bytes_scanned for one in members),
            total_bytes_written=_total(one.bytes_written for one in members),
            total_cost_usd=_total(
                prices.cost_usd(one.duration_ms, charged_bytes(one.bytes_billed, one.bytes_scanned)) for one in members
            ),
        )


def _lanes(ordered: Sequence[ModelExecution]) -> list[int]:
    """The first lane that is free when each begins."""
    busy: list[tuple[float, int]] = []  # Until when, and which.
    free: list[int] = []
    lanes: list[int] = []
    for one in ordered:
        began = one.started_at.timestamp()
        while busy and busy[0][0] <= began:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else len(busy)
        heapq.heappush(busy, (began + one.duration_ms / 1000, lane))
        lanes.append(lane)
    return lanes


def _alerts(newest_first: Sequence[QualitySnapshot]) -> Iterator[MetricsAlert]:
    if not newest_first:
        return
    newest, earlier = newest_first[0], newest_first[1:]
    for column, rate in newest.null_rates:
        if rate > _HIGH_NULL_RATE:
            message = f"{rate:.1%} of '{column}' is NULL"
            yield MetricsAlert(
                type="null_rate", severity="warning", message=message, run_id=newest.run_id, column=column
            )
    if earlier:
        usual = sum(one.row_count for one in earlier) / len(earlier)
        if usual and abs(newest.row_count - usual) / usual > _UNUSUAL_SHARE:
            message = f"{newest.row_count} rows where the runs before had about {usual:.0f}"
            yield MetricsAlert(type="row_count", severity="warning", message=message, run_id=newest.run_id)


def _trend(snapshots: Iterable[QualitySnapshot], column: str) -> Iterator[ColumnTrendPoint]:
    for one in snapshots:
        yield ColumnTrendPoint(
            run_id=one.run_id,
            timestamp=one.timestamp,
            row_count=one.row_count,
            null_rate=dict(one.null_rates).get(column),
        )


def _wall_ms(record: RunRecord) -> int:
    return max(round((record.finished_at - record.started_at).total_seconds() * 1000), 0)


def _total(values: Iterable[N | None]) -> N | None:
    """The sum of what is known; None if nothing is."""
    total: N | None = None
    for value in values:
        if value is not None:
            total = value if total is None else total + value
    return total
