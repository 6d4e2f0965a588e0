"""The recipe hash: what changes it and what does not."""

import os
import subprocess
import sys

import pytest
from analysing import analyse, model

from rocky_core.compiler.fingerprint import recipe_hash
from rocky_core.compiler.parse import ParsedSql, parse_model_sql
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.model import SurrogateKey, TableFormat
from rocky_core.ir.strategy import Incremental, Merge

SQL = "SELECT a, 'X' AS b FROM t WHERE c = 1"


def hashed(sql=SQL, dialect="duckdb", **more):
    parsed = parse_model_sql(sql, dialect_named(dialect))
    assert isinstance(parsed, ParsedSql)
    return recipe_hash(model("m", sql, **more), parsed.tokens, dialect_named(dialect))


@pytest.mark.parametrize(
    "same",
    [
        "select A,\n       'X' as B -- the letter\nfrom T /* all */ where C = 1;",
        "SELECT \"a\", 'X' AS b FROM t WHERE c = 1",
        "  SELECT a, 'X' AS b FROM t WHERE c = 1  ;  ",
    ],
)
def test_formatting_comments_and_the_case_of_names_do_not_change_it(same):
    if '"' in same:
        assert hashed(same) == hashed(SQL)  # DuckDB ignores case and quotes alike.
    else:
        assert hashed(same) == hashed(SQL)


@pytest.mark.parametrize(
    "other", [SQL.replace("'X'", "'x'"), SQL.replace("1", "2"), SQL.replace("WHERE", "WHERE NOT"), SQL + " LIMIT 1"]
)
def test_what_the_query_computes_changes_it(other):
    assert hashed(other) != hashed(SQL)


def test_how_it_is_stored_changes_it():
    variants = [
        hashed(),
        hashed(strategy=Incremental("a")),
        hashed(strategy=Merge(("a",))),
        hashed(strategy=Merge(("a",), ("b",))),
        hashed(surrogate_keys=(SurrogateKey("k", ("a", "b")),)),
        hashed(table_format=TableFormat(format="delta")),
        hashed(table_format=TableFormat(format="delta", partition_by=("a",))),
    ]

    assert len(set(variants)) == len(variants)


def test_what_is_said_about_it_does_not_change_it():
    assert hashed(intent="numbers", column_descriptions={"a": "the first"}, tags={"x": "y"}) == hashed()


def test_names_differ_by_case_where_the_warehouse_says_so():
    assert hashed('SELECT "a" FROM t', "snowflake") != hashed('SELECT "A" FROM t', "snowflake")
    assert hashed("SELECT a FROM t", "snowflake") == hashed("SELECT A FROM T", "snowflake")
    assert hashed("SELECT a FROM t", "bigquery") != hashed("SELECT a FROM T", "bigquery")


def test_another_process_finds_the_same_hash():
    code = "from analysing import analyse; print(analyse('SELECT order_id FROM orders').recipe_hash)"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)

    assert found.stdout.strip() == analyse("SELECT order_id FROM orders").recipe_hash
