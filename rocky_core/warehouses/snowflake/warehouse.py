"""Snowflake as the engine sees it: connections on demand, and one that is asked after, stopped and paid for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import (
    Capabilities,
    Markers,
    QueryEstimate,
    StatementCost,
    StatementTag,
    Transactions,
)
from rocky_core.warehouses.service_warehouse import ServiceWarehouse
from rocky_core.warehouses.snowflake import describe, left_running
from rocky_core.warehouses.snowflake.connections import Connections
from rocky_core.warehouses.snowflake.describe_query import describe_query
from rocky_core.warehouses.snowflake.estimate_query import estimate_query
from rocky_core.warehouses.snowflake.session import SnowflakeSession
from rocky_core.warehouses.snowflake.settings import SnowflakeSettings

_MOST_HISTORY: Final = 10_000  # Statements that Snowflake looks at to find ours.


class SnowflakeWarehouse(ServiceWarehouse[SnowflakeSession]):
    """Connections of the process, one for each worker, and what runs on them."""

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
        super().__init__("Snowflake", settings, self._connections)

    @contextmanager
    def _new_session(self, timeout_seconds: float | None, tag: StatementTag | None) -> Iterator[SnowflakeSession]:
        with self._connections.borrow() as line:
            yield SnowflakeSession(line, self._running, timeout_seconds=timeout_seconds, tag=tag)

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

    def end_statements(self, run_ids: Collection[str]) -> int:
        with self._connections.borrow() as line:
            session = SnowflakeSession(line, self._running, timeout_seconds=self._settings.timeout_seconds, tag=None)
            return left_running.end_statements(session, line, run_ids)

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
