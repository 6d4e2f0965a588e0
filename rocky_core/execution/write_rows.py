"""Writes the rows of a file as texts that can be sent: the DuckDB of this process reads it, and it is judged first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_types import sent_type
from rocky_core.execution.admit_file import Staging, admit, require_unchanged
from rocky_core.execution.run_context import RunContext
from rocky_core.execution.scratch_folder import scratch_folder
from rocky_core.ir.load import PlannedLoad
from rocky_core.ir.plan import PlannedTable

_ROWS: Final = "rows.csv"
# Rows that wait for those before them are held: 0.8 GB of 15 million, against 0.2 GB of any number.
_IN_ANY_ORDER: Final = "SET preserve_insertion_order = false"
# Otherwise a number that is cast to text is read as text, whatever stands there.
_AS_DECLARED: Final = "SET disabled_optimizers = 'type_pushdown'"


class Texts(Struct, frozen=True):
    """How DuckDB reads the file, what it writes of it, and how: all values in double quotes but those that are none."""

    stage: str
    query: str
    has_header: bool = False
    null: str = ""


class WrittenRows(Struct, frozen=True):
    """The texts in a file, and how many rows they are."""

    path: Path
    count: int


@contextmanager
def written_rows(table: PlannedTable, load: PlannedLoad, texts: Texts, context: RunContext) -> Iterator[WrittenRows]:
    """The rows in a file that is gone afterwards.

    Raises:
        RockyError: the file breaks its contract, cannot be read, or has changed since it was planned.

    """
    with scratch_folder() as folder, closing(context.open_local()) as duckdb:
        file, counted = folder / _ROWS, []
        with duckdb.session() as local:

            def write_texts() -> None:
                local.execute(_IN_ANY_ORDER)
                local.execute(_AS_DECLARED)
                local.execute(texts.stage)
                counted.append(int(str(local.query(copy_out(texts, file)).rows[0][0])))

            admit(table, load, Staging(write_texts, local, partial(sent_type, context.warehouse.dialect_name)), context)
        require_unchanged(load)
        yield WrittenRows(file, counted[0])


def copy_out(texts: Texts, file: Path) -> str:
    """Write the texts so that an empty text and no value are two things."""
    literal = shapes_of("duckdb").text_literal
    options = (
        f"FORMAT csv, HEADER {str(texts.has_header).lower()}, DELIMITER ',', QUOTE '\"', ESCAPE '\"', "
        f"NULLSTR {literal(texts.null)}, FORCE_QUOTE *"
    )
    return f"COPY ({texts.query}) TO {literal(str(file))} ({options})"
