"""What a database file held when it was last looked at, and how to tell that nobody has written to it since."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable

_FORMAT: Final = 1
_HEADERS: Final = 3 * 4096  # The file's own header, and the two that every checkpoint counts up in turn.


class _Column(msgspec.Struct, array_like=True):
    name: str
    type_text: str
    nullable: bool


class _Table(msgspec.Struct, array_like=True):
    target: tuple[str, str, str]
    is_there: bool
    kind: str = "table"
    columns: tuple[_Column, ...] = ()
    marker: str | None = None


class _Stored(msgspec.Struct, array_like=True):
    format: int
    fingerprint: str
    tables: tuple[_Table, ...]


class Look(msgspec.Struct, frozen=True):
    """Tables as they were described, None for what was not there, and the markers of what was in them."""

    seen: str  # The fingerprint of the file.
    tables: Mapping[TargetName, ObservedTable | None]
    markers: Mapping[TargetName, str]


def fingerprint(file: Path) -> str | None:
    """A text that is another after every write to the file; None while writes wait in its log.

    What is committed stands in the log until a checkpoint writes it to the file, and with it a header that is counted
    up. The times and the identity of the file tell it from a copy that was put in its place.
    """
    try:
        log = file.with_name(f"{file.name}.wal")
        if log.exists() and log.stat().st_size:
            return None
        with file.open("rb") as opened:
            facts = os.fstat(opened.fileno())
            headers = opened.read(_HEADERS)
    except OSError:
        return None
    digest = blake2b(headers, digest_size=16).hexdigest()
    return f"{facts.st_dev} {facts.st_ino} {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns} {digest}"


def recall(memory: Path, file: Path) -> Look | None:
    """The last look at the file, if it still holds."""
    try:
        stored = msgspec.msgpack.decode(memory.read_bytes(), type=_Stored)
    except (OSError, msgspec.DecodeError):  # Of another version, or damaged: then it is looked at again.
        return None
    if stored.format != _FORMAT or stored.fingerprint != fingerprint(file):
        return None
    parse_type = cache(dialect_named("duckdb").parse_type)  # Most columns share a few types.
    tables: dict[TargetName, ObservedTable | None] = {}
    markers: dict[TargetName, str] = {}
    for one in stored.tables:
        target = TargetName(*one.target)
        columns = tuple(
            ObservedColumn(column.name, column.type_text, parse_type(column.type_text), nullable=column.nullable)
            for column in one.columns
        )
        tables[target] = ObservedTable(target, columns, one.kind) if one.is_there else None
        if one.marker is not None:
            markers[target] = one.marker
    return Look(stored.fingerprint, tables, markers)


def remember(memory: Path, look: Look) -> None:
    """Keep a look for the next time; a folder that cannot be written only means that there is none."""
    tables = tuple(
        _Table(
            target=(target.catalog, target.schema, target.table),
            is_there=found is not None,
            kind="" if found is None else found.kind,
            columns=()
            if found is None
            else tuple(_Column(column.name, column.type_text, column.nullable) for column in found.columns),
            marker=look.markers.get(target),
        )
        for target, found in look.tables.items()
    )
    content = msgspec.msgpack.encode(_Stored(_FORMAT, look.seen, tables))
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=memory.parent, prefix=f"{memory.name}.")
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(content)
            Path(name).replace(memory)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
