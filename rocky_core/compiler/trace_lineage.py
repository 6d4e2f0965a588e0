"""How the columns that a value is made of carry through the expressions around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rocky_core.compiler.scope import NO_SOURCES, Sources, Value
from rocky_core.ir.lineage import ColumnRef, Edge

DIRECT: Final = "direct"
CAST: Final = "cast"
TRY_CAST: Final = "try_cast"
EXPRESSION: Final = "expression"

_STRENGTH: Final = {DIRECT: 0, CAST: 1, TRY_CAST: 2, EXPRESSION: 3}
_FUNCTION_STRENGTH: Final = 4


def through_expression(values: Iterable[Value]) -> Sources:
    """An operator, CASE or the like: what a function was applied to keeps that function's name."""
    merged = merge(values)
    if not merged:
        return merged
    for transform in merged.values():
        if transform in _STRENGTH and transform != EXPRESSION:
            return {key: EXPRESSION if how in _STRENGTH else how for key, how in merged.items()}
    return merged


def through_function(name: str, values: Iterable[Value]) -> Sources:
    """A function call: the outermost function is what counts."""
    label = f"aggregation: {name}"
    merged: dict[tuple[str, str], str] = {}
    for value in values:
        if value.sources:
            merged.update(dict.fromkeys(value.sources, label))
    return merged or NO_SOURCES


def through_cast(value: Value, *, safe: bool) -> Sources:
    """A cast: visible only where nothing but casts happened; a safe one stays visible."""
    if not value.sources:
        return NO_SOURCES
    label = TRY_CAST if safe else CAST
    return {key: label if how == DIRECT or (how == CAST and safe) else how for key, how in value.sources.items()}


def merge(values: Iterable[Value]) -> Sources:
    """All sources together; of two ways from one column the stronger counts."""
    found = [value.sources for value in values if value.sources]
    if not found:
        return NO_SOURCES
    if len(found) == 1:
        return found[0]
    merged = dict(found[0])
    for sources in found[1:]:
        for key, how in sources.items():
            earlier = merged.get(key)
            if earlier is None or _strength(how) > _strength(earlier):
                merged[key] = how
    return merged


def edges_of(model: str, columns: Iterable[Value]) -> tuple[Edge, ...]:
    """The edges into a model's output columns, one per source and target."""
    edges: dict[tuple[tuple[str, str], str], Edge] = {}
    for column in columns:
        if not column.sources:
            continue
        target = ColumnRef(model, column.name)
        for key, how in column.sources.items():
            edge = edges.get((key, column.name))
            if edge is None or _strength(how) > _strength(edge.transform):
                edges[key, column.name] = Edge(ColumnRef(*key), target, how)
    return tuple(edges.values())


def _strength(transform: str) -> int:
    return _STRENGTH.get(transform, _FUNCTION_STRENGTH)
