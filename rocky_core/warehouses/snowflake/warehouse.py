"""Snowflake as the engine sees it: connections on demand, and one that is asked after, stopped and paid for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import (
    AuthLink,
    Capabilities,
    Markers,
    QueryEstimate,
    StatementCost,
    StatementTag,
    Transactions,
)
from rocky_core.warehouses.running_statements import RunningStatements
from rocky_core.warehouses.snowflake import describe
from rocky_core.warehouses.snowflake.connections import Connections
from rocky_core.warehouses.snowflake.describe_query import describe_query
from rocky_core.warehouses.snowflake.estimate_query import estimate_query
from rocky_core.warehouses.snowflake.session import SnowflakeSession
from rocky_core.warehouses.snowflake.settings import SnowflakeSettings

_MOST_HISTORY: Final = 10_000  # Statements that Snowflake looks at to find ours.


class SnowflakeWarehouse:
    """Guards the process's connections and what runs on them."""

    dialect_name: Final = "snowflake"
    capabilities: Final = Capabilities(
        transactions=Transactions.ROWS,
        markers=Markers.VERSION,
        tags_statements=True,
        asks_after_statements=True,
        reports_costs=True,
        keeps_time=True,
        guesses_rows=False,
        guesses_bytes=True,
    )

    def __init__(self, settings: SnowflakeSettings) -> None:
        self._settings = settings
        self._connections = Connections(settings.options, settings.max_concurrency)
        self._running = RunningStatements("Snowflake")

    @property
    def auth_chain(self) -> tuple[AuthLink, ...]:
        return self._settings.chain

    @property
    def max_concurrency(self) -> int:
        return self._settings.max_concurrency

    @contextmanager
    def session(
        self, *, timeout_seconds: float | None = None, tag: StatementTag | None = None
    ) -> Iterator[SnowflakeSession]:
        """A connection of one's own for a while; what it left uncommitted is rolled back at the end."""
        patience = self._settings.timeout_seconds if timeout_seconds is None else timeout_seconds
        with self._connections.borrow() as line:
            session = SnowflakeSession(line, self._running, timeout_seconds=patience, tag=tag)
            try:
                yield session
            finally:
                session.close()

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        wanted = tuple(targets)
        with self.session() as session:
            return describe.describe(session, wanted, self._settings.database)

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        del most_rows  # No row is read for it.
        with self.session() as session:
            return describe.content_markers(session, tuple(tables), self._settings.database)

    def costs(self, job_ids: Sequence[str]) -> Mapping[str, StatementCost]:
        """The bytes and the credits for Snowflake's own services; those of the warehouse are not told by statement."""
        wanted = ", ".join(f"'{one}'" for one in job_ids if is_identifier(one.replace("-", "")))
        if not wanted:
            return {}
        query = (
            "SELECT QUERY_ID, BYTES_SCANNED, CREDITS_USED_CLOUD_SERVICES FROM"
            f" TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(RESULT_LIMIT => {_MOST_HISTORY}))"
            f" WHERE QUERY_ID IN ({wanted})"
        )
        with self.session() as session:
            rows = session.query(query).rows
        return {
            str(query_id): StatementCost(
                bytes_scanned=None if scanned is None else int(str(scanned)),
                credits=None if charged is None else float(str(charged)),
            )
            for query_id, scanned, charged in rows
        }

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        with self._connections.borrow() as line:
            return describe_query(line, query)

    def estimate_query(self, query: str) -> QueryEstimate:
        with self.session() as session:
            return estimate_query(session, query)

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> tuple[str, ...]:
        with self.session() as session:
            return describe.list_schemas(session, prefix, catalog or self._settings.database)

    def list_tables(self, schema: str, *, catalog: str = "") -> tuple[str, ...]:
        with self.session() as session:
            return describe.list_tables(session, schema, catalog or self._settings.database)

    def cancel(self) -> None:
        self._running.cancel()

    def ping(self) -> None:
        with self.session() as session:
            session.query("SELECT 1")

    def close(self) -> None:
        """Stop what runs and log out; closing twice is closing once."""
        self._running.close()
        self._connections.close()
