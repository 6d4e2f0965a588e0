"""Snowflake's type names, read and spelled."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from rocky_core.dialects.type_nodes import parameters_of, read_type
from rocky_core.ir import types
from rocky_core.ir.types import DataType, Decimal, IntegerLiteral, ListOf, MapOf, Scalar, StructOf, is_known

MOST_DIGITS: Final = 38
INTEGER: Final = Decimal(MOST_DIGITS, 0)  # INT, BIGINT and all the others are one type.
ARRAY: Final = ListOf(types.VARIANT)
OBJECT: Final = Scalar("OBJECT")
DECFLOAT: Final = Scalar("DECFLOAT")
TIMESTAMP_LTZ: Final = Scalar("TIMESTAMP_LTZ")  # An instant shown in the session's time zone.

_KIND = exp.DType
_SCALARS: Final = {
    _KIND.TINYINT: INTEGER,
    _KIND.SMALLINT: INTEGER,
    _KIND.INT: INTEGER,
    _KIND.BIGINT: INTEGER,
    _KIND.FLOAT: types.DOUBLE,
    _KIND.DOUBLE: types.DOUBLE,
    _KIND.DECFLOAT: DECFLOAT,
    _KIND.BOOLEAN: types.BOOLEAN,
    _KIND.TEXT: types.VARCHAR,
    _KIND.VARCHAR: types.VARCHAR,
    _KIND.CHAR: types.VARCHAR,
    _KIND.NCHAR: types.VARCHAR,
    _KIND.NVARCHAR: types.VARCHAR,
    _KIND.BINARY: types.BLOB,
    _KIND.VARBINARY: types.BLOB,
    _KIND.DATE: types.DATE,
    _KIND.TIME: types.TIME,
    # TIMESTAMP stands for what TIMESTAMP_TYPE_MAPPING says, which is TIMESTAMP_NTZ unless somebody changed it.
    _KIND.TIMESTAMP: types.TIMESTAMP,
    _KIND.DATETIME: types.TIMESTAMP,
    _KIND.TIMESTAMPNTZ: types.TIMESTAMP,
    _KIND.TIMESTAMPLTZ: TIMESTAMP_LTZ,
    _KIND.TIMESTAMPTZ: types.TIMESTAMP_TZ,
    _KIND.VARIANT: types.VARIANT,
    _KIND.OBJECT: OBJECT,
    _KIND.ARRAY: ARRAY,
    _KIND.GEOGRAPHY: types.GEOGRAPHY,
    _KIND.GEOMETRY: types.GEOMETRY,
}
_SPELLINGS: Final = {
    types.BOOLEAN: "BOOLEAN",
    types.DOUBLE: "FLOAT",
    types.VARCHAR: "VARCHAR",
    types.BLOB: "BINARY",
    types.DATE: "DATE",
    types.TIME: "TIME",
    types.TIMESTAMP: "TIMESTAMP_NTZ",
    types.TIMESTAMP_TZ: "TIMESTAMP_TZ",
    types.VARIANT: "VARIANT",
    types.GEOGRAPHY: "GEOGRAPHY",
    types.GEOMETRY: "GEOMETRY",
    TIMESTAMP_LTZ: "TIMESTAMP_LTZ",
    OBJECT: "OBJECT",
    DECFLOAT: "DECFLOAT",
}
_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_LITERAL: Final = re.compile(r"(\d*)(?:\.(\d*))?([eE][+-]?\d+)?")


def from_node(node: exp.DataType) -> DataType:
    """The type that a cast names; NUMBER alone is NUMBER(38,0)."""
    if node.this == _KIND.VECTOR:
        element = next((read_type(inner, _SCALARS, {}) for inner in node.expressions), types.UNKNOWN)
        sizes = parameters_of(node)
        return ListOf(types.FLOAT if element == types.DOUBLE else element, sizes[0]) if sizes else types.UNKNOWN
    return read_type(node, _SCALARS, {_KIND.DECIMAL: _decimal})


def _decimal(parameters: tuple[int, ...]) -> DataType:
    precision, scale, *_ = (*parameters, *(MOST_DIGITS, 0)[len(parameters) :])
    return number(precision, scale) if 0 < precision <= MOST_DIGITS and 0 <= scale <= precision else types.UNKNOWN


def number(precision: int, scale: int) -> Decimal:
    """NUMBER, at most 38 digits."""
    return Decimal(min(precision, MOST_DIGITS), scale)


def spell(data_type: DataType) -> str | None:
    """The name as DESCRIBE gives it, without lengths that a type does not carry; None for what is not known."""
    if not is_known(data_type):
        return None
    match settle(data_type):
        case Decimal(precision, scale):
            return f"NUMBER({precision},{scale})"
        case found if found == ARRAY:
            return "ARRAY"
        case ListOf(element, int(size)):
            return f"VECTOR({'FLOAT' if element == types.FLOAT else 'INT'}, {size})"
        case ListOf(element, None):
            inner = spell(element)
            return inner and f"ARRAY({inner})"
        case MapOf(key, value):
            key_text, value_text = spell(key), spell(value)
            return f"MAP({key_text}, {value_text})" if key_text and value_text else None
        case StructOf(fields):
            inside = [(field.name, spell(field.data_type)) for field in fields]
            known = all(text for _, text in inside)
            return f"OBJECT({', '.join(f'{_spell_name(name)} {text}' for name, text in inside)})" if known else None
        case Scalar() as scalar:
            return _SPELLINGS.get(scalar)
        case _:
            return None


def _spell_name(name: str) -> str:
    return name if _BARE.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def number_literal(text: str) -> DataType:
    """Exactly the digits that are written; an exponent makes a FLOAT."""
    found = _LITERAL.fullmatch(text)
    if found is None:
        return types.UNKNOWN
    whole, fraction, exponent = found.groups()
    if exponent is not None:
        return types.DOUBLE
    if not fraction:
        return IntegerLiteral(int(whole))
    scale = len(fraction)
    return number(len(whole.lstrip("0") or "0") + scale, scale) if scale < MOST_DIGITS else types.UNKNOWN


def settle(data_type: DataType) -> DataType:
    """The column type of a literal; an untyped NULL becomes VARCHAR."""
    match data_type:
        case IntegerLiteral(value):
            return number(len(str(abs(value))), 0)
        case types.STRING_LITERAL | types.NULL:
            return types.VARCHAR
        case ListOf(element, None):
            return ListOf(settle(element))
        case MapOf(key, value):
            return MapOf(settle(key), settle(value))
        case StructOf(fields):
            return StructOf(tuple(types.Field(field.name, settle(field.data_type)) for field in fields))
        case _:
            return data_type
