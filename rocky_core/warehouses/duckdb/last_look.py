"""What a database file held when it was last looked at, and how to tell that nobody has written to it since."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable

_FORMAT: Final = 1
_FINE_NS: Final = 1_000_000
_TICK_SECONDS: Final = 0.02  # Two writes within one tick of the system's clock may be noted at the same instant.


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

    What is committed stands in the log until a checkpoint writes it to the file, and the system notes when that was,
    which nobody can set back. The file itself is never opened for this: closing it would take away the lock that
    DuckDB holds on it for the whole process, and let other processes write to it.
    """
    try:
        log = file.with_name(f"{file.name}.wal")
        if log.exists() and log.stat().st_size:
            return None
        facts = file.stat()
    except OSError:
        return None
    if facts.st_ctime_ns % _FINE_NS == 0:
        return None  # A file system that counts in coarse steps would not tell two writes apart.
    return f"{facts.st_dev} {facts.st_ino} {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns}"


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


def wait_for_the_next_tick(file: Path) -> None:
    """Wait until whatever is written to the file from now on is noted at another instant than what was written last."""
    with contextlib.suppress(OSError):
        time.sleep(min(max(0.0, file.stat().st_ctime + _TICK_SECONDS - time.time()), _TICK_SECONDS))


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
