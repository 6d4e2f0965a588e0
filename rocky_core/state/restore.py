"""Puts a backup in the place of a state file, and keeps what was there."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from rocky_core.errors import StateCorrupted, StateTooNew, StateUnavailable, UserError
from rocky_core.ir.world import Watermark
from rocky_core.ports.clock import Clock
from rocky_core.state.corruption import corrupted
from rocky_core.state.file_lock import lock_exclusive, unlock
from rocky_core.state.open_state import open_state
from rocky_core.state.runs import distrust_watermarks
from rocky_core.state.sqlite_backend import SqliteBackend
from rocky_core.state.sqlite_errors import SQLITE_FAULTS, translate
from rocky_core.state.sqlite_file import connect_for_reading, connect_for_writing, keep_aside, make_directory


class Restored(Struct, frozen=True):
    """What a restore did; `moved` are tables whose watermark is not what it was."""

    path: Path
    kept_as: Path | None
    moved: tuple[str, ...] = ()


def restore_state(path: Path, backup: Path, clock: Clock, *, force: bool = False) -> Restored:
    """Replace a state file by a backup, as a whole or not at all.

    The backup must be readable to its last record and not of a later version. A state file that is not damaged is
    only replaced with `force`. Tables may hold more than the backup knows, so the next runs prove its watermarks.
    Raises StateError; StateLocked while any program has the state file open.
    """
    make_directory(path)
    with _readable_copy(backup, _beside(path, "restore"), clock) as copy:
        restored = _watermarks(copy, clock)
        _distrust_watermarks(copy, clock)
        lock = lock_exclusive(path)
        try:
            before = _watermarks_if_whole(path, clock) if path.exists() else {}
            if path.exists() and before is not None and not force:
                raise UserError(f"state file {path} is not damaged", hint="use --force to replace it all the same")
            kept_as = _replace(path, copy, "corrupt" if before is None else "replaced", clock)
        finally:
            unlock(lock)
    moved = tuple(sorted(table for table, mark in (before or {}).items() if restored.get(table) != mark))
    return Restored(path, kept_as, moved)


def _beside(path: Path, purpose: str) -> Path:
    return path.with_name(f"{path.name}.{purpose}-{os.getpid()}")


@contextlib.contextmanager
def _readable_copy(original: Path, copy: Path, clock: Clock) -> Iterator[Path]:
    """A copy that was brought to our version and read to its end; it is gone afterwards if it is still there."""
    try:
        _copy(original, copy)
        store = open_state(copy, clock).store
        try:
            if found := store.problems():
                raise corrupted(str(original), found[0].table, found[0].message)
        finally:
            store.close()
        yield copy
    finally:
        for ending in ("", "-wal", "-shm", "-journal", ".lock"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _copy(original: Path, copy: Path) -> None:
    source = connect_for_reading(original)
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        with contextlib.closing(sqlite3.connect(copy)) as target:
            # The file alone is not the whole of it while there is a log beside it.
            source.backup(target)
    except SQLITE_FAULTS as error:
        raise translate(error, str(original)) from error
    except OSError as error:
        raise StateUnavailable(f"state file {copy} cannot be created: {error.strerror}") from error
    finally:
        source.close()


def _watermarks(path: Path, clock: Clock) -> Mapping[str, Watermark]:
    store = open_state(path, clock).store
    try:
        return store.watermarks()
    finally:
        store.close()


def _distrust_watermarks(path: Path, clock: Clock) -> None:
    backend = SqliteBackend(path, connect_for_writing(path), None, read_only=False)
    try:
        backend.write(lambda transaction: distrust_watermarks(transaction, clock.now()))
    finally:
        backend.close()


def _watermarks_if_whole(path: Path, clock: Clock) -> Mapping[str, Watermark] | None:
    """What the file that is to be replaced knows; None if it is damaged. Another program's file raises."""
    try:
        with _readable_copy(path, _beside(path, "replaced"), clock) as copy:
            return _watermarks(copy, clock)
    except StateTooNew:
        return {}
    except StateCorrupted:
        return None


def _replace(path: Path, copy: Path, suffix: str, clock: Clock) -> Path | None:
    try:
        kept_as = keep_aside(path, suffix, clock.now()) if path.exists() else None
        copy.replace(path)
        _flush_directory(path.parent)
    except OSError as error:
        raise StateUnavailable(f"state file {path} cannot be replaced: {error.strerror}") from error
    return kept_as


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
