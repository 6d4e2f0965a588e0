"""Statements that take the rows of a file into a table, and that keep the table's ledger of files beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, assert_never

from msgspec import Struct

from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import DataFile, FileFormat
from rocky_core.ir.names import TargetName

LEDGER: Final = "_rocky_loaded_files"
STAGED: Final = "__rocky_staged_file"
_GLOB: Final = re.compile(r"([*?\[])")

Columns = Sequence[tuple[str, str]]  # Name and type.


class FileRead(Struct, frozen=True):
    """How a file is read; `columns` are all of its columns, none if the warehouse is to find them out."""

    file: DataFile
    has_header: bool = True
    columns: Columns = ()
    samples_all: bool = False  # Find the types out from all rows, not from the first ones.


def read_file(shapes: StatementShapes, read: FileRead) -> str:
    """The query of a file's rows."""
    text = shapes.text_literal
    location = text(_GLOB.sub(r"[\1]", read.file.location))  # Characters of a pattern stand for themselves.
    match read.file.format:
        case FileFormat.PARQUET:
            return f"SELECT * FROM read_parquet({location}, hive_partitioning = false)"
        case FileFormat.CSV:
            # Quotes are said, not guessed: a quote that is never closed must not become part of a value.
            options = [
                location,
                f"delim = {text(read.file.delimiter)}",
                f"header = {str(read.has_header).lower()}",
                "quote = '\"'",
                "escape = '\"'",
                "comment = ''",
                "hive_partitioning = false",
            ]
            return f"SELECT * FROM read_csv({', '.join((*options, *_typed(shapes, read)))})"
        case FileFormat.JSON_LINES:
            layout = "auto" if read.file.location.endswith((".json", ".json.gz")) else "newline_delimited"
            options = [location, f"format = {text(layout)}", "hive_partitioning = false"]
            return f"SELECT * FROM read_json({', '.join((*options, *_typed(shapes, read)))})"
        case _:
            assert_never(read.file.format)


def find_bad_row(shapes: StatementShapes, file: DataFile, *, has_header: bool) -> str:
    """A query that fails at the first row of a CSV file that is not as wide as its first one, or not well quoted."""
    columns = dict.fromkeys(file.header or (), "VARCHAR")
    read = FileRead(file, has_header, tuple(columns.items()))
    query = read_file(shapes, read).removesuffix(")")
    return f"SELECT COUNT(*) FROM ({query}, auto_detect = false)) AS rows"


def stage_file(shapes: StatementShapes, read: FileRead) -> str:
    """Make the file's rows a table that only this session sees."""
    return f"{shapes.stage} {shapes.quote(STAGED)} AS\n{read_file(shapes, read)}"


def view_file(shapes: StatementShapes, read: FileRead) -> str:
    """Let this session read the file by the name of the staged rows, without holding them."""
    return f"CREATE OR REPLACE TEMP VIEW {shapes.quote(STAGED)} AS\n{read_file(shapes, read)}"


def staged_table(shapes: StatementShapes) -> str:
    """The staged rows as a statement names them."""
    return f"temp.{shapes.quote(STAGED)}"


def create_table(shapes: StatementShapes, target: TargetName, columns: Columns) -> str:
    """Make an empty table unless it is there."""
    listed = ", ".join(f"{shapes.quote(name)} {wanted}" for name, wanted in columns)
    return f"CREATE TABLE IF NOT EXISTS {shapes.table(target)} ({listed})"


def insert_staged(shapes: StatementShapes, target: TargetName, columns: Sequence[str]) -> str:
    """Append the staged rows, each column to the one of its name."""
    listed = ", ".join(map(shapes.quote, columns))
    return f"{shapes.positional_insert.format(table=shapes.table(target))}\nSELECT {listed} FROM {staged_table(shapes)}"


def drop_staged(shapes: StatementShapes) -> str:
    return f"DROP TABLE {staged_table(shapes)}"


def ledger_of(target: TargetName) -> TargetName:
    """The ledger beside a table: it lives and dies with the rows that it speaks of."""
    return TargetName(target.catalog, target.schema, LEDGER)


def create_ledger(shapes: StatementShapes, target: TargetName) -> str:
    """Make the ledger of the target's schema unless it is there."""
    columns = (
        "target_table VARCHAR NOT NULL, file VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, batch VARCHAR NOT NULL, "
        f"size_bytes BIGINT NOT NULL, rows_loaded BIGINT NOT NULL, loaded_at {shapes.zoneless_type} NOT NULL"
    )
    return f"CREATE TABLE IF NOT EXISTS {shapes.table(ledger_of(target))} ({columns})"


def read_ledger(shapes: StatementShapes, target: TargetName) -> str:
    """The files that the target holds, by path."""
    return (
        "SELECT file, content_hash, batch, size_bytes, rows_loaded, CAST(loaded_at AS VARCHAR)"
        f" FROM {shapes.table(ledger_of(target))} WHERE {_is_of(shapes, target)} ORDER BY file"
    )


def record_file(
    shapes: StatementShapes, target: TargetName, file: DataFile, batch: str, staged: str
) -> tuple[str, ...]:
    """Write down that the target holds the staged rows, in place of what it held of this file before."""
    text, ledger = shapes.text_literal, shapes.table(ledger_of(target))
    values = ", ".join((text(target.table.lower()), text(file.path), text(file.content_hash), text(batch)))
    counted = f"SELECT {values}, {file.size}, COUNT(*), {shapes.version_instant} FROM {staged}"
    return (
        f"DELETE FROM {ledger} WHERE {_is_of(shapes, target)} AND file = {text(file.path)}",
        f"INSERT INTO {ledger}\n{counted}",
    )


def empty_unless_begun(shapes: StatementShapes, target: TargetName, batch: str) -> tuple[str, ...]:
    """Remove all rows, and what the ledger says of them, unless a file of the batch is in the table already."""
    text, ledger = shapes.text_literal, shapes.table(ledger_of(target))
    of_target = _is_of(shapes, target)
    begun = f"SELECT 1 FROM {ledger} WHERE {of_target} AND batch = {text(batch)}"
    return (
        f"DELETE FROM {shapes.table(target)} WHERE NOT EXISTS ({begun})",
        f"DELETE FROM {ledger} WHERE {of_target} AND batch <> {text(batch)}",
    )


def forget_lost_table(shapes: StatementShapes, target: TargetName) -> str:
    """Void what the ledger says of the target if the target is not there any more."""
    text = shapes.text_literal
    tables = "information_schema.tables"
    if target.catalog and not shapes.reads_files:  # Each database has tables of its own that tell of it.
        tables = f"{shapes.quote(shapes.configured(target.catalog))}.INFORMATION_SCHEMA.TABLES"
    catalog = text(target.catalog) if target.catalog else "current_database()"
    schema = text(target.schema) if target.schema else "current_schema()"
    return (
        f"DELETE FROM {shapes.table(ledger_of(target))} WHERE {_is_of(shapes, target)} AND NOT EXISTS"
        f" (SELECT 1 FROM {tables} WHERE lower(table_catalog) = lower({catalog})"
        f" AND lower(table_schema) = lower({schema}) AND lower(table_name) = {text(target.table.lower())})"
    )


def _is_of(shapes: StatementShapes, target: TargetName) -> str:
    return f"target_table = {shapes.text_literal(target.table.lower())}"


def _typed(shapes: StatementShapes, read: FileRead) -> tuple[str, ...]:
    if read.columns:
        text = shapes.text_literal
        return (f"columns = {{{', '.join(f'{text(name)}: {text(kind)}' for name, kind in read.columns)}}}",)
    return ("sample_size = -1",) if read.samples_all else ()
