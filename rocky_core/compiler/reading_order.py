"""A good order to analyse models in, guessed from the words of their SQL before anything is parsed.

The guess may hold too many edges (a column named like a model), never too few for models that are read by
their name or by their target's table name; what it gets wrong, `compile_project` finds out and does again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\w+")


class Readable(NamedTuple):
    """What the guess needs of a model."""

    name: str
    table: str
    sql: str
    depends_on: tuple[str, ...] = ()


def guess_dependencies(
    models: Iterable[Readable], all_names: Iterable[tuple[str, str]] | None = None
) -> dict[str, tuple[str, ...]]:
    """For each model the others whose name or table occurs as a word in its SQL.

    `all_names` are the name and table of every model of the project, where `models` are only some.
    """
    models = tuple(models)
    producers: dict[str, set[str]] = {}
    for name, table in all_names if all_names is not None else ((model.name, model.table) for model in models):
        producers.setdefault(name.lower(), set()).add(name)
        producers.setdefault(table.lower(), set()).add(name)
    known_words = producers.keys()
    guessed: dict[str, tuple[str, ...]] = {}
    for model in models:
        found: set[str] = set(model.depends_on)
        for word in known_words & set(_WORD.findall(model.sql.lower())):
            found |= producers[word]
        found.discard(model.name)
        guessed[model.name] = tuple(sorted(found))
    return guessed


def analysis_layers(dependencies: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Models in layers such that a layer reads earlier ones only; what a guessed cycle holds up is the last layer."""
    waiting: dict[str, int] = {}
    readers: dict[str, list[str]] = {}
    for name, upstream in dependencies.items():
        known = {dependency for dependency in upstream if dependency in dependencies and dependency != name}
        waiting[name] = len(known)
        for dependency in known:
            readers.setdefault(dependency, []).append(name)
    layer = sorted(name for name, count in waiting.items() if count == 0)
    found: list[tuple[str, ...]] = []
    placed: set[str] = set()
    while layer:
        found.append(tuple(layer))
        placed.update(layer)
        following: list[str] = []
        for name in layer:
            for reader in readers.get(name, ()):
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    following.append(reader)
        layer = sorted(following)
    held_up = tuple(sorted(waiting.keys() - placed))
    return (*found, held_up) if held_up else tuple(found)
