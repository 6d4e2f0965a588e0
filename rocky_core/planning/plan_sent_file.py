"""Plans a file that must be sent: it fills a table beside the target, from which its rows and its entry are taken."""

from __future__ import annotations

from typing import Final

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
    marked_texts,
    staged_rows,
    staging_of,
)
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import LoadRules, PlannedLoad, SentFile
from rocky_core.ir.plan import Step
from rocky_core.ir.replace import replace
from rocky_core.planning.sent_columns import SentLoad, made_columns, stored_columns

STAGE_FILE: Final = "stage_file"
DROP_STAGING: Final = "drop_staging"


def send_file(shapes: StatementShapes, sent: SentLoad, rules: LoadRules) -> PlannedLoad:
    """The load, with how its file is read here and what is sent of it."""
    duckdb = shapes_of("duckdb")
    return replace(
        sent.load,
        sent=SentFile(
            staging=staging_of(sent.file.target),
            stage=view_file(duckdb, FileRead(sent.file, rules.has_header, sent.load.columns)),
            query=marked_texts(duckdb, shapes.name, sent.load.columns, sent.file),
            columns=(*(name for name, _ in stored_columns(shapes, sent)), MARK),
        ),
    )


def sending_steps(shapes: StatementShapes, sent: SentLoad, rules: LoadRules, lost: str | None) -> tuple[Step, ...]:
    """Make room for the file; take its rows in as one transaction with what the ledger says of them; tidy up.

    The file is sent after the first statement of the first step.
    """
    target, staging, columns = sent.file.target, staging_of(sent.file.target), stored_columns(shapes, sent)
    staged = staged_rows(shapes, staging, sent.file)
    room = (
        create_staging(shapes, staging, columns),
        *((create_table(shapes, target, made_columns(shapes, sent)),) if sent.observed is None else ()),
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
