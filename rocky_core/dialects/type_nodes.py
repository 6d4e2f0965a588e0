"""Types as the SQL reader's tree names them, for dialects whose nested types have angle or round brackets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from rocky_core.ir.types import UNKNOWN, DataType, Field, ListOf, MapOf, Scalar, StructOf

DecimalReader = Callable[[tuple[int, ...]], DataType]


@lru_cache(maxsize=4096)
def type_node(text: str, sqlglot_name: str) -> exp.DataType | None:
    """The tree of a type's text; None if it is none (or more than one type)."""
    try:
        cast = parse_one(f"CAST(NULL AS {text})", dialect=sqlglot_name)
    except (SqlglotError, RecursionError):
        return None
    target = cast.args.get("to") if type(cast) is exp.Cast else None
    return target if isinstance(target, exp.DataType) and _has_kind(target) else None


def parameters_of(node: exp.DataType) -> tuple[int, ...]:
    """The numbers in a type's brackets."""
    return tuple(
        int(parameter.name)
        for parameter in node.expressions
        if isinstance(parameter, exp.DataTypeParam) and parameter.name.isdigit()
    )


def read_type(
    node: exp.Expression, scalars: Mapping[exp.DType, DataType], decimals: Mapping[exp.DType, DecimalReader]
) -> DataType:
    """The type of a tree, nested ones with the same two tables; UNKNOWN for what is in neither."""
    if not isinstance(node, exp.DataType):
        return UNKNOWN
    kind = node.this
    if isinstance(kind, exp.Interval):
        return _interval(kind) if kind.args.get("unit") else UNKNOWN
    if kind in decimals:
        return decimals[kind](parameters_of(node))
    match kind, node.expressions:
        case exp.DType.ARRAY, [inner]:
            return ListOf(read_type(inner, scalars, decimals))
        case exp.DType.MAP, [key, value]:
            return MapOf(read_type(key, scalars, decimals), read_type(value, scalars, decimals))
        case ((exp.DType.STRUCT | exp.DType.OBJECT), [_, *_] as members):
            return StructOf(tuple(_read_field(member, scalars, decimals) for member in members))
        case _:
            return scalars.get(kind, UNKNOWN)


def _interval(node: exp.Interval) -> DataType:
    """INTERVAL_DAY_TO_SECOND and its like: one word, as the canonical spelling of a type wants it."""
    return Scalar("_".join(("INTERVAL", *node.args["unit"].sql().upper().split())))


def _read_field(
    member: exp.Expression, scalars: Mapping[exp.DType, DataType], decimals: Mapping[exp.DType, DecimalReader]
) -> Field:
    if isinstance(member, exp.ColumnDef):
        kind = member.args.get("kind")
        return Field(member.name, UNKNOWN if kind is None else read_type(kind, scalars, decimals))
    return Field("", read_type(member, scalars, decimals))


def _has_kind(node: exp.DataType) -> bool:
    """Whether it is a type at all, not a user-defined name."""
    return isinstance(node.this, exp.DType | exp.Interval) and node.this != exp.DType.USERDEFINED
