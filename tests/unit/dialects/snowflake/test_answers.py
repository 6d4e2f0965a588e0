"""Types of expressions and small queries over a table with a column of every type, each a documented fact."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from rocky_core.compiler.analyse_model import describe_query
from rocky_core.dialects.snowflake.dialect import Snowflake
from rocky_core.ir.schema import Column

DIALECT: Final = Snowflake()
TABLE: Final = {
    "I": "NUMBER(38,0)",
    "N5": "NUMBER(5,0)",
    "N10": "NUMBER(10,2)",
    "N12": "NUMBER(12,4)",
    "N30": "NUMBER(30,2)",
    "F": "FLOAT",
    "S": "VARCHAR",
    "B": "BOOLEAN",
    "BIN": "BINARY",
    "D": "DATE",
    "NTZ": "TIMESTAMP_NTZ",
    "LTZ": "TIMESTAMP_LTZ",
    "TZ": "TIMESTAMP_TZ",
    "V": "VARIANT",
    "A": "ARRAY",
    "O": "OBJECT",
}
COLUMNS: Final = tuple(Column(name, DIALECT.parse_type(text)) for name, text in TABLE.items())


def answers() -> list[tuple[str, tuple[str, ...]]]:
    lines = (Path(__file__).parent / "answers.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(expression, tuple(types.split(" | "))) for expression, types in (line.split("\t") for line in lines)]


def describe(expression: str) -> tuple[Column, ...]:
    query = expression if expression.startswith(("SELECT", "WITH")) else f"SELECT {expression} FROM t"
    return describe_query(query, DIALECT, {("t",): COLUMNS})


def test_every_type_is_the_documented_one_or_honestly_unknown() -> None:
    wrong, unknown, total = [], [], 0
    for expression, documented in answers():
        ours = [DIALECT.spell_type(column.data_type) for column in describe(expression)]
        assert len(ours) == len(documented), expression
        total += len(ours)
        unknown.extend(expression for mine in ours if mine is None)
        pairs = zip(ours, documented, strict=True)
        wrong.extend((expression, mine, theirs) for mine, theirs in pairs if mine not in {None, theirs})
    print(f"\n{total} columns, {len(unknown)} unknown ({len(unknown) / total:.1%}), {len(wrong)} wrong")
    assert total >= 200
    assert wrong == []
    assert len(unknown) / total <= 0.03, unknown


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ("count(*)", ("COUNT(*)",)),
        ('sum( f )+1, i, "I", s as x, s as "x"', ("SUM( F )+1", "I", "I", "X", "x")),
        ("t.s, upper(s), i + 1", ("S", "UPPER(S)", "I + 1")),
        ("max(d) over (partition by s)", ("MAX(D) OVER (PARTITION BY S)",)),
        ("v:a.b::int as n", ("N",)),
    ],
)
def test_items_are_named_as_the_warehouse_names_them(items: str, names: tuple[str, ...]) -> None:
    assert (
        tuple(column.name for column in describe_query(f"SELECT {items} FROM t", DIALECT, {("t",): COLUMNS})) == names
    )


def test_the_name_of_a_long_item_ends_where_the_item_does() -> None:
    text = f"CONCAT('{'X, Y' * 200}', S)"
    (first, second) = describe_query(f"SELECT {text}, COUNT(*) FROM t", DIALECT, {("t",): COLUMNS})
    assert (first.name, second.name) == (text, "COUNT(*)")
