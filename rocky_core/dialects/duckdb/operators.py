"""What DuckDB's operators yield.

Symbols (in any case; `not ` may stand before those that yield BOOLEAN):
- one operand: `-` `+` `~` `@` `!` `not` `is null` `is not null` `exists`
- arithmetic: `+` `-` `*` `/` `//` `%` `**` `^`; bits: `&` `|` `<<` `>>`; text, lists and blobs: `||`
- comparisons: `=` `==` `!=` `<>` `<` `<=` `>` `>=`, `is`, `is distinct from`, `is not distinct from`, `<=>`
- logic: `and` `or`; patterns: `like` `ilike` `similar to` `glob` `regexp` `~` (two operands) `^@` `@>` `<@` `&&`
- `between` (value, low, high), `in` (value, members…), `any`/`all` (value, member)
- `[]` (value, index), `[:]` (value and any bounds), `.` (value, the field's name as constant)
- `->` and `->>` (value, path), `at time zone` (value, zone), `collate` (value)

An index into a struct or tuple is the constant as DuckDB counts it, from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rocky_core.dialects.base import NullRule, Operand, Outcome
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.catalogue import overloads_of
from rocky_core.dialects.duckdb.common_types import MAX_DECIMAL, as_decimal, meet
from rocky_core.dialects.duckdb.overloads import result_type
from rocky_core.ir.types import (
    BLOB,
    BOOLEAN,
    DOUBLE,
    JSON,
    NULL,
    STRING_LITERAL,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    IntegerLiteral,
    ListOf,
    MapOf,
    StructOf,
    UnionOf,
    is_known,
)

_PREDICATE_NAMES: Final = """
    = == != <> < <= > >= and or not like ilike glob regexp rlike similar ^@ @> <@ && ~~ ~~* ~~~ ~* !~ !~* !~~ !~~*
    between in any all
"""
_PREDICATES: Final = frozenset((*_PREDICATE_NAMES.split(), "similar to"))
_NEVER_NULL: Final = frozenset(
    {"is", "is null", "is not null", "exists", "is distinct from", "is not distinct from", "<=>", "is true"}
)
_ARITHMETIC: Final = frozenset({"+", "-", "*", "%"})
Constant = str | int | bool | tuple[str, ...] | None

_QUOTED_KEY: Final = re.compile(r'"(?!\*")[^"]*"')
_WILDCARD: Final = re.compile(r'\[\*\]|\."?\*|\.\.')
_MAX_INT64_DIGITS: Final = 18
_TEXTS: Final = frozenset({VARCHAR, STRING_LITERAL})


def operator(symbol: str, operands: Sequence[Operand]) -> Outcome:
    """The result of an operator."""
    return _operator(symbol, tuple(operands))


@lru_cache(maxsize=16384)
def _operator(symbol: str, operands: tuple[Operand, ...]) -> Outcome:
    symbol = " ".join(symbol.lower().split())
    types = [operand.data_type for operand in operands]
    if symbol in _NEVER_NULL or symbol.removeprefix("not ") in _NEVER_NULL:
        return Outcome(BOOLEAN, NullRule.NEVER)
    if symbol in _PREDICATES or symbol.startswith("not ") or (symbol == "~" and len(types) == 2):
        return Outcome(BOOLEAN)
    match symbol:
        case "[]" if types[1] == NULL and isinstance(types[0], ListOf | StructOf):
            return Outcome(NULL, NullRule.ALWAYS)
        case "[]":
            return Outcome(index_type(types[0], operands[1].constant), NullRule.ALWAYS)
        case "[:]":
            return Outcome(slice_type(types[0]))
        case ".":
            # A field of a struct is NULL when the struct is or the field itself is.
            return Outcome(index_type(types[0], operands[1].constant), NullRule.ALWAYS)
        case "->" | "->>":
            return Outcome(arrow_type(symbol, types, operands[1].constant), NullRule.ALWAYS)
        case "||":
            return Outcome(concatenation_type(types))
        case "collate":
            return Outcome(settle(types[0]))
        case "at time zone":
            return Outcome(result_type(overloads_of("timezone"), [types[1], types[0]]))
        case "**" | "^":
            return Outcome(result_type(overloads_of("pow"), types))
        case _:
            nulls = NullRule.ALWAYS if symbol in {"/", "//", "%"} else NullRule.PROPAGATES
            return Outcome(arithmetic_type(symbol, types), nulls)


def arithmetic_type(symbol: str, types: Sequence[DataType]) -> DataType:
    """The result of a numeric or temporal operator; one operand makes it a sign."""
    if len(types) == 1:
        if symbol in {"-", "+"} and isinstance(types[0], IntegerLiteral):
            return IntegerLiteral(-types[0].value if symbol == "-" else types[0].value)
        return result_type(overloads_of(symbol), types)
    decimal = _decimal_type(symbol, types) if symbol in _ARITHMETIC else None
    if decimal is not None:
        return decimal
    if symbol == "+" and any(isinstance(t, ListOf) for t in types):
        return list_concatenation_type(types)
    return result_type(overloads_of(symbol), types)


def concatenation_type(types: Sequence[DataType]) -> DataType:
    """The result of `||`: texts, blobs or lists."""
    if UNKNOWN in types:
        return UNKNOWN
    if NULL in types:
        return NULL
    if any(isinstance(t, ListOf) for t in types):
        return list_concatenation_type(types)
    return BLOB if all(t == BLOB for t in types) else VARCHAR


def list_concatenation_type(types: Sequence[DataType]) -> DataType:
    """The result of joining lists, where NULL is an empty one."""
    if all(data_type == NULL for data_type in types):
        return NULL if types else VARCHAR
    element: DataType = NULL
    for data_type in types:
        if data_type == NULL:
            continue
        if not isinstance(data_type, ListOf):
            return UNKNOWN
        element = meet(element, data_type.element)
        if element == UNKNOWN:
            return UNKNOWN
    return settle(ListOf(element))


def index_type(data_type: DataType, constant: Constant) -> DataType:
    """What `value[index]` or `value.name` yields."""
    match data_type:
        case ListOf(element):
            return element
        case MapOf(_, value):
            return value
        case StructOf(fields) | UnionOf(fields):
            if isinstance(constant, int):
                return fields[constant - 1].data_type if 0 < constant <= len(fields) else UNKNOWN
            wanted = str(constant).lower()
            return next((field.data_type for field in fields if field.name.lower() == wanted), UNKNOWN)
        case _ if data_type in {JSON, VARIANT}:
            return data_type
        case _ if data_type in _TEXTS:
            return VARCHAR
        case _:
            return NULL if data_type == NULL else UNKNOWN


def slice_type(data_type: DataType) -> DataType:
    """What `value[from:to]` yields."""
    match data_type:
        case ListOf(element):
            return ListOf(element)
        case _ if data_type in _TEXTS:
            return VARCHAR
        case _:
            return data_type if data_type in {BLOB, NULL} else UNKNOWN


def arrow_type(symbol: str, types: Sequence[DataType], path: Constant = None) -> DataType:
    """What a JSON arrow yields: a list of paths and a path with a wildcard give a list."""
    if not is_known(types[1]):
        return UNKNOWN
    found = JSON if symbol == "->" else VARCHAR
    return ListOf(found) if isinstance(types[1], ListOf) or finds_many(path) else found


def finds_many(path: Constant) -> bool:
    """Whether a path into a document has a wildcard."""
    if not isinstance(path, str):
        return False
    return path == "*" or (path.startswith("$") and _WILDCARD.search(_QUOTED_KEY.sub("", path)) is not None)


def _decimal_type(symbol: str, types: Sequence[DataType]) -> DataType | None:
    if not any(isinstance(t, Decimal) for t in types):
        return None
    if NULL in types:
        return NULL
    if STRING_LITERAL in types:
        return DOUBLE
    left, right = as_decimal(types[0]), as_decimal(types[1])
    if left is None or right is None:
        return None
    scale = max(left.scale, right.scale)
    precision = max(left.precision - left.scale, right.precision - right.scale) + scale
    match symbol:
        case "*":
            scale, precision = left.scale + right.scale, left.precision + right.precision
            small = max(left.precision, right.precision) <= _MAX_INT64_DIGITS and scale < _MAX_INT64_DIGITS
            if precision > _MAX_INT64_DIGITS and small:
                precision = _MAX_INT64_DIGITS
            return UNKNOWN if scale > MAX_DECIMAL else Decimal(min(precision, MAX_DECIMAL), scale)
        case "%":
            return DOUBLE if precision > MAX_DECIMAL else Decimal(precision, scale)
        case _:
            return Decimal(min(precision + 1, MAX_DECIMAL), scale)
