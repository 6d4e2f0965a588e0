"""Types of expressions and small queries over a table with a column of every type, each a documented fact."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from rocky_core.compiler.analyse_model import describe_query
from rocky_core.dialects.bigquery.dialect import BigQuery
from rocky_core.ir.schema import Column

DIALECT: Final = BigQuery()
TABLE: Final = {
    "i": "INT64",
    "f": "FLOAT64",
    "n": "NUMERIC",
    "bn": "BIGNUMERIC",
    "s": "STRING",
    "b": "BOOL",
    "by": "BYTES",
    "d": "DATE",
    "dt": "DATETIME",
    "ts": "TIMESTAMP",
    "tm": "TIME",
    "j": "JSON",
    "ai": "ARRAY<INT64>",
    "as_": "ARRAY<STRING>",
    "st": "STRUCT<x INT64, y STRING>",
    "ast": "ARRAY<STRUCT<x INT64, y STRING>>",
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
        ("COUNT(*)", ("f0_",)),
        ("COUNT(*), i, SUM(i), s AS x, 1", ("f0_", "i", "f1_", "x", "f2_")),
        ("st.x, t.i, (i), CAST(i AS STRING)", ("x", "i", "i", "f0_")),
        ("`i` AS `Weird Name`", ("Weird Name",)),
    ],
)
def test_items_are_named_as_the_warehouse_names_them(items: str, names: tuple[str, ...]) -> None:
    assert (
        tuple(column.name for column in describe_query(f"SELECT {items} FROM t", DIALECT, {("t",): COLUMNS})) == names
    )
