"""Joins compiled models into one project: the resolved graph, and the checks that need more than one model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rocky_core.compiler.checks import PROJECT_CHECKS
from rocky_core.compiler.resolve_dependencies import ResolvedGraph, find_graph_faults, resolve_dependencies
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dialects.base import Dialect
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, CompiledProject, ProjectSource

LinkModels = Callable[[ResolvedGraph], Mapping[str, CompiledModel]]
"""The compiled models with their resolved dependencies; they may be loaded only when asked for."""


def assemble_project(
    outlines: Mapping[str, ModelOutline],
    link_models: LinkModels,
    found: Mapping[str, Iterable[Diagnostic]],
    source: ProjectSource,
    dialect: Dialect,
) -> CompiledProject:
    """The project in the order of the files; findings on files first, then the graph, each model, the whole."""
    declared = {name: outline.declared for name, outline in outlines.items()}
    graph = resolve_dependencies(declared, {name: outline.reads for name, outline in outlines.items()})
    models = link_models(graph)
    diagnostics = (
        *source.findings,
        *find_graph_faults(declared, graph, source.seed_names, models),
        *(diagnostic for name in graph.order for diagnostic in found.get(name, ())),
        *(diagnostic for check in PROJECT_CHECKS for diagnostic in check(outlines, models, source, dialect)),
    )
    return CompiledProject(models, graph.depends_on, graph.order, graph.layers, diagnostics)
