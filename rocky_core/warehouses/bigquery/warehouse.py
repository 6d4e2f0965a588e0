"""BigQuery as the engine sees it: jobs that are asked after, stopped and paid for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from google.cloud.bigquery.job import QueryJob

from rocky_core.errors import ObjectNotFound
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
from rocky_core.warehouses.bigquery import describe, dry_run
from rocky_core.warehouses.bigquery.asking import NO_RETRY, ask
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS
from rocky_core.warehouses.bigquery.left_running import end_jobs
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.bigquery.session import BigQuerySession
from rocky_core.warehouses.bigquery.settings import BigQuerySettings
from rocky_core.warehouses.service_warehouse import ServiceWarehouse


class BigQueryWarehouse(ServiceWarehouse[BigQuerySession]):
    """One client for all threads, and the jobs that it waits for."""

    dialect_name: Final = "bigquery"
    capabilities: Final = Capabilities(
        transactions=Transactions.NONE,
        markers=Markers.VERSION,
        tags_statements=True,
        asks_after_statements=True,
        reports_costs=True,
        keeps_time=True,
        guesses_rows=False,
        guesses_bytes=True,
    )

    def __init__(self, settings: BigQuerySettings) -> None:
        self._settings = settings
        self._service = Service(settings)
        super().__init__("BigQuery", settings, self._service)

    def _new_session(
        self, timeout_seconds: float | None, tag: StatementTag | None
    ) -> AbstractContextManager[BigQuerySession]:
        return nullcontext(BigQuerySession(self._service, self._running, timeout_seconds=timeout_seconds, tag=tag))

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        with self.session() as session:
            return describe.describe(session, self._service, targets)

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        del most_rows  # No row is read for it.
        with self.session() as session:
            return describe.content_markers(session, self._service, tuple(tables))

    def costs(self, job_ids: Sequence[str]) -> Mapping[str, StatementCost]:
        """The bytes of each job; it has told them when it ended, so this is for whoever did not wait for that."""
        found = {}
        for job_id in job_ids:
            cost = self._cost(job_id) if is_identifier(job_id.replace("-", "")) else None
            if cost is not None:
                found[job_id] = cost
        return found

    def _cost(self, job_id: str) -> StatementCost | None:
        try:
            job = ask(
                lambda: self._service.client().get_job(job_id, retry=NO_RETRY, timeout=REQUEST_SECONDS),
                self._settings.retry,
            )
        except ObjectNotFound:
            return None
        if not isinstance(job, QueryJob):
            return None
        return StatementCost(bytes_scanned=job.total_bytes_processed, bytes_billed=job.total_bytes_billed)

    def end_statements(self, run_ids: Collection[str]) -> int:
        return end_jobs(self._service, run_ids)

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        return dry_run.describe_query(self._service, query)

    def estimate_query(self, query: str) -> QueryEstimate:
        return dry_run.estimate_query(self._service, query)

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> tuple[str, ...]:
        return describe.list_schemas(self._service, prefix, catalog)

    def list_tables(self, schema: str, *, catalog: str = "") -> tuple[str, ...]:
        return describe.list_tables(self._service, schema, catalog)
