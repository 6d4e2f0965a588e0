"""BigQuery's type names, read and spelled."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from rocky_core.dialects.type_nodes import read_type
from rocky_core.ir import types
from rocky_core.ir.types import DataType, Decimal, ListOf, Scalar, StructOf, is_known

NUMERIC: Final = Decimal(38, 9)
BIGNUMERIC: Final = Decimal(76, 38)
# A number with a point is FLOAT64, yet it gives way to NUMERIC where it meets one.
FLOAT_LITERAL: Final = Scalar("FLOAT64_LITERAL")

_KIND = exp.DType
_SCALARS: Final = {
    _KIND.BOOLEAN: types.BOOLEAN,
    _KIND.TINYINT: types.BIGINT,
    _KIND.SMALLINT: types.BIGINT,
    _KIND.INT: types.BIGINT,
    _KIND.BIGINT: types.BIGINT,
    _KIND.DOUBLE: types.DOUBLE,
    _KIND.TEXT: types.VARCHAR,
    _KIND.VARCHAR: types.VARCHAR,
    _KIND.BINARY: types.BLOB,
    _KIND.VARBINARY: types.BLOB,
    _KIND.DATE: types.DATE,
    _KIND.TIME: types.TIME,
    _KIND.TIMESTAMP: types.TIMESTAMP,
    _KIND.DATETIME: types.TIMESTAMP,
    _KIND.TIMESTAMPTZ: types.TIMESTAMP_TZ,
    _KIND.INTERVAL: types.INTERVAL,
    _KIND.JSON: types.JSON,
    _KIND.GEOGRAPHY: types.GEOGRAPHY,
}
_SPELLINGS: Final = {
    types.BOOLEAN: "BOOL",
    types.BIGINT: "INT64",
    types.DOUBLE: "FLOAT64",
    types.VARCHAR: "STRING",
    types.BLOB: "BYTES",
    types.DATE: "DATE",
    types.TIME: "TIME",
    types.TIMESTAMP: "DATETIME",
    types.TIMESTAMP_TZ: "TIMESTAMP",
    types.INTERVAL: "INTERVAL",
    types.JSON: "JSON",
    types.GEOGRAPHY: "GEOGRAPHY",
}
_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INTEGER: Final = re.compile(r"\d+|0[xX][0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?")


def from_node(node: exp.DataType) -> DataType:
    """The type that a cast names; parameters limit what a column takes and are no part of the value's type."""
    decimals = {_KIND.DECIMAL: lambda _: NUMERIC, _KIND.BIGDECIMAL: lambda _: BIGNUMERIC}
    return read_type(node, _SCALARS, decimals)


def spell(data_type: DataType) -> str | None:
    """The name as INFORMATION_SCHEMA gives it; None for what is not (wholly) known."""
    if not is_known(data_type):
        return None
    match settle(data_type):
        case Decimal() as number if number in (NUMERIC, BIGNUMERIC):
            return "NUMERIC" if number == NUMERIC else "BIGNUMERIC"
        case ListOf(element, None):
            inner = spell(element)
            return inner and f"ARRAY<{inner}>"
        case StructOf(fields):
            inside = [(field.name, spell(field.data_type)) for field in fields]
            if not all(text for _, text in inside):
                return None
            return f"STRUCT<{', '.join(f'{_spell_name(name)} {text}'.strip() for name, text in inside)}>"
        case Scalar() as scalar:
            return _SPELLINGS.get(scalar)
        case _:
            return None


def _spell_name(name: str) -> str:
    return name if not name or _BARE.fullmatch(name) else f"`{name}`"


def number_literal(text: str) -> DataType:
    """Whole numbers are INT64, all others FLOAT64."""
    if _INTEGER.fullmatch(text):
        return types.BIGINT
    return FLOAT_LITERAL if _FLOAT.fullmatch(text) else types.UNKNOWN


def settle(data_type: DataType) -> DataType:
    """The column type of a literal; an untyped NULL becomes INT64."""
    match data_type:
        case types.STRING_LITERAL:
            return types.VARCHAR
        case types.NULL:
            return types.BIGINT
        case Scalar() if data_type == FLOAT_LITERAL:
            return types.DOUBLE
        case ListOf(element):
            return ListOf(settle(element))
        case StructOf(fields):
            return StructOf(tuple(types.Field(field.name, settle(field.data_type)) for field in fields))
        case _:
            return data_type
