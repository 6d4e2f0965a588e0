"""Literals, identifiers and table functions of DuckDB."""

from __future__ import annotations

import pytest
from duckdb_truth import DIALECT, describe, spelled, type_of

from rocky_core.dialects.base import Operand
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, INTEGER, STRING_LITERAL, TIMESTAMP, UNKNOWN, VARCHAR, IntegerLiteral, ListOf


@pytest.mark.parametrize(
    "text",
    [
        *("0", "1", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "1_000"),
        *("170141183460469231731687303715884105727", "170141183460469231731687303715884105728"),
        *("340282366920938463463374607431768211456", "1.5", "0.5", ".5", "1.", "1.50", "1e3", "1E-3", "1.5e3"),
        *("0.00000000000000000000000000000000000001", "1234567890123456789012345678901234567.89"),
    ],
)
def test_a_number_has_the_type_duckdb_gives_it(text):
    assert spelled(DIALECT.number_literal(text)) == type_of(text)


def test_names_are_the_same_in_any_case_and_kept_as_written():
    assert DIALECT.fold_column("Ab", quoted=True) == DIALECT.fold_column("aB", quoted=False) == "ab"
    assert DIALECT.fold_table("Ab", quoted=True) == "ab"
    assert DIALECT.stored_name("Ab", quoted=False) == "Ab"


def test_the_registry_knows_duckdb():
    assert dialect_named("duckdb").display_name == "DuckDB"


@pytest.mark.parametrize(
    ("name", "operands", "call"),
    [
        ("range", (Operand(IntegerLiteral(3)),), "range(3)"),
        ("generate_series", (Operand(BIGINT), Operand(BIGINT)), "generate_series(1, 3)"),
        ("unnest", (Operand(ListOf(INTEGER)),), "unnest([1])"),
        ("json_each", (Operand(VARCHAR),), "json_each('{}')"),
        ("glob", (Operand(VARCHAR),), "glob('x')"),
        ("read_text", (Operand(VARCHAR),), "read_text('x')"),
        ("read_blob", (Operand(VARCHAR),), "read_blob('x')"),
        ("repeat", (Operand(STRING_LITERAL, "ab"), Operand(IntegerLiteral(2), 2)), "repeat('ab', 2)"),
        ("duckdb_tables", (), "duckdb_tables()"),
        ("pragma_version", (), "pragma_version()"),
    ],
)
def test_a_table_function_has_the_columns_duckdb_describes(name, operands, call):
    columns = DIALECT.table_function(name, operands)

    assert columns is not None
    assert [(column.name, spelled(column.data_type)) for column in columns] == describe(f"FROM {call}")


def test_a_range_of_timestamps_yields_timestamps():
    operands = (Operand(TIMESTAMP), Operand(TIMESTAMP), Operand(DIALECT.parse_type("INTERVAL")))

    assert DIALECT.table_function("RANGE", operands) == (Column("range", TIMESTAMP, nullable=False),)


def test_the_columns_of_a_file_are_not_known():
    assert DIALECT.table_function("read_csv", (Operand(STRING_LITERAL, "a.csv"),)) is None


def test_a_number_that_is_none_is_unknown():
    assert DIALECT.number_literal("1x") == UNKNOWN
