"""What becomes of each type of DuckDB in the warehouses that files are sent to, and as what their columns are read."""

from __future__ import annotations

import pytest

from rocky_core.dialects.statements.sent_types import read_as, sent_type, takes_texts

SENT = {
    "BOOLEAN": ("BOOLEAN", "BOOL", "BOOLEAN"),
    "TINYINT": ("NUMBER(38,0)", "INT64", "TINYINT"),
    "UTINYINT": ("NUMBER(38,0)", "INT64", "SMALLINT"),
    "SMALLINT": ("NUMBER(38,0)", "INT64", "SMALLINT"),
    "USMALLINT": ("NUMBER(38,0)", "INT64", "INT"),
    "INTEGER": ("NUMBER(38,0)", "INT64", "INT"),
    "UINTEGER": ("NUMBER(38,0)", "INT64", "BIGINT"),
    "BIGINT": ("NUMBER(38,0)", "INT64", "BIGINT"),
    "UBIGINT": ("NUMBER(38,0)", "NUMERIC(20,0)", "DECIMAL(20,0)"),
    "HUGEINT": ("NUMBER(38,0)", "BIGNUMERIC", "DECIMAL(38,0)"),
    "UHUGEINT": ("NUMBER(38,0)", "BIGNUMERIC", "DECIMAL(38,0)"),
    "DECIMAL(38,9)": ("NUMBER(38,9)", "NUMERIC(38,9)", "DECIMAL(38,9)"),
    "DECIMAL(38,8)": ("NUMBER(38,8)", "BIGNUMERIC(38,8)", "DECIMAL(38,8)"),
    "DECIMAL(10,10)": ("NUMBER(10,10)", "BIGNUMERIC(10,10)", "DECIMAL(10,10)"),
    "FLOAT": ("FLOAT", "FLOAT64", "FLOAT"),
    "DOUBLE": ("FLOAT", "FLOAT64", "DOUBLE"),
    "VARCHAR": ("VARCHAR", "STRING", "STRING"),
    "BLOB": ("BINARY", "BYTES", "BINARY"),
    "DATE": ("DATE", "DATE", "DATE"),
    "TIME": ("TIME", "TIME", "STRING"),
    "TIMESTAMP": ("TIMESTAMP_NTZ", "DATETIME", "TIMESTAMP_NTZ"),
    "TIMESTAMP_S": ("TIMESTAMP_NTZ", "DATETIME", "TIMESTAMP_NTZ"),
    "TIMESTAMP_NS": ("TIMESTAMP_NTZ", "DATETIME", "TIMESTAMP_NTZ"),
    "TIMESTAMP WITH TIME ZONE": ("TIMESTAMP_TZ", "TIMESTAMP", "TIMESTAMP"),
    "INTERVAL": ("VARCHAR", "STRING", "STRING"),
    "UUID": ("VARCHAR", "STRING", "STRING"),
    "JSON": ("VARIANT", "JSON", "STRING"),
    "VARCHAR[]": ("VARIANT", "JSON", "ARRAY<STRING>"),
    "BIGINT[3]": ("VARIANT", "JSON", "ARRAY<BIGINT>"),
    "STRUCT(a INTEGER, b VARCHAR[])": ("VARIANT", "JSON", "STRUCT<`a`:INT,`b`:ARRAY<STRING>>"),
    "MAP(VARCHAR, DOUBLE)": ("VARIANT", "JSON", "MAP<STRING,DOUBLE>"),
    # What would not come back from JSON as it was.
    "MAP(INTEGER, DOUBLE)": ("VARIANT", "JSON", "STRING"),
    "STRUCT(a BLOB)": ("VARIANT", "JSON", "STRING"),
    "TIME[]": ("VARIANT", "JSON", "STRING"),
}
READ = {
    ("snowflake", "NUMBER(9,2)"): "DECIMAL(9,2)",
    ("snowflake", "FLOAT"): "DOUBLE",
    ("snowflake", "TIMESTAMP_LTZ"): "TIMESTAMP WITH TIME ZONE",
    ("snowflake", "VARIANT"): "JSON",
    ("snowflake", "OBJECT"): "JSON",
    ("snowflake", "GEOGRAPHY"): "VARCHAR",
    ("bigquery", "INT64"): "BIGINT",
    ("bigquery", "NUMERIC"): "DECIMAL(38,9)",
    ("bigquery", "NUMERIC(10, 2)"): "DECIMAL(10,2)",
    ("bigquery", "NUMERIC(10)"): "DECIMAL(10,0)",
    ("bigquery", "BIGNUMERIC(38, 8)"): "DECIMAL(38,8)",
    ("bigquery", "BIGNUMERIC"): "VARCHAR",  # DuckDB's numbers are not as long.
    ("bigquery", "STRING(10)"): "VARCHAR",
    ("bigquery", "BYTES"): "BLOB",
    ("bigquery", "DATETIME"): "TIMESTAMP",
    ("bigquery", "TIMESTAMP"): "TIMESTAMP WITH TIME ZONE",
    ("bigquery", "JSON"): "JSON",
    ("bigquery", "INTERVAL"): "VARCHAR",
    ("databricks", "tinyint"): "TINYINT",
    ("databricks", "decimal(10,2)"): "DECIMAL(10,2)",
    ("databricks", "timestamp"): "TIMESTAMP WITH TIME ZONE",
    ("databricks", "timestamp_ntz"): "TIMESTAMP",
    ("databricks", "variant"): "JSON",
    ("databricks", "array<int>"): "JSON",
    ("databricks", "struct<a:int>"): "JSON",
    ("databricks", "map<string,int>"): "JSON",
    ("databricks", "interval day to second"): "VARCHAR",
}


@pytest.mark.parametrize(("kind", "sent"), SENT.items(), ids=SENT)
def test_a_type_becomes_the_one_that_holds_it(kind: str, sent: tuple[str, str, str]) -> None:
    assert tuple(sent_type(warehouse, kind) for warehouse in ("snowflake", "bigquery", "databricks")) == sent


@pytest.mark.parametrize(("column", "kind"), READ.items(), ids=map(" ".join, READ))
def test_values_are_read_as_the_column_is(column: tuple[str, str], kind: str) -> None:
    assert read_as(*column) == kind


def test_only_bigquerys_csv_leaves_types_out() -> None:
    assert {
        (warehouse, kind): takes_texts(warehouse, kind)
        for warehouse, kind in (
            ("bigquery", "ARRAY<INT64>"),
            ("bigquery", "STRUCT<a INT64>"),
            ("bigquery", "RANGE<DATE>"),
            ("bigquery", "JSON"),
            ("databricks", "array<int>"),
            ("snowflake", "ARRAY"),
        )
    } == {
        ("bigquery", "ARRAY<INT64>"): False,
        ("bigquery", "STRUCT<a INT64>"): False,
        ("bigquery", "RANGE<DATE>"): False,
        ("bigquery", "JSON"): True,
        ("databricks", "array<int>"): True,
        ("snowflake", "ARRAY"): True,
    }
