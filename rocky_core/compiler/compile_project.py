"""From a project's files, as read, to the compiled project: the order of the passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rocky_core.compiler.analyse_models import analyse_models
from rocky_core.compiler.catalog import Catalog
from rocky_core.compiler.checks import PROJECT_CHECKS
from rocky_core.compiler.compile_model import compile_model
from rocky_core.compiler.reading_order import Readable
from rocky_core.compiler.resolve_dependencies import find_graph_faults, resolve_dependencies
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.project import CompiledModel, CompiledProject, ProjectSource


def compile_project(source: ProjectSource, dialect: Dialect) -> CompiledProject:
    """Parse, bind and type every model after those it reads, check it, then check the project as a whole."""
    catalog = Catalog(source.models, source.source_schemas, dialect)
    by_name = {model.name: model for model in source.models}

    def analyse_layer(names: Sequence[str]) -> Mapping[str, ModelFacts]:
        found = {name: compile_model(by_name[name], dialect, catalog, source.rules) for name in names}
        for facts in found.values():
            catalog.learn(facts)
        return found

    facts = analyse_models(map(readable, source.models), analyse_layer)
    return assemble_project(source, facts, dialect)


def readable(model: Model) -> Readable:
    """What the guess at the reading order needs of a model."""
    return Readable(model.name, model.target.table, model.source.sql, model.depends_on)


def assemble_project(source: ProjectSource, facts: Mapping[str, ModelFacts], dialect: Dialect) -> CompiledProject:
    """Join models and facts into one graph and run the checks that need more than one model."""
    graph = resolve_dependencies(
        {model.name: model.depends_on for model in source.models},
        {name: found.reads_models for name, found in facts.items()},
    )
    models = {
        model.name: CompiledModel(model, facts[model.name], graph.depends_on[model.name]) for model in source.models
    }
    diagnostics = (
        *source.findings,
        *find_graph_faults(source.models, graph, source.seed_names),
        *(diagnostic for name in graph.order for diagnostic in facts[name].diagnostics),
        *(diagnostic for check in PROJECT_CHECKS for diagnostic in check(models, source, dialect)),
    )
    return CompiledProject(models, graph.order, graph.layers, diagnostics)
