"""Which columns a column is made of, and how."""

import pytest
from analysing import traced

CASES = {
    "SELECT order_id FROM orders": ["orders.order_id -> order_id (direct)"],
    "SELECT CAST(order_id AS VARCHAR) AS a, TRY_CAST(order_id AS INT) AS b FROM orders": [
        "orders.order_id -> a (cast)",
        "orders.order_id -> b (try_cast)",
    ],
    "SELECT CAST(TRY_CAST(order_id AS INT) AS VARCHAR) AS a FROM orders": ["orders.order_id -> a (try_cast)"],
    "SELECT amount + order_id AS a FROM orders": [
        "orders.amount -> a (expression)",
        "orders.order_id -> a (expression)",
    ],
    "SELECT amount AS a, amount + 1 AS a FROM orders": ["orders.amount -> a (expression)"],
    "SELECT amount + 1 AS a, amount AS a FROM orders": ["orders.amount -> a (expression)"],
    "SELECT sum(amount) AS a FROM orders": ["orders.amount -> a (aggregation: sum)"],
    "SELECT round(sum(amount) / 2) AS a FROM orders": ["orders.amount -> a (aggregation: round)"],
    "SELECT CAST(sum(amount) AS INT) AS a FROM orders": ["orders.amount -> a (aggregation: sum)"],
    "SELECT COALESCE(status, 'x') AS a FROM orders": ["orders.status -> a (aggregation: coalesce)"],
    "SELECT CASE WHEN status = 'x' THEN amount END AS a FROM orders": [
        "orders.status -> a (expression)",
        "orders.amount -> a (expression)",
    ],
    "SELECT amount, amount + sum(amount) OVER () AS b FROM orders": [
        "orders.amount -> amount (direct)",
        "orders.amount -> b (aggregation: sum)",
    ],
    "SELECT row_number() OVER (PARTITION BY status ORDER BY at) AS rn FROM orders": [],
    "SELECT count(*) AS n, 1 AS one FROM orders WHERE status = 'x' GROUP BY amount HAVING max(at) > '2024-01-01'": [],
    "SELECT c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id": [
        "customers.name -> name (direct)"
    ],
    "WITH a AS (SELECT amount AS x FROM orders), b AS (SELECT CAST(x AS INT) AS y FROM a) SELECT y AS z FROM b": [
        "orders.amount -> z (cast)"
    ],
    "SELECT t FROM (SELECT upper(name) AS t FROM customers) q": ["customers.name -> t (aggregation: upper)"],
    "SELECT (SELECT max(name) FROM customers) AS top FROM orders": ["customers.name -> top (aggregation: max)"],
    "SELECT name AS a FROM customers UNION ALL SELECT status FROM orders": [
        "customers.name -> a (direct)",
        "orders.status -> a (direct)",
    ],
    "SELECT * FROM customers": [
        "customers.customer_id -> customer_id (direct)",
        "customers.name -> name (direct)",
        "customers.region -> region (direct)",
    ],
    "SELECT customer_id FROM orders FULL JOIN customers USING (customer_id)": [
        "orders.customer_id -> customer_id (direct)",
        "customers.customer_id -> customer_id (direct)",
    ],
    # External tables, under the name as written; an unknown column still has a source.
    "SELECT paid FROM raw.payments": ["raw.payments.paid -> paid (direct)"],
    "SELECT kind FROM RAW.Events": ["RAW.Events.kind -> kind (direct)"],
    "SELECT a FROM far.away": ["far.away.a -> a (direct)"],
    "WITH c AS (SELECT * FROM far.away) SELECT upper(a) AS b FROM c": ["far.away.a -> b (aggregation: upper)"],
    "SELECT a FROM far.away, far.off": [],
    "SELECT name FROM shop.marts.customers_t": ["customers.name -> name (direct)"],
    "SELECT info.method AS m FROM raw.payments": ["raw.payments.info -> m (expression)"],
    "WITH RECURSIVE t AS (SELECT customer_id AS i FROM customers UNION ALL SELECT i + 1 FROM t) SELECT i FROM t": [
        "customers.customer_id -> i (expression)"
    ],
}


@pytest.mark.parametrize("sql", CASES)
def test_every_column_names_its_sources(sql):
    assert traced(sql) == CASES[sql]
