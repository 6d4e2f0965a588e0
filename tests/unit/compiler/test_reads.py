"""Which relations a model reads: models by name or target, everything else as external tables."""

import pytest
from analysing import DUCKDB, SOURCES, analyse, columns, model

from rocky_core.compiler.catalog import Catalog
from rocky_core.ir.schema import RelationSchema

READS = {
    "SELECT 1 FROM orders": (("orders",), ()),
    "SELECT 1 FROM ORDERS o": (("orders",), ()),
    "SELECT 1 FROM shop.marts.orders_t": (("orders",), ()),
    "SELECT 1 FROM MARTS.Orders_T": (("orders",), ()),
    "SELECT 1 FROM orders_t": ((), ("orders_t",)),
    "SELECT 1 FROM other.marts.orders_t": ((), ("other.marts.orders_t",)),
    "SELECT 1 FROM raw.payments, RAW.Payments": ((), ("raw.payments", "RAW.Payments")),
    "WITH orders AS (SELECT 1 AS a) SELECT a FROM orders": ((), ()),
    "WITH a AS (SELECT 1 FROM customers) SELECT 1 FROM orders": (("customers", "orders"), ()),
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM orders) AND 1 IN (SELECT customer_id FROM customers)": (
        ("orders", "customers"),
        (),
    ),
    "SELECT (SELECT max(amount) FROM orders) AS m": (("orders",), ()),
    "SELECT 1 FROM customers UNION ALL SELECT 2 FROM orders UNION ALL SELECT 3 FROM customers": (
        ("customers", "orders"),
        (),
    ),
    "SELECT 1 FROM customers c, LATERAL (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id) l": (
        ("customers", "orders"),
        (),
    ),
    "SELECT name FROM customers ORDER BY (SELECT count(*) FROM orders)": (("customers", "orders"), ()),
    "SELECT name FROM customers GROUP BY name HAVING count(*) > (SELECT count(*) FROM orders)": (
        ("customers", "orders"),
        (),
    ),
    "PIVOT orders ON status IN ('a') USING count(*)": (("orders",), ()),
    "SELECT 1 FROM m JOIN marts.m_t ON true": ((), ()),  # A model's read of itself is no dependency.
}


@pytest.mark.parametrize("sql", READS)
def test_reads_are_found_wherever_they_stand(sql):
    facts = analyse(sql)

    assert (facts.reads_models, facts.reads_tables) == READS[sql]


def parts(text):
    return tuple((part, False) for part in text.split("."))


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("raw.payments", ("raw", "payments")),
        ("RAW.Payments", ("raw", "payments")),
        ("any.raw.payments", ("raw", "payments")),
        ("payments", ("raw", "payments")),
        ("lake.raw.events", ("lake", "raw", "events")),
        ("raw.events", ("lake", "raw", "events")),
        ("events", ("lake", "raw", "events")),
        ("other.raw.events", None),
        ("stale.payments", None),
        ("nothing", None),
    ],
)
def test_an_external_table_is_known_by_any_unambiguous_spelling(written, known):
    found = Catalog((), SOURCES, DUCKDB).find(parts(written))

    assert found == (None if known is None else RelationSchema(written, SOURCES[known]))


def test_a_short_name_that_two_external_tables_share_stands_for_neither():
    sources = {("a", "t"): columns("x INTEGER"), ("b", "t"): columns("y INTEGER")}

    assert Catalog((), sources, DUCKDB).find(parts("t")) is None


def test_a_model_is_known_before_its_columns_are():
    catalog = Catalog([model("orders")], {}, DUCKDB)
    before = catalog.find(parts("orders"))
    catalog.add("orders", RelationSchema("orders", columns("x INTEGER"), is_model=True))

    assert before == RelationSchema("orders", (), is_model=True, complete=False)
    assert catalog.find(parts("Orders")) == RelationSchema("orders", columns("x INTEGER"), is_model=True)
