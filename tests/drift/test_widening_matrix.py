"""The widening matrices, and the proof of DuckDB's on tables with data: before and after."""

from itertools import product

import duckdb
import pytest

from rocky_core.dialects.registry import DIALECT_NAMES, dialect_named
from rocky_core.dialects.widening import MATRICES, text_lengthens, widens
from rocky_core.ir.types import DataType, Decimal

DUCKDB = dialect_named("duckdb")

# The hardest values of each type: both ends, and what has no exact neighbour elsewhere.
VALUES = {
    "TINYINT": ["-128", "0", "127"],
    "SMALLINT": ["-32768", "32767"],
    "INTEGER": ["-2147483648", "2147483647", "16777217"],
    "BIGINT": ["-9223372036854775808", "9223372036854775807", "9007199254740993"],
    "HUGEINT": ["-170141183460469231731687303715884105728", "170141183460469231731687303715884105727"],
    "UTINYINT": ["0", "255"],
    "USMALLINT": ["0", "65535"],
    "UINTEGER": ["0", "4294967295"],
    "UBIGINT": ["0", "18446744073709551615"],
    "UHUGEINT": ["0", "340282366920938463463374607431768211455"],
    "FLOAT": ["0.1", "-0.0", "3.4028235e38", "1e-45", "'inf'", "'-inf'", "'nan'"],
    "DOUBLE": ["0.1", "-0.0", "1.7976931348623157e308", "5e-324", "'inf'", "'nan'", "0.30000000000000004"],
    "BOOLEAN": ["true", "false"],
    "VARCHAR": ["'x'", "''", "'0042'", "'1.50'"],
    "DECIMAL(4,0)": ["9999", "-9999"],
    "DECIMAL(4,2)": ["99.99", "0.10"],
    "DECIMAL(9,2)": ["9999999.99", "-0.01"],
    "DECIMAL(18,3)": ["999999999999999.999", "1.500"],
    "DECIMAL(18,2)": ["9999999999999999.99"],
    "DECIMAL(38,2)": ["999999999999999999999999999999999999.99"],
    "DECIMAL(38,0)": ["99999999999999999999999999999999999999"],
    "DATE": ["'2024-02-29'", "'9999-12-31'", "'infinity'"],
    "TIMESTAMP": ["'2024-02-29 23:59:59.999999'"],
    "TIMESTAMP WITH TIME ZONE": ["'2024-02-29 23:59:59.999999+00'"],
    "TIME": ["'23:59:59.999999'"],
    "UUID": ["'00000000-0000-0000-0000-000000000001'"],
    "BLOB": ["'\\xAA'"],
    "INTERVAL": ["'1 month 2 days'"],
}
PAIRS = [pair for pair in product(VALUES, VALUES) if pair[0] != pair[1]]


def keeps_every_value(database: duckdb.DuckDBPyConnection, before: str, after: str) -> bool:
    """Whether ALTER TABLE on a table with the hardest values succeeds, and each can be had back exactly."""
    rows = ", ".join(f"({number}, CAST({value} AS {before}))" for number, value in enumerate((*VALUES[before], "NULL")))
    database.execute(f"CREATE OR REPLACE TABLE t AS SELECT * FROM (VALUES {rows}) AS v(n, c)")
    held = database.execute("SELECT n, c::VARCHAR, c IS NULL FROM t ORDER BY n").fetchall()
    try:
        database.execute(f"ALTER TABLE t ALTER COLUMN c TYPE {after}")
        back = database.execute(f"SELECT n, CAST(c AS {before})::VARCHAR, c IS NULL FROM t ORDER BY n").fetchall()
    except duckdb.Error:
        return False
    return back == held


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


@pytest.mark.parametrize("before", VALUES)
def test_no_change_on_which_duckdb_would_lose_a_value_is_in_its_matrix(database, before):
    wrong = [
        after
        for after in VALUES
        if after != before
        and widens("duckdb", DUCKDB.parse_type(before), DUCKDB.parse_type(after))
        and not keeps_every_value(database, before, after)
    ]
    assert wrong == []


def test_the_walk_meets_every_entry_of_duckdbs_matrix():
    walked = {(DUCKDB.parse_type(before), DUCKDB.parse_type(after)) for before, after in PAIRS}
    assert MATRICES["duckdb"].pairs <= walked
    assert sum(widens("duckdb", *pair) for pair in walked) > len(MATRICES["duckdb"].pairs)  # Decimals come on top.


# Target type, source type: what must be possible in place.
ALLOWED = {
    "duckdb": [
        *("TINYINT > SMALLINT", "TINYINT > INT", "TINYINT > BIGINT", "SMALLINT > INTEGER", "SMALLINT > BIGINT"),
        *("INT > BIGINT", "INTEGER > LONG", "FLOAT > DOUBLE", "DECIMAL(10,2) > DECIMAL(12,2)"),
        *("INT > STRING", "BIGINT > VARCHAR", "FLOAT > TEXT", "DOUBLE > STRING", "DECIMAL > VARCHAR"),
        *("BOOLEAN > STRING", "UTINYINT > SMALLINT", "UBIGINT > HUGEINT"),
    ],
    "databricks": [
        *("BYTE > SHORT", "TINYINT > DOUBLE", "SMALLINT > LONG", "INT > BIGINT", "INTEGER > DOUBLE"),
        *("REAL > DOUBLE", "DECIMAL(10,2) > DECIMAL(12,2)"),
    ],
    "snowflake": ["NUMBER(10,2) > NUMBER(12,2)"],
    "bigquery": ["INT64 > NUMERIC", "INT64 > BIGNUMERIC", "NUMERIC > BIGNUMERIC"],
}
FORBIDDEN = {
    "duckdb": [
        *("BIGINT > INTEGER", "DOUBLE > FLOAT", "VARCHAR > INTEGER", "DECIMAL(10,2) > DECIMAL(12,3)"),
        *("DECIMAL(10,2) > DECIMAL(9,2)", "BIGINT > DOUBLE", "UBIGINT > BIGINT", "TIMESTAMP > DATE"),
    ],
    "databricks": ["BIGINT > DOUBLE", "INT > STRING", "DECIMAL(10,2) > DECIMAL(12,3)", "BIGINT > INT"],
    "snowflake": ["NUMBER(12,2) > NUMBER(10,2)", "NUMBER(10,2) > NUMBER(12,3)", "NUMBER(10,2) > VARCHAR"],
    "bigquery": ["NUMERIC > INT64", "INT64 > FLOAT64", "INT64 > STRING", "BIGNUMERIC > NUMERIC"],
}


@pytest.mark.parametrize(
    ("dialect", "change", "allowed"),
    [
        (dialect, change, allowed)
        for table, allowed in ((ALLOWED, True), (FORBIDDEN, False))
        for dialect, changes in table.items()
        for change in changes
    ],
)
def test_what_each_warehouse_widens_in_place(dialect, change, allowed):
    before, after = (dialect_named(dialect).parse_type(text) for text in change.split(" > "))
    assert widens(dialect, before, after) is allowed


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_no_matrix_holds_a_type_that_stays_the_same(dialect):
    assert not [pair for pair in MATRICES[dialect].pairs if pair[0] == pair[1]]
    same: DataType = Decimal(10, 2)
    assert not widens(dialect, same, same)


@pytest.mark.parametrize(
    ("dialect", "before", "after", "longer"),
    [
        ("snowflake", "VARCHAR(10)", "VARCHAR(20)", True),
        ("snowflake", "VARCHAR(10)", "VARCHAR", True),
        ("snowflake", "VARCHAR(20)", "VARCHAR(10)", False),
        ("snowflake", "VARCHAR", "VARCHAR(10)", False),
        ("snowflake", "TEXT( 5 )", "VARCHAR(5)", False),
        ("duckdb", "VARCHAR(10)", "VARCHAR(20)", False),  # DuckDB keeps no length.
    ],
)
def test_text_that_must_hold_more_is_told_by_its_declared_length(dialect, before, after, longer):
    assert text_lengthens(dialect, before, after) is longer
