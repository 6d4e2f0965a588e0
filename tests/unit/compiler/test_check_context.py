"""How checks find columns and places."""

import pytest

from rocky_core.compiler.check_context import OutputColumns, output_name_place, sidecar_place
from rocky_core.diagnostics.diagnostic import Span
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir import types
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText


def columns(*names: str, dialect: str = "duckdb") -> OutputColumns:
    return OutputColumns([Column(name, types.DATE) for name in names], dialect_named(dialect))


@pytest.mark.parametrize(
    ("output", "name", "expected"),
    [
        (columns("a", "B"), "b", "B"),
        (columns("a", "A"), "A", "A"),
        (columns("a", "A"), "a", "a"),
        (columns("a"), "c", None),
        (columns("ID", "note", dialect="snowflake"), "id", "ID"),
        (columns("ID", "note", dialect="snowflake"), "note", "note"),
        (columns("note", dialect="snowflake"), "NOTE", None),
    ],
)
def test_a_configured_name_means_the_column_spelled_so_or_else_the_one_the_warehouse_takes_it_for(
    output, name, expected
):
    found = output.find(name)
    assert (found and found.name) == expected


def test_of_many_columns_only_some_are_listed():
    many = columns(*(f"c{number}" for number in range(32)))
    assert many.listed() == f"Available columns: {', '.join(f'c{number}' for number in range(30))} and 2 more"
    assert columns("a", "b").listed() == "Available columns: a, b"


def test_a_near_name_is_not_looked_for_among_thousands():
    assert columns("amount").nearest("amuont") == "amount"
    assert columns("amount", *map(str, range(1000))).nearest("amuont") is None


@pytest.mark.parametrize(
    ("sql", "name", "place"),
    [
        ("SELECT ts, x FROM t", "ts", (1, 8)),
        ("SELECT ts AS x FROM t", "ts", (1, 8)),
        ("SELECT a.ts AS day\nFROM t", "day", (1, 16)),
        ("SELECT day, 1 AS day FROM t WHERE day > 1", "day", (1, 18)),
        ("WITH c AS (SELECT ts FROM t)\nSELECT ts, 1 FROM c", "ts", (2, 8)),
        ('SELECT 1 AS "Day" FROM t', "Day", (1, 14)),
        ("SELECT 1 AS DAY", "day", (1, 13)),
        ("SELECT days, my_day, @day FROM t", "day", (1, 1)),
        ("SELECT day fromage", "day", (1, 8)),
        ("SELECT * FROM t", "day", (1, 1)),
        ("SELECT 'İ', day FROM t", "day", (1, 13)),
        ("SELECT aaa, aa FROM t", "aa", (1, 13)),
        ("SELECT id, 'from' AS x FROM a JOIN b ON a.id = b.id", "id", (1, 8)),
        ("SELECT id, (SELECT max(x) FROM u), x\nFROM t WHERE x", "x", (1, 36)),
        ("SELECT id FROM a UNION SELECT other AS id FROM b", "id", (1, 8)),
        ("", "a", (1, 1)),
    ],
)
def test_an_output_column_is_shown_where_the_select_list_ends_it(sql, name, place):
    model = Model("m", SourceText("models/m.sql", sql, sql), TargetName("", "s", "m"))
    span = output_name_place(model, name)
    assert (span.line, span.col) == place


def test_a_key_is_shown_in_the_sidecar_and_else_the_model_itself():
    source = SourceText("models/m.sql", "", "")
    text = '[strategy]\ntype = "view"\n'
    model = Model("m", source, TargetName("", "s", "m"), sidecar_file="models/m.toml", sidecar_text=text)
    assert sidecar_place(model, ("nothing",), ("strategy", "type")) == Span("models/m.toml", 2, 1, 4)
    assert sidecar_place(model, ("nothing",)) == Span("models/m.sql", 1, 1)
    assert sidecar_place(Model("m", source, model.target), ("strategy",)) == Span("models/m.sql", 1, 1)
