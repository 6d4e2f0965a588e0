"""The state file itself: recognise, create, open, and move out of the way."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import time
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from rocky_core.errors import StateError, StateUnavailable
from rocky_core.state.corruption import corrupted
from rocky_core.state.migrate import APPLICATION_ID, migrate, migrations, stored_version, supported_version, too_new
from rocky_core.state.sqlite_errors import SQLITE_FAULTS, SqliteFault, translate

BUSY_SECONDS: Final = 30.0


def connect_for_writing(path: Path) -> sqlite3.Connection:
    """Open or create a state file and bring it to our version."""
    _check_accessible(path)
    with contextlib.ExitStack() as undo:
        try:
            _create_private(path)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            undo.callback(connection.close)
            _check_application(connection, path)
            _use_write_ahead_log(connection)
            # A power cut must not take back what somebody was told is stored.
            connection.execute("PRAGMA synchronous = FULL")
            migrate(connection, str(path), migrations())
        except SQLITE_FAULTS as error:
            raise _failure(path, error) from error
        except OSError as error:
            raise StateUnavailable(f"state file {path} cannot be created: {error.strerror}") from error
        undo.pop_all()
    return connection


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open a state file that is there, of our version or an older one, without changing anything."""
    _check_accessible(path, must_exist=True)
    # SQLite makes an index beside the file even for reading; where it cannot, a file without a log needs none.
    log = path.with_name(f"{path.name}-wal")
    flags = ("mode=ro",) if log.exists() else ("mode=ro", "mode=ro&immutable=1")
    for attempt, flag in enumerate(flags):
        address = f"file:{quote(str(path.absolute()))}?{flag}"
        with contextlib.ExitStack() as undo:
            try:
                connection = sqlite3.connect(
                    address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
                )
                undo.callback(connection.close)
                _check_application(connection, path)
                version = stored_version(connection)
            except sqlite3.OperationalError as error:
                if attempt + 1 < len(flags):
                    continue
                raise _failure(path, error) from error
            except SQLITE_FAULTS as error:
                raise _failure(path, error) from error
            if version > supported_version():
                raise too_new(str(path), version, supported_version())
            undo.pop_all()
            return connection
    raise AssertionError  # The last attempt returns or raises.


def make_directory(path: Path) -> None:
    """Make the directory that the state file is to lie in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnavailable(f"state file {path} cannot be created: {error.strerror}") from error


def move_aside(path: Path, suffix: str, now: datetime) -> Path:
    """Rename a file nobody has open, with its log, so that nothing of it is lost; where it is now."""
    aside = keep_aside(path, suffix, now)
    path.unlink()
    return aside


def keep_aside(path: Path, suffix: str, now: datetime) -> Path:
    """Give a file nobody has open a second name, and its log too; the file alone stays, ready to be replaced."""
    # A whole file swallows its log here; a damaged one keeps it under the new name.
    with contextlib.suppress(*SQLITE_FAULTS), contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stem = f"{path.name}.{suffix}-{now:%Y%m%dT%H%M%SZ}"
    aside, counter = path.with_name(stem), 1
    while aside.exists():
        counter += 1
        aside = path.with_name(f"{stem}-{counter}")
    try:
        aside.hardlink_to(path)
    except OSError:  # Some file systems know no second names.
        shutil.copy2(path, aside)
    # A log must not be left for the file that comes next.
    for ending in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def _check_accessible(path: Path, *, must_exist: bool = False) -> None:
    # Never by opening the file: closing it again would drop the locks that SQLite holds on it for this process.
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        if must_exist:
            raise StateUnavailable(f"there is no state file {path}") from error
        return
    except OSError as error:
        raise StateUnavailable(f"state file {path} cannot be opened: {error.strerror}") from error
    if stat.S_ISDIR(mode):
        raise StateUnavailable(f"state file {path} cannot be opened: it is a directory")
    if not os.access(path, os.R_OK):
        raise StateUnavailable(f"state file {path} cannot be opened: no permission to read it")


def _failure(path: Path, error: SqliteFault) -> StateError:
    if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_NOTADB:
        return translate(error, str(path))
    with path.open("rb") as file:  # SQLite holds no locks on what it does not take for a database.
        head = file.read(12)
    if head[8:] == b"DUCK":
        return StateUnavailable(f"{path} is a DuckDB database; state is never kept in the warehouse, give another path")
    return corrupted(str(path), None, "this is not a state file")


def _create_private(path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def _check_application(connection: sqlite3.Connection, path: Path) -> None:
    # In this order: another process may create the tables in between, and marks the file in the same transaction.
    table_count = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    if application_id != APPLICATION_ID and (application_id or table_count):
        raise StateUnavailable(f"{path} is a database of another program; give another path for the state")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Changing the mode needs the file for itself and does not wait, so many who create it at once take turns here.
    give_up_at = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
        else:
            return
