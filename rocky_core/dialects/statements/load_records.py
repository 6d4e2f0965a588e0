"""The ledger of files where a table and its ledger cannot be changed together: a note before each load, and one after.

Notes are only ever added, which no two writers hinder each other in. A load is announced under a name that the
warehouse takes once; whoever finds that announced and nothing else loads it again under the same name.
"""

from __future__ import annotations

from typing import Final

from rocky_core.dialects.statements.file_loads import ledger_of
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import DataFile, FileFormat
from rocky_core.ir.names import TargetName

_NAME: Final = "'@load_name'"  # Stands in a plan for the name that a run gives the load,
_ROWS: Final = "@load_rows"  # and for the rows that it has sent.
_NONE: Final = "NULL"
_ANEW: Final = "anew"


def create_records(shapes: StatementShapes, target: TargetName) -> str:
    """Make the ledger of the target's schema unless it is there."""
    text = shapes.text_type
    columns = (
        f"target_table {text} NOT NULL, file {text} NOT NULL, content_hash {text} NOT NULL, batch {text} NOT NULL, "
        f"size_bytes BIGINT NOT NULL, load_name {text} NOT NULL, rows_loaded BIGINT, "
        f"noted_at {shapes.zoneless_type} NOT NULL"
    )
    return f"CREATE TABLE IF NOT EXISTS {shapes.table(ledger_of(target))} ({columns})"


def read_records(shapes: StatementShapes, target: TargetName) -> str:
    """The last note of each kind on each file of the target, in their order.

    Without rows the load was only announced, and without a file all that was noted before is void.
    """
    return (
        "SELECT file, content_hash, batch, size_bytes, load_name, rows_loaded,"
        f" CAST(noted_at AS {shapes.text_type}) AS noted_at"
        f" FROM {shapes.table(ledger_of(target))} WHERE {_is_of(shapes, target)}"
        " QUALIFY ROW_NUMBER() OVER (PARTITION BY file, batch = '', rows_loaded IS NULL ORDER BY noted_at DESC) = 1"
        " ORDER BY noted_at"
    )


def note_begin(shapes: StatementShapes, target: TargetName, file: DataFile, batch: str) -> str:
    """Announce the load."""
    return _note(shapes, target, file, batch, _NONE)


def note_end(shapes: StatementShapes, target: TargetName, file: DataFile, batch: str) -> str:
    """Write down that the target holds the rows."""
    return _note(shapes, target, file, batch, _ROWS)


def is_batch_begun(shapes: StatementShapes, target: TargetName, batch: str) -> str:
    """Asks whether the file that the target has taken in last is of the batch: one row, 1 or 0."""
    return (
        f"SELECT COUNT(*) FROM (SELECT batch FROM {shapes.table(ledger_of(target))} WHERE {_is_of(shapes, target)}"
        f" AND rows_loaded IS NOT NULL ORDER BY noted_at DESC LIMIT 1) AS newest"
        f" WHERE batch = {shapes.text_literal(batch)}"
    )


def note_anew(shapes: StatementShapes, target: TargetName) -> str:
    """Void what was noted so far, since the target is not there."""
    nothing = DataFile("", "", FileFormat.CSV, target)
    return fill_note(_note(shapes, target, nothing, "", _NONE), _ANEW)


def fill_note(note: str, name: str, rows: int | None = None) -> str:
    """The statement with what a run knows; a name is letters, digits and underscores."""
    filled = note
    for placeholder, value in ((_NAME, f"'{name}'"), *(() if rows is None else ((_ROWS, str(rows)),))):
        # The last one: the name of a file may be spelled like it.
        before, _, after = filled.rpartition(placeholder)
        filled = f"{before}{value}{after}"
    return filled


def _note(shapes: StatementShapes, target: TargetName, file: DataFile, batch: str, rows: str) -> str:
    text = shapes.text_literal
    values = (text(target.table.lower()), text(file.path), text(file.content_hash), text(batch), str(file.size))
    instant = f"CAST({shapes.version_instant} AS {shapes.zoneless_type})"
    columns = "target_table, file, content_hash, batch, size_bytes, noted_at, rows_loaded, load_name"
    return (
        f"INSERT INTO {shapes.table(ledger_of(target))} ({columns})\n"
        f"VALUES ({', '.join(values)}, {instant}, {rows}, {_NAME})"
    )


def _is_of(shapes: StatementShapes, target: TargetName) -> str:
    return f"target_table = {shapes.text_literal(target.table.lower())}"
