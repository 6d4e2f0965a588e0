"""From a project's files, as read, to the compiled project, all in memory: the order of the passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rocky_core.compiler.analyse_models import analyse_models
from rocky_core.compiler.assemble_project import assemble_project
from rocky_core.compiler.catalog import Catalog
from rocky_core.compiler.compile_model import compile_model
from rocky_core.compiler.reading_order import Readable
from rocky_core.compiler.resolve_dependencies import ResolvedGraph
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, CompiledProject, ProjectSource
from rocky_core.ir.schema import RelationSchema
from rocky_core.ir.strategy import Ephemeral


def compile_project(source: ProjectSource, dialect: Dialect) -> CompiledProject:
    """Parse, bind and type every model after those it reads, check it, then check the project as a whole."""
    catalog = Catalog(source.models, source.source_schemas, dialect, source.recalled_schemas)
    by_name = {model.name: model for model in source.models}

    def analyse_layer(names: Sequence[str]) -> Mapping[str, ModelFacts]:
        found = {name: compile_model(by_name[name], dialect, catalog, source.rules) for name in names}
        for name, made in found.items():
            catalog.add(name, RelationSchema(name, made.columns, is_model=True, complete=made.complete))
        return found

    facts = analyse_models(map(readable, source.models), analyse_layer)

    def link_models(graph: ResolvedGraph) -> Mapping[str, CompiledModel]:
        return {name: CompiledModel(model, facts[name], graph.depends_on[name]) for name, model in by_name.items()}

    return assemble_project(
        {model.name: outline(model, facts[model.name]) for model in source.models},
        link_models,
        {name: made.diagnostics for name, made in facts.items()},
        source,
        dialect,
    )


def readable(model: Model) -> Readable:
    """What the guess at the reading order needs of a model."""
    return Readable(model.name, model.target.table, model.source.sql, model.depends_on)


def outline(model: Model, facts: ModelFacts) -> ModelOutline:
    """What the checks over the whole project need of a model."""
    return ModelOutline(
        name=model.name,
        file=model.file,
        target=model.target,
        is_ephemeral=isinstance(model.strategy, Ephemeral),
        has_star=facts.has_star,
        has_cost_budget=has_cost_budget(model),
        declared=model.depends_on,
        reads=facts.reads_models,
    )


def has_cost_budget(model: Model) -> bool:
    """Whether the model limits what its projected cost is held against."""
    budget = model.budget
    return budget is not None and (budget.max_usd is not None or budget.max_bytes_scanned is not None)
