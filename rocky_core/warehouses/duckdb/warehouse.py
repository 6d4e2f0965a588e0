"""DuckDB as the engine sees it: one connection, and a cursor for every session."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

import duckdb

from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import AuthLink, QueryEstimate, StatementCost, StatementTag
from rocky_core.warehouses.duckdb import content_markers, describe
from rocky_core.warehouses.duckdb.errors import translate
from rocky_core.warehouses.duckdb.estimate_query import estimate_query
from rocky_core.warehouses.duckdb.options import CAPABILITIES
from rocky_core.warehouses.duckdb.running_statements import RunningStatements
from rocky_core.warehouses.duckdb.session import DuckDBSession, prepare

# How long close() waits for statements that it has cancelled; DuckDB notices an interrupt within milliseconds,
# except in a commit or a checkpoint, which it finishes.
_CLOSING_PATIENCE_SECONDS: Final = 30.0
_CLOSING_RETRY_SECONDS: Final = 0.005


class DuckDBWarehouse:
    """Guards the process's connection and what runs on it."""

    dialect_name: Final = "duckdb"
    capabilities: Final = CAPABILITIES
    auth_chain: Final[tuple[AuthLink, ...]] = ()

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, *, max_concurrency: int, timeout_seconds: float | None
    ) -> None:
        self._connection = connection
        self._max_concurrency = max_concurrency
        self._timeout_seconds = timeout_seconds
        self._running = RunningStatements()
        self._idle: deque[duckdb.DuckDBPyConnection] = deque()

    @property
    def max_concurrency(self) -> int:
        return self._max_concurrency

    @contextmanager
    def session(
        self, *, timeout_seconds: float | None = None, tag: StatementTag | None = None
    ) -> Iterator[DuckDBSession]:
        """A cursor of one's own; what it left uncommitted is rolled back at the end."""
        del tag  # DuckDB keeps no history of statements.
        patience = self._timeout_seconds if timeout_seconds is None else timeout_seconds
        session = DuckDBSession(self._take_cursor(), self._running, patience)
        try:
            yield session
        finally:
            cursor = session.end()
            if cursor is not None:
                self._idle.append(cursor)

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        with self.session() as session:
            return describe.describe(session, targets)

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        with self.session() as session:
            return content_markers.content_markers(session, tuple(tables), most_rows)

    def costs(self, job_ids: Sequence[str]) -> Mapping[str, StatementCost]:
        """Nothing: a computer of one's own charges nothing."""
        del job_ids
        return {}

    def end_statements(self, run_ids: Collection[str]) -> int:
        """None: what a process runs ends with it."""
        del run_ids
        return 0

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        with self.session() as session:
            return describe.describe_query(session, query)

    def estimate_query(self, query: str) -> QueryEstimate:
        with self.session() as session:
            return estimate_query(session, query)

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> tuple[str, ...]:
        with self.session() as session:
            return describe.list_schemas(session, prefix, catalog)

    def list_tables(self, schema: str, *, catalog: str = "") -> tuple[str, ...]:
        with self.session() as session:
            return describe.list_tables(session, schema, catalog)

    def cancel(self) -> None:
        self._running.cancel()

    def ping(self) -> None:
        with self.session() as session:
            session.query("SELECT 1")

    def close(self) -> None:
        """Cancel what runs, roll back what is open, and let go of the file; closing twice is closing once."""
        self._running.close(_CLOSING_PATIENCE_SECONDS)
        _close_when_free(self._connection)  # And with it every cursor.

    def _take_cursor(self) -> duckdb.DuckDBPyConnection:
        """One that a session has left as new, or else another; to prepare one takes as long as a small statement."""
        with suppress(IndexError):
            return self._idle.pop()
        try:
            return prepare(self._connection.cursor())
        except duckdb.Error as error:
            raise translate(error) from error


def _close_when_free(connection: duckdb.DuckDBPyConnection) -> None:
    """DuckDB refuses while a thread is still inside one of the cursors, as it is while it rolls back."""
    give_up_at = time.monotonic() + _CLOSING_PATIENCE_SECONDS
    while True:
        try:
            return connection.close()
        except duckdb.ResourceInUseException as error:
            if time.monotonic() >= give_up_at:
                raise translate(error) from error
            time.sleep(_CLOSING_RETRY_SECONDS)
