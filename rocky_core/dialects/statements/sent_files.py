"""Files for a warehouse that takes them through a table beside the target: what goes into it, and from there on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.statements.sent_types import query_of_texts
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import DataFile
from rocky_core.ir.names import TargetName

MARK: Final = "__ROCKY_FILE"  # The column that says which file a staged row is of.
# What a column is made of whose values come as text.
_PARSED: Final = {
    "BINARY": "TO_BINARY({}, 'HEX')",
    "VARIANT": "PARSE_JSON({})",
    "ARRAY": "PARSE_JSON({})::ARRAY",
    "OBJECT": "PARSE_JSON({})::OBJECT",
}


def mark_of(file: DataFile) -> str:
    """What marks the staged rows of this content of a file."""
    return file.content_hash[:16]


def marked_texts(duckdb: StatementShapes, warehouse: str, columns: Sequence[tuple[str, str]], file: DataFile) -> str:
    """The rows of the file that this process has staged, in texts, each with the file's mark."""
    return query_of_texts(duckdb, warehouse, columns, duckdb.text_literal(mark_of(file)))


def create_staging(shapes: StatementShapes, staging: TargetName, columns: Sequence[tuple[str, str]]) -> str:
    """Make the table that takes the file, with the types of the target; some values come as text."""
    listed = ", ".join(
        f"{shapes.quote(name)} {'VARCHAR' if kind.upper() in _PARSED else kind}"
        for name, kind in (*columns, (MARK, "VARCHAR"))
    )
    return f"{shapes.file_staging} {shapes.table(staging)} ({listed})"


def staged_rows(shapes: StatementShapes, staging: TargetName, file: DataFile) -> str:
    """The staged rows as a statement names them: those of this file, whoever else may have written there."""
    return f"{shapes.table(staging)} WHERE {shapes.quote(MARK)} = {shapes.text_literal(mark_of(file))}"


def insert_sent(shapes: StatementShapes, target: TargetName, columns: Sequence[tuple[str, str]], staged: str) -> str:
    """Append the staged rows, each column to the one of its name."""
    names = ", ".join(shapes.quote(name) for name, _ in columns)
    values = ", ".join(_PARSED.get(kind.upper(), "{}").format(shapes.quote(name)) for name, kind in columns)
    return f"INSERT INTO {shapes.table(target)} ({names})\nSELECT {values} FROM {staged}"


def drop_staging(shapes: StatementShapes, staging: TargetName) -> str:
    return f"DROP TABLE IF EXISTS {shapes.table(staging)}"


def staging_of(target: TargetName) -> TargetName:
    """The table beside the target that takes its files, one after the other."""
    return TargetName(target.catalog, target.schema, f"{target.table}__rocky_staged_file")
