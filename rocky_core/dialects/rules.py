"""The vocabulary in which a dialect's function table is written: a name, a kind, a rule for the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from rocky_core.dialects.base import Dialect, FunctionKind, NullRule, Operand, Outcome
from rocky_core.ir.types import (
    BLOB,
    NULL,
    STRING_LITERAL,
    UNKNOWN,
    VARCHAR,
    DataType,
    LambdaOf,
    ListOf,
    MapOf,
    StructOf,
)

Rule = Callable[[Dialect, Sequence[Operand]], DataType]


class Signature(Struct, frozen=True):
    """One function: what it yields and when that is NULL."""

    result: DataType | Rule
    kind: FunctionKind = FunctionKind.SCALAR
    nulls: NullRule = NullRule.PROPAGATES

    def outcome(self, dialect: Dialect, operands: Sequence[Operand]) -> Outcome:
        """The result of a call; a rule that lacks an argument yields UNKNOWN."""
        found = self.result if isinstance(self.result, DataType) else self.result(dialect, operands)
        return Outcome(found, self.nulls)


Rows = Iterator[tuple[str, Signature]]


def scalars(names: str, result: DataType | Rule, nulls: NullRule = NullRule.PROPAGATES) -> Rows:
    """Rows for the blank-separated names of scalar functions."""
    return ((name, Signature(result, FunctionKind.SCALAR, nulls)) for name in names.split())


def aggregates(names: str, result: DataType | Rule, nulls: NullRule = NullRule.ALWAYS) -> Rows:
    """Rows for aggregates, which yield NULL for a group without values unless said otherwise."""
    return ((name, Signature(result, FunctionKind.AGGREGATE, nulls)) for name in names.split())


def windows(names: str, result: DataType | Rule, nulls: NullRule = NullRule.ALWAYS) -> Rows:
    """Rows for functions that need OVER."""
    return ((name, Signature(result, FunctionKind.WINDOW, nulls)) for name in names.split())


def table_of(*rows: Rows) -> Mapping[str, Signature]:
    """The rows as one table; a name that is given twice is a mistake of ours."""
    table: dict[str, Signature] = {}
    for name, signature in (row for group in rows for row in group):
        if name in table:
            raise ValueError(name)
        table[name] = signature
    return table


def type_at(dialect: Dialect, operands: Sequence[Operand], index: int) -> DataType:
    """The stored type of an argument; UNKNOWN if the call has no such argument."""
    if not -len(operands) <= index < len(operands):
        return UNKNOWN
    return dialect.settle(operands[index].data_type)


def argument(index: int) -> Rule:
    """The type of one argument."""
    return lambda dialect, operands: type_at(dialect, operands, index)


first = argument(0)
second = argument(1)


def common_of(start: int = 0, stop: int | None = None, step: int = 1) -> Rule:
    """The common type of some of the arguments."""

    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        chosen = operands[start:stop:step]
        return dialect.settle(dialect.common_type([o.data_type for o in chosen])) if chosen else UNKNOWN

    return rule


common = common_of()


def decoded(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """DECODE(value, search, result, …, default): the common type of the results and the default."""
    results = [operand.data_type for operand in operands[2::2]]
    if len(operands) % 2 == 0 and len(operands) > 2:
        results.append(operands[-1].data_type)
    return dialect.settle(dialect.common_type(results)) if results else UNKNOWN


def list_of(inner: DataType | Rule) -> Rule:
    """A list of what another rule yields."""

    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        found = inner if isinstance(inner, DataType) else inner(dialect, operands)
        return UNKNOWN if found == UNKNOWN else ListOf(found)

    return rule


def element(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """The element type of a list, or the value type of a map."""
    match type_at(dialect, operands, 0):
        case ListOf(inner):
            return inner
        case MapOf(_, value):
            return value
        case _:
            return UNKNOWN


def inner_list(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """A list of lists without its outer brackets."""
    found = element(dialect, operands)
    return found if isinstance(found, ListOf) else UNKNOWN


def map_keys(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """A list of a map's keys."""
    found = type_at(dialect, operands, 0)
    return ListOf(found.key) if isinstance(found, MapOf) else UNKNOWN


def map_values(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """A list of a map's values."""
    found = type_at(dialect, operands, 0)
    return ListOf(found.value) if isinstance(found, MapOf) else UNKNOWN


def lambda_result(index: int) -> Rule:
    """What the lambda given as an argument yields."""

    def rule(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
        if not -len(operands) <= index < len(operands):
            return UNKNOWN
        found = operands[index].data_type
        return dialect.settle(found.result) if isinstance(found, LambdaOf) else UNKNOWN

    return rule


def text_or_bytes(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """Bytes if every argument is, else text; UNKNOWN while an argument is unknown."""
    found = {type_at(dialect, operands, index) for index in range(len(operands))} - {NULL}
    if UNKNOWN in found or not found:
        return UNKNOWN
    return BLOB if found == {BLOB} else UNKNOWN if BLOB in found else VARCHAR


def first_text_or_bytes(dialect: Dialect, operands: Sequence[Operand]) -> DataType:
    """Bytes if the first argument is, else text; other types are made text on the way in."""
    found = type_at(dialect, operands, 0)
    if isinstance(found, ListOf | StructOf | MapOf) or found == UNKNOWN:
        return UNKNOWN
    return BLOB if found == BLOB else VARCHAR


def is_text(data_type: DataType) -> bool:
    """Whether the type is text, stored or written in the query."""
    return data_type in {VARCHAR, STRING_LITERAL}
