"""What is written for Databricks, and what its stand-in makes of it, asked of Spark itself; run by `make spark`.

Spark has neither Delta's tables nor a catalog of three parts but its own: what needs them is parsed, and not run.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb
import pytest
from databricks_cases import (
    BLOCKS,
    ERRORS,
    FOUND,
    NO_STATEMENT,
    SHOP,
    SNAPSHOTS,
    VALUES,
    statements,
    with_moments,
)

from rocky_core.dialects.statements.file_loads import STAGED
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_types import query_of_texts
from rocky_core.execution.write_rows import Texts, copy_out
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import NamedFile
from rocky_core.warehouses.databricks.load_file import copy_from
from tools.stand_ins import PINS, NotBuilt, interpreter

pytestmark = pytest.mark.spark

OF_DATABRICKS = {  # Statements that are in no grammar but its own.
    "format_materialized_view": "MATERIALIZED",
    "format_streaming_table": "REFRESH",
    "materialized_view": "MATERIALIZED",
}
REPLACES = {"quarantine drop", "quarantine split", "quarantine tag"}  # Tables, which only Delta does.
ELSEWHERE = {"NO_SUCH_CATALOG_EXCEPTION", "PATH_NOT_FOUND", "STREAMING_TABLE_QUERY_INVALID"}  # Not in plain Spark.


@dataclass(frozen=True)
class Spark:
    """Spark in a process of its own."""

    process: subprocess.Popen[str]
    schemas: count[int] = field(default_factory=lambda: count(1))

    def parse(self, statement: str) -> dict[str, Any]:
        return self._ask("parse", statement)

    def run(self, *asked: str) -> dict[str, Any]:
        """What came of the last one; the others must succeed."""
        *before, last = asked
        for statement in before:
            told = self._ask("run", statement)
            assert "class" not in told, told["message"]
        return self._ask("run", last)

    def in_new_schema(self, *asked: str) -> dict[str, Any]:
        name = f"case_{next(self.schemas)}"
        return self.run(f"CREATE SCHEMA {name}", f"USE {name}", *asked)

    def _ask(self, what: str, statement: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        sql = with_moments(statement).replace("`lake`", "`spark_catalog`")
        self.process.stdin.write(json.dumps({"do": what, "sql": sql}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not here")
    try:
        python = interpreter("spark")
    except NotBuilt as error:
        pytest.skip(f"Spark cannot be had here: {error}")
    folder = tmp_path_factory.mktemp("spark")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [python, PINS / "spark_answers.py", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
        )
        with process:
            yield Spark(process)
            process.stdin.close()


@pytest.mark.parametrize("name", sorted(SNAPSHOTS.keys() - NO_STATEMENT))
def test_the_statements_of_models_are_in_sparks_grammar(spark: Spark, name):
    found = [spark.parse(statement) for statement in statements(SNAPSHOTS[name])]

    if name in OF_DATABRICKS:
        assert [(told["class"], OF_DATABRICKS[name] in told["message"]) for told in found] == [
            ("PARSE_SYNTAX_ERROR", True)
        ]
    else:
        assert found == [{}] * len(found)


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_the_statements_of_checks_are_in_sparks_grammar(spark: Spark, name):
    found = [spark.parse(statement) for statement in statements(BLOCKS[name])]

    assert found == [{}] * len(found)


@pytest.fixture(scope="module")
def shop(spark: Spark) -> Spark:
    """With the tables that the checks read."""
    for schema in ("raw", "marts", "berlin", "paris"):
        spark.run(f"CREATE SCHEMA {schema}")
    spark.run(*SHOP)
    return spark


@pytest.mark.parametrize("name", sorted(FOUND.keys() - REPLACES))
def test_checks_find_with_spark_what_they_find_with_the_stand_in(shop: Spark, name):
    told = [shop.run(statement) for statement in statements(BLOCKS[name])]

    numbers = [
        tuple(one["rows"][0]) if isinstance(wanted, tuple) else len(one["rows"])
        for one, wanted in zip(told, FOUND[name], strict=True)
    ]
    assert tuple(numbers) == FOUND[name]


@pytest.mark.parametrize(
    ("asked", "error_class", "state"),
    [one for one in ERRORS if one[1] not in ELSEWHERE and not one[1].startswith("DELTA")],
    ids=lambda one: str(one)[-60:],
)
def test_spark_fails_with_the_class_and_state_with_which_the_stand_in_does(spark: Spark, asked, error_class, state):
    told = spark.in_new_schema(*asked)

    assert (told.get("class"), told.get("state")) == (error_class, state)


@pytest.mark.parametrize(("expression", "type_text", "value"), VALUES)
def test_spark_gives_the_types_that_the_stand_in_does(spark: Spark, expression, type_text, value):
    told = spark.run(f"SELECT {expression} AS x")

    assert told["columns"] == [["x", type_text.lower().replace(": ", ":").replace(", ", ",")]]
    assert (told["rows"] == [["None"]]) is (value is None)


# What DuckDB reads, the column's type in Databricks, and what Spark's own SQL makes of the same value.
SENT = {
    "BIGINT": ("9007199254740993", "bigint", "9007199254740993L"),
    "DECIMAL(10, 2)": ("-0.10", "decimal(10,2)", "CAST('-0.10' AS DECIMAL(10, 2))"),
    "DOUBLE": ("1e-300", "double", "1e-300D"),
    "BOOLEAN": ("true", "boolean", "true"),
    "VARCHAR": ("'say \"hi\", ''you''' || chr(13) || chr(10) || '  \\N\\t'", "string", None),
    "DATE": ("DATE '1969-12-31'", "date", "DATE '1969-12-31'"),
    "TIMESTAMP": (
        "TIMESTAMP '2026-03-29 02:30:00.000001'",
        "timestamp_ntz",
        "TIMESTAMP_NTZ '2026-03-29 02:30:00.000001'",
    ),
    "TIMESTAMPTZ": (
        "TIMESTAMPTZ '2026-01-01 10:00:00.5+02:00'",
        "timestamp",
        "TIMESTAMP '2026-01-01 08:00:00.5+00:00'",
    ),
    "BLOB": (r"'\x00\xFFab'::BLOB", "binary", "X'00FF6162'"),
    "VARCHAR[]": ("['a', 'b \"c\"']", "array<string>", "array('a', 'b \"c\"')"),
    "STRUCT(a INTEGER, d DATE, t TIMESTAMP)": (
        "{'a': 1, 'd': DATE '2026-01-01', 't': TIMESTAMP '2026-01-01 10:00:00.5'}",
        "struct<a:int,d:date,t:timestamp_ntz>",
        "named_struct('a', 1, 'd', DATE '2026-01-01', 't', TIMESTAMP_NTZ '2026-01-01 10:00:00.5')",
    ),
    "MAP(VARCHAR, DOUBLE)": ("MAP {'x': 1.5}", "map<string,double>", "map('x', 1.5D)"),
}


def test_spark_reads_a_file_that_is_sent_as_the_values_that_were_in_it(spark: Spark, tmp_path):
    sent = tmp_path / "sent.csv"
    columns = tuple((f"v{number}", kind) for number, kind in enumerate(SENT))
    values = ", ".join(f"({value})::{kind} AS v{at}" for at, (kind, (value, *_)) in enumerate(SENT.items()))
    nothing = ", ".join("NULL" for _ in SENT)
    empty = ", ".join("''" if kind == "VARCHAR" else "NULL" for kind in SENT)
    duckdb_words = shapes_of("duckdb")
    texts = Texts("", query_of_texts(duckdb_words, "databricks", columns), has_header=True, null="_none_")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Europe/Vienna'")
        rows = f"SELECT {values} UNION ALL SELECT {nothing} UNION ALL SELECT {empty} UNION ALL SELECT {nothing}"
        connection.execute(f"CREATE TEMP TABLE {duckdb_words.quote(STAGED)} AS {rows}")
        connection.execute(copy_out(texts, sent))
        (text,) = connection.execute(f"SELECT {SENT['VARCHAR'][0]}").fetchone()
    file = NamedFile(str(sent), tuple(name for name, _ in columns), "rocky_1", texts.null)
    statement = copy_from(str(sent), file, [kind for _, kind, _ in SENT.values()], TargetName("", "s", "t"))
    selected, options = re.search(
        r"FROM \(SELECT (.*) FROM '[^']*'\)\n.*FORMAT_OPTIONS \((.*)\)$", statement, re.DOTALL
    ).groups()

    found = spark.in_new_schema(
        f"CREATE TEMPORARY VIEW sent USING csv OPTIONS (path '{sent}', {options.replace(' = ', ' ')})",
        f"SELECT {selected} FROM sent",
    )

    told = ", ".join("'-'" if wanted is None else wanted for _, _, wanted in SENT.values())
    expected = spark.run(f"SELECT {told}")["rows"][0]
    at = list(SENT).index("VARCHAR")
    expected[at] = text
    none = ["None"] * len(SENT)
    assert [kind for _, kind in found["columns"]] == [kind for _, kind, _ in SENT.values()]
    assert found["rows"] == [expected, none, [*none[:at], "", *none[at + 1 :]], none]
