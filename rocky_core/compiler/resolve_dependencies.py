"""Joins declared and derived dependencies into one graph and finds what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import nearest
from rocky_core.ir.graph import Cycle, layers, topological_order
from rocky_core.ir.model import Model
from rocky_core.ir.project import CompiledModel


class ResolvedGraph(Struct, frozen=True):
    """Who depends on whom, in which order and layers; members of a cycle come last, as one layer."""

    depends_on: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    cycle: tuple[str, ...] = ()


def resolve_dependencies(declared: Mapping[str, Iterable[str]], derived: Mapping[str, Iterable[str]]) -> ResolvedGraph:
    """Declared dependencies first, then derived ones as they appear, each once; unknown names are left out."""
    depends_on = {
        name: tuple(d for d in dict.fromkeys((*wanted, *derived.get(name, ()))) if d in declared and d != name)
        for name, wanted in declared.items()
    }
    try:
        order = topological_order(depends_on)
    except Cycle as cycle:
        held_up = set(cycle.members)
        free = {name: upstream for name, upstream in depends_on.items() if name not in held_up}
        order = topological_order(free)
        return ResolvedGraph(
            depends_on,
            (*order, *sorted(held_up)),
            (*layers(free, order), tuple(sorted(held_up))),
            _only_cycle_members(cycle.members, depends_on),
        )
    return ResolvedGraph(depends_on, order, layers(depends_on, order))


def find_graph_faults(
    declared: Mapping[str, Iterable[str]],
    graph: ResolvedGraph,
    seed_names: Collection[str],
    models: Mapping[str, CompiledModel],
) -> tuple[Diagnostic, ...]:
    """E052 for every declared name that is no model or seed, E053 for every model on a cycle."""
    found: list[Diagnostic] = []
    on_cycle = set(graph.cycle)
    for model, wanted in declared.items():
        found.extend(
            codes.E052.found(
                model=model,
                message=f"unknown dependency '{name}' referenced by '{model}'",
                span=models[model].model.span_of("depends_on"),
                suggestion=_unknown_dependency_hint(name, graph, seed_names),
            )
            for name in wanted
            if name not in graph.depends_on and name not in seed_names
        )
        if model in on_cycle:
            found.append(
                codes.E053.found(
                    model=model,
                    message=f"circular dependency: {' → '.join(_walk_cycle(model, graph))}",
                    span=_place_of_read(models[model].model, _walk_cycle(model, graph)[1]),
                    suggestion="Break the circle: let one of these models read from a source or a new model instead.",
                )
            )
    return tuple(found)


def _unknown_dependency_hint(name: str, graph: ResolvedGraph, seed_names: Collection[str]) -> str:
    close = nearest(name, (*graph.depends_on, *seed_names))
    return f"did you mean '{close}'?" if close else "Name a model or seed of this project, or drop the entry."


def _only_cycle_members(held_up: Iterable[str], depends_on: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Drop the models that merely read from a cycle: peel off, again and again, those that nobody left reads."""
    members = dict.fromkeys(held_up)
    readers = dict.fromkeys(members, 0)
    for name in members:
        for dependency in depends_on[name]:
            if dependency in readers:
                readers[dependency] += 1
    unread = [name for name, count in readers.items() if count == 0]
    while unread:
        name = unread.pop()
        del members[name]
        for dependency in depends_on[name]:
            if dependency in members:
                readers[dependency] -= 1
                if readers[dependency] == 0:
                    unread.append(dependency)
    return tuple(members)


def _walk_cycle(start: str, graph: ResolvedGraph) -> tuple[str, ...]:
    members = set(graph.cycle)
    path, at = [start], start
    while True:
        onward = [dependency for dependency in graph.depends_on[at] if dependency in members]
        at = start if start in onward else onward[0]
        if at in path:
            return (*path, at)
        path.append(at)


def _place_of_read(model: Model, read: str) -> Span:
    """Where the SQL names what it reads; a dependency that only the sidecar declares is shown there."""
    if read in model.depends_on:
        return model.span_of("depends_on")
    found = re.search(rf"(?<!\w){re.escape(read)}(?!\w)", model.source.sql, re.IGNORECASE)
    return model.source.span_at(found.start(), len(read)) if found is not None else Span(model.file, 1, 1)
