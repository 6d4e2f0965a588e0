"""Databricks' type names: read from a catalog or a cast, and spelled as DESCRIBE prints them."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from rocky_core.dialects.databricks.dialect import Databricks
from rocky_core.ir.rocky_type import RockyType
from rocky_core.ir.type_text import parse_type_text
from rocky_core.ir.types import (
    BIGINT,
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    FLOAT,
    INTEGER,
    NULL,
    SMALLINT,
    STRING_LITERAL,
    TIMESTAMP,
    TIMESTAMP_TZ,
    TINYINT,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    Field,
    IntegerLiteral,
    ListOf,
    MapOf,
    Scalar,
    StructOf,
)

DIALECT = Databricks()
TYPES = [
    ("BIGINT", BIGINT, "bigint"),
    ("LONG", BIGINT, "bigint"),
    ("INT", INTEGER, "int"),
    ("integer", INTEGER, "int"),
    ("SMALLINT", SMALLINT, "smallint"),
    ("SHORT", SMALLINT, "smallint"),
    ("TINYINT", TINYINT, "tinyint"),
    ("BYTE", TINYINT, "tinyint"),
    ("FLOAT", FLOAT, "float"),
    ("REAL", FLOAT, "float"),
    ("DOUBLE", DOUBLE, "double"),
    ("DECIMAL", Decimal(10, 0), "decimal(10,0)"),
    ("DEC", Decimal(10, 0), "decimal(10,0)"),
    ("NUMERIC", Decimal(10, 0), "decimal(10,0)"),
    ("DECIMAL(5)", Decimal(5, 0), "decimal(5,0)"),
    ("DECIMAL(38, 18)", Decimal(38, 18), "decimal(38,18)"),
    ("STRING", VARCHAR, "string"),
    ("VARCHAR(10)", VARCHAR, "string"),
    ("CHAR(3)", VARCHAR, "string"),
    ("BINARY", BLOB, "binary"),
    ("BOOLEAN", BOOLEAN, "boolean"),
    ("DATE", DATE, "date"),
    ("TIMESTAMP", TIMESTAMP_TZ, "timestamp"),
    ("TIMESTAMP_LTZ", TIMESTAMP_TZ, "timestamp"),
    ("TIMESTAMP_NTZ", TIMESTAMP, "timestamp_ntz"),
    ("VARIANT", VARIANT, "variant"),
    ("VOID", NULL, "void"),
    ("INTERVAL DAY TO SECOND", Scalar("INTERVAL_DAY_TO_SECOND"), "interval day to second"),
    ("INTERVAL YEAR TO MONTH", Scalar("INTERVAL_YEAR_TO_MONTH"), "interval year to month"),
    ("INTERVAL HOUR", Scalar("INTERVAL_HOUR"), "interval hour"),
    ("ARRAY<INT>", ListOf(INTEGER), "array<int>"),
    ("map<string,array<decimal(5,2)>>", MapOf(VARCHAR, ListOf(Decimal(5, 2))), "map<string,array<decimal(5,2)>>"),
    (
        "STRUCT<a: INT NOT NULL COMMENT 'x', `b c`: STRING>",
        StructOf((Field("a", INTEGER), Field("b c", VARCHAR))),
        "struct<a:int,`b c`:string>",
    ),
]


@pytest.mark.parametrize(("text", "expected", "spelled"), TYPES)
def test_a_type_is_read_and_spelled(text: str, expected: DataType, spelled: str) -> None:
    assert DIALECT.parse_type(text) == expected
    assert DIALECT.spell_type(expected) == spelled
    assert DIALECT.parse_type(spelled) == expected


@pytest.mark.parametrize(("text", "expected", "_spelled"), TYPES)
def test_a_cast_names_the_same_types(text: str, expected: DataType, _spelled: str) -> None:
    assert DIALECT.cast_type(parse_one(f"CAST(x AS {text})", dialect="databricks").to) == expected


@pytest.mark.parametrize(("_text", "expected", "_spelled"), TYPES)
def test_a_type_survives_the_cache(_text: str, expected: DataType, _spelled: str) -> None:
    assert parse_type_text(str(expected)) == expected


@pytest.mark.parametrize("text", ["", "INT>", "STRUCT<a", "nothing_known", "DECIMAL(39)", "DECIMAL(5,6)", "INT, INT"])
def test_what_is_no_type_is_unknown(text: str) -> None:
    assert DIALECT.parse_type(text) == UNKNOWN


@pytest.mark.parametrize(
    "data_type", [UNKNOWN, ListOf(UNKNOWN), MapOf(VARCHAR, UNKNOWN), StructOf((Field("a", UNKNOWN),))]
)
def test_a_type_that_is_partly_unknown_has_no_spelling(data_type: DataType) -> None:
    assert DIALECT.spell_type(data_type) is None


@pytest.mark.parametrize(
    ("text", "literal", "stored"),
    [
        ("1", IntegerLiteral(1), INTEGER),
        ("2147483648", IntegerLiteral(2147483648), BIGINT),
        ("9223372036854775808", IntegerLiteral(9223372036854775808), Decimal(19, 0)),
        ("1.50", Decimal(3, 2), Decimal(3, 2)),
        (".5", Decimal(1, 1), Decimal(1, 1)),
        ("0.001", Decimal(3, 3), Decimal(3, 3)),
        ("1e3", DOUBLE, DOUBLE),
        ("1.5e0", DOUBLE, DOUBLE),
        ("1L", BIGINT, BIGINT),
        ("1S", SMALLINT, SMALLINT),
        ("1Y", TINYINT, TINYINT),
        ("1.5D", DOUBLE, DOUBLE),
        ("2F", FLOAT, FLOAT),
        ("1.5BD", Decimal(2, 1), Decimal(2, 1)),
    ],
)
def test_a_number_literal_has_the_documented_type(text: str, literal: DataType, stored: DataType) -> None:
    assert DIALECT.number_literal(text) == literal
    assert DIALECT.settle(literal) == stored


def test_text_literals_are_stored_as_string() -> None:
    assert DIALECT.string_literal() == STRING_LITERAL
    assert DIALECT.settle(ListOf(STRING_LITERAL)) == ListOf(VARCHAR)


def test_no_name_depends_on_its_case_and_all_keep_their_spelling() -> None:
    assert DIALECT.fold_column("Id", quoted=True) == DIALECT.fold_column("ID", quoted=False)
    assert DIALECT.fold_table("Orders", quoted=True) == DIALECT.fold_table("ORDERS", quoted=False)
    assert DIALECT.stored_name("Id", quoted=False) == "Id"


@pytest.mark.parametrize(
    ("data_type", "expected"),
    [
        (TIMESTAMP, RockyType("TimestampNtz")),
        (TIMESTAMP_TZ, RockyType("Timestamp")),
        (Decimal(10, 2), RockyType("Decimal", (10, 2))),
        (ListOf(VARCHAR), RockyType("Array", (RockyType("String"),))),
    ],
)
def test_contracts_see_the_coarse_type(data_type: DataType, expected: RockyType) -> None:
    assert DIALECT.rocky_type(data_type) == expected
