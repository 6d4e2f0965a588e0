"""The columns of a file that is sent, by the names and with the types of the table that it goes into."""

from __future__ import annotations

from msgspec import Struct

from rocky_core.dialects.statements.sent_types import sent_type
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import DataFile, PlannedLoad
from rocky_core.ir.world import ObservedTable

Columns = tuple[tuple[str, str], ...]  # Name and type.


class SentLoad(Struct, frozen=True):
    """A file as it is read, and the table it goes into."""

    file: DataFile
    load: PlannedLoad
    observed: ObservedTable | None
    columns: Columns  # That the table has or will have, in DuckDB's types.
    batch: str


def made_columns(shapes: StatementShapes, sent: SentLoad) -> Columns:
    """The columns of the table if it is to be made."""
    return tuple((shapes.configured(name), sent_type(shapes.name, kind)) for name, kind in sent.columns)


def stored_columns(shapes: StatementShapes, sent: SentLoad) -> Columns:
    """The file's columns by the names and with the types that the target has or will have."""
    there = {} if sent.observed is None else {one.name.lower(): one for one in sent.observed.columns}
    wanted = {name.lower(): kind for name, kind in sent.columns}
    columns = []
    for name, kind in sent.load.columns:
        found = there.get(name.lower())
        stored = (shapes.configured(name), sent_type(shapes.name, wanted.get(name.lower(), kind)))
        columns.append(stored if found is None else (found.name, found.type_text))
    return tuple(columns)
