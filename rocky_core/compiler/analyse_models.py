"""Analyses all models, each after those it reads, whoever does the work of one layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from rocky_core.compiler.reading_order import Readable, analysis_layers, guess_dependencies


class Analysed(Protocol):
    """What the order of analysis needs of an analysed model."""

    @property
    def reads_models(self) -> tuple[str, ...]: ...


AnalysedT = TypeVar("AnalysedT", bound=Analysed)


def analyse_models(
    models: Iterable[Readable], analyse_layer: Callable[[Sequence[str]], Mapping[str, AnalysedT]]
) -> dict[str, AnalysedT]:
    """Analyse every model after those it reads; those that were reached before what they read, once more.

    `analyse_layer` gets models that read only models of earlier calls, and remembers their schemas.
    """
    guessed = guess_dependencies(models)
    layers = analysis_layers(guessed)
    facts: dict[str, AnalysedT] = {}
    for layer in layers:
        facts.update(analyse_layer(layer))
    too_early = _read_too_early(layers, facts)
    if too_early:
        exact = {name: facts[name].reads_models for name in _with_readers(too_early, facts)}
        for layer in analysis_layers(exact):
            facts.update(analyse_layer(layer))
    return {name: facts[name] for name in guessed}


def _read_too_early(layers: Iterable[Sequence[str]], facts: Mapping[str, Analysed]) -> set[str]:
    place = {name: number for number, layer in enumerate(layers) for name in layer}
    return {
        name
        for name, number in place.items()
        if any(place.get(dependency, -1) >= number for dependency in facts[name].reads_models)
    }


def _with_readers(names: set[str], facts: Mapping[str, Analysed]) -> set[str]:
    readers: dict[str, list[str]] = {}
    for name, found in facts.items():
        for dependency in found.reads_models:
            readers.setdefault(dependency, []).append(name)
    reached, frontier = set(names), list(names)
    while frontier:
        for reader in readers.get(frontier.pop(), ()):
            if reader not in reached:
                reached.add(reader)
                frontier.append(reader)
    return reached
