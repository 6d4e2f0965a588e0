"""Names, order, types and nullability of a query's output."""

import pytest
from analysing import analyse, shown

CASES = {
    # columns and nullability
    "SELECT order_id, amount FROM orders": ["order_id BIGINT!", "amount DECIMAL(10,2)"],
    "SELECT ORDER_ID, o.Amount AS Total FROM orders o": ["order_id BIGINT!", "Total DECIMAL(10,2)"],
    "SELECT 1 AS a, 'x' AS b, NULL AS c, 1.5 AS d": ["a INTEGER!", "b VARCHAR!", 'c "NULL"', "d DECIMAL(2,1)!"],
    "SELECT order_id + 1 AS a, amount * 2.0 AS b FROM orders": ["a BIGINT!", "b DECIMAL(12,3)"],
    "SELECT CASE WHEN amount > 1 THEN 1 END AS a, CASE WHEN true THEN 1 ELSE 2 END AS b FROM orders": [
        "a INTEGER",
        "b INTEGER!",
    ],
    "SELECT coalesce(status, 'none') AS a, coalesce(status, NULL) AS b FROM orders": ["a VARCHAR!", "b VARCHAR"],
    "SELECT CAST(order_id AS VARCHAR) AS a, TRY_CAST(order_id AS INT) AS b FROM orders": ["a VARCHAR!", "b INTEGER"],
    "SELECT status IS NULL AS a, status = 'x' AS b, order_id IN (1, 2) AS c FROM orders": [
        "a BOOLEAN!",
        "b BOOLEAN",
        "c BOOLEAN!",
    ],
    "SELECT status FROM orders WHERE status IS NOT NULL AND amount > 1": ["status VARCHAR!"],
    "SELECT status FROM orders WHERE status IS NOT NULL OR amount > 1": ["status VARCHAR"],
    # of tables that are not known, too
    "SELECT CAST(id AS INT) AS id, CAST(x AS INT) AS x FROM landing WHERE id IS NOT NULL": ["id INTEGER!", "x INTEGER"],
    "SELECT l.id::INT AS id, x::INT AS x FROM orders JOIN landing l ON true WHERE NOT l.id IS NULL AND x IS NOT NULL": [
        "id INTEGER!",
        "x INTEGER!",
    ],
    "SELECT id::INT AS id FROM landing, lake WHERE id IS NOT NULL": ["id INTEGER"],
    "SELECT count(*) AS n, count(status) AS m, sum(order_id) AS s, max(at) AS t FROM orders": [
        "n BIGINT!",
        "m BIGINT!",
        "s HUGEINT",
        "t TIMESTAMP",
    ],
    "SELECT row_number() OVER (ORDER BY at) AS rn, lag(at) OVER (ORDER BY at) AS before FROM orders": [
        "rn BIGINT!",
        "before TIMESTAMP",
    ],
    "SELECT (SELECT max(order_id) FROM orders) AS a, EXISTS (SELECT 1) AS b": ["a BIGINT", "b BOOLEAN!"],
    # joins
    "SELECT o.order_id, c.region FROM orders o JOIN customers c ON true": ["order_id BIGINT!", "region VARCHAR!"],
    "SELECT o.order_id, c.region FROM orders o LEFT JOIN customers c ON true": ["order_id BIGINT!", "region VARCHAR"],
    "SELECT o.order_id, c.region FROM orders o RIGHT JOIN customers c ON true": ["order_id BIGINT", "region VARCHAR!"],
    "SELECT o.order_id, c.region FROM orders o FULL JOIN customers c ON true": ["order_id BIGINT", "region VARCHAR"],
    "SELECT customer_id FROM orders LEFT JOIN customers USING (customer_id)": ["customer_id BIGINT"],
    "SELECT customer_id FROM orders RIGHT JOIN customers USING (customer_id)": ["customer_id BIGINT!"],
    "SELECT customer_id FROM customers FULL JOIN customers c USING (customer_id)": ["customer_id BIGINT!"],
    "SELECT * FROM orders NATURAL JOIN customers": [
        "order_id BIGINT!",
        "customer_id BIGINT!",
        "amount DECIMAL(10,2)",
        "status VARCHAR",
        "at TIMESTAMP!",
        "name VARCHAR",
        "region VARCHAR!",
    ],
    "SELECT * FROM customers SEMI JOIN orders USING (customer_id)": [
        "customer_id BIGINT!",
        "name VARCHAR",
        "region VARCHAR!",
    ],
    "SELECT a.region, b.region AS other FROM customers a POSITIONAL JOIN customers b": [
        "region VARCHAR",
        "other VARCHAR",
    ],
    # stars
    "SELECT * EXCLUDE (name) REPLACE (upper(region) AS region) FROM customers": [
        "customer_id BIGINT!",
        "region VARCHAR!",
    ],
    "SELECT c.* RENAME (name AS title) FROM customers c": ["customer_id BIGINT!", "title VARCHAR", "region VARCHAR!"],
    "SELECT COLUMNS('^(n|r)') FROM customers": ["name VARCHAR", "region VARCHAR!"],
    "SELECT max(COLUMNS(*)) FROM customers": ["customer_id BIGINT", "name VARCHAR", "region VARCHAR"],
    "SELECT * NOT LIKE '%n%' FROM customers": ["customer_id BIGINT!"],
    "FROM customers": ["customer_id BIGINT!", "name VARCHAR", "region VARCHAR!"],
    # repeated names: as DESCRIBE prints them on top, numbered for an outer query
    "SELECT name, name FROM customers": ["name VARCHAR", "name VARCHAR"],
    "SELECT * FROM (SELECT name, name, name AS name_1 FROM customers)": [
        "name VARCHAR",
        "name_1 VARCHAR",
        "name_1_1 VARCHAR",
    ],
    # CTEs, derived tables, aliases
    "WITH c(i) AS (SELECT customer_id, region FROM customers) SELECT * FROM c": ["i BIGINT!", "region VARCHAR!"],
    "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b": ["y INTEGER!"],
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT n FROM t": ["n INTEGER!"],
    "WITH RECURSIVE t(n) AS (SELECT 1::TINYINT UNION ALL SELECT NULL FROM t) SELECT n FROM t": ["n TINYINT"],
    "SELECT q.p FROM (SELECT region FROM customers) q(p)": ["p VARCHAR!"],
    "SELECT amount AS a, a + 1 AS b FROM orders": ["a DECIMAL(10,2)", "b DECIMAL(13,2)"],
    "SELECT x: region FROM customers": ["x VARCHAR!"],
    "SELECT customers FROM customers": ['customers STRUCT(customer_id BIGINT, "name" VARCHAR, region VARCHAR)!'],
    # set operations
    "SELECT order_id AS a FROM orders UNION ALL SELECT amount FROM orders": ["a DECIMAL(21,2)"],
    "SELECT region AS a, 1 AS b FROM customers UNION ALL BY NAME SELECT 'x' AS a, 2.5 AS c": [
        "a VARCHAR!",
        "b INTEGER",
        "c DECIMAL(2,1)",
    ],
    "(SELECT 1 AS a) EXCEPT (SELECT 2)": ["a INTEGER!"],
    "VALUES (1, 'a'), (2, NULL)": ["col0 INTEGER!", "col1 VARCHAR"],
    "SELECT * FROM (VALUES (1), (300)) v(x)": ["x INTEGER!"],
    # grouping
    "SELECT region, count(*) AS n FROM customers GROUP BY ROLLUP (region)": ["region VARCHAR", "n BIGINT!"],
    "SELECT region, count(*) AS n FROM customers GROUP BY region": ["region VARCHAR!", "n BIGINT!"],
    "SELECT region, customer_id FROM customers GROUP BY GROUPING SETS ((region, customer_id), (region))": [
        "region VARCHAR!",
        "customer_id BIGINT",
    ],
    "SELECT upper(region) AS r FROM customers GROUP BY CUBE (1)": ["r VARCHAR"],
    # nested values
    "SELECT info.method, p.info.tries[1] AS first, info.tries[1:2] AS some FROM raw.payments p": [
        "method VARCHAR",
        "first INTEGER",
        "some INTEGER[]",
    ],
    "SELECT [x + 1 FOR x IN info.tries] AS l, list_transform([1], lambda x: x / 2) AS m FROM raw.payments": [
        "l INTEGER[]",
        "m DOUBLE[]!",
    ],
    "SELECT {'a': 1, 'b': 'x'} AS s, MAP {'k': 1}['k'] AS m, list(1)[1] AS f": [
        "s STRUCT(a INTEGER, b VARCHAR)!",
        "m INTEGER",
        "f INTEGER",
    ],
    "SELECT unnest(info) FROM raw.payments": ["method VARCHAR", "tries INTEGER[]"],
    "SELECT u FROM raw.payments, unnest(info.tries) AS u": ["u INTEGER"],
    "SELECT * FROM range(3) AS r": ["r BIGINT!"],
    "SELECT l.d FROM orders o, LATERAL (SELECT o.order_id * 2 AS d) l": ["d BIGINT!"],
    # pivots
    "FROM (SELECT region, customer_id FROM customers) PIVOT (count(*) AS n FOR region IN ('eu', 'us' AS usa))": [
        "customer_id BIGINT!",
        "eu_n BIGINT",
        "usa_n BIGINT",
    ],
    "PIVOT customers ON region IN ('eu') USING max(name) GROUP BY customer_id": ["customer_id BIGINT!", "eu VARCHAR"],
    "WITH c AS (FROM customers) PIVOT c ON region IN ('eu') USING max(name) GROUP BY customer_id ORDER BY 1": [
        "customer_id BIGINT!",
        "eu VARCHAR",
    ],
    "UNPIVOT customers ON name, region INTO NAME k VALUE v": ["customer_id BIGINT!", "k VARCHAR!", "v VARCHAR!"],
    # placeholders stand for texts
    "SELECT @start_date AS a, order_id FROM orders WHERE at >= @start_date AND at < @end_date": [
        "a VARCHAR!",
        "order_id BIGINT!",
    ],
}


@pytest.mark.parametrize("sql", CASES)
def test_the_output_is_what_the_rules_of_sql_say(sql):
    assert shown(sql) == CASES[sql]


@pytest.mark.parametrize(
    ("sql", "complete"),
    [
        ("SELECT * FROM orders", True),
        ("SELECT * FROM nowhere", False),
        ("SELECT a FROM nowhere", True),
        ("WITH c AS (SELECT * FROM nowhere) SELECT * FROM c", False),
        ("SELECT * FROM unread", False),
    ],
)
def test_only_a_star_over_something_unknown_makes_the_output_incomplete(sql, complete):
    assert analyse(sql).complete is complete
