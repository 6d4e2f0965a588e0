"""Which models a run is about: selectors such as `+orders`, `orders+` and `tag:nightly`, over the compiled graph.

Blanks (and repeated options) join selections, a comma without blanks keeps what both sides have:
`stg_orders+ tag:daily` is either, `stg_orders+,tag:daily` is both. A leading `+` adds everything that the model
reads, a trailing one everything that reads it. `tag:x` is every model with the tag x, `tag:x=y` those whose tag x
is y. Names count as written, or in any case where that is not ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.ir.project import CompiledProject

_TAG = "tag:"


class UnknownSelector(Struct, frozen=True):
    """A selector that means nothing in this project, and what may have been meant."""

    written: str
    message: str


class ChosenWork(Struct, frozen=True):
    """The chosen models, dependencies first; nobody should run them while there are unknown selectors."""

    models: tuple[str, ...]
    unknown: tuple[UnknownSelector, ...] = ()


def choose_work(project: CompiledProject, selections: Sequence[str] = ()) -> ChosenWork:
    """The models that the selections mean; all of them if there is no selection."""
    if not selections:
        return ChosenWork(_ordered(project, project.models))
    readers = _readers(project)
    chosen: set[str] = set()
    unknown: list[UnknownSelector] = []
    alternatives = [part for selection in selections for part in selection.split()]
    if not alternatives:
        unknown.append(UnknownSelector(selections[0], "an empty selection chooses no model"))
    for alternative in alternatives:
        parts = [_select(selector, project, readers) for selector in alternative.split(",")]
        unknown += (part for part in parts if isinstance(part, UnknownSelector))
        found = [part for part in parts if not isinstance(part, UnknownSelector)]
        both = frozenset.intersection(*found) if found else frozenset()
        if not both and len(found) == len(parts):
            unknown.append(UnknownSelector(alternative, f"no model is in all parts of '{alternative}'"))
        chosen |= both
    return ChosenWork(_ordered(project, chosen), tuple(dict.fromkeys(unknown)))


def _select(
    selector: str, project: CompiledProject, readers: Mapping[str, tuple[str, ...]]
) -> frozenset[str] | UnknownSelector:
    core = selector.removeprefix("+").removesuffix("+")
    named = _tagged(selector, core, project) if core.startswith(_TAG) else _named(selector, core, project)
    if isinstance(named, UnknownSelector):
        return named
    found = set(named)
    if selector.startswith("+"):
        found |= _reached(named, project.depends_on)
    if selector.endswith("+"):
        found |= _reached(named, readers)
    return frozenset(found & project.models.keys())


def _named(selector: str, name: str, project: CompiledProject) -> frozenset[str] | UnknownSelector:
    if name in project.models:
        return frozenset((name,))
    same = [known for known in project.models if known.lower() == name.lower()]
    if len(same) == 1:
        return frozenset(same)
    if not name:
        return UnknownSelector(selector, f"the selector '{selector}' names no model")
    return UnknownSelector(selector, f"there is no model '{name}'{did_you_mean(name, project.models)}")


def _tagged(selector: str, core: str, project: CompiledProject) -> frozenset[str] | UnknownSelector:
    key, has_value, value = core.removeprefix(_TAG).partition("=")
    tags = {name: compiled.model.tags for name, compiled in project.models.items()}
    having = {name: own[key] for name, own in tags.items() if key in own}
    if not having:
        known = {key for own in tags.values() for key in own}
        return UnknownSelector(selector, f"no model has the tag '{key}'{did_you_mean(key, sorted(known))}")
    if not has_value:
        return frozenset(having)
    found = frozenset(name for name, own in having.items() if own == value)
    if not found:
        hint = did_you_mean(value, sorted(set(having.values())))
        return UnknownSelector(selector, f"no model has the tag '{key}' with the value '{value}'{hint}")
    return found


def _readers(project: CompiledProject) -> Mapping[str, tuple[str, ...]]:
    readers: dict[str, list[str]] = {}
    for name, dependencies in project.depends_on.items():
        for dependency in dependencies:
            readers.setdefault(dependency, []).append(name)
    return {name: tuple(found) for name, found in readers.items()}


def _reached(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        for following in edges.get(waiting.pop(), ()):
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached


def _ordered(project: CompiledProject, chosen: Iterable[str]) -> tuple[str, ...]:
    """Dependencies first; models of a circle, which have no place in the order, at the end."""
    wanted = set(chosen)
    ordered = tuple(name for name in project.order if name in wanted)
    return (*ordered, *sorted(wanted.difference(ordered)))
