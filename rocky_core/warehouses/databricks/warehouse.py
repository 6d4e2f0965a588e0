"""A Databricks SQL warehouse as the engine sees it: statements that are asked after, stopped and paid for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import (
    Capabilities,
    Markers,
    QueryEstimate,
    StatementCost,
    StatementTag,
    Transactions,
)
from rocky_core.warehouses.databricks import describe
from rocky_core.warehouses.databricks.costs import read_costs
from rocky_core.warehouses.databricks.left_running import end_statements
from rocky_core.warehouses.databricks.service import Service
from rocky_core.warehouses.databricks.session import DatabricksSession
from rocky_core.warehouses.databricks.settings import DatabricksSettings
from rocky_core.warehouses.service_warehouse import ServiceWarehouse


class DatabricksWarehouse(ServiceWarehouse[DatabricksSession]):
    """One client for all threads, and the statements that it waits for."""

    dialect_name: Final = "databricks"
    capabilities: Final = Capabilities(
        transactions=Transactions.NONE,
        markers=Markers.VERSION,
        tags_statements=True,
        asks_after_statements=True,
        reports_costs=True,
        keeps_time=True,
        guesses_rows=False,
        guesses_bytes=False,
    )

    def __init__(self, settings: DatabricksSettings) -> None:
        self._service = Service(settings)
        super().__init__("Databricks", settings, self._service)

    def _new_session(
        self, timeout_seconds: float | None, tag: StatementTag | None
    ) -> AbstractContextManager[DatabricksSession]:
        return nullcontext(DatabricksSession(self._service, self._running, timeout_seconds=timeout_seconds, tag=tag))

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        with self.session() as session:
            return describe.describe(session, targets)

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        del most_rows  # No row is read for it.
        return describe.content_markers(self.session, tuple(tables), self.max_concurrency)

    def costs(self, job_ids: Sequence[str]) -> Mapping[str, StatementCost]:
        return read_costs(self._service, job_ids)

    def end_statements(self, run_ids: Collection[str]) -> int:
        return end_statements(self._service, run_ids)

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        with self.session() as session:
            return describe.describe_query(session, query)

    def estimate_query(self, query: str) -> QueryEstimate:
        with self.session() as session:
            return describe.estimate_query(session, query)

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> tuple[str, ...]:
        with self.session() as session:
            return describe.list_schemas(session, prefix, catalog)

    def list_tables(self, schema: str, *, catalog: str = "") -> tuple[str, ...]:
        with self.session() as session:
            return describe.list_tables(session, schema, catalog)
