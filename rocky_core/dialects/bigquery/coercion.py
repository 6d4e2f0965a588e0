"""GoogleSQL's supertypes and operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import NullRule, Operand, Outcome
from rocky_core.dialects.bigquery.type_names import BIGNUMERIC, FLOAT_LITERAL, NUMERIC, settle
from rocky_core.ir import types
from rocky_core.ir.types import UNKNOWN, DataType, Field, ListOf, StructOf

_NUMBERS: Final = (types.BIGINT, NUMERIC, BIGNUMERIC, types.DOUBLE)  # Each coerces to those after it.
_DATES: Final = frozenset((types.DATE, types.TIMESTAMP, types.TIMESTAMP_TZ, types.TIME))
_NEVER_NULL: Final = frozenset(
    ("is", "is not", "is null", "is not null", "exists", "is distinct from", "is not distinct from")
)
_BOOLEAN: Final = frozenset(
    ("=", "==", "<>", "!=", "<", "<=", ">", ">=", "like", "not like", "in", "between", "and", "or", "not", "like any")
)


def common_type(found: Sequence[DataType]) -> DataType:
    """The supertype; UNKNOWN where there is none or it is not certain."""
    known = [data_type for data_type in found if data_type != types.NULL]
    if not known:
        return types.NULL if found else UNKNOWN
    typed = [data_type for data_type in known if data_type not in {types.STRING_LITERAL, FLOAT_LITERAL}]
    if not typed:
        return known[0] if len(set(known)) == 1 else UNKNOWN
    result = typed[0]
    for data_type in typed[1:]:
        result = _supertype(result, data_type)
    for literal in set(known) - set(typed):
        result = _with_literal(result, literal)
    return result


def _supertype(left: DataType, right: DataType) -> DataType:
    if left == right:
        return left
    if left in _NUMBERS and right in _NUMBERS:
        return max(left, right, key=_NUMBERS.index)
    match left, right:
        case ListOf(a), ListOf(b):
            return ListOf(a) if settle(a) == settle(b) else UNKNOWN
        case StructOf(a), StructOf(b) if len(a) == len(b):
            inside = [common_type((x.data_type, y.data_type)) for x, y in zip(a, b, strict=True)]
            if UNKNOWN in inside:
                return UNKNOWN
            return StructOf(tuple(Field(f.name, inner) for f, inner in zip(a, inside, strict=True)))
        case _:
            return UNKNOWN


def _with_literal(data_type: DataType, literal: DataType) -> DataType:
    """A text literal takes the type of dates and times it meets; a number with a point stays FLOAT64 for INT64."""
    if literal == types.STRING_LITERAL:
        return data_type if data_type == types.VARCHAR or data_type in _DATES else UNKNOWN
    return types.DOUBLE if data_type in {types.BIGINT, types.DOUBLE} else UNKNOWN


def operator(symbol: str, operands: Sequence[Operand]) -> Outcome:
    """The result of an operator."""
    symbol = symbol.lower()
    if symbol in _NEVER_NULL:
        return Outcome(types.BOOLEAN, NullRule.NEVER)
    if symbol in _BOOLEAN:
        return Outcome(types.BOOLEAN)
    found = [operand.data_type for operand in operands]
    match symbol, found:
        case (("+" | "-" | "*" | "/"), [left, right]):
            return Outcome(arithmetic(symbol, left, right))
        case (("+" | "-"), [only]):
            return Outcome(only if only == FLOAT_LITERAL or only in (*_NUMBERS, types.INTERVAL) else UNKNOWN)
        case "||", [left, right]:
            return Outcome(_joined(settle(left), settle(right)))
        case (("&" | "|" | "xor" | "<<" | ">>"), [types.BIGINT, types.BIGINT]):
            return Outcome(types.BIGINT)
        case "~", [types.BIGINT]:
            return Outcome(types.BIGINT)
        case "[]", [ListOf(element), *_]:
            return Outcome(element, NullRule.ALWAYS)
        case (("[]" | "."), [types.JSON, *_]):
            return Outcome(types.JSON, NullRule.ALWAYS)
        case _:
            return Outcome(UNKNOWN, NullRule.ALWAYS)


def arithmetic(symbol: str, left: DataType, right: DataType) -> DataType:
    """INT64 divides to FLOAT64; otherwise the wider of the two, and the rules of dates."""
    if left in (*_NUMBERS, FLOAT_LITERAL) and right in (*_NUMBERS, FLOAT_LITERAL):
        both = common_type((left, right))
        both = types.DOUBLE if both == FLOAT_LITERAL else both
        return types.DOUBLE if symbol == "/" and both == types.BIGINT else both
    match symbol, left, right:
        case (("+" | "-"), types.DATE, types.BIGINT):
            return types.DATE
        case "+", types.BIGINT, types.DATE:
            return types.DATE
        case "-", _, _ if left == right and left in {types.DATE, types.TIMESTAMP, types.TIMESTAMP_TZ}:
            return types.INTERVAL
        case (("+" | "-"), (types.DATE | types.TIMESTAMP), types.INTERVAL):
            return types.TIMESTAMP
        case "+", types.INTERVAL, (types.DATE | types.TIMESTAMP):
            return types.TIMESTAMP
        case (("+" | "-"), types.TIMESTAMP_TZ, types.INTERVAL):
            return types.TIMESTAMP_TZ
        case "+", types.INTERVAL, types.TIMESTAMP_TZ:
            return types.TIMESTAMP_TZ
        case (("+" | "-"), types.INTERVAL, types.INTERVAL):
            return types.INTERVAL
        case (("*" | "/"), types.INTERVAL, types.BIGINT):
            return types.INTERVAL
        case "*", types.BIGINT, types.INTERVAL:
            return types.INTERVAL
        case _:
            return UNKNOWN


def _joined(left: DataType, right: DataType) -> DataType:
    if left == right and (left in {types.VARCHAR, types.BLOB} or isinstance(left, ListOf)):
        return left
    return UNKNOWN
