"""Where the warehouses read the same text differently."""

import pytest
from analysing import analyse

from rocky_core.dialects.registry import dialect_named

CASES = [
    ("duckdb", "SELECT ORDER_ID, Status AS S FROM Orders", ["order_id BIGINT", "S VARCHAR"]),
    ("databricks", "SELECT ORDER_ID, Status AS S FROM Orders", ["ORDER_ID bigint", "S string"]),
    ("bigquery", "SELECT ORDER_ID, Status AS S FROM orders", ["ORDER_ID INT64", "S STRING"]),
    ("snowflake", 'SELECT 1 AS a, 2 AS "b" FROM ORDERS', ["A NUMBER(1,0)", "b NUMBER(1,0)"]),
    ("snowflake", "SELECT column1, column2 FROM VALUES (1, 'a')", ["COLUMN1 NUMBER(1,0)", "COLUMN2 VARCHAR"]),
    ("databricks", "SELECT * FROM VALUES (1, 'a')", ["col1 int", "col2 string"]),
    ("duckdb", "SELECT * FROM (VALUES (1, 'a'))", ["col0 INTEGER", "col1 VARCHAR"]),
    (
        "databricks",
        "SELECT o.order_id, p, v FROM orders o LATERAL VIEW OUTER posexplode(array(o.status)) q AS p, v",
        ["order_id bigint", "p int", "v string"],
    ),
    ("databricks", "SELECT explode(map('a', 1)), order_id FROM orders", ["key string", "value int", "order_id bigint"]),
    ("databricks", "SELECT struct(order_id, status AS s).s FROM orders", ["s string"]),
    ("bigquery", "SELECT x, o FROM orders, UNNEST([1, 2]) AS x WITH OFFSET AS o", ["x INT64", "o INT64"]),
    ("bigquery", "SELECT s.a FROM UNNEST([STRUCT(1 AS a, 'x' AS b)]) s", ["a INT64"]),
    ("bigquery", "SELECT * EXCEPT (amount, at) REPLACE ('x' AS status) FROM orders", [
        "order_id INT64", "customer_id INT64", "status STRING",
    ]),
    ("bigquery", "SELECT order_id FROM `shop.marts.orders_t`", ["order_id INT64"]),
    ("snowflake", "SELECT f.value FROM TABLE(FLATTEN(input => PARSE_JSON('[1]'))) f", ["VALUE VARIANT"]),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "expected"), CASES)
def test_each_warehouse_has_its_own_rules(dialect, sql, expected):
    facts = analyse(sql, dialect)

    spelled = [f"{column.name} {dialect_named(dialect).spell_type(column.data_type)}" for column in facts.columns]
    assert (spelled, [finding for finding in facts.diagnostics if finding.is_error]) == (expected, [])


@pytest.mark.parametrize(
    ("dialect", "sql", "reads"),
    [
        ("duckdb", 'SELECT 1 FROM "ORDERS"', ("orders",)),
        ("databricks", "SELECT 1 FROM `ORDERS`", ("orders",)),
        ("snowflake", "SELECT 1 FROM ORDERS", ("orders",)),
        ("snowflake", "SELECT 1 FROM orders", ("orders",)),
        ("snowflake", 'SELECT 1 FROM "oRders"', ()),
        ("bigquery", "SELECT 1 FROM ORDERS", ()),
        ("bigquery", "SELECT 1 FROM orders", ("orders",)),
    ],
)
def test_a_models_name_is_compared_as_the_warehouse_compares_tables(dialect, sql, reads):
    assert analyse(sql, dialect).reads_models == reads
