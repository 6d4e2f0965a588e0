"""DuckDB's own answers, and the typed operands that the tables of these tests combine."""

from __future__ import annotations

from typing import Final

import duckdb
from sqlglot import exp

from rocky_core.compiler.parse import ParsedSql, parse_model_sql
from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.dialect import DuckDB
from rocky_core.ir.types import NULL, STRING_LITERAL, Decimal, IntegerLiteral

DIALECT: Final = DuckDB()

_TYPES: Final = """
BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT BIGNUM FLOAT DOUBLE
DECIMAL(4,1) DECIMAL(9,2) DECIMAL(18,3) DECIMAL(38,10) DECIMAL(38,2) DECIMAL(30,20) VARCHAR BLOB BIT DATE TIME TIME_NS
TIMETZ TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIMESTAMPTZ TIMESTAMPTZ_NS INTERVAL UUID JSON VARIANT GEOMETRY
INTEGER[] VARCHAR[] DECIMAL(9,2)[] INTEGER[3] INTEGER[][]
""".split()  # noqa: SIM905 — a table of names reads best as text
_RECORDS: Final = (
    "STRUCT(a INTEGER)",
    "STRUCT(b BIGINT, a VARCHAR)",
    "TUPLE(INTEGER, VARCHAR)",
    "MAP(VARCHAR, INTEGER)",
    "UNION(x INTEGER, y VARCHAR)",
    "ENUM('a')",
    "ENUM('b', 'c')",
)

TYPED: Final = {f"CAST(NULL AS {name})": DIALECT.parse_type(name) for name in (*_TYPES, *_RECORDS)}
LITERALS: Final = {
    **{str(value): IntegerLiteral(value) for value in (1, 300, 100_000, 3_000_000_000, -1)},
    "1.5": Decimal(2, 1),
    "'x'": STRING_LITERAL,
    "NULL": NULL,
}
EVERY: Final = {**TYPED, **LITERALS}
CONSTANTS: Final = {"1": 1, "300": 300, "-1": -1, "'x'": "x"}

_CONNECTION: Final = duckdb.connect()


def describe(query: str) -> list[tuple[str, str]] | None:
    """The names and types DuckDB gives a query's columns; None if it refuses the query."""
    try:
        return [(row[0], row[1]) for row in _CONNECTION.execute(f"DESCRIBE {query}").fetchall()]
    except duckdb.Error:
        return None


def type_of(expression: str) -> str | None:
    """The type DuckDB gives an expression; None if it refuses it."""
    found = describe(f"SELECT {expression}")
    return found[0][1] if found is not None and len(found) == 1 else None


def run(statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement."""
    return _CONNECTION.execute(statement).fetchall()


def operand(expression: str) -> Operand:
    """The operand that one of the expressions above stands for."""
    return Operand(EVERY[expression], CONSTANTS.get(expression))


def spelled(data_type) -> str | None:
    """The type as DESCRIBE would print it, once nothing adapts it any more."""
    return DIALECT.spell_type(DIALECT.settle(data_type))


def tree_of(sql: str) -> exp.Expr:
    """The syntax tree as the compiler sees it."""
    parsed = parse_model_sql(sql, DIALECT)
    assert isinstance(parsed, ParsedSql), parsed
    return parsed.tree
