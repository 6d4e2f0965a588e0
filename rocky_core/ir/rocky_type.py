"""The coarse, warehouse-neutral types that contracts and the lineage JSON name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, assert_never

from msgspec import Struct

from rocky_core.ir import types
from rocky_core.ir.types import DataType, Decimal, EnumOf, IntegerLiteral, LambdaOf, ListOf, MapOf, Scalar, StructOf

PlainTimestamp = Literal["Timestamp", "TimestampNtz"]


class RockyType(Struct, frozen=True):
    """The coarse, warehouse-neutral type that contracts name."""

    name: str  # Int64, Decimal, Array, … or Unknown
    arguments: tuple[RockyType | int | tuple[str, RockyType], ...] = ()


UNKNOWN: Final = RockyType("Unknown")

_FAMILIES: Final = {
    types.BOOLEAN: "Boolean",
    types.TINYINT: "Int32",
    types.SMALLINT: "Int32",
    types.INTEGER: "Int32",
    types.UTINYINT: "Int32",
    types.USMALLINT: "Int32",
    types.UINTEGER: "Int64",
    types.BIGINT: "Int64",
    # Int64 is the family of all wide integers: SUM over integers is a HUGEINT on DuckDB, and a contract
    # that calls such a sum Int64 must hold on every warehouse.
    types.HUGEINT: "Int64",
    types.UBIGINT: "Int64",
    types.UHUGEINT: "Int64",
    types.FLOAT: "Float32",
    types.DOUBLE: "Float64",
    types.VARCHAR: "String",
    types.STRING_LITERAL: "String",
    types.UUID: "String",
    types.BLOB: "Binary",
    types.DATE: "Date",
    types.TIMESTAMP_TZ: "Timestamp",
    types.JSON: "Variant",
    types.VARIANT: "Variant",
}
_PLAIN_TIMESTAMPS: Final = types.TIMESTAMPS - {types.TIMESTAMP_TZ}


def coarse(data_type: DataType, *, plain_timestamp: PlainTimestamp = "Timestamp") -> RockyType:
    """The family of a warehouse type; Unknown for what is not known and for types no contract can name (TIME, …)."""
    match data_type:
        case Decimal(precision, scale):
            return RockyType("Decimal", (precision, scale))
        case ListOf(element):
            return RockyType("Array", (coarse(element, plain_timestamp=plain_timestamp),))
        case MapOf(key, value):
            inner = (coarse(part, plain_timestamp=plain_timestamp) for part in (key, value))
            return RockyType("Map", tuple(inner))
        case StructOf(fields):
            named = ((field.name, coarse(field.data_type, plain_timestamp=plain_timestamp)) for field in fields)
            return RockyType("Struct", tuple(named))
        case EnumOf():
            return RockyType("String")
        case IntegerLiteral(value):
            return RockyType("Int32" if -(2**31) <= value < 2**31 else "Int64")
        case LambdaOf(result):
            return coarse(result, plain_timestamp=plain_timestamp)
        case Scalar() if data_type in _PLAIN_TIMESTAMPS:
            return RockyType(plain_timestamp)
        case Scalar() if data_type in _FAMILIES:
            return RockyType(_FAMILIES[data_type])
        case _:
            return UNKNOWN


_DIGITS: Final = {"Int32": 10, "Int64": 19}  # How many an integer of the family may have.
_WIDER: Final = {
    frozenset({"Int32", "Int64"}): "Int64",
    frozenset({"Float32", "Float64"}): "Float64",
    frozenset({"Date", "Timestamp"}): "Timestamp",
    frozenset({"Date", "TimestampNtz"}): "TimestampNtz",
    frozenset({"Timestamp", "TimestampNtz"}): "Timestamp",
}


def common_supertype(left: RockyType, right: RockyType) -> RockyType | None:
    """The family that both fit without losing their meaning; None where there is none."""
    if left == right or right.name == "Unknown":
        return left
    if left.name == "Unknown":
        return right
    names = frozenset({left.name, right.name})
    if names in _WIDER:
        return RockyType(_WIDER[names])
    if names & {"Float32", "Float64"} and names & {*_DIGITS, "Decimal"}:
        return RockyType("Float64")
    if left.name == right.name == "Decimal":
        return _wider_decimal(_decimal_parts(left), _decimal_parts(right))
    if names & _DIGITS.keys() and "Decimal" in names:
        integer, decimal = (right, left) if left.name == "Decimal" else (left, right)
        precision, scale = _decimal_parts(decimal)
        return RockyType("Decimal", (max(precision, _DIGITS[integer.name]), scale))
    return None


def _decimal_parts(decimal: RockyType) -> tuple[int, int]:
    precision, scale = (argument for argument in decimal.arguments if isinstance(argument, int))
    return precision, scale


def _wider_decimal(left: tuple[int, int], right: tuple[int, int]) -> RockyType:
    return RockyType("Decimal", (max(left[0], right[0]), max(left[1], right[1])))


_DISPLAY_NAMES: Final = {
    "Boolean": "BOOL",
    "TimestampNtz": "TIMESTAMP_NTZ",
    "Unknown": "?",
}


def display(rocky_type: RockyType) -> str:
    """The spelling of the lineage and catalog JSON: `INT64`, `ARRAY<STRING>`, `?`."""
    name = _DISPLAY_NAMES.get(rocky_type.name, rocky_type.name.upper())
    if not rocky_type.arguments:
        return name
    inside = ",".join(_display_argument(argument) for argument in rocky_type.arguments)
    return f"{name}({inside})" if rocky_type.name == "Decimal" else f"{name}<{inside}>"


def _display_argument(argument: RockyType | int | tuple[str, RockyType]) -> str:
    match argument:
        case RockyType():
            return display(argument)
        case int():
            return str(argument)
        case (str(name), RockyType() as inner):
            return f"{name}:{display(inner)}"
        case _:
            assert_never(argument)


def debug(rocky_type: RockyType) -> str:
    """The spelling of messages: `Int64`, `Decimal { precision: 10, scale: 2 }`, `Array(String)`."""
    match rocky_type.name, rocky_type.arguments:
        case name, ():
            return name
        case "Decimal", (precision, scale):
            return f"Decimal {{ precision: {precision}, scale: {scale} }}"
        case "Struct", fields:
            return f"Struct {{ {', '.join(_debug_argument(field) for field in fields)} }}"
        case name, inner:
            return f"{name}({', '.join(_debug_argument(argument) for argument in inner)})"


def _debug_argument(argument: RockyType | int | tuple[str, RockyType]) -> str:
    match argument:
        case RockyType():
            return debug(argument)
        case int():
            return str(argument)
        case (str(name), RockyType() as inner):
            return f"{name}: {debug(inner)}"
        case _:
            assert_never(argument)


CONTRACT_TYPES: Final = (
    "Boolean",
    "Int32",
    "Int64",
    "Float32",
    "Float64",
    "Decimal",
    "String",
    "Binary",
    "Date",
    "Timestamp",
    "TimestampNtz",
    "Array",
    "Map",
    "Struct",
    "Variant",
)


def contract_type_exists(spelling: str) -> bool:
    """Whether a contract may name a type so."""
    return _read_contract_type(spelling) is not None


def contract_matches(spelling: str, rocky_type: RockyType) -> bool | None:
    """Whether a type keeps a contract's promise; None if the type is too little known to say.

    A bare `Decimal`, `Array`, `Map` or `Struct` matches every one of its kind.
    """
    promised = _read_contract_type(spelling)
    return False if promised is None else _compare(promised, rocky_type)


def _compare(promised: RockyType, found: RockyType) -> bool | None:
    if found.name == "Unknown":
        return None
    if promised.name != found.name:
        return False
    if not promised.arguments or promised.arguments == found.arguments:
        return True
    if len(promised.arguments) != len(found.arguments):
        return False
    verdicts = [_compare_argument(*pair) for pair in zip(promised.arguments, found.arguments, strict=True)]
    return False if False in verdicts else None if None in verdicts else True


def _compare_argument(
    promised: RockyType | int | tuple[str, RockyType], found: RockyType | int | tuple[str, RockyType]
) -> bool | None:
    match promised, found:
        case RockyType(), RockyType():
            return _compare(promised, found)
        case (str(name), RockyType() as inner), (str(other), RockyType() as other_inner):
            return _compare(inner, other_inner) if name.lower() == other.lower() else False
        case _:
            return promised == found


_INNER_NAMES: Final = {name.lower(): name for name in CONTRACT_TYPES} | {
    "bool": "Boolean",
    "timestamp_ntz": "TimestampNtz",
}
_DECIMAL: Final = re.compile(r"Decimal\(\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\)")
_DEEPEST_NESTING: Final = 32
_BRACKETED: Final = re.compile(r"(Array|Map|Struct)<(.*)>", re.DOTALL)


@lru_cache(maxsize=1024)
def _read_contract_type(spelling: str) -> RockyType | None:
    """The promised type; None for a spelling that is none. Names are case-sensitive outside of brackets."""
    text = spelling.strip()
    if text in CONTRACT_TYPES:
        return RockyType(text)
    if decimal := _DECIMAL.fullmatch(text):
        return RockyType("Decimal", (int(decimal[1]), int(decimal[2] or 0)))
    bracketed = _BRACKETED.fullmatch(text) if text.count("<") <= _DEEPEST_NESTING else None
    if bracketed is None:
        return None
    name, parts = bracketed[1], _split_arguments(bracketed[2])
    match name, len(parts):
        case ("Array", 1) | ("Map", 2):
            inner = [_read_inner_type(part) for part in parts]
            known = tuple(argument for argument in inner if argument is not None)
            return RockyType(name, known) if len(known) == len(inner) else None
        case "Struct", _:
            return _read_struct(parts)
        case _:
            return None


def _read_inner_type(text: str) -> RockyType | None:
    """A type inside of brackets, where the spelling of the lineage JSON is as good as the contract's."""
    word = re.match(r"\s*(\w+)", text)
    if word is None or word[1].lower() not in _INNER_NAMES:
        return None
    return _read_contract_type(_INNER_NAMES[word[1].lower()] + text[word.end() :])


def _read_struct(parts: tuple[str, ...]) -> RockyType | None:
    fields: list[tuple[str, RockyType]] = []
    for part in parts:
        name, colon, text = part.partition(":")
        inner = _read_inner_type(text)
        if not (colon and name.strip() and inner):
            return None
        fields.append((name.strip(), inner))
    return RockyType("Struct", tuple(fields))


def _split_arguments(text: str) -> tuple[str, ...]:
    """The parts between the commas that stand in no inner bracket."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return (*parts, text[start:])
