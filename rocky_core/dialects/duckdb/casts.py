"""Which implicit casts DuckDB makes, what each costs the function binder, and how literals adapt."""

from __future__ import annotations

from typing import Final

from rocky_core.dialects.duckdb.type_names import TIMESTAMP_TZ_NS
from rocky_core.ir.types import (
    BIGINT,
    BIGNUM,
    DATE,
    DOUBLE,
    FLOAT,
    HUGEINT,
    INTEGER,
    INTEGERS,
    JSON,
    SIGNED_INTEGERS,
    SMALLINT,
    TIMESTAMP,
    TIMESTAMP_MS,
    TIMESTAMP_NS,
    TIMESTAMP_S,
    TIMESTAMP_TZ,
    TINYINT,
    UBIGINT,
    UHUGEINT,
    UINTEGER,
    UNKNOWN,
    UNSIGNED_INTEGERS,
    USMALLINT,
    UTINYINT,
    VARCHAR,
    DataType,
    Decimal,
    EnumOf,
    IntegerLiteral,
    LambdaOf,
    ListOf,
    MapOf,
    Scalar,
    StructOf,
    UnionOf,
)

ANY: Final = Scalar("ANY")
ANY_DECIMAL: Final = Scalar("DECIMAL")  # A parameter that takes a decimal of any precision.
GENERIC_NAMES: Final = frozenset({"ANY", "T", "K", "V"})

INTEGER_RANGES: Final[dict[DataType, tuple[int, int]]] = {
    TINYINT: (-(2**7), 2**7 - 1),
    SMALLINT: (-(2**15), 2**15 - 1),
    INTEGER: (-(2**31), 2**31 - 1),
    BIGINT: (-(2**63), 2**63 - 1),
    HUGEINT: (-(2**127), 2**127 - 1),
    UTINYINT: (0, 2**8 - 1),
    USMALLINT: (0, 2**16 - 1),
    UINTEGER: (0, 2**32 - 1),
    UBIGINT: (0, 2**64 - 1),
    UHUGEINT: (0, 2**128 - 1),
}

# The lower the cost of a target, the rather the binder casts to it. These are measured: a test orders
# overloaded macros by the overload that DuckDB chooses.
_TARGET_COSTS: Final[dict[DataType, int]] = {
    BIGINT: 101,
    INTEGER: 102,
    HUGEINT: 103,
    DOUBLE: 104,
    ANY_DECIMAL: 105,
    BIGNUM: 106,
    TIMESTAMP_NS: 119,
    TIMESTAMP: 120,
    TIMESTAMP_MS: 121,
    TIMESTAMP_S: 122,
    TIMESTAMP_TZ: 123,
    TIMESTAMP_TZ_NS: 124,
    VARCHAR: 149,
    JSON: 150,
}
_OTHER_COST: Final = 110
_NESTED_COST: Final = 160
_GENERIC_COST: Final = 5
_LITERAL_DISCOUNT: Final = 90
_STRING_LITERAL_COST: Final = 20

_INEXACT: Final = frozenset({FLOAT, DOUBLE, ANY_DECIMAL, BIGNUM})


def _integer_targets() -> dict[DataType, frozenset[DataType]]:
    targets: dict[DataType, frozenset[DataType]] = {}
    for family in (SIGNED_INTEGERS, UNSIGNED_INTEGERS):
        for at, source in enumerate(family):
            wider = {*family[at + 1 :], *(SIGNED_INTEGERS[at + 1 :] if family is UNSIGNED_INTEGERS else ())}
            targets[source] = frozenset(wider | _INEXACT)
    return targets


_TARGETS: Final[dict[DataType, frozenset[DataType]]] = {
    **_integer_targets(),
    BIGNUM: frozenset({DOUBLE}),
    FLOAT: frozenset({DOUBLE, BIGNUM}),
    DOUBLE: frozenset({BIGNUM}),
    ANY_DECIMAL: frozenset({FLOAT, DOUBLE}),
    DATE: frozenset({TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMP_TZ, TIMESTAMP_TZ_NS}),
    TIMESTAMP: frozenset({TIMESTAMP_NS, TIMESTAMP_TZ, TIMESTAMP_TZ_NS}),
    TIMESTAMP_S: frozenset({TIMESTAMP_NS, TIMESTAMP, TIMESTAMP_MS, TIMESTAMP_TZ, TIMESTAMP_TZ_NS}),
    TIMESTAMP_MS: frozenset({TIMESTAMP_NS, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_TZ_NS}),
    TIMESTAMP_NS: frozenset({TIMESTAMP}),
}


def cast_cost(source: DataType, target: DataType) -> int | None:
    """What it costs to pass a value of one type where a parameter wants another; None if it is not implicit."""
    if source in {target, UNKNOWN}:
        return 0
    if isinstance(target, Scalar) and target.name in GENERIC_NAMES:
        return None if isinstance(source, LambdaOf) else _GENERIC_COST
    match source:
        case IntegerLiteral(value):
            return _literal_cost(value, target)
        case Scalar("STRING_LITERAL"):
            return 1 if target == VARCHAR else _STRING_LITERAL_COST
        case Scalar("NULL"):
            return None if target == Scalar("LAMBDA") else target_cost(target)
        case Scalar("VARIANT"):
            return None if target == JSON else target_cost(target)
        case LambdaOf():
            return 0 if target == Scalar("LAMBDA") else None
        case Decimal():
            return _decimal_cost(target)
        case EnumOf() if isinstance(target, EnumOf) or target == Scalar("ENUM"):
            return 0
        case EnumOf():
            return 1 if target == JSON else target_cost(VARCHAR) if target == VARCHAR else None
        case ListOf() | StructOf() | MapOf() | UnionOf():
            return _nested_cost(source, target)
        case Scalar("JSON") if target == VARCHAR:
            return 1
        case _ if target == JSON:
            return target_cost(JSON) if source == VARCHAR else 0
        case _ if target in _TARGETS.get(source, ()):
            return target_cost(target)
        case _ if isinstance(target, Decimal) and source in INTEGERS:
            return target_cost(ANY_DECIMAL)
        case _:
            return None


def target_cost(target: DataType) -> int:
    """What a cast to this type costs where every cast is allowed."""
    if isinstance(target, ListOf | StructOf | MapOf | UnionOf) or target in {Scalar("STRUCT"), Scalar("TUPLE")}:
        return _NESTED_COST
    if isinstance(target, Decimal):
        target = ANY_DECIMAL
    return _TARGET_COSTS.get(target, _OTHER_COST)


def settle(data_type: DataType) -> DataType:
    """The type that an expression has once nothing more can adapt it."""
    match data_type:
        case IntegerLiteral(value):
            return integer_type(value)
        case Scalar("STRING_LITERAL"):
            return VARCHAR
        case ListOf(element, size):
            return ListOf(settle(element), size)
        case MapOf(key, value):
            return MapOf(settle(key), settle(value))
        case StructOf(fields):
            return StructOf(tuple(type(f)(f.name, settle(f.data_type)) for f in fields))
        case UnionOf(members):
            return UnionOf(tuple(type(m)(m.name, settle(m.data_type)) for m in members))
        case _:
            return data_type


def integer_type(value: int) -> DataType:
    """The type of an integer written in a query."""
    for candidate in (INTEGER, BIGINT, HUGEINT, UHUGEINT):
        if fits(value, candidate):
            return candidate
    return BIGNUM


def fits(value: int, target: DataType) -> bool:
    """Whether an integer lies in the range of an integer type."""
    low, high = INTEGER_RANGES[target]
    return low <= value <= high


def _literal_cost(value: int, target: DataType) -> int | None:
    own = integer_type(value)
    if own == target:
        return 0
    if target in INTEGER_RANGES and fits(value, target):
        return target_cost(target) - _LITERAL_DISCOUNT
    return cast_cost(own, target)


def _decimal_cost(target: DataType) -> int | None:
    if target in {ANY_DECIMAL, JSON}:
        return 0
    if isinstance(target, Decimal):
        return 0
    return target_cost(target) if target in _TARGETS[ANY_DECIMAL] else None


def _nested_cost(source: DataType, target: DataType) -> int | None:
    match source, target:
        case _, Scalar("JSON"):
            return 0
        case ListOf(element, size), ListOf(wanted, wanted_size):
            inner = cast_cost(element, wanted)
            loses_size = size is not None and wanted_size is None
            return None if inner is None else inner + (1 if loses_size else 0)
        case MapOf(key, value), MapOf(wanted_key, wanted_value):
            costs = (cast_cost(key, wanted_key), cast_cost(value, wanted_value))
            return None if None in costs else max(cost or 0 for cost in costs)
        case StructOf(fields), StructOf(wanted_fields) if len(fields) == len(wanted_fields):
            found = [cast_cost(f.data_type, w.data_type) for f, w in zip(fields, wanted_fields, strict=True)]
            return None if None in found else max((cost or 0 for cost in found), default=0)
        case StructOf(fields), Scalar("STRUCT"):
            return 0 if not fields or fields[0].name else None
        case StructOf(fields), Scalar("TUPLE"):
            return 0 if not fields or not fields[0].name else None
        case UnionOf(), Scalar("UNION"):
            return 0
        case _:
            return None
