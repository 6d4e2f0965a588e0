"""Walks column lineage through a whole project, towards the sources or towards the readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from rocky_core.ir.lineage import ColumnRef, Edge


class LineageIndex(Struct, frozen=True):
    """All edges of a project by the column they end in and by the column they start from."""

    by_target: Mapping[ColumnRef, tuple[Edge, ...]]
    by_source: Mapping[ColumnRef, tuple[Edge, ...]]

    def upstream(self, column: ColumnRef) -> tuple[Edge, ...]:
        """Every edge that leads to the column, nearest first, one branch after the other."""
        return _walk(column, self.by_target, towards_source=True)

    def downstream(self, column: ColumnRef) -> tuple[Edge, ...]:
        """Every edge that leads away from the column, nearest first, one branch after the other."""
        return _walk(column, self.by_source, towards_source=False)

    def consumers(self, column: ColumnRef) -> tuple[ColumnRef, ...]:
        """Every column computed from this one, directly or not; sorted."""
        return tuple(sorted({edge.target for edge in self.downstream(column)} - {column}))


def index_lineage(edges: Iterable[Edge]) -> LineageIndex:
    """Make the edges searchable from both ends."""
    by_target: dict[ColumnRef, list[Edge]] = {}
    by_source: dict[ColumnRef, list[Edge]] = {}
    for edge in edges:
        by_target.setdefault(edge.target, []).append(edge)
        by_source.setdefault(edge.source, []).append(edge)
    return LineageIndex(
        {column: tuple(found) for column, found in by_target.items()},
        {column: tuple(found) for column, found in by_source.items()},
    )


def _walk(start: ColumnRef, index: Mapping[ColumnRef, tuple[Edge, ...]], *, towards_source: bool) -> tuple[Edge, ...]:
    found: list[Edge] = []
    seen = {start}
    waiting = [start]
    while waiting:
        nexts: list[ColumnRef] = []
        for edge in index.get(waiting.pop(), ()):
            found.append(edge)
            other = edge.source if towards_source else edge.target
            if other not in seen:
                seen.add(other)
                nexts.append(other)
        waiting.extend(reversed(nexts))
    return tuple(found)
