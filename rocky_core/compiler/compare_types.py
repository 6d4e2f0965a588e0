"""Reports columns that are compared or joined although their types do not belong together."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from rocky_core.diagnostics import codes
from rocky_core.ir.rocky_type import UNKNOWN, common_supertype, debug
from rocky_core.ir.types import (
    BIGNUM,
    BIT,
    BLOB,
    BOOLEAN,
    DOUBLE,
    FLOAT,
    INTEGERS,
    INTERVAL,
    JSON,
    TEMPORAL,
    TIME,
    TIME_NS,
    TIME_TZ,
    UUID,
    VARCHAR,
    DataType,
    Decimal,
    EnumOf,
    ListOf,
    MapOf,
    StructOf,
)

if TYPE_CHECKING:
    from rocky_core.compiler.scope import Pass, Value
    from rocky_core.diagnostics.diagnostic import Span


class _Family(Enum):
    """Types that every warehouse compares without losing meaning."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    CLOCK = "clock"
    INTERVAL = "interval"
    BINARY = "binary"
    UUID = "uuid"
    NESTED = "nested"


_FAMILIES: Final[dict[DataType, _Family]] = {
    **dict.fromkeys((*INTEGERS, FLOAT, DOUBLE, BIGNUM), _Family.NUMBER),
    **dict.fromkeys(TEMPORAL, _Family.MOMENT),
    **dict.fromkeys((TIME, TIME_NS, TIME_TZ), _Family.CLOCK),
    **dict.fromkeys((BLOB, BIT), _Family.BINARY),
    VARCHAR: _Family.TEXT,
    JSON: _Family.TEXT,
    BOOLEAN: _Family.BOOLEAN,
    INTERVAL: _Family.INTERVAL,
    UUID: _Family.UUID,
}


_EQUALITIES: Final = frozenset({exp.EQ, exp.NEQ})
_GRADED: Final = frozenset({_Family.NUMBER, _Family.MOMENT})  # Families with narrower and wider members.


def check_comparison(work: Pass, node: exp.Expr, left: Value, right: Value) -> None:
    """Compare the types of two plain columns on both sides of `=` or its kin."""
    if not left.name or not right.name or left.data_type == right.data_type:
        return
    sides = (node.args["this"], node.args.get("expression"))
    if any(type(side) is not exp.Column for side in sides):
        return
    if type(node) not in _EQUALITIES and _family(left.data_type) is _family(right.data_type):
        return  # What is less than something of its own family needs no warning.
    _report(work, left, right, _place(work, sides[0]))


def check_join_key(work: Pass, identifier: exp.Expr, left: Value, right: Value) -> None:
    """Compare the types of the two columns that USING merges."""
    if left.data_type != right.data_type:
        _report(work, left, right, _place(work, identifier))


def _report(work: Pass, left: Value, right: Value, span: Span | None) -> None:
    families = _family(left.data_type), _family(right.data_type)
    if None in families:
        return
    coarse = [work.dialect.rocky_type(value.data_type) for value in (left, right)]
    if families[0] is families[1] and (coarse[0] == coarse[1] or families[0] not in _GRADED):
        return
    common = common_supertype(coarse[0], coarse[1])
    name = left.name
    if UNKNOWN in coarse or coarse[0] == coarse[1]:
        spelled = [work.dialect.spell_type(value.data_type) or str(value.data_type) for value in (left, right)]
    else:
        spelled = [debug(found) for found in coarse]
    owners = [_owner(value, other.name != value.name) for value, other in ((left, right), (right, left))]
    sides = f"{owners[0]} has {spelled[0]}, {owners[1]} has {spelled[1]}"
    if common is None or UNKNOWN in coarse:
        finding = codes.E001.found(
            model=work.model.name,
            message=f"join key type mismatch on column '{name}': {sides}",
            span=span,
            suggestion="CAST both sides to a common type",
        )
    else:
        cast = work.dialect.spell_type(work.dialect.common_type((left.data_type, right.data_type)))
        finding = codes.W001.found(
            model=work.model.name,
            message=f"implicit type coercion on column '{name}': {sides}",
            span=span,
            suggestion=f"CAST one side so that both are {cast or debug(common)}",
        )
    work.findings[finding] = None


def _family(data_type: DataType) -> _Family | None:
    match data_type:
        case Decimal():
            return _Family.NUMBER
        case EnumOf():
            return _Family.TEXT
        case ListOf() | StructOf() | MapOf():
            return _Family.NESTED
        case _:
            return _FAMILIES.get(data_type)


def _owner(value: Value, with_column: bool) -> str:
    """The model or table a column comes from."""
    if len(value.sources) != 1:
        return f"'{value.name}'"
    table, column = next(iter(value.sources))
    return f"{table}.{column}" if with_column else table


def _place(work: Pass, node: exp.Expr | None) -> Span | None:
    identifier = node.args["this"] if type(node) is exp.Column else node
    if identifier is None or "start" not in identifier.meta:
        return None
    start = int(identifier.meta["start"])
    return work.model.source.span_at(start, int(identifier.meta["end"]) - start + 1)
