"""What a warm compile may keep.

A model is compiled again only if its own text, the meaning of a name it reads, or the schema of something it
reads has changed; a change stops where a schema comes out the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from rocky_core.compiler.reading_order import analysis_layers

_MOST_ROUNDS_PER_MODEL = 3  # Members of a circle would otherwise set each other off for ever.


class Known(Protocol):
    """What is remembered, or newly found out, of a compiled model."""

    @property
    def reads_models(self) -> tuple[str, ...]: ...
    @property
    def reads_tables(self) -> tuple[str, ...]: ...
    @property
    def schema_key(self) -> bytes: ...


KnownT = TypeVar("KnownT", bound=Known)


def renamed_readers(
    remembered: Mapping[str, Known],
    before: Mapping[str, tuple[str, str, str]],
    after: Mapping[str, tuple[str, str, str]],
) -> set[str]:
    """Models that read a name which has come to mean, or ceased to mean, a model; the mappings are name → target."""
    moved = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if not moved:
        return set()
    words = {name.lower() for name in moved}
    words.update(targets[name][2].lower() for targets in (before, after) for name in moved & targets.keys())
    return {
        name
        for name, known in remembered.items()
        if not moved.isdisjoint(known.reads_models) or any(_last_part(table) in words for table in known.reads_tables)
    }


def recompile_stale(
    stale: Iterable[str],
    remembered: Mapping[str, Known],
    guessed: Mapping[str, tuple[str, ...]],
    compile_layer: Callable[[Sequence[str]], Mapping[str, KnownT]],
) -> dict[str, KnownT]:
    """Compile the stale models and, as far as schemas really differ, their readers.

    `guessed` says what new texts read; `remembered` may hold models that are no more.
    """
    readers = _readers_of(remembered)
    made: dict[str, KnownT] = {}
    rounds: dict[str, int] = {}
    pending = set(stale)
    while pending:
        layer = analysis_layers({name: _reads(name, made, guessed, remembered) for name in pending})[0]
        before = {name: _schema_key(made.get(name) or remembered.get(name)) for name in layer}
        found = compile_layer(layer)
        pending.difference_update(layer)
        made.update(found)
        for name, known in found.items():
            rounds[name] = rounds.get(name, 0) + 1
            for upstream in known.reads_models:
                readers.setdefault(upstream, set()).add(name)
        differing = [name for name, known in found.items() if known.schema_key != before[name]]
        for name in differing:
            pending.update(r for r in readers.get(name, ()) if rounds.get(r, 0) < _MOST_ROUNDS_PER_MODEL and r != name)
    return made


def _reads(
    name: str, made: Mapping[str, Known], guessed: Mapping[str, tuple[str, ...]], remembered: Mapping[str, Known]
) -> tuple[str, ...]:
    if name in made:
        return made[name].reads_models
    return guessed[name] if name in guessed else remembered[name].reads_models


def _readers_of(remembered: Mapping[str, Known]) -> dict[str, set[str]]:
    readers: dict[str, set[str]] = {}
    for name, known in remembered.items():
        for upstream in known.reads_models:
            readers.setdefault(upstream, set()).add(name)
    return readers


def _schema_key(known: Known | None) -> bytes | None:
    return known.schema_key if known is not None else None


def _last_part(table: str) -> str:
    return table.rsplit(".", 1)[-1].strip('"`').lower()
