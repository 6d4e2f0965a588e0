"""Records in a SQLite file: one connection, shared by the threads of a process, one transaction at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from rocky_core.errors import StateError, StateUnavailable
from rocky_core.ir.state import StateProblem
from rocky_core.state.backend import Scan, Stored, Table, Transaction
from rocky_core.state.codec import RecordUnreadable, decode_record, encode_record
from rocky_core.state.corruption import record_corrupted, spell_place
from rocky_core.state.file_lock import unlock
from rocky_core.state.migrate import stored_version, supported_version, too_new
from rocky_core.state.sqlite_errors import SQLITE_FAULTS, SqliteFault, translate

R = TypeVar("R")
T = TypeVar("T")


class SqliteBackend:
    """An open state file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int | None, *, read_only: bool) -> None:
        self._path = path
        self._connection = connection
        self._lock = lock
        self._read_only = read_only
        self._file = _identity(path)
        self._turn = RLock()
        self._waits_for_disk: bool | None = None  # At the end of a transaction; as the connection was told last.
        self._is_closed = False

    @property
    def location(self) -> str:
        return str(self._path)

    @property
    def is_far_away(self) -> bool:
        return False

    @property
    def schema_version(self) -> int:
        with self._turn, self._translating():
            return stored_version(self._connection)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on one consistent state of the file."""
        with self._turn, self._translating(), self._transaction("BEGIN"):
            return work(_SqliteTransaction(self._connection, self.location))

    def write(self, work: Callable[[Transaction], T], *, survives_power_cut: bool = True) -> T:
        """Run a function that changes records; others wait for their turn, whatever process they are in."""
        if self._read_only:
            raise StateUnavailable(f"state file {self._path} was opened for reading")
        with self._turn, self._translating():
            if survives_power_cut is not self._waits_for_disk:
                # NORMAL hands the log to the system without awaiting the disk; the next FULL commit carries it along.
                self._connection.execute(f"PRAGMA synchronous = {'FULL' if survives_power_cut else 'NORMAL'}")
                self._waits_for_disk = survives_power_cut
            with self._transaction("BEGIN IMMEDIATE"):
                if _identity(self._path) != self._file:
                    # SQLite would go on with a file that nobody finds again.
                    raise StateUnavailable(f"state file {self._path} was moved or deleted while it was open")
                version = stored_version(self._connection)
                if version != supported_version():
                    # A later version of this package has migrated the file while we had it open.
                    raise too_new(self.location, version, supported_version())
                return work(_SqliteTransaction(self._connection, self.location))

    def write_later(
        self, work: Callable[[Transaction], object], *, if_lost: Callable[[StateError], bool] | None = None
    ) -> None:
        """The same, without waiting for the disk."""
        del if_lost  # The answer comes after the commit.
        self.write(work, survives_power_cut=False)

    def problems(self, tables: tuple[Table[Any], ...]) -> tuple[StateProblem, ...]:
        """Check the file's structure, then read every record of every table."""
        found: list[StateProblem] = []
        with self._turn:
            for table in tables:
                try:
                    for message in self._unreadable(table):
                        found.append(StateProblem(table.name, message))  # noqa: PERF401 — keeps what came before a failure
                except SQLITE_FAULTS as error:
                    found.append(StateProblem(table.name, str(error)))
            if not found:
                try:
                    result = [row[0] for row in self._connection.execute("PRAGMA integrity_check(10)")]
                except SQLITE_FAULTS as error:
                    result = [str(error)]
                found.extend(StateProblem("(file)", message) for message in result if message != "ok")
        return tuple(found)

    def close(self) -> None:
        """Close the file; the last one to do so folds the log into it."""
        with self._turn:
            if not self._is_closed:
                self._is_closed = True
                with self._translating():
                    self._connection.close()
                unlock(self._lock)

    def _unreadable(self, table: Table[Any]) -> Iterator[str]:
        for scope, key, value in self._connection.execute(f"SELECT scope, key, value FROM {table.name}"):
            try:
                decode_record(table.record, value)
            except RecordUnreadable as error:
                yield f"record {spell_place(scope, key)}: {error}"

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk ends the transaction by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except SQLITE_FAULTS as error:
            raise translate(error, self.location) from error


class _SqliteTransaction:
    """The tables, as long as a transaction is open."""

    def __init__(self, connection: sqlite3.Connection, location: str) -> None:
        self._connection = connection
        self._location = location

    def get(self, table: Table[R], scope: str, key: str) -> R | None:
        rows = self._rows(table, f"SELECT value FROM {table.name} WHERE scope = ? AND key = ?", (scope, key))
        return self._decode(table, scope, key, rows[0][0]) if rows else None

    def put(self, table: Table[R], scope: str, key: str, record: R) -> None:
        self._run(
            table,
            f"INSERT INTO {table.name} (scope, key, value) VALUES (?, ?, ?) "
            "ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value",
            (scope, key, encode_record(record)),
        )

    def delete(self, table: Table[R], scope: str, key: str) -> bool:
        cursor = self._run(table, f"DELETE FROM {table.name} WHERE scope = ? AND key = ?", (scope, key))
        return cursor.rowcount > 0

    def scan(self, table: Table[R], which: Scan) -> tuple[Stored[R], ...]:
        sql, parameters = _select("scope, key, value", table.name, which)
        return tuple(
            Stored(scope, key, self._decode(table, scope, key, value))
            for scope, key, value in self._rows(table, sql, parameters)
        )

    def count(self, table: Table[R]) -> int:
        return int(self._rows(table, f"SELECT count(*) FROM {table.name}", ())[0][0])

    def places(self, table: Table[R], which: Scan) -> tuple[tuple[str, str], ...]:
        sql, parameters = _select("scope, key", table.name, which)
        return tuple((scope, key) for scope, key in self._rows(table, sql, parameters))

    def _rows(self, table: Table[R], sql: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except SQLITE_FAULTS as error:
            raise self._failure(table, error) from error

    def _run(self, table: Table[R], sql: str, parameters: tuple[object, ...]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, parameters)
        except SQLITE_FAULTS as error:
            raise self._failure(table, error) from error

    def _failure(self, table: Table[R], error: SqliteFault) -> StateError:
        return translate(error, self._location, table.name)

    def _decode(self, table: Table[R], scope: str, key: str, value: object) -> R:
        try:
            return decode_record(table.record, value)
        except RecordUnreadable as error:
            raise record_corrupted(self._location, table.name, scope, key, error) from error


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _select(columns: str, table: str, which: Scan) -> tuple[str, tuple[object, ...]]:
    conditions: list[str] = []
    parameters: list[object] = []
    for condition, value in (("scope = ?", which.scope), ("key = ?", which.key)):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    if which.key_prefix is not None:
        conditions.append("key >= ? AND key < ?")
        parameters += [which.key_prefix, which.key_prefix + "\U0010ffff"]
    sql = f"SELECT {columns} FROM {table}"
    if conditions:
        sql += f" WHERE {' AND '.join(conditions)}"
    sql += f" ORDER BY id {'DESC' if which.newest_first else 'ASC'}"
    if which.limit is not None:
        sql += " LIMIT ? OFFSET ?"
        parameters += [which.limit, which.offset]
    return sql, tuple(parameters)
