"""Brings a file of this machine into a table: through a volume, from which one statement takes all rows or none."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import ObjectNotFound, QueryRejected, UserError, WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, NamedFile, Session, StatementResult
from rocky_core.warehouses.asking import waits
from rocky_core.warehouses.databricks.asking import asked_pause
from rocky_core.warehouses.databricks.describe import describe
from rocky_core.warehouses.databricks.errors import FAILURES, translate
from rocky_core.warehouses.databricks.service import Service

_OF_SEVERAL: Final = ("array<", "map<", "struct<")


def load_file(service: Service, session: Session, file: CsvFile, target: TargetName) -> StatementResult:
    """Append the rows of a file; each value to the column of its name.

    Raises:
        UserError: no volume is named through which files could go.
        WarehouseError: also where the file cannot be read, or the table is not there.

    """
    place = f"{_volume(service)}/rocky_{uuid4().hex}.csv"
    types = _types_of(session, file.columns, target)
    return _through(service, session, file.path, place, insert_from(place, file, types, target))


def load_once(
    service: Service, session: Session, file: NamedFile, target: TargetName, *, replaces: bool
) -> StatementResult:
    """Bring the rows in from a file of the volume that has the load's name; COPY INTO takes each file once.

    Raises:
        UserError: no volume is named through which files could go.
        WarehouseError: also where the file cannot be read, or the table is not there.

    """
    place = _place_of(service, file.name)
    types = _types_of(session, file.columns, target)
    statement = (overwrite_from if replaces else copy_from)(place, file, types, target)
    return _through(service, session, file.path, place, statement)


def forget_load(service: Service, name: str) -> None:
    """Take away what was put into the volume for a load of this name."""
    _delete(service, _place_of(service, name))


def _through(service: Service, session: Session, path: str, place: str, statement: str) -> StatementResult:
    """Run a statement that reads the file in the volume, which it is put into for that long."""
    try:
        _upload(service, Path(path), place)
        return session.execute(statement)
    finally:
        _delete(service, place)


def insert_from(place: str, file: CsvFile, types: Sequence[str], target: TargetName) -> str:
    """The statement that appends a file of a volume; a value that does not fit its column's type fails it."""
    shapes = shapes_of("databricks")
    literal = shapes.text_literal
    names = ", ".join(shapes.quote(name) for name in file.columns)
    values = ", ".join(
        f"CAST({shapes.quote(name)} AS {type_text})" for name, type_text in zip(file.columns, types, strict=True)
    )
    # Read by position and as texts, which no reader's format can misunderstand.
    schema = ", ".join(f"{shapes.quote(name)} STRING" for name in file.columns)
    options = {
        "format": "csv",
        "schema": schema,
        "sep": file.delimiter,
        "header": str(file.has_header).lower(),
        "quote": '"',
        "escape": '"',
        "multiLine": "true",
        "enforceSchema": "true",
        "nullValue": "",
        "mode": "FAILFAST",
    }
    told = ", ".join(f"{key} => {literal(value)}" for key, value in options.items())
    return f"INSERT INTO {shapes.table(target)} ({names})\nSELECT {values} FROM read_files({literal(place)}, {told})"


def copy_from(place: str, file: NamedFile, types: Sequence[str], target: TargetName) -> str:
    """The statement that appends a file of texts, unless it did so with a file of this place before."""
    shapes = shapes_of("databricks")
    literal = shapes.text_literal
    values = ", ".join(f"{value} AS {shapes.quote(name)}" for name, value in _values(file, types))
    options = {"inferSchema": "false", **_reader(file)}
    told = ", ".join(f"{literal(key)} = {literal(value)}" for key, value in options.items())
    return (
        f"COPY INTO {shapes.table(target)}\nFROM (SELECT {values} FROM {literal(place)})\n"
        f"FILEFORMAT = CSV\nFORMAT_OPTIONS ({told})"
    )


def overwrite_from(place: str, file: NamedFile, types: Sequence[str], target: TargetName) -> str:
    """The statement that puts the rows of a file of texts in the place of all others."""
    shapes = shapes_of("databricks")
    literal = shapes.text_literal
    named = _values(file, types)
    names = ", ".join(shapes.quote(name) for name, _ in named)
    options = {
        "format": "csv",
        "schema": ", ".join(f"c{number} STRING" for number in range(len(named))),
        "enforceSchema": "true",
        **_reader(file),
    }
    told = ", ".join(f"{key} => {literal(value)}" for key, value in options.items())
    return (
        f"INSERT OVERWRITE {shapes.table(target)} ({names})\n"
        f"SELECT {', '.join(value for _, value in named)} FROM read_files({literal(place)}, {told})"
    )


def _reader(file: NamedFile) -> dict[str, str]:
    """How the texts are written, in the words of Spark's reader."""
    return {
        "header": "true",
        "sep": ",",
        "quote": '"',
        "escape": '"',
        "multiLine": "true",
        "nullValue": file.null,
        "mode": "FAILFAST",
    }


def _values(file: NamedFile, types: Sequence[str]) -> list[tuple[str, str]]:
    """The columns, each with what is made of its text."""
    return [
        (name, _parsed(f"c{number}", type_text))
        for number, (name, type_text) in enumerate(zip(file.columns, types, strict=True))
    ]


def _parsed(text: str, type_text: str) -> str:
    kind = type_text.lower()
    if kind == "binary":
        return f"UNBASE64({text})"
    if kind == "variant":
        return f"PARSE_JSON({text})"
    if kind.startswith(_OF_SEVERAL):
        shape = shapes_of("databricks").text_literal(type_text)
        return f"FROM_JSON({text}, {shape}, MAP('mode', 'FAILFAST'))"
    return f"CAST({text} AS {type_text})"


def _place_of(service: Service, name: str) -> str:
    return f"{_volume(service)}/{name}.csv"


def _volume(service: Service) -> str:
    settings = service.settings
    if not settings.volume:
        raise UserError(
            f"adapter '{settings.name}' does not say through which volume files are loaded",
            hint=f'set volume = "/Volumes/CATALOG/SCHEMA/VOLUME" in [adapter.{settings.name}]',
        )
    return settings.volume


def _types_of(session: Session, columns: Sequence[str], target: TargetName) -> Sequence[str]:
    """The type of each of these columns in the table. Raises ObjectNotFound."""
    table = describe(session, (target,))[target]
    if table is None:
        raise ObjectNotFound(f"there is no table {target}")
    types = {column.name.lower(): column.type_text for column in table.columns}
    missing = [name for name in columns if name.lower() not in types]
    if missing:
        raise ObjectNotFound(f"{target} has no column {', '.join(missing)}")
    return [types[name.lower()] for name in columns]


def _upload(service: Service, path: Path, place: str) -> None:
    """Send the file; a second time over the first is harmless, since its name is its own."""
    for wait in waits(service.settings.retry, asked_pause):
        try:
            with path.open("rb") as rows:
                service.send("PUT", _file_path(place), query={"overwrite": True}, data=rows)
        except FAILURES as error:
            if _is_of_the_file(error):
                raise QueryRejected(f"'{path}' cannot be read: {error}", statement=f"load {path}") from error
            pause = wait(error)
            if pause is None:
                failure = translate(error, f"load {path}")
                failure.in_doubt = False  # Nothing has reached the table.
                raise failure from error
            time.sleep(pause)
        else:
            return


def _delete(service: Service, place: str) -> None:
    """Take the file away again; one that cannot be had away is left, since nobody reads it."""
    for wait in waits(service.settings.retry, asked_pause):
        try:
            service.send("DELETE", _file_path(place))
        except WarehouseError:
            return
        except FAILURES as error:
            pause = wait(error)  # None too if it is not there (any more).
            if pause is None:
                return
            time.sleep(pause)
        else:
            return


def _is_of_the_file(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.filename is not None


def _file_path(place: str) -> str:
    return f"/api/2.0/fs/files{quote(place)}"
