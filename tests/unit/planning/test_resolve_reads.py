"""Where a query names tables, found in its tokens; the rest of the text stays as its author wrote it."""

import pytest

from rocky_core.planning.resolve_reads import find_reads, replace_reads

# The query, with the alias shown behind `=` where it has one.
CASES = {
    "SELECT a.x, b FROM orders a JOIN raw.customers USING (x), items": ["orders=", "raw.customers", "items"],
    "SELECT * FROM a WHERE x IN (SELECT y FROM b) AND z = (SELECT max(q) FROM c AS d)": ["a", "b", "c="],
    "WITH orders AS (SELECT * FROM orders) SELECT * FROM orders": ["orders"],
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r, seed": ["seed"],
    "WITH r AS (SELECT 1), s AS NOT MATERIALIZED (SELECT * FROM r JOIN t ON true) FROM s": ["t"],
    "SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x), x": ["x"],
    "WITH x AS (SELECT 1) SELECT * FROM (SELECT * FROM x) UNION SELECT * FROM x": [],
    "SELECT extract(year FROM stamp), trim(both FROM name) FROM t": ["t"],
    "SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM c FROM t": ["t"],
    "SELECT count(DISTINCT a) FROM t": ["t"],
    "SELECT * FROM ((SELECT 1 FROM a) UNION ALL SELECT 2 FROM b) AS t": ["a", "b"],
    "((SELECT * FROM a) UNION SELECT * FROM b) EXCEPT SELECT * FROM c": ["a", "b", "c"],
    "SELECT * FROM (a JOIN b ON a.x = b.x) LEFT JOIN c ON f(a.x, b.x) = [a, c][1], d": ["a", "b", "c", "d"],
    "SELECT * FROM read_csv('x.csv'), range(10) AS r, 'file.csv', unnest([a, b])": [],
    "SELECT * FROM t, LATERAL (SELECT * FROM u)": ["t", "u"],
    "SELECT * FROM unnest([1]) WITH ORDINALITY AS u(v, i), t": ["t"],
    "FROM t": ["t"],
    "FROM t SELECT a, b WHERE c": ["t"],
    "FROM o: orders SELECT o.x": ["orders="],
    "PIVOT sales ON month USING sum(x)": ["sales"],
    "SELECT * FROM sales PIVOT (sum(x) FOR month IN (1, 2)) AS p": ["sales"],
    "PIVOT orders ON channel IN ('web', 'shop'), currency USING count(*) GROUP BY shop": ["orders"],
    'UNPIVOT targets ON "Q1", "Q2" INTO NAME quarter VALUE amount': ["targets"],
    "SELECT * FROM (PIVOT a ON b USING sum(c)) AS p JOIN d ON true": ["a", "d"],
    "WITH c AS (TABLE countries) SELECT * FROM c, (TABLE groups) AS g": ["countries", "groups"],
    "SELECT * FROM (DESCRIBE a), (DESC b), (SUMMARIZE c), (SHOW TABLES), (DESCRIBE SELECT * FROM d)": [*"abcd"],
    "TABLE orders": ["orders"],
    "SELECT * FROM t TABLESAMPLE 10% WHERE x > 1": ["t"],
    "SELECT * FROM t WHERE at > TIMESTAMP WITH TIME ZONE '2020-01-01'": ["t"],
    "SELECT row_number() OVER (PARTITION BY a, b ORDER BY c), d FROM t WINDOW w AS (ORDER BY a)": ["t"],
    'SELECT * FROM "Orders" AS "from", lake."a b".c': ["Orders=", "lake.a b.c"],
    "SELECT 'FROM x' AS a /* FROM y */ FROM t -- FROM z": ["t"],
    "SELECT * FROM a ASOF JOIN b ON a.t >= b.t POSITIONAL JOIN c": ["a", "b", "c"],
    "SELECT a, b FROM (VALUES (1, 2)) AS v(a, b), t": ["t"],
    "SELECT [x FOR x IN list], {'from': t} FROM t GROUP BY ALL ORDER BY a, t": ["t"],
}


@pytest.mark.parametrize("sql", CASES)
def test_the_tables_that_a_query_names(sql):
    places = find_reads(sql, "duckdb").places
    found = [".".join(text for text, _ in one.parts) + ("=" if one.has_alias else "") for one in places]
    assert found == CASES[sql]


@pytest.mark.parametrize("sql", CASES)
def test_a_replaced_name_changes_nothing_else(sql):
    reads = find_reads(sql, "duckdb")
    assert replace_reads(sql, reads, lambda _: None) == sql
    marked = replace_reads(sql, reads, lambda _: ("§", ""))
    pieces = marked.split("§")
    assert len(pieces) == len(CASES[sql]) + 1
    rest = sql
    for piece in pieces:
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]


def test_a_name_without_alias_gets_the_one_that_keeps_its_columns_readable():
    sql = "SELECT orders.id, o.id FROM orders, orders AS o"
    spelled = replace_reads(sql, find_reads(sql, "duckdb"), lambda _: ("marts.fct", "orders"))
    assert spelled == "SELECT orders.id, o.id FROM marts.fct AS orders, marts.fct AS o"


def test_other_grammars_are_cut_by_their_own_tokens():
    sql = "SELECT * FROM `a-b`.c.d JOIN e ON TRUE -- FROM f"
    found = find_reads(sql, "bigquery").places
    assert [one.parts for one in found] == [(("a-b", True), ("c", False), ("d", False)), (("e", False),)]
