"""Plans a file that must be sent: it fills a table beside the target, from which its rows and its entry are taken."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rocky_core.dialects.statements.file_loads import (
    FileRead,
    create_table,
    empty_unless_begun,
    record_file,
    view_file,
)
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_files import (
    MARK,
    create_staging,
    drop_staging,
    insert_sent,
    sent_type,
    staged_rows,
    staging_of,
    text_query,
)
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import DataFile, LoadRules, PlannedLoad, SentFile
from rocky_core.ir.plan import Step
from rocky_core.ir.replace import replace
from rocky_core.ir.world import ObservedTable

STAGE_FILE: Final = "stage_file"
DROP_STAGING: Final = "drop_staging"

Columns = tuple[tuple[str, str], ...]  # Name and type.


class SentLoad(Struct, frozen=True):
    """A file as it is read, and the table it goes into."""

    file: DataFile
    load: PlannedLoad
    observed: ObservedTable | None
    columns: Columns  # That the table has or will have, in DuckDB's types.
    batch: str


def send_file(shapes: StatementShapes, sent: SentLoad, rules: LoadRules) -> PlannedLoad:
    """The load, with how its file is read here and what is sent of it."""
    duckdb = shapes_of("duckdb")
    return replace(
        sent.load,
        sent=SentFile(
            staging=staging_of(sent.file.target),
            stage=view_file(duckdb, FileRead(sent.file, rules.has_header, sent.load.columns)),
            query=text_query(duckdb, sent.load.columns, sent.file),
            columns=(*(name for name, _ in _stored(shapes, sent)), MARK),
        ),
    )


def sending_steps(shapes: StatementShapes, sent: SentLoad, rules: LoadRules, lost: str | None) -> tuple[Step, ...]:
    """Make room for the file; take its rows in as one transaction with what the ledger says of them; tidy up.

    The file is sent after the first statement of the first step.
    """
    target, staging, columns = sent.file.target, staging_of(sent.file.target), _stored(shapes, sent)
    staged = staged_rows(shapes, staging, sent.file)
    made = tuple((shapes.configured(name), sent_type(kind)) for name, kind in sent.columns)
    room = (
        create_staging(shapes, staging, columns),
        *((create_table(shapes, target, made),) if sent.observed is None else ()),
    )
    rows = (
        *(empty_unless_begun(shapes, target, sent.batch) if rules.truncates else ()),
        *record_file(shapes, target, sent.file, sent.batch, staged),
        insert_sent(shapes, target, columns, staged),
    )
    return (
        Step(STAGE_FILE, room),
        Step("load", rows, is_atomic=True, destroys=lost),
        Step(DROP_STAGING, (drop_staging(shapes, staging),)),
    )


def _stored(shapes: StatementShapes, sent: SentLoad) -> Columns:
    """The file's columns by the names and with the types that the target has or will have."""
    there = {} if sent.observed is None else {one.name.lower(): one for one in sent.observed.columns}
    wanted = {name.lower(): kind for name, kind in sent.columns}
    columns = []
    for name, kind in sent.load.columns:
        found = there.get(name.lower())
        stored = (shapes.configured(name), sent_type(wanted.get(name.lower(), kind)))
        columns.append(stored if found is None else (found.name, found.type_text))
    return tuple(columns)
