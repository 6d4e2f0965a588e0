"""What is wrong with a model's SQL, and where."""

import pytest
from analysing import analyse, findings

STAR = "SELECT * used — consider explicit column list"

NO_TEMPLATES = (
    "Write a model's name in place of ref('…') and a table's in place of source('…'); @var(NAME) is a run variable."
)
CASES = {
    "SELECT order_id FROM orders": [],
    # columns that the upstream lacks
    "SELECT order_idd FROM orders": [
        "E039 1:8+9 column 'order_idd' does not exist in 'orders' | did you mean 'order_id'?"
    ],
    "SELECT order_id\nFROM orders o\nWHERE o.stats = 'x'": [
        "E039 3:9+5 column 'stats' does not exist in 'orders' | did you mean 'status'?"
    ],
    "SELECT x.order_id FROM orders o": [
        "E039 1:8+1 'x' of 'x.order_id' is no table or alias of this query | did you mean 'o'?"
    ],
    "WITH c AS (SELECT name FROM customers) SELECT region FROM c": [
        "E039 1:47+6 column 'region' does not exist in 'c'"
    ],
    "SELECT * EXCLUDE (nam) FROM customers": [
        f"I001 1:8+1 {STAR}",
        "E039 1:19+3 column 'nam' in EXCLUDE does not exist in what * stands for | did you mean 'name'?",
    ],
    "SELECT info.metod FROM raw.payments": [
        "E039 1:13+5 'info' has no field 'metod' | did you mean 'method'?",
    ],
    "SELECT name FROM orders JOIN customers USING (customer)": [
        "E039 1:47+8 column 'customer' does not exist in 'orders' | did you mean 'customer_id'?"
    ],
    "SELECT o.order_id, customer_id FROM orders o JOIN customers c ON o.customer_id = c.customer_id": [
        (
            "E039 1:20+11 column 'customer_id' is ambiguous: both 'o' and 'c' have it | "
            "write o.customer_id or c.customer_id"
        )
    ],
    # … but nothing that cannot be proven
    "SELECT anything FROM nowhere": [],
    "SELECT anything FROM orders, nowhere": [],
    "SELECT nowhere.x FROM nowhere": [],
    "SELECT rowid FROM orders": [],
    "SELECT amount AS a FROM orders ORDER BY a": [],
    "SELECT o.customer_id FROM orders o JOIN customers c USING (customer_id) ORDER BY customer_id": [],
    "SELECT (SELECT max(o.amount) FROM customers c WHERE c.customer_id = o.customer_id) AS m FROM orders o": [],
    # types that do not belong together
    "SELECT 1 AS one FROM orders o JOIN customers c ON o.at = c.customer_id": [
        (
            "E001 1:53+2 join key type mismatch on column 'at': orders.at has Timestamp, customers.customer_id "
            "has Int64"
            " | CAST both sides to a common type"
        )
    ],
    # stars and unknown types
    "SELECT * FROM orders": [f"I001 1:8+1 {STAR}"],
    "SELECT * FROM unread": ["W002 1:8+1 SELECT * prevents full type checking — upstream schema unknown"],
    "SELECT order_id, o.amount, n.x FROM orders o, nowhere n": [
        "I002 1:30+1 1 column(s) have unknown types — provide source schemas"
    ],
    # texts that are no query
    "SELECT 1 +": ["E000 1:10+1 failed to parse: something is missing after '+'"],
    "SELECT * EXCLUDE (order_id::INT) FROM orders": [
        "E000 1:1+1 failed to parse: this text cannot be analysed (AttributeError)"
    ],
    "UNPIVOT orders ON amount INTO": ["E000 1:1+1 failed to parse: this text cannot be analysed (AttributeError)"],
    "SELECT a b c FROM t": ["E000 1:12+1 failed to parse: 'c' is not expected here"],
    "SELECT (a + b FROM t": ["E000 1:15+4 failed to parse: expected ) before 'FROM'"],
    "SELECT CASE WHEN a THEN 1 FROM t": ["E000 1:25+1 failed to parse: expected END after CASE at '1'"],
    "SELCT a FROM t": [
        "E000 1:1+5 failed to parse: a model must be a query, but this starts with SELCT | did you mean SELECT?"
    ],
    "SELECT * FROM {{ ref('x') }}": [
        "E000 1:15+2 failed to parse: this is a template, and models are plain SQL: {{ ref('x') }} | " + NO_TEMPLATES
    ],
    "SELECT 1;\nSELECT 2": ["E000 1:9+1 failed to parse: a model must be one statement, but more follow"],
    "SELECT 1;": [],
    "DROP TABLE x": ["E000 1:1+4 failed to parse: a model must be a query, but this starts with DROP"],
    "SELECT 'abc": ["E000 1:8+1 failed to parse: the quote that ' opens is never closed"],
    "-- nothing": ["E000 1:1+1 failed to parse: the model holds no SQL"],
}


@pytest.mark.parametrize("sql", CASES)
def test_a_fault_is_told_at_its_place(sql):
    assert findings(sql) == CASES[sql]


DEEP = 500
TOO_DEEP = {
    "parentheses": "SELECT " + "(" * DEEP + "1" + ")" * DEEP + " AS x",
    "calls": "SELECT " + "abs(" * DEEP + "1" + ")" * DEEP + " AS x",
    "NOT": "SELECT " + "NOT " * DEEP + "true AS x",
    "CASE": "SELECT " + "CASE WHEN true THEN " * DEEP + "1" + " END" * DEEP + " AS x",
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * DEEP + "orders" + ")" * DEEP,
    "lists": "SELECT " + "[" * DEEP + "1" + "]" * DEEP + " AS x",
    "indexes": "SELECT status" + "[1]" * DEEP + " AS x FROM orders",
    "a hundred thousand subqueries": "SELECT * FROM " + "(SELECT * FROM " * 100_000 + "t" + ")" * 100_000,
}


@pytest.mark.parametrize("shape", TOO_DEEP)
def test_absurd_nesting_is_analysed_or_refused_but_never_crashes(shape):
    facts = analyse(TOO_DEEP[shape])

    refused = [d.code for d in facts.diagnostics] == ["E000"] and not facts.parsed
    assert refused or len(facts.columns) > 0


@pytest.mark.parametrize(
    ("sql", "width"),
    [
        (" UNION ALL ".join(["SELECT order_id, status FROM orders"] * 2_000), 2),
        ("SELECT " + " + ".join(["amount"] * 5_000) + " AS x FROM orders", 1),
        ("SELECT CASE " + " ".join(f"WHEN order_id = {n} THEN {n}" for n in range(2_000)) + " END AS x FROM orders", 1),
        ("SELECT " + ", ".join(f"order_id AS c{n}" for n in range(5_000)) + " FROM orders", 5_000),
        ("SELECT 1 AS x FROM orders WHERE " + " OR ".join(["order_id = 1"] * 3_000), 1),
    ],
)
def test_long_queries_are_only_long(sql, width):
    facts = analyse(sql)

    assert (len(facts.columns), facts.diagnostics) == (width, ())
