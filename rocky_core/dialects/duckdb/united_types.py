"""The type of a set operation's column, which exists even where CASE would ask for an explicit cast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.common_types import meet
from rocky_core.dialects.duckdb.type_names import TIMESTAMP_TZ_NS
from rocky_core.ir.types import (
    BIGNUM,
    BIT,
    BLOB,
    BOOLEAN,
    DATE,
    GEOMETRY,
    INTERVAL,
    TIME,
    TIME_NS,
    TIME_TZ,
    TIMESTAMP,
    TIMESTAMP_MS,
    TIMESTAMP_NS,
    TIMESTAMP_S,
    TIMESTAMP_TZ,
    UNKNOWN,
    UUID,
    VARCHAR,
    DataType,
    EnumOf,
    Field,
    ListOf,
    MapOf,
    StructOf,
    UnionOf,
    is_known,
)

# Of two types that have nothing in common the later one wins, of two of the same rank the first.
_RANKS: Final[tuple[tuple[DataType, ...], ...]] = (
    (TIME, TIME_TZ),
    (TIME_NS,),
    (DATE, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP, TIMESTAMP_TZ),
    (TIMESTAMP_NS, TIMESTAMP_TZ_NS),
    (INTERVAL,),
    (BIT,),
    (BLOB,),
    (UUID,),
    (BIGNUM,),
    (GEOMETRY,),
)
_RANK: Final = {data_type: rank for rank, group in enumerate(_RANKS, start=2) for data_type in group} | {BOOLEAN: 0}
_NUMBER_RANK: Final = 1
_STRUCT_RANK, _LIST_RANK, _MAP_RANK = (len(_RANKS) + 2 + further for further in range(3))


def united_type(types: Sequence[DataType]) -> DataType:
    """The type of a column whose values have these types, in the order of the branches; UNKNOWN if one is not known."""
    if not types:
        return UNKNOWN
    found = types[0]
    for data_type in types[1:]:
        found = _united(found, data_type)
    return settle(found)


def _united(left: DataType, right: DataType) -> DataType:
    if not (is_known(left) and is_known(right)):
        return UNKNOWN
    left, right = settle(left), settle(right)
    found = _united_lists(left, right) if isinstance(left, ListOf) and isinstance(right, ListOf) else meet(left, right)
    return found if is_known(found) else _forced(left, right)


def _united_lists(left: ListOf, right: ListOf) -> DataType:
    if (left.size is None) == (right.size is None):
        return meet(left, right)
    return meet(left, right) if is_known(meet(left.element, right.element)) and not _texts_differ(left, right) else left


def _texts_differ(left: ListOf, right: ListOf) -> bool:
    """Whether one holds texts and the other does not, so that neither casts to the other by itself."""
    return (left.element == VARCHAR) is not (right.element == VARCHAR)


def _forced(left: DataType, right: DataType) -> DataType:
    """The type of two that do not meet."""
    match left, right:
        case (EnumOf(), _) | (_, EnumOf()):
            return _united(*(VARCHAR if isinstance(each, EnumOf) else each for each in (left, right)))
        case (UnionOf(), _) | (_, UnionOf()):
            return UNKNOWN
        case ListOf(one, None), ListOf(other, None):
            return ListOf(_united(one, other))
        case MapOf(key, value), MapOf(other_key, other_value):
            return MapOf(_united(key, other_key), _united(value, other_value))
        case StructOf(), StructOf():
            return _forced_structs(left, right)
        case _ if VARCHAR in {left, right}:
            return right if left == VARCHAR else left
        case _:
            return right if _rank(right) > _rank(left) else left


def _forced_structs(left: StructOf, right: StructOf) -> DataType:
    if not all(field.name for field in (*left.fields, *right.fields)):
        if len(left.fields) != len(right.fields):
            return UNKNOWN
        pairs = zip(left.fields, right.fields, strict=True)
        return StructOf(tuple(Field(a.name or b.name, _united(a.data_type, b.data_type)) for a, b in pairs))
    others = {field.name.lower(): field for field in right.fields}
    fields: list[Field] = []
    for field in left.fields:
        other = others.pop(field.name.lower(), None)
        fields.append(field if other is None else Field(field.name, _united(field.data_type, other.data_type)))
    return StructOf((*fields, *others.values()))


def _rank(data_type: DataType) -> int:
    match data_type:
        case StructOf():
            return _STRUCT_RANK
        case ListOf():
            return _LIST_RANK
        case MapOf():
            return _MAP_RANK
        case _:
            return _RANK.get(data_type, _NUMBER_RANK)
