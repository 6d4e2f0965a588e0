"""A file that is loaded into every warehouse, as reviewed text: into a new table, and in place of all its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from rocky_core.dialects.registry import DIALECT_NAMES, dialect_named
from rocky_core.dialects.statements.sent_types import sent_type
from rocky_core.ir.load import DataFile, FileFormat, LoadRules, ReadFile
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.world import ObservedColumn, ObservedTable, ObservedWorld
from rocky_core.planning.choose_files import ChosenFiles
from rocky_core.planning.plan_load import plan_load
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.render_plan import render_sql

TARGET = TargetName("lake", "raw", "people")
COLUMNS = (("id", "BIGINT"), ("name", "VARCHAR"), ("seen", "TIMESTAMP WITH TIME ZONE"), ("tags", "VARCHAR[]"))
FILE = DataFile("data/it's.jsonl", "/p/data/it's.jsonl", FileFormat.JSON_LINES, TARGET, 42, "0123456789abcdef0123")


def observed(columns: Iterator[tuple[str, str]], dialect_name: str) -> tuple[ObservedColumn, ...]:
    dialect = dialect_named(dialect_name)
    return tuple(
        ObservedColumn(dialect.stored_name(name, quoted=False), kind, dialect.parse_type(kind))
        for name, kind in columns
    )


def planned(dialect_name: str, *, is_there: bool) -> PlannedTable:
    stored = ((name, kind if dialect_name == "duckdb" else sent_type(dialect_name, kind)) for name, kind in COLUMNS)
    there = ObservedTable(TARGET, observed(stored, dialect_name)) if is_there else None
    read = ReadFile(FILE, observed(iter(COLUMNS), "duckdb"))
    chosen = ChosenFiles((FILE,), batches={TARGET.folded(): "b1" if is_there else ""})
    world = ObservedWorld(datetime(2026, 1, 31, tzinfo=UTC), {TARGET: there})
    (entry,) = plan_load(
        chosen, {FILE.path: read}, world, LoadRules(truncates=is_there), PlanOptions("inbox", dialect_name, "load")
    ).tables
    assert entry.refusal is None, entry.refusal
    return entry


def told(entry: PlannedTable) -> Iterator[str]:
    """The steps in their order, and what this process does with the file."""
    assert entry.load is not None
    here = entry.load.sent or entry.load.named
    if here is not None:
        yield f"-- here:\n{here.stage};\n\n{here.query};"
    if entry.load.named is not None and entry.load.named.is_batch_begun is not None:
        yield f"-- asked:\n{entry.load.named.is_batch_begun};"
    for step in entry.steps:
        yield f"-- {step.purpose}{' (together)' if step.is_atomic else ''}:"
        yield from (f"{statement};" for statement in step.statements)


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_the_statements_are_the_reviewed_ones(dialect: str, snapshots: Path, update_snapshots: bool) -> None:
    reviewed = snapshots / "loads" / f"{dialect}.sql"
    new, anew = (planned(dialect, is_there=is_there) for is_there in (False, True))
    text = "\n\n".join((*told(new), "-- once it is there, and emptied first:", *told(anew))) + "\n"
    if update_snapshots:
        reviewed.parent.mkdir(parents=True, exist_ok=True)
        reviewed.write_text(text, encoding="utf-8")
    assert text == reviewed.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_each_statement_is_one_that_the_warehouses_grammar_knows(dialect: str) -> None:
    for entry in (planned(dialect, is_there=False), planned(dialect, is_there=True)):
        for statement in (one for step in entry.steps for one in step.statements):
            (tree,) = sqlglot.parse(statement, dialect=dialect)
            assert not isinstance(tree, exp.Command), statement


@pytest.mark.parametrize(
    ("is_there", "how"),
    [(False, "are added"), (True, "take the place of all, if it is the first of its set")],
)
def test_a_plan_says_between_the_notes_how_the_file_is_taken_in(is_there: bool, how: str) -> None:
    script = render_sql(Plan("inbox", "load", (planned("bigquery", is_there=is_there),)), "bigquery")

    *_, announced, taken_in, noted = script.rstrip().split("\n\n")
    assert announced.endswith("NULL, '@load_name');")
    assert noted.endswith("@load_rows, '@load_name');")
    assert taken_in == f"-- here data/it's.jsonl is taken in under that name: its rows {how}"
