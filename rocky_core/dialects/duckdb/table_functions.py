"""The columns of DuckDB's functions in FROM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.catalogue import overloads_of, relation_of, view_of
from rocky_core.dialects.duckdb.overloads import result_type
from rocky_core.dialects.duckdb.result_rules import types_of
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, BLOB, JSON, NULL, TIMESTAMP_TZ, UBIGINT, UNKNOWN, VARCHAR, DataType, ListOf

_JSON_ROWS: Final = (
    Column("key", VARCHAR),
    Column("value", JSON),
    Column("type", VARCHAR),
    Column("atom", JSON),
    Column("id", UBIGINT),
    Column("parent", UBIGINT),
    Column("fullkey", VARCHAR),
    Column("path", VARCHAR),
)


def _file_rows(content: DataType) -> tuple[Column, ...]:
    return (
        Column("filename", VARCHAR),
        Column("content", content),
        Column("size", BIGINT),
        Column("last_modified", TIMESTAMP_TZ),
    )


_FIXED: Final[dict[str, tuple[Column, ...]]] = {
    "json_each": _JSON_ROWS,
    "json_tree": _JSON_ROWS,
    "glob": (Column("file", VARCHAR),),
    "read_text": _file_rows(VARCHAR),
    "read_blob": _file_rows(BLOB),
}


def table_function(name: str, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
    """The columns a function in FROM yields; None where they depend on files or are not known."""
    name = name.lower()
    match name:
        case "range" | "generate_series":
            rows = result_type(overloads_of(name), types_of(operands))
            return (Column(name, _element(rows), nullable=False),)
        case "unnest":
            return (Column(name, settle(_element(operands[0].data_type))),) if operands else None
        case "repeat" if len(operands) == 2 and operands[0].constant is not None:
            return (Column(str(operands[0].constant), settle(operands[0].data_type), nullable=False),)
        case _:
            return _FIXED.get(name) or _relation(name)


def system_view(parts: Sequence[str]) -> tuple[Column, ...] | None:
    """The columns of a view that every database has, such as `information_schema.tables`; None if it is none."""
    lowered = [part.lower() for part in parts[-2:]]
    for schema in (lowered[:1],) if len(lowered) > 1 else (["main"], ["pg_catalog"]):
        found = view_of(".".join((*schema, lowered[-1])))
        if found:
            return tuple(Column(column, data_type) for column, data_type in found)
    return None


def _element(rows: DataType) -> DataType:
    return rows.element if isinstance(rows, ListOf) else NULL if rows == NULL else UNKNOWN


def _relation(name: str) -> tuple[Column, ...] | None:
    found = relation_of(name)
    return tuple(Column(column, data_type) for column, data_type in found) if found else None
