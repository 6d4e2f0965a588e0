"""The results of functions on structs, maps, unions, and of those that build a struct from constants."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.result_rules import Rule, types_of
from rocky_core.dialects.duckdb.type_names import parse_type
from rocky_core.ir.types import (
    BIGINT,
    DOUBLE,
    TIMESTAMP_NS,
    TIMESTAMP_TZ,
    UNKNOWN,
    USMALLINT,
    UTINYINT,
    VARCHAR,
    DataType,
    EnumOf,
    Field,
    ListOf,
    MapOf,
    StructOf,
    UnionOf,
)

_INEXACT_PARTS: Final = frozenset({"epoch", "julian"})


def _struct_pack(operands: Sequence[Operand]) -> DataType | None:
    # An argument without a name is called after its text, which is not at hand.
    return StructOf(_named(operands)) if operands and all(operand.name for operand in operands) else UNKNOWN


def _row(operands: Sequence[Operand]) -> DataType | None:
    return StructOf(tuple(Field("", settle(operand.data_type)) for operand in operands)) if operands else UNKNOWN


def _struct_insert(operands: Sequence[Operand]) -> DataType | None:
    base = operands[0].data_type if operands else UNKNOWN
    return StructOf((*base.fields, *_named(operands[1:]))) if isinstance(base, StructOf) else UNKNOWN


def _struct_update(operands: Sequence[Operand]) -> DataType | None:
    base = operands[0].data_type if operands else UNKNOWN
    if not isinstance(base, StructOf):
        return UNKNOWN
    updates = {field.name.lower(): field for field in _named(operands[1:])}
    kept = [Field(f.name, updates.pop(f.name.lower(), f).data_type) for f in base.fields]
    return StructOf((*kept, *updates.values()))


def _struct_concat(operands: Sequence[Operand]) -> DataType | None:
    fields: list[Field] = []
    for data_type in types_of(operands):
        if not isinstance(data_type, StructOf):
            return UNKNOWN
        fields.extend(data_type.fields)
    return settle(StructOf(tuple(fields)))


def _struct_values(operands: Sequence[Operand]) -> DataType | None:
    base = operands[0].data_type if operands else UNKNOWN
    if not isinstance(base, StructOf):
        return UNKNOWN
    return StructOf(tuple(Field("", field.data_type) for field in base.fields))


def _named(operands: Sequence[Operand]) -> tuple[Field, ...]:
    return tuple(Field(operand.name or "", settle(operand.data_type)) for operand in operands)


def _union_value(operands: Sequence[Operand]) -> DataType | None:
    return UnionOf(_named(operands))


def _union_tag(operands: Sequence[Operand]) -> DataType | None:
    base = operands[0].data_type if operands else UNKNOWN
    return EnumOf(tuple(member.name for member in base.members)) if isinstance(base, UnionOf) else UNKNOWN


def _enum_code(operands: Sequence[Operand]) -> DataType | None:
    base = operands[0].data_type if operands else UNKNOWN
    if not isinstance(base, EnumOf):
        return UNKNOWN
    return UTINYINT if len(base.values) < 2**8 else USMALLINT if len(base.values) < 2**16 else UNKNOWN


def _map_concat(operands: Sequence[Operand]) -> DataType | None:
    maps = {settle(t) for t in types_of(operands) if isinstance(t, MapOf)}
    return maps.pop() if len(maps) == 1 and len(operands) > 0 else UNKNOWN


def _date_part(operands: Sequence[Operand]) -> DataType | None:
    """A constant part decides; a list of parts gives a struct."""
    if len(operands) != 2:
        return None
    match operands[0].constant:
        case str(part):
            return _part_type(part)
        case tuple(parts):
            return StructOf(tuple(Field(part, _part_type(part)) for part in parts))
        case _ if isinstance(operands[0].data_type, ListOf) or operands[0].data_type == UNKNOWN:
            return UNKNOWN
        case _:
            return DOUBLE


def _part_type(part: str) -> DataType:
    return DOUBLE if part.lower() in _INEXACT_PARTS else BIGINT


def _regexp_extract(operands: Sequence[Operand]) -> DataType | None:
    if len(operands) < 3 or not isinstance(operands[2].data_type, ListOf):
        return None
    match operands[2].constant:
        case tuple(names):
            return StructOf(tuple(Field(name, VARCHAR) for name in names))
        case _:
            return UNKNOWN


def _regexp_extract_all(operands: Sequence[Operand]) -> DataType | None:
    found = _regexp_extract(operands)
    return None if found is None else ListOf(found)


def _strptime(operands: Sequence[Operand]) -> DataType | None:
    """A format with a zone or an offset gives an instant, one with nanoseconds a finer timestamp."""
    if len(operands) != 2:
        return None
    match operands[1].constant:
        case str(form):
            formats: tuple[str, ...] = (form,)
        case tuple(forms):
            formats = forms
        case _:
            return UNKNOWN
    directives = {directive for form in formats for directive in re.findall(r"%-?(.)", form)}
    return TIMESTAMP_TZ if directives & {"z", "Z"} else TIMESTAMP_NS if "n" in directives else None


def _json_transform(operands: Sequence[Operand]) -> DataType | None:
    structure = operands[1].constant if len(operands) == 2 else None
    if not isinstance(structure, str):
        return UNKNOWN
    try:
        return _json_structure(json.loads(structure))
    except ValueError:
        return UNKNOWN


def _json_structure(node: Any) -> DataType:
    match node:
        case str():
            return parse_type(node)
        case [element]:
            return ListOf(_json_structure(element))
        case dict() if node:
            return StructOf(tuple(Field(name, _json_structure(value)) for name, value in node.items()))
        case _:
            return UNKNOWN


RECORD_RESULTS: Final[dict[str, Rule]] = {
    "struct_pack": _struct_pack,
    "row": _row,
    "struct_insert": _struct_insert,
    "struct_update": _struct_update,
    "struct_concat": _struct_concat,
    "struct_values": _struct_values,
    "union_value": _union_value,
    "union_tag": _union_tag,
    "enum_code": _enum_code,
    "map_concat": _map_concat,
    "date_part": _date_part,
    "datepart": _date_part,
    "strptime": _strptime,
    "try_strptime": _strptime,
    "regexp_extract": _regexp_extract,
    "regexp_extract_all": _regexp_extract_all,
    **dict.fromkeys(("json_transform", "json_transform_strict", "from_json", "from_json_strict"), _json_transform),
}
