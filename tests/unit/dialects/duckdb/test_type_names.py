"""Every type DuckDB knows is read from its name and from a cast, and spelled as DESCRIBE prints it."""

from __future__ import annotations

import pytest
from duckdb_truth import DIALECT, describe, run, tree_of, type_of

from rocky_core.dialects.duckdb.keywords import KEYWORDS
from rocky_core.ir.types import UNKNOWN

# These need parameters or name no type of a column; GEOMETRY with a reference system is not modelled.
_WITHOUT_MEANING = {"row", "struct", "array", "enum", "list", "map", "null", "tuple", "union", "any"}
_PARAMETRIC = (
    "DOUBLE PRECISION",
    "CHARACTER VARYING(10)",
    "CHARACTER VARYING",
    "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP WITHOUT TIME ZONE",
    "TIME WITH TIME ZONE",
    "TIMESTAMP(0)",
    "TIMESTAMP(3)",
    "TIMESTAMP(6)",
    "TIMESTAMP(9)",
    "DECIMAL(5)",
    "DECIMAL(5,2)",
    "NUMERIC",
    "FLOAT(24)",
    "FLOAT(53)",
    "BIT(3)",
    "CHAR(3)",
    "NCHAR",
    'STRUCT(a INT, "b c" TEXT, "key" DATE)',
    "MAP(INT, TEXT)",
    "UNION(a INT, b TEXT)",
    "ENUM('a','it''s')",
    "INT[]",
    "INT[][3]",
    "INT ARRAY",
    "ROW(a INT)",
    "TUPLE(INT, TEXT)",
    "STRUCT(l INT[], m MAP(VARCHAR, DECIMAL(4,1)))[]",
    "Uint8",
    "VARINT",
    "guid",
)
_NAMES = sorted({row[0] for row in run("SELECT type_name FROM duckdb_types()")} - _WITHOUT_MEANING) + list(_PARAMETRIC)


@pytest.mark.parametrize("name", _NAMES)
def test_a_type_is_read_from_its_name(name):
    assert DIALECT.spell_type(DIALECT.parse_type(name)) == type_of(f"CAST(NULL AS {name})")


@pytest.mark.parametrize("name", _NAMES)
def test_a_type_is_read_from_a_cast_in_the_tree(name):
    target = tree_of(f"SELECT CAST(NULL AS {name})").expressions[0].args["to"]

    assert DIALECT.spell_type(DIALECT.cast_type(target)) == type_of(f"CAST(NULL AS {name})")


@pytest.mark.parametrize(
    "text", ["", "no_such_type", "DECIMAL(39,2)", "DECIMAL(2,3)", "INT[", "STRUCT(a)", "MAP(INT)", "INT x", "%"]
)
def test_what_names_no_type_is_unknown(text):
    assert DIALECT.parse_type(text) == UNKNOWN


def test_every_keyword_is_quoted_as_a_field_name():
    names = ["plain", "A b", "1a", "_x", "é", "a$", *sorted(KEYWORDS)]
    fields = ", ".join(f'"{name}" INTEGER' for name in names)
    printed = describe(f"SELECT CAST(NULL AS STRUCT({fields}))")

    assert printed is not None
    assert DIALECT.spell_type(DIALECT.parse_type(f"STRUCT({fields})")) == printed[0][1]


def test_the_keywords_are_those_of_duckdb():
    assert {row[0] for row in run("SELECT keyword_name FROM duckdb_keywords()")} == KEYWORDS
