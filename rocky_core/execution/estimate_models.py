"""Asks the warehouse how it would run each model's query, without running it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime

from msgspec import UNSET

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.placeholders import END, START, fill_instants
from rocky_core.dialects.statements.query_text import bare_query, with_queries
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import RockyError
from rocky_core.execution.cost import expected_usd
from rocky_core.execution.model_homes import by_adapter, homes_of
from rocky_core.execution.run_options import Site
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.strategy import Ephemeral, TimeInterval
from rocky_core.planning.model_queries import ModelQueries
from rocky_core.planning.partitions import grain_number, grain_start
from rocky_core.ports.warehouse import QueryEstimate, Warehouse
from rocky_core.results.estimate import ModelEstimate, NotEstimated


def estimate_models(
    site: Site, project: CompiledProject, names: Iterable[str]
) -> tuple[tuple[ModelEstimate, ...], tuple[NotEstimated, ...]]:
    """What the warehouse guesses, and the models of which it cannot say anything, with the reason."""
    found: list[ModelEstimate] = []
    left_out: list[NotEstimated] = []
    asked: list[str] = []
    for name in names:
        if isinstance(project.models[name].model.strategy, Ephemeral):
            left_out.append(NotEstimated(name, "it is ephemeral: its query is part of those that read it"))
        else:
            asked.append(name)
    for adapter, models in by_adapter(asked, homes_of(site.config, project)).items():
        try:
            with closing(site.open_warehouse(adapter, True)) as warehouse:
                for answer in _explained(site, project, models, warehouse):
                    if isinstance(answer, ModelEstimate):
                        found.append(answer)
                    else:
                        left_out.append(answer)
        except RockyError as error:
            known = {*(one.model_name for one in found), *(one.model_name for one in left_out)}
            left_out.extend(NotEstimated(name, str(error)) for name in models if name not in known)
    return tuple(found), tuple(left_out)


def _explained(
    site: Site, project: CompiledProject, names: Iterable[str], warehouse: Warehouse
) -> Iterator[ModelEstimate | NotEstimated]:
    name_of_dialect = warehouse.dialect_name
    queries = ModelQueries(project, dialect_named(name_of_dialect), shapes_of(name_of_dialect), {})
    now = site.clock.now()
    for name in names:
        try:
            found = warehouse.estimate_query(_query(queries, project, name, name_of_dialect, now))
        except RockyError as error:
            yield NotEstimated(name, str(error).partition("\n")[0])
            continue
        if found is None:
            yield NotEstimated(name, f"{dialect_named(name_of_dialect).display_name} does not say what a query will do")
        else:
            yield _told(name, found, expected_usd(name_of_dialect, found))


def _told(name: str, found: QueryEstimate, cost_usd: float | None) -> ModelEstimate:
    return ModelEstimate(
        model_name=name,
        raw_explain=found.explained,
        estimated_rows=found.rows,
        estimated_bytes_scanned=UNSET if found.bytes_scanned is None else found.bytes_scanned,
        estimated_cost_usd=UNSET if cost_usd is None else cost_usd,
    )


def _query(queries: ModelQueries, project: CompiledProject, name: str, dialect_name: str, now: datetime) -> str:
    found = queries.query_of(name)
    shapes = shapes_of(dialect_name)
    ctes = [(shapes.quote(shapes.configured(cte)), bare_query(text, dialect_name)) for cte, text in found.inlined]
    text = with_queries(bare_query(found.sql, dialect_name), ctes, dialect_name)
    strategy = project.models[name].model.strategy
    if isinstance(strategy, TimeInterval):
        number = grain_number(now, strategy.granularity)
        window = {START: grain_start(number, strategy.granularity), END: grain_start(number + 1, strategy.granularity)}
        return fill_instants(text, window)
    return text
