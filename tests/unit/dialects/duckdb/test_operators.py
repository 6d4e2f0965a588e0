"""Every operator over every pair of types yields what DuckDB says, or nothing where DuckDB refuses it."""

from __future__ import annotations

import itertools

import pytest
from duckdb_truth import DIALECT, EVERY, TYPED, operand, spelled, type_of

from rocky_core.dialects.base import Operand
from rocky_core.ir.types import JSON, STRING_LITERAL, VARCHAR, Field, ListOf, StructOf

_VALUES = ("+", "-", "*", "/", "//", "%", "^", "&", "<<", "||")
_PREDICATES = ("=", "!=", "<", ">=", "like", "ilike", "^@", "and", "or", "@>", "&&", "->", "->>", "**", "|", ">>")
_SOME = [
    text for text in EVERY if any(f"AS {name})" in text for name in ("INTEGER", "VARCHAR", "DATE", "JSON", "INTEGER[]"))
]


@pytest.mark.parametrize(
    ("symbol", "values"), [*((symbol, list(EVERY)) for symbol in _VALUES), *((symbol, _SOME) for symbol in _PREDICATES)]
)
def test_a_binary_operator_yields_what_duckdb_says(symbol, values):
    wrong, unknown = [], 0
    for left, right in itertools.product(values, values):
        expected = type_of(f"({left}) {symbol} ({right})")
        if expected is None:
            continue
        found = spelled(DIALECT.operator(symbol, (operand(left), operand(right))).data_type)
        unknown += found is None
        if found not in {None, expected}:
            wrong.append((left, right, expected, found))

    assert (wrong, unknown) == ([], 0)


@pytest.mark.parametrize("symbol", ["-", "~", "@", "not"])
def test_a_unary_operator_yields_what_duckdb_says(symbol):
    wrong = []
    for value in EVERY:
        expected = type_of(f"{symbol} ({value})")
        found = spelled(DIALECT.operator(symbol, (operand(value),)).data_type)
        if expected is not None and found != expected:
            wrong.append((value, expected, found))

    assert wrong == []


@pytest.mark.parametrize(
    ("template", "symbol"),
    [
        ("{value} IS NULL", "is null"),
        ("{value} IS NOT DISTINCT FROM {value}", "is not distinct from"),
        ("{value} BETWEEN {value} AND {value}", "between"),
        ("{value} IN ({value})", "in"),
        ("{value} NOT IN ({value})", "not in"),
    ],
)
def test_predicates_are_boolean_for_every_type(template, symbol):
    for value in TYPED:
        expected = type_of(template.format(value=value))
        if expected is not None:
            found = DIALECT.operator(symbol, (operand(value), operand(value)))
            assert (value, spelled(found.data_type)) == (value, expected)


@pytest.mark.parametrize("index", ["1", "'x'", "NULL", "CAST(NULL AS BIGINT)"])
def test_an_index_yields_what_duckdb_says(index):
    wrong = []
    # DuckDB folds the field of a tuple that is NULL to an untyped NULL; tuples are in the table below.
    for value in (value for value in TYPED if "TUPLE" not in value):
        expected = type_of(f"({value})[{index}]")
        found = spelled(DIALECT.operator("[]", (operand(value), operand(index))).data_type)
        if expected is not None and found not in {None, expected}:
            wrong.append((value, expected, found))

    assert wrong == []


def test_a_slice_yields_what_duckdb_says():
    wrong = []
    for value in TYPED:
        expected = type_of(f"({value})[1:2]")
        found = spelled(DIALECT.operator("[:]", (operand(value), operand("1"), operand("1"))).data_type)
        if expected is not None and found not in {None, expected}:
            wrong.append((value, expected, found))

    assert wrong == []


@pytest.mark.parametrize(
    ("fields", "wanted", "expected"),
    [
        ((Field("a", VARCHAR), Field("B", JSON)), "b", "JSON"),
        ((Field("a", VARCHAR), Field("B", JSON)), "c", None),
        ((Field("", VARCHAR), Field("", JSON)), 2, "JSON"),
        ((Field("", VARCHAR), Field("", JSON)), 3, None),
    ],
)
def test_a_field_is_found_whatever_its_case_or_by_its_place(fields, wanted, expected):
    found = DIALECT.operator(".", (Operand(StructOf(fields)), Operand(STRING_LITERAL, wanted)))

    assert DIALECT.spell_type(found.data_type) == expected


def test_paths_in_a_list_yield_a_list():
    paths = Operand(ListOf(STRING_LITERAL))

    assert DIALECT.operator("->", (Operand(JSON), paths)).data_type == ListOf(JSON)
    assert DIALECT.operator("->>", (Operand(JSON), paths)).data_type == ListOf(VARCHAR)
