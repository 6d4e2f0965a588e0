"""Coarse types: families, spellings, and what a contract's type matches."""

import pytest

from rocky_core.ir.rocky_type import (
    CONTRACT_TYPES,
    RockyType,
    coarse,
    common_supertype,
    contract_matches,
    contract_type_exists,
    debug,
    display,
)
from rocky_core.ir.type_text import parse_type_text
from rocky_core.ir.types import UNKNOWN, IntegerLiteral


@pytest.mark.parametrize(
    ("found", "displayed", "debugged"),
    [
        ("BOOLEAN", "BOOL", "Boolean"),
        ("TINYINT", "INT32", "Int32"),
        ("USMALLINT", "INT32", "Int32"),
        ("INTEGER", "INT32", "Int32"),
        ("UINTEGER", "INT64", "Int64"),
        ("BIGINT", "INT64", "Int64"),
        ("HUGEINT", "INT64", "Int64"),
        ("FLOAT", "FLOAT32", "Float32"),
        ("DOUBLE", "FLOAT64", "Float64"),
        ("DECIMAL(10,2)", "DECIMAL(10,2)", "Decimal { precision: 10, scale: 2 }"),
        ("VARCHAR", "STRING", "String"),
        ("ENUM('a')", "STRING", "String"),
        ("BLOB", "BINARY", "Binary"),
        ("DATE", "DATE", "Date"),
        ("TIMESTAMP_NS", "TIMESTAMP", "Timestamp"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "Timestamp"),
        ("JSON", "VARIANT", "Variant"),
        ("INTEGER[3]", "ARRAY<INT32>", "Array(Int32)"),
        ("MAP(VARCHAR, DATE)", "MAP<STRING,DATE>", "Map(String, Date)"),
        ("STRUCT(a INTEGER, b DATE[])", "STRUCT<a:INT32,b:ARRAY<DATE>>", "Struct { a: Int32, b: Array(Date) }"),
        ("TIME", "?", "Unknown"),
        ("INTERVAL", "?", "Unknown"),
        ("UNKNOWN", "?", "Unknown"),
        ("UNKNOWN[]", "ARRAY<?>", "Array(Unknown)"),
    ],
)
def test_a_type_belongs_to_a_family_with_two_spellings(found, displayed, debugged):
    family = coarse(parse_type_text(found))
    assert (display(family), debug(family)) == (displayed, debugged)


def test_a_warehouse_says_what_its_plain_timestamp_is():
    nested = parse_type_text("STRUCT(a TIMESTAMP[], b TIMESTAMP WITH TIME ZONE)")
    assert debug(coarse(nested, plain_timestamp="TimestampNtz")) == "Struct { a: Array(TimestampNtz), b: Timestamp }"


def test_an_integer_literal_takes_the_family_it_fits():
    assert [coarse(IntegerLiteral(value)).name for value in (2**31 - 1, 2**31, -(2**31))] == ["Int32", "Int64", "Int32"]


@pytest.mark.parametrize("name", CONTRACT_TYPES)
def test_every_contract_type_exists(name):
    assert contract_type_exists(name)


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "int64",
        "BIGINT",
        "Decimal()",
        "Decimal(a,b)",
        "Decimal(1,2,3)",
        "Array<>",
        "Array<Foo>",
        "Array<Int64",
        "Map<String>",
        "Map<String,Int64,Int64>",
        "Struct<a>",
        "Struct<:Int64>",
        "Int64<String>",
        "Array<" * 10_000 + ">" * 10_000,
    ],
)
def test_other_spellings_do_not(spelling):
    assert not contract_type_exists(spelling)
    assert contract_matches(spelling, coarse(UNKNOWN)) is False


@pytest.mark.parametrize(
    ("promised", "found", "verdict"),
    [
        ("Int64", "BIGINT", True),
        ("Int64", "INTEGER", False),
        ("Int64", "UNKNOWN", None),
        ("Decimal", "DECIMAL(9,1)", True),
        ("Decimal(9,1)", "DECIMAL(9,1)", True),
        ("Decimal(9)", "DECIMAL(9,0)", True),
        ("Decimal(9,1)", "DECIMAL(9,2)", False),
        ("Array<INT64>", "BIGINT[]", True),
        ("Array<Int64>", "UNKNOWN[]", None),
        ("Map<String,Int64>", "MAP(UNKNOWN, DATE)", False),
        ("Struct<A:Int64,b:Decimal(4,2)>", "STRUCT(a BIGINT, b DECIMAL(4,2))", True),
        ("Struct<a:Int64>", "STRUCT(b BIGINT)", False),
        ("Struct<a:Int64>", "STRUCT(a BIGINT, b BIGINT)", False),
        ("Array<timestamp_ntz>", "TIMESTAMP[]", False),
    ],
)
def test_a_promise_is_kept_broken_or_not_provable(promised, found, verdict):
    assert contract_matches(promised, coarse(parse_type_text(found))) is verdict


def test_types_are_values():
    assert coarse(parse_type_text("INTEGER[]")) == RockyType("Array", (RockyType("Int32"),))


@pytest.mark.parametrize(
    ("left", "right", "common"),
    [
        ("INTEGER", "INTEGER", "INT32"),
        ("INTEGER", "BIGINT", "INT64"),
        ("FLOAT", "DOUBLE", "FLOAT64"),
        ("INTEGER", "FLOAT", "FLOAT64"),
        ("BIGINT", "DOUBLE", "FLOAT64"),
        ("INTEGER", "DECIMAL(4,2)", "DECIMAL(10,2)"),
        ("BIGINT", "DECIMAL(4,2)", "DECIMAL(19,2)"),
        ("INTEGER", "DECIMAL(20,2)", "DECIMAL(20,2)"),
        ("DECIMAL(10,1)", "DECIMAL(8,4)", "DECIMAL(10,4)"),
        ("DATE", "TIMESTAMP", "TIMESTAMP"),
        ("UNKNOWN", "DATE", "DATE"),
        ("VARCHAR", "BIGINT", None),
        ("VARCHAR", "DATE", None),
        ("BOOLEAN", "INTEGER", None),
        ("DOUBLE", "DECIMAL(4,2)", "FLOAT64"),
        ("DATE[]", "INTEGER[]", None),
    ],
)
def test_two_families_have_a_common_one_or_none(left, right, common):
    a, b = coarse(parse_type_text(left)), coarse(parse_type_text(right))
    found = [common_supertype(a, b), common_supertype(b, a)]
    assert [type_ and display(type_) for type_ in found] == [common, common]
