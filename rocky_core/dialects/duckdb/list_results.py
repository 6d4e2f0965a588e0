"""The results of functions on lists and arrays that depend on their elements or on a lambda."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.common_types import common_type
from rocky_core.dialects.duckdb.operators import index_type, list_concatenation_type, slice_type
from rocky_core.dialects.duckdb.result_rules import Rule, types_of
from rocky_core.ir.types import (
    BOOLEAN,
    DOUBLE,
    JSON,
    NULL,
    UNKNOWN,
    VARCHAR,
    DataType,
    Decimal,
    Field,
    LambdaOf,
    ListOf,
    StructOf,
)


def _transform(operands: Sequence[Operand]) -> DataType | None:
    body = _lambda_result(operands)
    return None if body is None else ListOf(settle(body))


def _reduce(operands: Sequence[Operand]) -> DataType | None:
    return _lambda_result(operands) or UNKNOWN


def _lambda_result(operands: Sequence[Operand]) -> DataType | None:
    found = (operand.data_type for operand in operands)
    return next((data_type.result for data_type in found if isinstance(data_type, LambdaOf)), None)


def _concatenate(operands: Sequence[Operand]) -> DataType | None:
    return list_concatenation_type(types_of(operands))


def _concat(operands: Sequence[Operand]) -> DataType | None:
    types = types_of(operands)
    if any(isinstance(t, ListOf) for t in types):
        return list_concatenation_type(types)
    return UNKNOWN if UNKNOWN in types else VARCHAR


def _append(operands: Sequence[Operand]) -> DataType | None:
    return _joined(operands, item=1)


def _prepend(operands: Sequence[Operand]) -> DataType | None:
    return _joined(operands, item=0)


def _joined(operands: Sequence[Operand], item: int) -> DataType | None:
    if len(operands) != 2:
        return None
    types = types_of(operands)
    types[item] = ListOf(types[item])
    return list_concatenation_type(types)


def _push_front(operands: Sequence[Operand]) -> DataType | None:
    return _append(operands)


def _zip(operands: Sequence[Operand]) -> DataType | None:
    types = types_of(operands)
    if types and types[-1] == BOOLEAN:
        types.pop()
    elements = [t.element if isinstance(t, ListOf) else NULL if t == NULL else UNKNOWN for t in types]
    return ListOf(StructOf(tuple(Field("", settle(element)) for element in elements)))


def _array_value(operands: Sequence[Operand]) -> DataType | None:
    return ListOf(settle(common_type(types_of(operands))), len(operands)) if operands else None


def _list_of_all(operands: Sequence[Operand]) -> DataType | None:
    return ListOf(settle(common_type(types_of(operands))))


def _extract(operands: Sequence[Operand]) -> DataType | None:
    if len(operands) != 2 or operands[0].data_type == JSON:
        return None
    if operands[1].data_type == NULL and isinstance(operands[0].data_type, ListOf):
        return NULL
    return index_type(operands[0].data_type, operands[1].constant)


def _null_with_null(operands: Sequence[Operand]) -> DataType | None:
    """The list itself, but nothing at all where an argument is a bare NULL."""
    return NULL if NULL in types_of(operands) else None


def _slice(operands: Sequence[Operand]) -> DataType | None:
    return slice_type(operands[0].data_type) if operands else None


def _unnest(operands: Sequence[Operand]) -> DataType | None:
    found = operands[0].data_type if operands else UNKNOWN
    return found.element if isinstance(found, ListOf) else NULL if found == NULL else UNKNOWN


def _bins(operands: Sequence[Operand]) -> DataType | None:
    bound = settle(common_type(types_of(operands[:2])))
    return ListOf(DOUBLE if isinstance(bound, Decimal) else bound)


LIST_RESULTS: Final[dict[str, Rule]] = {
    **dict.fromkeys(("list_transform", "list_apply", "array_transform", "array_apply", "apply"), _transform),
    **dict.fromkeys(("list_reduce", "array_reduce", "reduce"), _reduce),
    **dict.fromkeys(("list_concat", "list_cat", "array_concat", "array_cat"), _concatenate),
    "concat": _concat,
    **dict.fromkeys(("list_append", "array_append", "array_push_back"), _append),
    **dict.fromkeys(("list_prepend", "array_prepend"), _prepend),
    "array_push_front": _push_front,
    **dict.fromkeys(("array_pop_back", "array_pop_front", "list_reverse", "array_reverse"), _slice),
    **dict.fromkeys(("list_zip", "array_zip"), _zip),
    "array_value": _array_value,
    "unpivot_list": _list_of_all,
    **dict.fromkeys(("list_extract", "list_element", "array_extract", "struct_extract", "union_extract"), _extract),
    "struct_extract_at": _extract,
    **dict.fromkeys(("list_slice", "array_slice"), _slice),
    **dict.fromkeys(
        (
            *("list_sort", "array_sort", "list_reverse_sort", "array_reverse_sort"),
            *("list_select", "array_select", "list_where", "array_where"),
        ),
        _null_with_null,
    ),
    "unnest": _unnest,
    "equi_width_bins": _bins,
}
