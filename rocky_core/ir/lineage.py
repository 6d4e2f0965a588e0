"""Which columns a column is made of."""

from __future__ import annotations

from msgspec import Struct


class ColumnRef(Struct, frozen=True, order=True):
    """A column of a model, or of an external table under the name the SQL gives it."""

    model: str
    column: str


class Edge(Struct, frozen=True):
    """The target column is computed from the source column.

    `transform` is `direct`, `cast`, `try_cast`, `aggregation: f` for a function, or `expression`.
    """

    source: ColumnRef
    target: ColumnRef
    transform: str
