"""Every pair of types becomes, in CASE, COALESCE, lists and set operations, what DuckDB makes of it."""

from __future__ import annotations

import itertools

import pytest
from duckdb_truth import DIALECT, EVERY, TYPED, describe, spelled, type_of

from rocky_core.compiler.analyse_model import describe_query
from rocky_core.ir.types import ListOf

# What cannot be told: a struct with names beside one without.
_MOST_UNKNOWN = 0


def _disagreements(template, pairs, ours):
    """The pairs where DuckDB's answer is not ours, and how often ours is Unknown."""
    wrong, unknown = [], []
    for left, right in pairs:
        expected = type_of(template.format(left=left, right=right))
        if expected is None:
            continue
        found = ours(EVERY[left], EVERY[right])
        (unknown if found is None else wrong).append((left, right, expected, found))
        if found == expected:
            wrong.pop()
    return wrong, unknown


@pytest.mark.parametrize(
    ("template", "order"),
    [
        pytest.param("COALESCE({left}, {right})", 1, id="coalesce"),
        # CASE begins with its ELSE, which shows in the order of struct fields.
        pytest.param("CASE WHEN random() < 2 THEN {left} ELSE {right} END", -1, id="case"),
        pytest.param("greatest({left}, {right})", 1, id="greatest"),
    ],
)
def test_two_types_meet_as_in_duckdb(template, order):
    wrong, unknown = _disagreements(
        template, itertools.product(EVERY, EVERY), lambda *pair: spelled(DIALECT.common_type(pair[::order]))
    )

    assert (wrong, len(unknown)) == ([], _MOST_UNKNOWN)


def test_the_items_of_a_list_meet_as_in_duckdb():
    wrong, unknown = _disagreements(
        "[{left}, {right}]", itertools.product(EVERY, EVERY), lambda *pair: spelled(ListOf(DIALECT.common_type(pair)))
    )

    assert (wrong, len(unknown)) == ([], _MOST_UNKNOWN)


def test_the_columns_of_a_union_meet_as_in_duckdb():
    wrong = []
    for left, right in itertools.product(TYPED, TYPED):
        found = describe(f"SELECT {left} UNION ALL SELECT {right}")
        ours = spelled(DIALECT.united_type([TYPED[left], TYPED[right]]))
        if found is not None and ours != found[0][1]:
            wrong.append((left, right, found[0][1], ours))

    assert not wrong


_NESTED = ("[1]", "[DATE '2020-01-01']", "[[1]]", "['x']", "{'a': 1}", "{'a': DATE '2020-01-01'}", "{'b': [true]}")
_KEYED = (
    "MAP {'a': 1}",
    "MAP {1: DATE '2020-01-01'}",
    "row(1)",
    "array_value(1, 2)",
    "array_value('x')",
    "'x'",
    "true",
)


def test_what_stands_in_lists_and_structs_of_a_union_meets_as_in_duckdb():
    wrong = []
    for branches in itertools.permutations((*_NESTED, *_KEYED), 2):
        query = " UNION ALL ".join(f"SELECT {branch} AS c" for branch in branches)
        found = describe(query)
        ours = [(each.name, spelled(each.data_type)) for each in describe_query(query, DIALECT, {})]
        if found is not None and ours != found:
            wrong.append((branches, found, ours))

    assert not wrong


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("NULL", "NULL"), '"NULL"'),
        (("1", "NULL", "1.5"), "DECIMAL(11,1)"),
        (("1", "300", "CAST(NULL AS TINYINT)"), "INTEGER"),
        (("'x'", "1"), "INTEGER"),
        (("CAST(NULL AS DATE)", "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS TIMESTAMPTZ)"), "TIMESTAMP WITH TIME ZONE"),
    ],
)
def test_several_types_meet_one_after_the_other(items, expected):
    assert type_of(f"COALESCE({', '.join(items)})") == expected
    assert spelled(DIALECT.common_type([EVERY[item] for item in items])) == expected
