"""The columns of Databricks' functions in FROM and LATERAL VIEW."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import Dialect, Operand
from rocky_core.dialects.rules import type_at
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, INTEGER, VARCHAR, ListOf, MapOf, StructOf

_POSITION: Final = Column("pos", INTEGER)


def _explode(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
    match type_at(dialect, operands, 0):
        case ListOf(element):
            return (Column("col", element),)
        case MapOf(key, value):
            return (Column("key", key, nullable=False), Column("value", value))
        case _:
            return None


def _posexplode(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
    inner = _explode(dialect, operands)
    return None if inner is None else (_POSITION, *inner)


def _inline(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
    match type_at(dialect, operands, 0):
        case ListOf(StructOf(fields)):
            return tuple(Column(field.name, field.data_type) for field in fields)
        case _:
            return None


def _range(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...]:
    del dialect, operands
    return (Column("id", BIGINT, nullable=False),)


def _json_tuple(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...]:
    del dialect
    return tuple(Column(f"c{position}", VARCHAR) for position in range(len(operands) - 1))


TABLE_FUNCTIONS: Final = {
    "explode": _explode,
    "explode_outer": _explode,
    "posexplode": _posexplode,
    "posexplode_outer": _posexplode,
    "inline": _inline,
    "inline_outer": _inline,
    "range": _range,
    "json_tuple": _json_tuple,
}
