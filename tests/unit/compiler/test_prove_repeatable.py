"""A query counts as repeatable only if nothing in it asks for anything but its tables."""

import duckdb
import pytest

from rocky_core.compiler.parse import SqlFault, parse_model_sql
from rocky_core.compiler.prove_repeatable import why_unrepeatable
from rocky_core.dialects.registry import dialect_named

DUCKDB = dialect_named("duckdb")


def check(sql, reason, dialect=DUCKDB):
    parsed = parse_model_sql(sql, dialect)
    assert not isinstance(parsed, SqlFault), parsed
    assert why_unrepeatable(parsed.tree, dialect) == reason


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a, b::DATE, try_cast(c AS INT), CASE WHEN a AND b THEN 1 END FROM t",
        "WITH c AS (SELECT a FROM t UNION ALL SELECT 1) SELECT count(DISTINCT a), sum(a) FROM c GROUP BY ALL",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b) AS n, lag(b) OVER (ORDER BY b) FROM t QUALIFY n = 1",
        "SELECT * FROM t JOIN u USING (id) WHERE EXISTS (SELECT 1 FROM v) AND a IN (SELECT a FROM w)",
        "SELECT list_transform(l, x -> x + 1), j->>'a', s['k'], extract(year FROM d), trim(c) FROM t",
        "SELECT date_diff('day', a, b), strftime(ts, '%Y'), hash(a), upper(c) FROM t, range(3) r(i)",
        "PIVOT t ON a USING sum(b)",
        "SELECT * FROM t ORDER BY ALL LIMIT 3",
    ],
)
def test_joins_ctes_windows_and_pure_functions_are_repeatable(sql):
    check(sql, "")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT now() FROM t", "it calls now()"),
        ("SELECT age(ts) FROM t", "it calls age()"),
        ("SELECT current_date FROM t", "it calls current_date()"),
        ("SELECT current_schema() FROM t", "it calls current_schema()"),
        ("SELECT user FROM t", "it asks for user"),
        ("SELECT a FROM t ORDER BY random()", "it calls random()"),
        ("SELECT uuid() FROM t", "it calls uuid()"),
        ("SELECT nextval('s') FROM t", "it calls nextval()"),
        ("SELECT getvariable('v') FROM t", "it calls getvariable()"),
        ("SELECT my_macro(a) FROM t", "it calls my_macro()"),
        ("SELECT * FROM read_csv('f.csv')", "it calls read_csv()"),
        ("SELECT any_value(a) FROM t", "it calls any_value()"),
        ("SELECT array_agg(a) FROM t", "it calls array_agg()"),
        ("SELECT mode(a) FROM t", "it calls mode()"),
        ("SELECT a FROM (SELECT now() AS a)", "it calls now()"),
        ("SELECT rowid FROM t", "it reads rowid, the place of a row"),
        ("SELECT a FROM t LIMIT 3", "it takes some rows of many (LIMIT or OFFSET)"),
        ("SELECT a FROM t ORDER BY a LIMIT 3", "it takes some rows of many (LIMIT or OFFSET)"),
        ("SELECT a FROM t OFFSET 3", "it takes some rows of many (LIMIT or OFFSET)"),
        ("SELECT DISTINCT ON (a) a, b FROM t", "it takes the first row that comes (DISTINCT ON)"),
        ("SELECT * FROM t USING SAMPLE 10%", "it takes a sample"),
        ("SELECT * FROM t POSITIONAL JOIN u", "it joins rows by their position"),
    ],
)
def test_whatever_asks_for_more_than_its_tables_is_not(sql, reason):
    check(sql, reason)


def test_no_function_that_duckdb_calls_volatile_counts_as_repeatable():
    found = duckdb.sql("""
        SELECT DISTINCT lower(function_name) FROM duckdb_functions()
        WHERE function_type IN ('scalar', 'aggregate', 'window')
          AND (stability <> 'CONSISTENT' OR has_side_effects)
    """).fetchall()

    assert {name for (name,) in found if DUCKDB.is_repeatable(name)} == set()


@pytest.mark.parametrize("name", ["snowflake", "databricks", "bigquery"])
def test_other_warehouses_have_a_list_of_functions_that_are_known_to_be_repeatable(name):
    dialect = dialect_named(name)

    check("SELECT UPPER(a), COUNT(*), SUM(b) FROM t GROUP BY UPPER(a)", "", dialect)
    check("SELECT UUID_STRING() FROM t", "it calls uuid_string()", dialect)
