"""Reads the components of a source out of its schema's name."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from rocky_core.config.schema_pattern import PatternMismatch, SchemaPattern, parse_schema_name
from rocky_core.ir.sources import DiscoveredSource


class MatchedSource(Struct, frozen=True):
    """A source whose name fits the pattern, with what each component stands for in it."""

    source: DiscoveredSource
    components: tuple[tuple[str, tuple[str, ...]], ...]


class UnmatchedSource(Struct, frozen=True):
    """A source that was found by its prefix but is named otherwise, and why."""

    source: DiscoveredSource
    reason: str


def match_sources(
    pattern: SchemaPattern, sources: Iterable[DiscoveredSource]
) -> tuple[tuple[MatchedSource, ...], tuple[UnmatchedSource, ...]]:
    """Those that fit the pattern and those that do not, each in the order given."""
    matched: list[MatchedSource] = []
    unmatched: list[UnmatchedSource] = []
    for source in sources:
        try:
            components = parse_schema_name(pattern, source.schema)
        except PatternMismatch as mismatch:
            unmatched.append(UnmatchedSource(source, mismatch.reason))
        else:
            matched.append(MatchedSource(source, tuple(components.items())))
    return tuple(matched), tuple(unmatched)
