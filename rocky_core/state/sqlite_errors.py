"""What SQLite's errors mean for people; classified by code, not by text."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Final

from rocky_core.errors import StateError, StateLocked, StateUnavailable
from rocky_core.state.corruption import corrupted

# Of a damaged file not even the words of the error need be text.
SqliteFault = sqlite3.Error | UnicodeDecodeError
SQLITE_FAULTS: Final = (sqlite3.Error, UnicodeDecodeError)

_PAGE_BYTES: Final = 4096
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "reading or writing the disk failed",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "it is not accessible",
    sqlite3.SQLITE_AUTH: "it is not accessible",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened or created",
    sqlite3.SQLITE_NOMEM: "memory ran out",
    sqlite3.SQLITE_INTERRUPT: "the operation was interrupted",
}


def translate(error: SqliteFault, path: str, table: str | None = None) -> StateError:
    """Our error for one of SQLite's."""
    # The lower byte is the primary code; the rest says more than we need.
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if isinstance(error, sqlite3.ProgrammingError):
        return StateUnavailable(f"state file {path} cannot be used: {error}")
    if primary in _BUSY:
        return StateLocked(f"state file locked: another program is writing {path}")
    if primary == sqlite3.SQLITE_IOERR and _is_full(Path(path).parent):
        # What SQLite keeps beside the file fails in other words when there is no room for it.
        primary = sqlite3.SQLITE_FULL
    if primary in _REASONS:
        return StateUnavailable(f"state file {path} cannot be used, {_REASONS[primary]} ({error})")
    return corrupted(path, table, str(error))


def _is_full(directory: Path) -> bool:
    try:
        return shutil.disk_usage(directory).free < _PAGE_BYTES
    except OSError:
        return False
