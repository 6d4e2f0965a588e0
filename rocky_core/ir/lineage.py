"""Which columns a column is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ColumnRef:
    """A column of a model, or of an external table under the name the SQL gives it."""

    model: str
    column: str


@dataclass(frozen=True, slots=True)
class Edge:
    """The target column is computed from the source column.

    `transform` is `direct`, `cast`, `try_cast`, `aggregation: f` for a function, or `expression`.
    """

    source: ColumnRef
    target: ColumnRef
    transform: str
