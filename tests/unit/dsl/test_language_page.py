"""The examples of the language page are what the language does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rocky_core.dsl.format import format_text
from rocky_core.dsl.lower import lower_pipeline

PAGE = (Path(__file__).parents[3] / "docs" / "rocky-language.md").read_text()
EXAMPLES = re.findall(r"```rocky\n(.*?)```\n\n```sql\n(.*?)```", PAGE, re.DOTALL)
STEPS = [
    ("from a.b.t as x", "FROM a.b.t AS x"),
    ("from t where e", "WHERE e"),
    ("from t derive { n: e, m: f }", "SELECT *, e AS n, f AS m"),
    ("from t as x select { a, x.b, n: e, * }", "SELECT a, x.b, e AS n, *"),
    ("from t group k, n: e { out: sum(x) }", "GROUP BY k, e"),
    ("from t join u as x on k1, k2", "JOIN u AS x USING (k1, k2)"),
    ("from t as o join u as x on o.a == x.b, x.c > 1", "JOIN u AS x ON o.a = x.b AND x.c > 1"),
    ("from t join u as x on k { keep x.a, x.b }", "JOIN (SELECT k, a, b FROM u) AS x USING (k)"),
    ("from t cross_join u", "CROSS JOIN u"),
    ("from t sort a, -b, c desc nulls last", "ORDER BY a, b DESC, c DESC NULLS LAST"),
    ("from t take 5", "LIMIT 5"),
    ("from t distinct", "SELECT DISTINCT *"),
    ("from t replicate", "SELECT *"),
]
EXPRESSIONS = [
    ("a == b", "a = b"),
    ("a == null", "a IS NULL"),
    ("a != b", "a IS DISTINCT FROM b"),
    ("a is not null", "a IS NOT NULL"),
    ("not a in (1, 2) or b between 1 and 2", "NOT a IN (1, 2) OR b BETWEEN 1 AND 2"),
    ('"a ""b"" \\"c\\" d\'s"', "'a \"b\" \"c\" d''s'"),
    ("@2025-01-31", "DATE '2025-01-31'"),
    ("@2025-01-31T12:00:00", "TIMESTAMP '2025-01-31 12:00:00'"),
    ("@var(name)", "@var(name)"),
    ("x::date", "CAST(x AS date)"),
    ("extract(year from d)", "extract(year FROM d)"),
    ("a || b", "a || b"),
    (
        "f(x) over (partition a, sort -b, rows -6..0)",
        "f(x) OVER (PARTITION BY a ORDER BY b DESC ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    ),
    (
        'match x { > 10 => "a", 1 => "b", null => "c", _ => "d" }',
        "CASE WHEN x > 10 THEN 'a' WHEN x = 1 THEN 'b' WHEN x IS NULL THEN 'c' ELSE 'd' END",
    ),
    ("count_distinct(x)", "count(DISTINCT x)"),
    ('match { a > 1 => "x", _ => "y" }', "CASE WHEN a > 1 THEN 'x' ELSE 'y' END"),
]


def sql_of(text: str) -> str:
    checked = lower_pipeline(text, "m.rocky", "m")
    assert checked.value is not None, checked.diagnostics
    return checked.value.sql


@pytest.mark.parametrize(("pipeline", "sql"), EXAMPLES)
def test_an_example_becomes_the_sql_below_it(pipeline, sql):
    assert sql_of(pipeline) + "\n" == sql


@pytest.mark.parametrize(("pipeline", "_"), EXAMPLES)
def test_an_example_is_laid_out_as_fmt_does(pipeline, _):
    assert format_text(pipeline) == pipeline


@pytest.mark.parametrize(("pipeline", "line"), STEPS)
def test_a_step_becomes_its_clause(pipeline, line):
    assert line in sql_of(pipeline).split("\n")


@pytest.mark.parametrize(("written", "sql"), EXPRESSIONS)
def test_an_expression_becomes_its_sql(written, sql):
    assert sql_of(f"from t select {{ x: {written} }}") == f"SELECT {sql} AS x\nFROM t"


def test_the_page_has_its_examples():
    assert len(EXAMPLES) == 4
