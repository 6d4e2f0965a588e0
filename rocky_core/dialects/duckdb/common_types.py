"""The one type that holds values of several types: CASE, COALESCE, list literals, set operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.duckdb.casts import INTEGER_RANGES, cast_cost, fits, settle
from rocky_core.dialects.duckdb.type_names import TIMESTAMP_TZ_NS
from rocky_core.ir.types import (
    BIGINT,
    BIGNUM,
    BIT,
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    FLOAT,
    GEOMETRY,
    HUGEINT,
    INTEGER,
    INTEGERS,
    JSON,
    NULL,
    SIGNED_INTEGERS,
    SMALLINT,
    STRING_LITERAL,
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
    UUID,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    EnumOf,
    Field,
    IntegerLiteral,
    ListOf,
    MapOf,
    StructOf,
    UnionOf,
)

_DIGITS: Final[dict[DataType, int]] = {
    TINYINT: 3,
    UTINYINT: 3,
    SMALLINT: 5,
    USMALLINT: 5,
    INTEGER: 10,
    UINTEGER: 10,
    BIGINT: 19,
    UBIGINT: 20,
    HUGEINT: 38,
    UHUGEINT: 38,
}
MAX_DECIMAL: Final = 38

# A signed and an unsigned integer of which neither holds the other meet one size up.
_ONE_SIZE_UP: Final = (
    ({BIGINT, UBIGINT}, HUGEINT),
    ({INTEGER, UINTEGER}, BIGINT),
    ({SMALLINT, USMALLINT}, INTEGER),
    ({TINYINT, UTINYINT}, SMALLINT),
)
_TIMES: Final = (DATE, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP, TIMESTAMP_NS)
_STRONGER_THAN_TEXT: Final = frozenset({UUID, BIGNUM, BLOB, BIT, GEOMETRY})
_NESTED: Final = (StructOf, ListOf, MapOf)
_ZONED: Final = frozenset({TIMESTAMP_TZ, TIMESTAMP_TZ_NS})


def common_type(types: Sequence[DataType]) -> DataType:
    """The type that all of them become, in the order DuckDB meets them; UNKNOWN if there is none."""
    if not types:
        return UNKNOWN
    found = types[0]
    for data_type in types[1:]:
        found = meet(found, data_type)
    return settle(found)


def meet(left: DataType, right: DataType) -> DataType:
    """The type that two become; UNKNOWN if DuckDB asks for an explicit cast or a part is not known."""
    if left == right:
        return settle(left)
    if UNKNOWN in {left, right}:
        return UNKNOWN
    # A literal that has met something, even NULL, adapts no more.
    if left == NULL:
        return settle(right)
    if right == NULL:
        return settle(left)
    for one, other in ((left, right), (right, left)):
        if one == JSON:
            return JSON
        if one == VARIANT and other != JSON:
            return VARIANT
    for one, other in ((left, right), (right, left)):
        adapted = _adapt(one, other)
        if adapted is not None:
            return adapted
    return _meet_settled(left, right)


def as_decimal(data_type: DataType) -> Decimal | None:
    """The decimal that holds every value of an exact number type."""
    data_type = settle(data_type) if isinstance(data_type, IntegerLiteral) else data_type
    if isinstance(data_type, Decimal):
        return data_type
    digits = _DIGITS.get(data_type)
    return None if digits is None else Decimal(digits, 0)


def _adapt(literal: DataType, other: DataType) -> DataType | None:
    """What a literal becomes beside another type; None if it is no literal or keeps its own type."""
    match literal:
        case IntegerLiteral(value):
            if other in INTEGER_RANGES and fits(value, other):
                return other
            if isinstance(other, IntegerLiteral):
                return meet(settle(literal), settle(other))
            return None if other == STRING_LITERAL else meet(settle(literal), other)
        case _ if literal == STRING_LITERAL:
            match other:
                case EnumOf():
                    return VARCHAR
                case UnionOf():
                    return meet(VARCHAR, other)
                case _:
                    return settle(other)
        case _:
            return None


def _meet_settled(left: DataType, right: DataType) -> DataType:
    if left in INTEGERS and right in INTEGERS:
        return _meet_integers(left, right)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, UnionOf) and not isinstance(other, UnionOf):
            return one if any(meet(m.data_type, other) == m.data_type for m in one.members) else UNKNOWN
    for one, other in ((left, right), (right, left)):
        if one == BOOLEAN and other in INTEGERS:
            return other
        if one == VARCHAR:
            # CASE and COALESCE refuse most of these, set operations do not.
            return other if other in _STRONGER_THAN_TEXT else UNKNOWN if isinstance(other, _NESTED) else VARCHAR
        if one == FLOAT and (other in INTEGERS or isinstance(other, Decimal)):
            return FLOAT
        if one == DOUBLE and (other in INTEGERS or isinstance(other, Decimal) or other in {FLOAT, BIGNUM}):
            return DOUBLE
        if one == BIGNUM and (other in INTEGERS or other == FLOAT):
            return BIGNUM
        if one in _ZONED and other in _TIMES:
            return one if other != TIMESTAMP_NS else UNKNOWN
    if isinstance(left, EnumOf) and isinstance(right, EnumOf):
        return VARCHAR
    if left in _TIMES and right in _TIMES:
        return max(left, right, key=_TIMES.index)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        both = isinstance(left, Decimal) and isinstance(right, Decimal)
        return _meet_decimals(as_decimal(left), as_decimal(right), both_decimal=both)
    return _meet_nested(left, right)


def _meet_integers(left: DataType, right: DataType) -> DataType:
    for family in (SIGNED_INTEGERS, UNSIGNED_INTEGERS):
        if left in family and right in family:
            return max(left, right, key=family.index)
    signed, unsigned = (left, right) if left in SIGNED_INTEGERS else (right, left)
    if SIGNED_INTEGERS.index(signed) > UNSIGNED_INTEGERS.index(unsigned):
        return signed
    for members, wider in _ONE_SIZE_UP:
        if signed in members or unsigned in members:
            return wider
    return DOUBLE


def _meet_decimals(left: Decimal | None, right: Decimal | None, *, both_decimal: bool) -> DataType:
    if left is None or right is None:
        return UNKNOWN
    scale = max(left.scale, right.scale)
    whole = max(left.precision - left.scale, right.precision - right.scale)
    if whole + scale > MAX_DECIMAL and both_decimal:
        # Two decimals keep the digits before the point, an integer beside a decimal does not.
        scale = MAX_DECIMAL - whole
    return Decimal(min(whole + scale, MAX_DECIMAL), scale)


def _meet_nested(left: DataType, right: DataType) -> DataType:
    match left, right:
        case ListOf(one, size), ListOf(other, other_size):
            if (size is None) != (other_size is None):
                return _meet_array_and_list(left, right)
            element = meet(one, other)
            return (
                UNKNOWN
                if element == UNKNOWN
                else ListOf(element, max(size, other_size) if size and other_size else None)
            )
        case MapOf(key, value), MapOf(other_key, other_value):
            both = (meet(key, other_key), meet(value, other_value))
            return UNKNOWN if UNKNOWN in both else MapOf(*both)
        case StructOf(), StructOf():
            return _meet_structs(left, right)
        case _:
            return UNKNOWN


def _meet_array_and_list(left: ListOf, right: ListOf) -> DataType:
    """The one that the other casts to more cheaply."""
    to_right, to_left = cast_cost(left, right), cast_cost(right, left)
    if to_right is None and to_left is None:
        element = meet(left.element, right.element)
        return UNKNOWN if element == UNKNOWN else ListOf(element)
    if to_left is None:
        return right
    return left if to_right is None or to_left <= to_right else right


def _meet_structs(left: StructOf, right: StructOf) -> DataType:
    """Fields of the same name meet, the others of both are kept; without names they meet by position."""
    if not all(field.name for field in (*left.fields, *right.fields)):
        if len(left.fields) != len(right.fields):
            return UNKNOWN
        pairs = zip(left.fields, right.fields, strict=True)
        fields = [Field(one.name or other.name, meet(one.data_type, other.data_type)) for one, other in pairs]
    else:
        others = {field.name.lower(): field for field in right.fields}
        fields = []
        for one in left.fields:
            match_ = others.pop(one.name.lower(), None)
            fields.append(one if match_ is None else Field(one.name, meet(one.data_type, match_.data_type)))
        fields.extend(others.values())
    return UNKNOWN if any(field.data_type == UNKNOWN for field in fields) else StructOf(tuple(fields))
