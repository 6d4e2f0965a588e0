"""Columns of tables and of query results."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rocky_core.ir.types import DataType


class Column(Struct, frozen=True):
    """One named, typed column."""

    name: str
    data_type: DataType
    nullable: bool = True


class RelationSchema(Struct, frozen=True):
    """What is known of a table that a model may read.

    `name` is the model's name, or the external table as the SQL spells it. Only a `complete` schema
    proves that a column is absent.
    """

    name: str
    columns: tuple[Column, ...]
    is_model: bool = False
    complete: bool = True


SourceSchemas = Mapping[tuple[str, ...], tuple[Column, ...]]
"""Known external tables, keyed by their lower-cased name parts (one, two or three of them)."""
