"""The JSON of `lineage`, and the edges that other commands show too."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.results.wire import Answer, Record


class QualifiedColumn(Record, frozen=True, gc=False):
    """A column of a model or of an external table."""

    model: str
    column: str


class LineageEdge(Record, frozen=True, gc=False):
    """The target column is computed from the source column."""

    source: QualifiedColumn
    target: QualifiedColumn
    transform: str


class LineageColumn(Record, frozen=True, gc=False):
    """An output column; the type is the coarse one that contracts name."""

    name: str
    data_type: str | UnsetType = UNSET


class LineageNode(Record, frozen=True, gc=False):
    """An end of an edge: a model with its target, or an external table."""

    model: str
    target_schema: str | UnsetType = UNSET
    source_id: str | UnsetType = UNSET


class LineageAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky lineage MODEL`."""

    command: str = "lineage"
    model: str
    columns: tuple[LineageColumn, ...]
    upstream: tuple[str, ...]
    downstream: tuple[str, ...]
    edges: tuple[LineageEdge, ...]
    nodes: tuple[LineageNode, ...] | UnsetType = UNSET


class ColumnLineageAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky lineage MODEL.COLUMN`."""

    command: str = "lineage"
    model: str
    column: str
    direction: str
    trace: tuple[LineageEdge, ...]
    downstream_consumers: tuple[QualifiedColumn, ...] | UnsetType = UNSET


def to_column(ref: ColumnRef) -> QualifiedColumn:
    return QualifiedColumn(ref.model, ref.column)


def to_columns(refs: Iterable[ColumnRef]) -> tuple[QualifiedColumn, ...]:
    return tuple(map(to_column, refs))


def to_edges(edges: Iterable[Edge]) -> tuple[LineageEdge, ...]:
    """The published form of edges, in their order."""
    return tuple(LineageEdge(to_column(edge.source), to_column(edge.target), edge.transform) for edge in edges)
