"""One look at the files that are to be loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.file_loads import FileRead, find_bad_row, read_file
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.errors import ConnectionFailed, QueryRejected, StatementCancelled, WarehouseError
from rocky_core.execution.file_errors import is_about_layout, tell_file_error
from rocky_core.ir.load import DataFile, FileFormat, ReadFile
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn
from rocky_core.ports.warehouse import Session, Warehouse


def read_columns(
    warehouse: Warehouse, files: Iterable[DataFile], absent: Iterable[TargetName], *, has_header: bool
) -> Mapping[str, ReadFile]:
    """What columns each file has; of those whose table is to be made (`absent`), all rows decide about the types."""
    found: dict[str, ReadFile] = {}
    to_be_made = set(absent)
    with warehouse.session() as session:
        for file in files:
            if file.problem is None:
                is_exact = file.target in to_be_made or file.format is FileFormat.JSON_LINES
                read = FileRead(file, has_header, samples_all=is_exact)
                found[file.path] = _look_into(session, warehouse.dialect_name, read)
    return found


def _look_into(session: Session, dialect_name: str, read: FileRead) -> ReadFile:
    file, shapes, dialect = read.file, shapes_of(dialect_name), dialect_named(dialect_name)
    try:
        described = session.query(f"DESCRIBE {read_file(shapes, read)}").rows
    except StatementCancelled:
        raise
    except WarehouseError as error:
        reason = error.message
        if is_about_layout(reason):
            reason = first_bad_row(session, shapes, file, has_header=read.has_header) or reason
        return ReadFile(file, problem=tell_file_error(reason, file.location, file.path).reason)
    names = file.header or tuple(str(row[0]) for row in described)
    if len(names) != len(described):
        found = first_bad_row(session, shapes, file, has_header=read.has_header)
        reason = found or f"its header has {len(names)} columns and its rows have {len(described)}"
        return ReadFile(file, problem=tell_file_error(reason, file.location, file.path).reason)
    types = (str(row[1]) for row in described)
    columns = (ObservedColumn(name, kind, dialect.parse_type(kind)) for name, kind in zip(names, types, strict=True))
    return ReadFile(file, tuple(columns))


def first_bad_row(session: Session, shapes: StatementShapes, file: DataFile, *, has_header: bool) -> str | None:
    """What the warehouse says about the first row that does not fit the others; None if all do."""
    try:
        session.query(find_bad_row(shapes, file, has_header=has_header))
    except (QueryRejected, ConnectionFailed) as error:
        return error.message
    return None
