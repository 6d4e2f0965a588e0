"""Plans a file that a warehouse takes in under a name: announced, sent, and noted when it is in."""

from __future__ import annotations

from rocky_core.dialects.statements.file_loads import FileRead, create_table, view_file
from rocky_core.dialects.statements.load_records import is_batch_begun, note_anew, note_begin, note_end
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_types import query_of_texts
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.load import LoadRules, NamedLoad, PlannedLoad
from rocky_core.ir.plan import Step
from rocky_core.ir.replace import replace
from rocky_core.planning.sent_columns import SentLoad, made_columns, stored_columns


def name_file(shapes: StatementShapes, sent: SentLoad, rules: LoadRules, begun_as: str | None) -> PlannedLoad:
    """The load, with how its file is read here and what is sent of it."""
    duckdb, target = shapes_of("duckdb"), sent.file.target
    named = NamedLoad(
        stage=view_file(duckdb, FileRead(sent.file, rules.has_header, sent.load.columns)),
        query=query_of_texts(duckdb, shapes.name, sent.load.columns),
        columns=tuple(name for name, _ in stored_columns(shapes, sent)),
        begun_as=begun_as,
        is_batch_begun=is_batch_begun(shapes, target, sent.batch) if rules.truncates else None,
    )
    return replace(sent.load, named=named)


def naming_steps(shapes: StatementShapes, sent: SentLoad, lost: str | None) -> tuple[Step, ...]:
    """Announce the file, and note it when it is in; it is sent between the two.

    Before that the table is made if it is not there, which no other file of it may have done meanwhile.
    """
    target = sent.file.target
    making = (note_anew(shapes, target), create_table(shapes, target, made_columns(shapes, sent)))
    notes = (note_begin(shapes, target, sent.file, sent.batch), note_end(shapes, target, sent.file, sent.batch))
    return (Step("load", (*(making if sent.observed is None else ()), *notes), destroys=lost),)
