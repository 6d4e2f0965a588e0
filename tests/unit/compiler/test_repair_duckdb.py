"""What DuckDB spells in its own way is read as the plain spelling of the same."""

import pytest
from sqlglot import exp

from rocky_core.compiler.parse import ParsedSql, SqlFault, parse_model_sql
from rocky_core.dialects.registry import dialect_named

DUCKDB = dialect_named("duckdb")

SAME = {
    "SELECT a ! FROM t": "SELECT a.factorial() FROM t",
    "SELECT a != 1 FROM t": "SELECT a <> 1 FROM t",
    "SELECT NOT a FROM t": "SELECT (NOT a) FROM t",
    "SELECT 1 + 2, a + b FROM t": "SELECT (1 + 2), (a + b) FROM t",
    "SELECT DATE '2024-01-01'::INT": "SELECT (DATE '2024-01-01')::INT",
    "SELECT j -> 'a' || b FROM t": "SELECT j -> ('a' || b) FROM t",
    "SELECT j -> 'a' || b c FROM t": "SELECT j -> ('a' || b) AS c FROM t",
    "SELECT a OR j -> 'a' FROM t": "SELECT (a OR j) -> 'a' FROM t",
    "SELECT f(a) -> 'a' -> 'b' FROM t": "SELECT (f(a) -> 'a') -> 'b' FROM t",
    "SELECT (a = 1) -> 'a' FROM t": "SELECT ((a = 1)) -> 'a' FROM t",
    "TABLE t": "SELECT * FROM t",
    "TABLE t UNION ALL TABLE u": "SELECT * FROM t UNION ALL SELECT * FROM u",
    "PIVOT t ON y IN (1) USING sum(a) ORDER BY a LIMIT 1": "PIVOT t ON y IN (1) USING sum(a)",
    "PIVOT t ON y IN (1 AS low)": "PIVOT t ON y IN (1 := low)",
    "FROM (PIVOT t ON y IN (1) ORDER BY a) p ORDER BY b": "FROM (PIVOT t ON y IN (1)) p ORDER BY b",
}


def tree_of(sql):
    """The tree without its parentheses, whose place alone decides what is an operand of what."""
    parsed = parse_model_sql(sql, DUCKDB)
    assert isinstance(parsed, ParsedSql), parsed
    return parsed.tree.transform(lambda node: node.unnest() if isinstance(node, exp.Paren) else node)


@pytest.mark.parametrize(("written", "plain"), SAME.items(), ids=SAME)
def test_a_spelling_of_its_own_is_read_as_the_plain_one(written, plain):
    assert tree_of(written) == tree_of(plain)


def test_what_is_described_is_still_read():
    parsed = parse_model_sql("FROM (DESCRIBE t), (SUMMARIZE SELECT a FROM u), (SHOW TABLES)", DUCKDB)

    assert isinstance(parsed, ParsedSql)
    assert sorted(each.name for each in parsed.tree.find_all(exp.Table) if isinstance(each.this, exp.Identifier)) == [
        "t",
        "u",
    ]


def test_a_sign_in_front_of_a_value_is_no_sum():
    parsed = parse_model_sql("SELECT + a, b + c, 1 + +d, +1 FROM t", DUCKDB)

    assert isinstance(parsed, ParsedSql)
    assert [item.key for item in parsed.tree.expressions] == ["cbrt", "add", "add", "literal"]


@pytest.mark.parametrize("sql", ["FROM (DESCRIBE", "SELECT a ->", "SELECT +", "PIVOT", "SELECT (SHOW", "TABLE", "!"])
def test_half_a_spelling_is_a_fault_and_no_crash(sql):
    assert isinstance(parse_model_sql(sql, DUCKDB), SqlFault)
