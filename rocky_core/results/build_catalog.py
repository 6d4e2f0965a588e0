"""The catalog of a project: what the compiler proved and what the state remembers, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import UNSET, Struct, field

from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.schema import Column, SourceSchemas
from rocky_core.ir.state import ModelExecution, table_key
from rocky_core.ir.strategy import MaterializedView, View, strategy_name
from rocky_core.ir.types import UNKNOWN, DataType
from rocky_core.ir.world import Watermark
from rocky_core.results.catalog import (
    CatalogAsset,
    CatalogColumn,
    CatalogEdge,
    CatalogFreshness,
    CatalogRecipe,
)

_OWNERS: Final = ("owner", "team")
SpellType = Callable[[DataType], str | None]


class LastBuild(Struct, frozen=True):
    """The newest execution of a model, and the run it belongs to."""

    run_id: str | None
    execution: ModelExecution


class Known(Struct, frozen=True):
    """What is known beside the compiled project: external tables, and what earlier runs left."""

    sources: SourceSchemas = field(default_factory=lambda: MappingProxyType({}))
    builds: Mapping[str, LastBuild] = field(default_factory=lambda: MappingProxyType({}))
    watermarks: Mapping[str, Watermark] = field(default_factory=lambda: MappingProxyType({}))


def catalog_assets(project: CompiledProject, known: Known, spell: SpellType) -> tuple[CatalogAsset, ...]:
    """Every external table that a model reads, then every model, each group by name."""
    readers: dict[str, list[str]] = {}
    tables: dict[str, list[str]] = {}
    for name in sorted(project.models):
        for read in project.depends_on.get(name, ()):
            readers.setdefault(read, []).append(name)
        for table in dict.fromkeys(project.models[name].facts.reads_tables):
            tables.setdefault(table, []).append(name)
    sources = (_source(table, tables[table], known.sources, spell) for table in sorted(tables))
    models = (_model(project.models[name], readers.get(name, ()), known, spell) for name in sorted(project.models))
    return (*sources, *models)


def catalog_edges(project: CompiledProject) -> tuple[CatalogEdge, ...]:
    """Column lineage, dependencies first."""
    return tuple(
        CatalogEdge(
            source_model=edge.source.model,
            source_column=edge.source.column,
            target_model=edge.target.model,
            target_column=edge.target.column,
            transform=edge.transform,
            confidence=_confidence(project.models[name].facts),
        )
        for name in project.order
        for edge in project.models[name].facts.edges
    )


def orphan_columns(project: CompiledProject) -> int:
    """Columns of models that come from no other column."""
    return sum(
        len({column.name for column in one.facts.columns} - {edge.target.column for edge in one.facts.edges})
        for one in project.models.values()
    )


def _confidence(facts: ModelFacts) -> str:
    """What a star stands for changes with its source; columns that are not all known may hide another parent."""
    if not facts.complete:
        return "Low"
    return "Medium" if facts.has_star else "High"


def _source(table: str, readers: Iterable[str], sources: SourceSchemas, spell: SpellType) -> CatalogAsset:
    columns = sources.get(tuple(part.lower() for part in table.split(".")), ())
    return CatalogAsset(
        fqn=table,
        model_name=table,
        kind="Source",
        columns=tuple(_column(column, None, spell) for column in columns),
        upstream_models=(),
        downstream_models=tuple(readers),
    )


def _model(compiled: CompiledModel, readers: Iterable[str], known: Known, spell: SpellType) -> CatalogAsset:
    model, facts = compiled.model, compiled.facts
    build = known.builds.get(model.name)
    watermark = known.watermarks.get(table_key(model.target))
    freshness = model.freshness
    return CatalogAsset(
        fqn=str(model.target),
        model_name=model.name,
        kind=_kind(model),
        columns=tuple(_column(column, model, spell) for column in facts.columns),
        upstream_models=compiled.depends_on,
        downstream_models=tuple(readers),
        intent=UNSET if model.intent is None else model.intent,
        last_materialized_at=UNSET if build is None else build.execution.finished_at,
        last_run_id=UNSET if build is None or build.run_id is None else build.run_id,
        recipe_identity=CatalogRecipe(facts.recipe_hash) if facts.recipe_hash else UNSET,
        strategy=strategy_name(model.strategy),
        owner=next((model.tags[key] for key in _OWNERS if key in model.tags), UNSET),
        tags=dict(model.tags) if model.tags else UNSET,
        freshness=UNSET
        if freshness is None
        else CatalogFreshness(max_lag_seconds=freshness.max_lag_seconds, time_column=freshness.time_column),
        last_status=UNSET if build is None else build.execution.status,
        last_row_count=UNSET
        if build is None or build.execution.rows_affected is None
        else build.execution.rows_affected,
        watermark=UNSET if watermark is None else watermark.last_value,
    )


def _kind(model: Model) -> str:
    if isinstance(model.strategy, MaterializedView) or model.table_format.format == "materialized_view":
        return "MaterializedView"
    if isinstance(model.strategy, View) or model.table_format.format == "view":
        return "View"
    return "Model"


def _column(column: Column, model: Model | None, spell: SpellType) -> CatalogColumn:
    descriptions = {} if model is None else {key.lower(): text for key, text in model.column_descriptions.items()}
    tags = {} if model is None else {key.lower(): tag for key, tag in model.classification.items()}
    name = column.name.lower()
    is_known = column.data_type != UNKNOWN
    return CatalogColumn(
        name=column.name,
        data_type=spell(column.data_type) if is_known else None,
        nullable=column.nullable if is_known else None,
        description=descriptions.get(name, UNSET),
        classification=tags.get(name, UNSET),
    )
