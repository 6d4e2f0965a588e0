"""BigQuery's type names, literals and the case of its names."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from rocky_core.dialects.bigquery.dialect import BigQuery
from rocky_core.dialects.bigquery.type_names import BIGNUMERIC, NUMERIC
from rocky_core.ir.rocky_type import RockyType
from rocky_core.ir.type_text import parse_type_text
from rocky_core.ir.types import (
    BIGINT,
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    GEOGRAPHY,
    INTERVAL,
    JSON,
    NULL,
    STRING_LITERAL,
    TIME,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARCHAR,
    DataType,
    Field,
    ListOf,
    StructOf,
)

DIALECT = BigQuery()
TYPES = [
    ("INT64", BIGINT, "INT64"),
    ("INT", BIGINT, "INT64"),
    ("INTEGER", BIGINT, "INT64"),
    ("BIGINT", BIGINT, "INT64"),
    ("SMALLINT", BIGINT, "INT64"),
    ("TINYINT", BIGINT, "INT64"),
    ("BYTEINT", BIGINT, "INT64"),
    ("FLOAT64", DOUBLE, "FLOAT64"),
    ("NUMERIC", NUMERIC, "NUMERIC"),
    ("DECIMAL", NUMERIC, "NUMERIC"),
    ("NUMERIC(10, 2)", NUMERIC, "NUMERIC"),
    ("BIGNUMERIC", BIGNUMERIC, "BIGNUMERIC"),
    ("BIGDECIMAL(50, 20)", BIGNUMERIC, "BIGNUMERIC"),
    ("BOOL", BOOLEAN, "BOOL"),
    ("BOOLEAN", BOOLEAN, "BOOL"),
    ("STRING", VARCHAR, "STRING"),
    ("STRING(10)", VARCHAR, "STRING"),
    ("BYTES", BLOB, "BYTES"),
    ("DATE", DATE, "DATE"),
    ("TIME", TIME, "TIME"),
    ("DATETIME", TIMESTAMP, "DATETIME"),
    ("TIMESTAMP", TIMESTAMP_TZ, "TIMESTAMP"),
    ("INTERVAL", INTERVAL, "INTERVAL"),
    ("JSON", JSON, "JSON"),
    ("GEOGRAPHY", GEOGRAPHY, "GEOGRAPHY"),
    ("ARRAY<INT64>", ListOf(BIGINT), "ARRAY<INT64>"),
    (
        "STRUCT<a INT64, b ARRAY<STRUCT<`c d` STRING>>>",
        StructOf((Field("a", BIGINT), Field("b", ListOf(StructOf((Field("c d", VARCHAR),)))))),
        "STRUCT<a INT64, b ARRAY<STRUCT<`c d` STRING>>>",
    ),
    ("STRUCT<INT64, STRING>", StructOf((Field("", BIGINT), Field("", VARCHAR))), "STRUCT<INT64, STRING>"),
]


@pytest.mark.parametrize(("text", "expected", "spelled"), TYPES)
def test_a_type_is_read_and_spelled(text: str, expected: DataType, spelled: str) -> None:
    assert DIALECT.parse_type(text) == expected
    assert DIALECT.spell_type(expected) == spelled
    assert DIALECT.parse_type(spelled) == expected


@pytest.mark.parametrize(("text", "expected", "_spelled"), TYPES)
def test_a_cast_names_the_same_types(text: str, expected: DataType, _spelled: str) -> None:
    assert DIALECT.cast_type(parse_one(f"CAST(x AS {text})", dialect="bigquery").to) == expected


@pytest.mark.parametrize(("_text", "expected", "_spelled"), TYPES)
def test_a_type_survives_the_cache(_text: str, expected: DataType, _spelled: str) -> None:
    assert parse_type_text(str(expected)) == expected


@pytest.mark.parametrize("text", ["", "ARRAY<INT64", "INT64>", "no_such_type"])
def test_what_is_no_type_is_unknown(text: str) -> None:
    assert DIALECT.parse_type(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "stored"),
    [("1", BIGINT), ("0xFF", BIGINT), ("1.5", DOUBLE), (".5", DOUBLE), ("1e3", DOUBLE), ("1.", DOUBLE)],
)
def test_a_number_literal_is_whole_or_a_float(text: str, stored: DataType) -> None:
    assert DIALECT.settle(DIALECT.number_literal(text)) == stored


@pytest.mark.parametrize(("literal", "stored"), [(STRING_LITERAL, VARCHAR), (NULL, BIGINT)])
def test_text_is_stored_as_string_and_an_untyped_null_as_int64(literal: DataType, stored: DataType) -> None:
    assert DIALECT.settle(literal) == stored


def test_columns_are_the_same_in_any_case_and_tables_are_not() -> None:
    assert DIALECT.fold_column("Id", quoted=True) == DIALECT.fold_column("ID", quoted=False)
    assert DIALECT.fold_table("Orders", quoted=False) != DIALECT.fold_table("orders", quoted=False)
    assert DIALECT.stored_name("Id", quoted=False) == "Id"


@pytest.mark.parametrize(
    ("data_type", "expected"),
    [
        (TIMESTAMP, RockyType("TimestampNtz")),
        (TIMESTAMP_TZ, RockyType("Timestamp")),
        (BIGINT, RockyType("Int64")),
        (NUMERIC, RockyType("Decimal", (38, 9))),
    ],
)
def test_contracts_see_the_coarse_type(data_type: DataType, expected: RockyType) -> None:
    assert DIALECT.rocky_type(data_type) == expected
