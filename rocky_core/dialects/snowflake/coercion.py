"""Snowflake's common types and operators; numbers follow the documented precision rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import NullRule, Operand, Outcome
from rocky_core.dialects.snowflake.type_names import DECFLOAT, MOST_DIGITS, OBJECT, TIMESTAMP_LTZ, number, settle
from rocky_core.ir import types
from rocky_core.ir.types import UNKNOWN, DataType, Decimal, ListOf, MapOf, StructOf

_SCALE_LIMIT: Final = 12  # Multiplication and division do not go beyond it unless an operand does.
_DIVISION_PLACES: Final = 6
_TIMESTAMPS: Final = frozenset((types.TIMESTAMP, types.TIMESTAMP_TZ, TIMESTAMP_LTZ))
_NEVER_NULL: Final = frozenset(
    ("is", "is not", "is null", "is not null", "exists", "is distinct from", "is not distinct from")
)
_BOOLEAN: Final = frozenset(
    ("=", "==", "<>", "!=", "<", "<=", ">", ">=", "like", "ilike", "rlike", "regexp", "~", "in", "between", "and", "or",
     "not", "like any", "like all")
)  # fmt: skip
_SEMI_STRUCTURED: Final = frozenset((types.VARIANT, OBJECT))


def common_type(found: Sequence[DataType]) -> DataType:
    """The type all of them coerce to; UNKNOWN where it is not certain (text with numbers or dates)."""
    known = [settle(data_type) for data_type in found if data_type != types.NULL]
    if not known:
        return types.NULL if found else UNKNOWN
    result = known[0]
    for data_type in known[1:]:
        result = _wider(result, data_type)
    return result


def _wider(left: DataType, right: DataType) -> DataType:
    if left == right:
        return left
    match left, right:
        case Decimal(p1, s1), Decimal(p2, s2):
            scale, whole = max(s1, s2), max(p1 - s1, p2 - s2)
            return number(whole + scale, scale) if whole + scale <= MOST_DIGITS else UNKNOWN
        case (Decimal(), types.DOUBLE) | (types.DOUBLE, Decimal()):
            return types.DOUBLE
        case (types.DATE, other) | (other, types.DATE) if other in _TIMESTAMPS:
            return other
        case _:
            return UNKNOWN


def operator(symbol: str, operands: Sequence[Operand]) -> Outcome:
    """The result of an operator."""
    symbol = symbol.lower()
    if symbol in _NEVER_NULL:
        return Outcome(types.BOOLEAN, NullRule.NEVER)
    if symbol in _BOOLEAN and (symbol != "~" or len(operands) == 2):
        return Outcome(types.BOOLEAN)
    found = [settle(operand.data_type) for operand in operands]
    match symbol, found:
        case (("+" | "-"), [types.DATE, types.INTERVAL]):
            return Outcome(_date_and_interval(operands[1].constant))
        case (("+" | "-" | "*" | "/" | "%"), [left, right]):
            return Outcome(arithmetic(symbol, left, right))
        case (("+" | "-"), [only]):
            return Outcome(only if isinstance(only, Decimal) or only in {types.DOUBLE, DECFLOAT} else UNKNOWN)
        case "||", [left, right]:
            return Outcome(_joined(left, right))
        case (("[]" | "." | "->"), [container, *_]):
            return Outcome(_inside(container), NullRule.ALWAYS)
        case _:
            return Outcome(UNKNOWN, NullRule.ALWAYS)


def _inside(container: DataType) -> DataType:
    match container:
        case ListOf(element, None):
            return element
        case MapOf(_, value):
            return value
        case _:
            return types.VARIANT if container in _SEMI_STRUCTURED else UNKNOWN


def _joined(left: DataType, right: DataType) -> DataType:
    if UNKNOWN in {left, right} or {left, right} & {types.VARIANT, OBJECT}:
        return UNKNOWN
    if isinstance(left, ListOf | MapOf | StructOf) or isinstance(right, ListOf | MapOf | StructOf):
        return UNKNOWN
    if types.BLOB in {left, right}:
        return types.BLOB if left == right else UNKNOWN
    return types.VARCHAR


def arithmetic(symbol: str, left: DataType, right: DataType) -> DataType:
    """The result of arithmetic on stored types."""
    match left, right:
        case Decimal(), Decimal():
            return _exact(symbol, left, right)
        case ((Decimal() | types.DOUBLE), (Decimal() | types.DOUBLE)):
            return types.DOUBLE
        case types.DATE, Decimal(_, 0) if symbol in "+-":
            return types.DATE
        case Decimal(_, 0), types.DATE if symbol == "+":
            return types.DATE
        case other, types.INTERVAL if symbol in "+-" and other in _TIMESTAMPS:
            return other
        case _:
            return UNKNOWN


def _date_and_interval(unit: object) -> DataType:
    """A DATE stays one by whole days and becomes TIMESTAMP_NTZ by hours."""
    if not isinstance(unit, str):
        return UNKNOWN
    return types.DATE if unit.removesuffix("s") in _WHOLE_DAYS else types.TIMESTAMP


_WHOLE_DAYS: Final = frozenset(("year", "quarter", "month", "week", "day"))


def _exact(symbol: str, left: Decimal, right: Decimal) -> DataType:
    """Leading digits and scale by the documented rules, at most 38 digits in all."""
    s1, s2 = left.scale, right.scale
    l1, l2 = left.precision - s1, right.precision - s2
    match symbol:
        case "+" | "-":
            scale, leading = max(s1, s2), max(l1, l2) + 1
        case "*":
            scale, leading = min(s1 + s2, max(s1, s2, _SCALE_LIMIT)), l1 + l2
        case "/":
            scale, leading = max(s1, min(s1 + _DIVISION_PLACES, _SCALE_LIMIT)), l1 + s2
        case _:
            return UNKNOWN
    return number(leading + scale, scale)
