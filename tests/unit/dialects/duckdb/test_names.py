"""An expression without an alias gets the name that DuckDB prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from duckdb_truth import DIALECT, describe, run, tree_of
from sqlglot import exp

_EXPRESSIONS = Path(__file__).with_name("unaliased_expressions.txt").read_text(encoding="utf-8").splitlines()
_TABLE = """
    CREATE TABLE t (
        a INTEGER, b INTEGER, cc INTEGER, d DATE, s VARCHAR, ts TIMESTAMP, l INTEGER[],
        st STRUCT("key" INTEGER, x INTEGER, "my F" INTEGER, n STRUCT(q INTEGER)), m MAP(VARCHAR, INTEGER),
        "left" INTEGER, "Weird Col" INTEGER, "dec" DECIMAL(10, 2), j JSON, iv INTERVAL, f DOUBLE, bo BOOLEAN,
        tz TIMESTAMPTZ, ll INTEGER[][], ls VARCHAR[]
    )
"""
_WINDOWS = "WINDOW w AS (PARTITION BY b ORDER BY a), w2 AS (PARTITION BY b)"


@pytest.fixture(scope="module", autouse=True)
def _table():
    run(_TABLE)
    yield
    run("DROP TABLE t")


def _query(expression):
    return f"SELECT {expression} FROM t {_WINDOWS if ' w' in expression.lower() or '(w' in expression else ''}"


@pytest.mark.parametrize("expression", _EXPRESSIONS)
def test_the_name_of_an_expression_is_the_one_duckdb_prints(expression):
    sql = _query(expression)
    expected = describe(sql)
    assert expected is not None

    item = tree_of(sql).expressions[0]

    assert DIALECT.output_name(item, 0, sql) == expected[0][0]


def test_every_item_of_a_list_gets_its_own_name_and_so_do_those_of_subqueries():
    sql = """
        WITH x AS (SELECT a + 1, 'y' FROM t)
        SELECT 1e3, CAST(a AS text), (SELECT .5), /* , */ NULL -- ,
            , sum(a) OVER w, a IS DISTINCT FROM b, DATE '2020-01-01'
        FROM t, (SELECT 2.50, true) WINDOW w AS (ORDER BY b)
    """
    tree = tree_of(sql)
    found = [
        [DIALECT.output_name(item, at, sql) for at, item in enumerate(select.expressions)]
        for select in tree.find_all(exp.Select)
    ]

    assert sorted(found) == sorted(
        [
            [
                "1e3",
                "CAST(a AS text)",
                "(SELECT .5)",
                "NULL",
                "sum(a) OVER (ORDER BY b)",
                "(a IS DISTINCT FROM b)",
                "CAST('2020-01-01' AS DATE)",
            ],
            ["(a + 1)", "'y'"],
            [".5"],
            ["2.50", "true"],
        ]
    )


def test_without_the_text_the_tree_gives_the_name():
    item = tree_of("SELECT sum(a + 1) * 2 FROM t").expressions[0]

    assert DIALECT.output_name(item, 0) == "(sum((a + 1)) * 2)"


@pytest.mark.parametrize("opening", ["(", "trim(", "[", "f(", "- ", "case when a then ", "extract(year from "])
def test_deep_nesting_is_named_without_a_hang_or_a_traceback(opening):
    closing = {"- ": "", "[": "]", "case when a then ": " end"}.get(opening, ")")
    sql = f"SELECT {opening * 300}a{closing * 300} FROM t"
    item = tree_of(sql).expressions[0]

    assert isinstance(DIALECT.output_name(item, 0, sql), str)
