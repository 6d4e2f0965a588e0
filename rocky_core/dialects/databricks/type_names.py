"""Databricks' type names, read and spelled."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from rocky_core.dialects.type_nodes import read_type
from rocky_core.ir import types
from rocky_core.ir.types import DataType, Decimal, IntegerLiteral, ListOf, MapOf, Scalar, StructOf, is_known

_KIND = exp.DType
_SCALARS: Final = {
    _KIND.BOOLEAN: types.BOOLEAN,
    _KIND.TINYINT: types.TINYINT,
    _KIND.SMALLINT: types.SMALLINT,
    _KIND.INT: types.INTEGER,
    _KIND.BIGINT: types.BIGINT,
    _KIND.FLOAT: types.FLOAT,
    _KIND.DOUBLE: types.DOUBLE,
    _KIND.TEXT: types.VARCHAR,
    _KIND.VARCHAR: types.VARCHAR,
    _KIND.CHAR: types.VARCHAR,
    _KIND.BINARY: types.BLOB,
    _KIND.DATE: types.DATE,
    _KIND.TIMESTAMPTZ: types.TIMESTAMP_TZ,
    _KIND.TIMESTAMPLTZ: types.TIMESTAMP_TZ,
    _KIND.TIMESTAMP: types.TIMESTAMP_TZ,
    _KIND.TIMESTAMPNTZ: types.TIMESTAMP,
    _KIND.VARIANT: types.VARIANT,
    _KIND.NULL: types.NULL,
    _KIND.GEOGRAPHY: types.GEOGRAPHY,
    _KIND.GEOMETRY: types.GEOMETRY,
}
_SPELLINGS: Final = {
    types.BOOLEAN: "boolean",
    types.TINYINT: "tinyint",
    types.SMALLINT: "smallint",
    types.INTEGER: "int",
    types.BIGINT: "bigint",
    types.FLOAT: "float",
    types.DOUBLE: "double",
    types.VARCHAR: "string",
    types.BLOB: "binary",
    types.DATE: "date",
    types.TIMESTAMP_TZ: "timestamp",
    types.TIMESTAMP: "timestamp_ntz",
    types.VARIANT: "variant",
    types.NULL: "void",
}
_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL: Final = re.compile(r"(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?(BD|[LSYFD])?", re.IGNORECASE)
_SUFFIXES: Final = {
    "L": types.BIGINT,
    "S": types.SMALLINT,
    "Y": types.TINYINT,
    "F": types.FLOAT,
    "D": types.DOUBLE,
}
MOST_DIGITS: Final = 38


def from_node(node: exp.DataType) -> DataType:
    """The type that a cast names; DECIMAL alone is DECIMAL(10,0)."""
    return read_type(node, _SCALARS, {_KIND.DECIMAL: _decimal})


def _decimal(parameters: tuple[int, ...]) -> DataType:
    precision, scale, *_ = (*parameters, *(10, 0)[len(parameters) :])
    return Decimal(precision, scale) if 0 <= scale <= precision <= MOST_DIGITS and precision else types.UNKNOWN


def spell(data_type: DataType) -> str | None:
    """The name as DESCRIBE prints it, in lower case; None for what is not (wholly) known."""
    if not is_known(data_type):
        return None
    match settle(data_type):
        case Decimal(precision, scale):
            return f"decimal({precision},{scale})"
        case ListOf(element, None):
            inner = spell(element)
            return inner and f"array<{inner}>"
        case MapOf(key, value):
            key_text, value_text = spell(key), spell(value)
            return f"map<{key_text},{value_text}>" if key_text and value_text else None
        case StructOf(fields):
            inside = [(_spell_name(field.name), spell(field.data_type)) for field in fields]
            known = all(text for _, text in inside)
            return f"struct<{','.join(f'{name}:{text}' for name, text in inside)}>" if known else None
        case Scalar(name) if name.startswith("INTERVAL_"):
            return name.lower().replace("_", " ")
        case Scalar() as scalar:
            return _SPELLINGS.get(scalar)
        case _:
            return None


def _spell_name(name: str) -> str:
    return name if _BARE.fullmatch(name) else "`" + name.replace("`", "``") + "`"


def number_literal(text: str) -> DataType:
    """Digits are INT, BIGINT or DECIMAL by size, a point makes a DECIMAL, an exponent a DOUBLE, a suffix decides."""
    found = _LITERAL.fullmatch(text.replace("_", ""))
    if found is None:
        return types.UNKNOWN
    whole, fraction, exponent, suffix = found.groups()
    if suffix and suffix.upper() in _SUFFIXES:
        return _SUFFIXES[suffix.upper()]
    if suffix is None and exponent is not None:
        return types.DOUBLE
    if suffix is None and fraction is None:
        return IntegerLiteral(int(whole))
    return _exact(whole, fraction or "", int(exponent or 0))


def _exact(whole: str, fraction: str, exponent: int) -> DataType:
    scale = max(len(fraction) - exponent, 0)
    digits = len((whole + fraction).lstrip("0")) + max(exponent - len(fraction), 0)
    precision = max(digits, scale, 1)
    return Decimal(precision, scale) if precision <= MOST_DIGITS else types.UNKNOWN


def settle(data_type: DataType) -> DataType:
    """The column type of a literal."""
    match data_type:
        case IntegerLiteral(value):
            if -(2**31) <= value < 2**31:
                return types.INTEGER
            return types.BIGINT if -(2**63) <= value < 2**63 else _exact(str(abs(value)), "", 0)
        case types.STRING_LITERAL:
            return types.VARCHAR
        case ListOf(element):
            return ListOf(settle(element))
        case MapOf(key, value):
            return MapOf(settle(key), settle(value))
        case StructOf(fields):
            return StructOf(tuple(types.Field(field.name, settle(field.data_type)) for field in fields))
        case _:
            return data_type
