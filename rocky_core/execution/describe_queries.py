"""Asks the warehouse what queries yield whose columns the compiler does not know, so that drift is seen there too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.placeholders import END, START, fill_texts
from rocky_core.dialects.statements.query_text import bare_query, with_queries
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import ObjectNotFound, QueryRejected
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.strategy import DeleteInsert, Incremental, Merge, Microbatch, TimeInterval
from rocky_core.ir.types import is_known
from rocky_core.ir.world import ObservedColumn, ObservedWorld
from rocky_core.planning.model_queries import ModelQueries
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.ports.warehouse import Warehouse

_SOME_INSTANT: Final = "1900-01-01 00:00:00"


def describe_queries(
    project: CompiledProject, names: Sequence[str], world: ObservedWorld, options: PlanOptions, warehouse: Warehouse
) -> Mapping[str, tuple[ObservedColumn, ...]]:
    """By model, what its query yields now; none of models whose columns are known or whose table is yet to be made.

    A query that the warehouse does not take is left to its run, which says what is wrong with it.
    """
    wanted = tuple(_in_doubt(project, names, world, options))
    if not wanted:
        return {}
    dialect, shapes = dialect_named(options.dialect_name), shapes_of(options.dialect_name)
    queries = ModelQueries(project, dialect, shapes, options.targets)
    described: dict[str, tuple[ObservedColumn, ...]] = {}
    for name in wanted:
        query = queries.query_of(name)
        inlined = [
            (shapes.quote(shapes.configured(read)), bare_query(text, dialect.sqlglot_name))
            for read, text in query.inlined
        ]
        sql = with_queries(bare_query(query.sql, dialect.sqlglot_name), inlined, dialect.sqlglot_name)
        try:
            described[name] = warehouse.describe_query(fill_texts(sql, {START: _SOME_INSTANT, END: _SOME_INSTANT}))
        except (ObjectNotFound, QueryRejected):
            continue
    return described


def _in_doubt(
    project: CompiledProject, names: Sequence[str], world: ObservedWorld, options: PlanOptions
) -> Iterator[str]:
    """Models that change rows of a table that is there, and of whose columns the compiler does not know all."""
    for name in names:
        compiled = project.models[name]
        facts = compiled.facts
        if isinstance(compiled.model.strategy, Incremental | Merge | DeleteInsert | TimeInterval | Microbatch):
            there = world.tables.get(options.targets.get(name, compiled.model.target))
            is_known_whole = facts.complete and all(is_known(column.data_type) for column in facts.columns)
            if there is not None and there.kind == "table" and not is_known_whole and facts.parsed:
                yield name
