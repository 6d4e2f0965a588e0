"""Which type several types have in common, and what operators make of them (ANSI mode)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import NullRule, Operand, Outcome
from rocky_core.dialects.databricks.type_names import MOST_DIGITS, settle
from rocky_core.ir import types
from rocky_core.ir.types import (
    UNKNOWN,
    DataType,
    Decimal,
    Field,
    IntegerLiteral,
    ListOf,
    MapOf,
    Scalar,
    StructOf,
)

_INTEGER_DIGITS: Final[dict[DataType, int]] = {types.TINYINT: 3, types.SMALLINT: 5, types.INTEGER: 10, types.BIGINT: 20}
_INTEGERS: Final = tuple(_INTEGER_DIGITS)
_TAKES_TEXT: Final = frozenset((types.BOOLEAN, types.BLOB, types.DATE, types.TIMESTAMP, types.TIMESTAMP_TZ))
_LEAST_KEPT_SCALE: Final = 6
DAY_INTERVAL: Final = Scalar("INTERVAL_DAY")
DAY_TO_SECOND: Final = Scalar("INTERVAL_DAY_TO_SECOND")
_COMPARISONS: Final = frozenset(
    ("=", "==", "<>", "!=", "<", "<=", ">", ">=", "like", "ilike", "rlike", "regexp", "in", "between", "not like")
)
_TRUTH: Final = frozenset(("and", "or", "not", "xor", "is", "is not", "is null", "is not null", "exists"))


def common_type(found: Sequence[DataType]) -> DataType:
    """The least common type; UNKNOWN where it is not certain (text with anything else)."""
    settled = [settle(data_type) for data_type in found]
    known = [data_type for data_type in settled if data_type != types.NULL]
    if not known:
        return types.NULL if settled else UNKNOWN
    result = known[0]
    if types.VARCHAR in known and len(set(known)) > 1:
        return _with_text([data_type for data_type in known if data_type != types.VARCHAR])
    for data_type in known[1:]:
        result = _wider(result, data_type)
    return result


def _with_text(others: Sequence[DataType]) -> DataType:
    """Text becomes what it meets, whole numbers BIGINT and other numbers DOUBLE; with several kinds order matters."""
    kinds = set(others)
    if kinds <= set(_INTEGERS):
        return types.BIGINT
    numbers = {types.FLOAT, types.DOUBLE, *_INTEGERS}
    if all(isinstance(kind, Decimal) or kind in numbers for kind in kinds):
        return types.DOUBLE
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= _TAKES_TEXT else UNKNOWN


def _wider(left: DataType, right: DataType) -> DataType:
    if left == right:
        return left
    match left, right:
        case Decimal(p1, s1), Decimal(p2, s2):
            return _widest_decimal(p1, s1, p2, s2)
        case Decimal(p1, s1), Scalar() if right in _INTEGER_DIGITS:
            return _widest_decimal(p1, s1, _INTEGER_DIGITS[right], 0)
        case Scalar(), Decimal() if left in _INTEGER_DIGITS:
            return _wider(right, left)
        case ListOf(a, None), ListOf(b, None):
            inner = _wider_inside(a, b)
            return UNKNOWN if inner == UNKNOWN else ListOf(inner)
        case MapOf(k1, v1), MapOf(k2, v2):
            key, value = _wider_inside(k1, k2), _wider_inside(v1, v2)
            return UNKNOWN if UNKNOWN in {key, value} else MapOf(key, value)
        case StructOf(a), StructOf(b) if [f.name.lower() for f in a] == [f.name.lower() for f in b]:
            inside = [_wider_inside(x.data_type, y.data_type) for x, y in zip(a, b, strict=True)]
            if UNKNOWN in inside:
                return UNKNOWN
            return StructOf(tuple(Field(f.name, inner) for f, inner in zip(a, inside, strict=True)))
        case _:
            return _wider_scalar(left, right)


def _wider_inside(left: DataType, right: DataType) -> DataType:
    return common_type((left, right))


def _wider_scalar(left: DataType, right: DataType) -> DataType:
    pair = {left, right}
    if pair <= set(_INTEGERS):
        return max(pair, key=lambda data_type: _INTEGER_DIGITS[data_type])
    numbers = {types.FLOAT, types.DOUBLE, *_INTEGERS}
    if pair & {types.FLOAT, types.DOUBLE} and all(isinstance(t, Decimal) or t in numbers for t in pair):
        return types.FLOAT if pair == {types.FLOAT} else types.DOUBLE
    if pair <= {types.DATE, types.TIMESTAMP, types.TIMESTAMP_TZ}:
        return types.TIMESTAMP_TZ if types.TIMESTAMP_TZ in pair else types.TIMESTAMP
    return UNKNOWN


def _widest_decimal(p1: int, s1: int, p2: int, s2: int) -> DataType:
    """Enough digits on both sides of the point; UNKNOWN beyond 38, where versions differ in what they keep."""
    scale, whole = max(s1, s2), max(p1 - s1, p2 - s2)
    return Decimal(whole + scale, scale) if whole + scale <= MOST_DIGITS else UNKNOWN


def operator(symbol: str, operands: Sequence[Operand]) -> Outcome:
    """The result of an operator."""
    symbol = symbol.lower()
    if symbol in {
        "<=>",
        "is",
        "is not",
        "is null",
        "is not null",
        "exists",
        "is distinct from",
        "is not distinct from",
    }:
        return Outcome(types.BOOLEAN, NullRule.NEVER)
    found = [operand.data_type for operand in operands]
    if symbol == "xor" and all(settle(data_type) in _INTEGER_DIGITS for data_type in found):
        symbol = "^"
    if symbol in _COMPARISONS or symbol in _TRUTH or (symbol == "~" and len(found) == 2):
        return Outcome(types.BOOLEAN)
    match symbol, found:
        case (("+" | "-" | "*" | "/" | "%"), [left, right]):
            if types.INTERVAL in (left, right):
                return Outcome(_with_interval(symbol, operands))
            return Outcome(_arithmetic(symbol, left, right))
        case (("-" | "+"), [only]):
            return Outcome(_signed(symbol, only))
        case (("div" | "//"), [_, _]):
            return Outcome(types.BIGINT)
        case "||", [left, right]:
            return Outcome(_joined(settle(left), settle(right)))
        case (("&" | "|" | "^"), [left, right]):
            both = common_type((left, right))
            return Outcome(both if both in _INTEGER_DIGITS else UNKNOWN)
        case "~", [only]:
            return Outcome(settle(only) if settle(only) in _INTEGER_DIGITS else UNKNOWN)
        case ".", [ListOf(StructOf(fields), None), _]:
            return Outcome(_field_of_each(fields, operands[1]), NullRule.ALWAYS)
        case "[]", [container, *_]:
            return Outcome(_element(container), NullRule.ALWAYS)
        case _:
            return Outcome(UNKNOWN, NullRule.ALWAYS)


def _signed(symbol: str, data_type: DataType) -> DataType:
    if isinstance(data_type, IntegerLiteral):
        return IntegerLiteral(-data_type.value) if symbol == "-" else data_type
    return settle(data_type)


def _element(container: DataType) -> DataType:
    match container:
        case ListOf(element):
            return element
        case MapOf(_, value):
            return value
        case _:
            return UNKNOWN


def _field_of_each(fields: tuple[Field, ...], name: Operand) -> DataType:
    """A field of an array of structs: the array of that field."""
    wanted = str(name.constant).lower()
    return next((ListOf(field.data_type) for field in fields if field.name.lower() == wanted), UNKNOWN)


def _joined(left: DataType, right: DataType) -> DataType:
    if UNKNOWN in {left, right}:
        return UNKNOWN
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return common_type((left, right))
    if types.BLOB in {left, right}:
        return types.BLOB if left == right else types.VARCHAR
    nested = (ListOf, MapOf, StructOf)
    return UNKNOWN if isinstance(left, nested) or isinstance(right, nested) else types.VARCHAR


def _arithmetic(symbol: str, left: DataType, right: DataType) -> DataType:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        if {settle(left), settle(right)} & {types.FLOAT, types.DOUBLE, types.VARCHAR}:
            return types.DOUBLE
        one, other = _as_decimal(left), _as_decimal(right)
        return UNKNOWN if one is None or other is None else decimal_result(symbol, one, other)
    one_type, other_type = settle(left), settle(right)
    both = _wider_scalar(one_type, other_type) if one_type != other_type else one_type
    if both in _INTEGER_DIGITS or both in {types.FLOAT, types.DOUBLE}:
        return types.DOUBLE if symbol == "/" else both
    if types.VARCHAR in {one_type, other_type} and symbol in "+-*":
        number = common_type((one_type, other_type))
        return number if number in {types.BIGINT, types.DOUBLE} else UNKNOWN
    return _temporal(symbol, one_type, other_type)


def _as_decimal(data_type: DataType) -> Decimal | None:
    """A decimal that holds the operand; a literal brings just its own digits."""
    match data_type:
        case Decimal():
            return data_type
        case IntegerLiteral(value):
            return Decimal(len(str(abs(value))), 0)
        case _:
            digits = _INTEGER_DIGITS.get(data_type) if isinstance(data_type, Scalar) else None
            return None if digits is None else Decimal(digits, 0)


def decimal_result(symbol: str, left: Decimal, right: Decimal) -> DataType:
    """Spark's precision and scale, before and after fitting them into 38 digits."""
    p1, s1, p2, s2 = left.precision, left.scale, right.precision, right.scale
    match symbol:
        case "+" | "-":
            scale = max(s1, s2)
            return fitted(max(p1 - s1, p2 - s2) + scale + 1, scale)
        case "*":
            return fitted(p1 + p2 + 1, s1 + s2)
        case "/":
            scale = max(_LEAST_KEPT_SCALE, s1 + p2 + 1)
            return fitted(p1 - s1 + s2 + scale, scale)
        case "%":
            scale = max(s1, s2)
            return fitted(min(p1 - s1, p2 - s2) + scale, scale)
        case _:
            return UNKNOWN


def fitted(precision: int, scale: int) -> Decimal:
    """Beyond 38 digits the scale gives way, down to six places."""
    if precision <= MOST_DIGITS:
        return Decimal(precision, scale)
    whole = precision - scale
    return Decimal(MOST_DIGITS, max(MOST_DIGITS - whole, min(scale, _LEAST_KEPT_SCALE)))


def _temporal(symbol: str, left: DataType, right: DataType) -> DataType:
    instants = {types.TIMESTAMP, types.TIMESTAMP_TZ}
    match symbol:
        case "-" if left == right == types.DATE:
            return DAY_INTERVAL
        case "-" if {left, right} <= {*instants, types.DATE}:
            return DAY_TO_SECOND
        case "+" | "-" if left == types.DATE and right in {types.TINYINT, types.SMALLINT, types.INTEGER}:
            return types.DATE
        case "+" if right == types.DATE and left in {types.TINYINT, types.SMALLINT, types.INTEGER}:
            return types.DATE
        case _:
            return UNKNOWN


def _with_interval(symbol: str, operands: Sequence[Operand]) -> DataType:
    """Dates and timestamps plus or minus an INTERVAL whose unit is written."""
    moment, interval = operands if operands[1].data_type == types.INTERVAL else (operands[1], operands[0])
    if symbol not in "+-" or (symbol == "-" and interval is operands[0]):
        return UNKNOWN
    if moment.data_type in {types.TIMESTAMP, types.TIMESTAMP_TZ}:
        return moment.data_type
    unit = interval.constant
    if moment.data_type != types.DATE or not isinstance(unit, str):
        return UNKNOWN
    return types.DATE if unit.removesuffix("s") in _WHOLE_DAYS else types.TIMESTAMP_TZ


_WHOLE_DAYS: Final = frozenset(("year", "quarter", "month", "week", "day"))
