"""Types and names as Spark 4.2 in ANSI mode answered them, over a table with a column of every type.

The answers were recorded with `spark.sql("SELECT <expression> FROM t").schema`; where the names' column is empty,
Spark shows defaults of its functions in the name, and we do not claim to know them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from rocky_core.compiler.analyse_model import describe_query
from rocky_core.dialects.databricks.dialect import Databricks
from rocky_core.ir.schema import Column

DIALECT: Final = Databricks()
TABLE: Final = {
    "ti": "tinyint",
    "si": "smallint",
    "i": "int",
    "l": "bigint",
    "f": "float",
    "d": "double",
    "dec5": "decimal(5,2)",
    "dec10": "decimal(10,2)",
    "dec38": "decimal(38,10)",
    "s": "string",
    "b": "boolean",
    "bin": "binary",
    "dt": "date",
    "ts": "timestamp",
    "tn": "timestamp_ntz",
    "ai": "array<int>",
    "as_": "array<string>",
    "aai": "array<array<int>>",
    "m": "map<string,int>",
    "st": "struct<x:int,y:string>",
    "ast": "array<struct<x:int,y:string>>",
    "ad": "array<decimal(5,2)>",
}
COLUMNS: Final = tuple(Column(name, DIALECT.parse_type(text)) for name, text in TABLE.items())


class Answer(NamedTuple):
    """One expression or query, and what Spark says of it."""

    expression: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def query(self) -> str:
        whole = self.expression.lower().startswith(("select", "with"))
        return self.expression if whole else f"SELECT {self.expression} FROM t"


def answers() -> list[Answer]:
    lines = (Path(__file__).parent / "spark_answers.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [
        Answer(e, tuple(t.split(" | ")), tuple(n.split(" | ")) if n else ())
        for e, t, n in (x.split("\t") for x in lines)
    ]


def test_every_type_is_the_one_spark_gives_or_honestly_unknown() -> None:
    wrong, unknown, total = [], [], 0
    for answer in answers():
        ours = [DIALECT.spell_type(column.data_type) for column in described(answer)]
        assert len(ours) == len(answer.types), answer
        total += len(ours)
        for mine, theirs in zip(ours, answer.types, strict=True):
            if mine is None:
                unknown.append(answer.expression)
            elif mine != theirs:
                wrong.append((answer.expression, mine, theirs))
    print(f"\n{total} columns, {len(unknown)} unknown ({len(unknown) / total:.1%}), {len(wrong)} wrong")
    assert wrong == []
    assert len(unknown) / total <= 0.03, unknown


def test_every_name_is_the_one_spark_gives() -> None:
    known = [answer for answer in answers() if answer.names]
    assert len(known) > 1500
    ours = {answer.expression: tuple(column.name for column in described(answer)) for answer in known}
    assert ours == {answer.expression: answer.names for answer in known}


def described(answer: Answer) -> tuple[Column, ...]:
    return describe_query(answer.query, DIALECT, {("t",): COLUMNS})


def test_a_sum_of_two_thousand_terms_is_named_without_running_out_of_stack() -> None:
    (column,) = describe_query(f"SELECT {' + '.join(['i'] * 2000)} FROM t", DIALECT, {("t",): COLUMNS})
    assert column.name == "(" * 1999 + "i" + " + i)" * 1999
