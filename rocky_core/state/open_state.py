"""Opens the state file of a project as a store."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from rocky_core.errors import StateTooNew
from rocky_core.ports.clock import Clock
from rocky_core.state.file_lock import lock_exclusive, lock_shared, unlock
from rocky_core.state.migrate import stored_version, supported_version
from rocky_core.state.record_store import RecordStore
from rocky_core.state.sqlite_backend import SqliteBackend
from rocky_core.state.sqlite_file import connect_for_reading, connect_for_writing, make_directory, move_aside


class OpenedState(Struct, frozen=True):
    """An open store, and what people should know about how it was opened."""

    store: RecordStore
    warnings: tuple[str, ...] = ()
    is_recreated: bool = False  # The memory is empty because a newer version's file was moved aside.


def open_state(path: Path, clock: Clock, *, recreates_newer: bool = False) -> OpenedState:
    """Open a state file for writing, making it if it is not there.

    With `recreates_newer` a file of a later version is moved aside; without, it raises StateTooNew.
    """
    try:
        return OpenedState(_open_for_writing(path, clock))
    except StateTooNew:
        if not recreates_newer:
            raise
    aside = _recreate(path, clock)
    warning = f"the state file was written by a newer version; it is now {aside}, and an empty one takes its place"
    return OpenedState(_open_for_writing(path, clock), (warning,), is_recreated=True)


def open_state_for_reading(path: Path, clock: Clock) -> RecordStore:
    """Open a state file that is there; an older one is migrated first."""
    lock = lock_shared(path, may_be_missing=True) if path.exists() else None
    try:
        connection = connect_for_reading(path)
        if stored_version(connection) == supported_version():
            return RecordStore(SqliteBackend(path, connection, lock, read_only=True), clock)
        connection.close()
    except BaseException:
        unlock(lock)
        raise
    unlock(lock)
    return _open_for_writing(path, clock)


def _open_for_writing(path: Path, clock: Clock) -> RecordStore:
    make_directory(path)
    lock = lock_shared(path)
    try:
        return RecordStore(SqliteBackend(path, connect_for_writing(path), lock, read_only=False), clock)
    except BaseException:
        unlock(lock)
        raise


def _recreate(path: Path, clock: Clock) -> Path:
    lock = lock_exclusive(path)
    try:
        return move_aside(path, "newer", clock.now())
    finally:
        unlock(lock)
