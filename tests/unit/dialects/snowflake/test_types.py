"""Snowflake's type names, literals and the case of its names."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from rocky_core.dialects.snowflake.dialect import Snowflake
from rocky_core.dialects.snowflake.type_names import ARRAY, DECFLOAT, OBJECT, TIMESTAMP_LTZ
from rocky_core.ir.rocky_type import RockyType
from rocky_core.ir.type_text import parse_type_text
from rocky_core.ir.types import (
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    FLOAT,
    GEOGRAPHY,
    NULL,
    STRING_LITERAL,
    TIME,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    Field,
    IntegerLiteral,
    ListOf,
    MapOf,
    StructOf,
)

DIALECT = Snowflake()
INTEGER = Decimal(38, 0)
TYPES = [
    ("NUMBER", INTEGER, "NUMBER(38,0)"),
    ("NUMBER(10)", Decimal(10, 0), "NUMBER(10,0)"),
    ("NUMBER(10,2)", Decimal(10, 2), "NUMBER(10,2)"),
    ("DECIMAL(12, 4)", Decimal(12, 4), "NUMBER(12,4)"),
    ("NUMERIC", INTEGER, "NUMBER(38,0)"),
    ("INT", INTEGER, "NUMBER(38,0)"),
    ("INTEGER", INTEGER, "NUMBER(38,0)"),
    ("BIGINT", INTEGER, "NUMBER(38,0)"),
    ("SMALLINT", INTEGER, "NUMBER(38,0)"),
    ("TINYINT", INTEGER, "NUMBER(38,0)"),
    ("BYTEINT", INTEGER, "NUMBER(38,0)"),
    ("FLOAT", DOUBLE, "FLOAT"),
    ("FLOAT4", DOUBLE, "FLOAT"),
    ("FLOAT8", DOUBLE, "FLOAT"),
    ("DOUBLE", DOUBLE, "FLOAT"),
    ("DOUBLE PRECISION", DOUBLE, "FLOAT"),
    ("REAL", DOUBLE, "FLOAT"),
    ("DECFLOAT", DECFLOAT, "DECFLOAT"),
    ("VARCHAR", VARCHAR, "VARCHAR"),
    ("VARCHAR(16777216)", VARCHAR, "VARCHAR"),
    ("CHAR", VARCHAR, "VARCHAR"),
    ("CHARACTER(3)", VARCHAR, "VARCHAR"),
    ("STRING", VARCHAR, "VARCHAR"),
    ("TEXT", VARCHAR, "VARCHAR"),
    ("NVARCHAR(5)", VARCHAR, "VARCHAR"),
    ("BINARY", BLOB, "BINARY"),
    ("BINARY(8388608)", BLOB, "BINARY"),
    ("VARBINARY", BLOB, "BINARY"),
    ("BOOLEAN", BOOLEAN, "BOOLEAN"),
    ("DATE", DATE, "DATE"),
    ("TIME", TIME, "TIME"),
    ("TIME(9)", TIME, "TIME"),
    ("DATETIME", TIMESTAMP, "TIMESTAMP_NTZ"),
    ("TIMESTAMP", TIMESTAMP, "TIMESTAMP_NTZ"),
    ("TIMESTAMP_NTZ(9)", TIMESTAMP, "TIMESTAMP_NTZ"),
    ("TIMESTAMPNTZ", TIMESTAMP, "TIMESTAMP_NTZ"),
    ("TIMESTAMP_LTZ(9)", TIMESTAMP_LTZ, "TIMESTAMP_LTZ"),
    ("TIMESTAMP_TZ", TIMESTAMP_TZ, "TIMESTAMP_TZ"),
    ("VARIANT", VARIANT, "VARIANT"),
    ("OBJECT", OBJECT, "OBJECT"),
    ("ARRAY", ARRAY, "ARRAY"),
    ("ARRAY(VARCHAR)", ListOf(VARCHAR), "ARRAY(VARCHAR)"),
    ("MAP(VARCHAR, NUMBER(10,2))", MapOf(VARCHAR, Decimal(10, 2)), "MAP(VARCHAR, NUMBER(10,2))"),
    (
        "OBJECT(a INT, b VARCHAR)",
        StructOf((Field("a", INTEGER), Field("b", VARCHAR))),
        "OBJECT(a NUMBER(38,0), b VARCHAR)",
    ),
    ("VECTOR(FLOAT, 256)", ListOf(FLOAT, 256), "VECTOR(FLOAT, 256)"),
    ("GEOGRAPHY", GEOGRAPHY, "GEOGRAPHY"),
]


@pytest.mark.parametrize(("text", "expected", "spelled"), TYPES)
def test_a_type_is_read_and_spelled(text: str, expected: DataType, spelled: str) -> None:
    assert DIALECT.parse_type(text) == expected
    assert DIALECT.spell_type(expected) == spelled
    assert DIALECT.parse_type(spelled) == expected


@pytest.mark.parametrize(("text", "expected", "_spelled"), TYPES)
def test_a_cast_names_the_same_types(text: str, expected: DataType, _spelled: str) -> None:
    assert DIALECT.cast_type(parse_one(f"CAST(x AS {text})", dialect="snowflake").to) == expected


@pytest.mark.parametrize(("_text", "expected", "_spelled"), TYPES)
def test_a_type_survives_the_cache(_text: str, expected: DataType, _spelled: str) -> None:
    assert parse_type_text(str(expected)) == expected


@pytest.mark.parametrize("text", ["", "NUMBER(39)", "NUMBER(2,3)", "VARCHAR)", "no_such_type"])
def test_what_is_no_type_is_unknown(text: str) -> None:
    assert DIALECT.parse_type(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1", Decimal(1, 0)),
        ("0", Decimal(1, 0)),
        ("12345", Decimal(5, 0)),
        ("1.50", Decimal(3, 2)),
        ("0.5", Decimal(2, 1)),
        ("1e3", DOUBLE),
        ("1.5E-2", DOUBLE),
    ],
)
def test_a_number_literal_has_the_digits_that_are_written(text: str, stored: DataType) -> None:
    assert DIALECT.settle(DIALECT.number_literal(text)) == stored


def test_whole_literals_keep_their_value() -> None:
    assert DIALECT.number_literal("42") == IntegerLiteral(42)


@pytest.mark.parametrize("literal", [STRING_LITERAL, NULL])
def test_text_and_null_are_stored_as_varchar(literal: DataType) -> None:
    assert DIALECT.settle(literal) == VARCHAR


def test_names_without_quotes_are_upper_case() -> None:
    assert DIALECT.stored_name("Total", quoted=False) == "TOTAL"
    assert DIALECT.stored_name("Total", quoted=True) == "Total"
    assert DIALECT.fold_column("id", quoted=False) == DIALECT.fold_column("ID", quoted=True)
    assert DIALECT.fold_column("id", quoted=False) != DIALECT.fold_column("id", quoted=True)
    assert DIALECT.fold_table("t", quoted=False) == "T"


@pytest.mark.parametrize(
    ("data_type", "expected"),
    [
        (TIMESTAMP_LTZ, RockyType("Timestamp")),
        (TIMESTAMP, RockyType("TimestampNtz")),
        (ListOf(TIMESTAMP_LTZ), RockyType("Array", (RockyType("Timestamp"),))),
        (Decimal(38, 0), RockyType("Decimal", (38, 0))),
        (VARIANT, RockyType("Variant")),
    ],
)
def test_contracts_see_the_coarse_type(data_type: DataType, expected: RockyType) -> None:
    assert DIALECT.rocky_type(data_type) == expected
