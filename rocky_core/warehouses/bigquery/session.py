"""One worker's statements: each is a job of its own, and happens whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

from google.cloud import bigquery
from google.cloud.bigquery.job import LoadJob, QueryJob

from rocky_core.errors import ConnectionFailed, QueryRejected
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ports.warehouse import CsvFile, NamedFile, QueryResult, Row, StatementResult, StatementTag
from rocky_core.warehouses.bigquery.asking import NO_RETRY
from rocky_core.warehouses.bigquery.errors import FAILURES, is_of_the_line, translate
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS, Job, Order, follow
from rocky_core.warehouses.bigquery.load_file import load_file, load_once
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.one_statement import require_one
from rocky_core.warehouses.running_statements import RunningStatements

_FETCHES: Final = (0.2, 1.0, 3.0)  # Seconds between attempts to read a result that is there.
_PAGE_ROWS: Final = 10_000


class BigQuerySession:
    """Guards whether it is over; nothing else is kept between its statements."""

    def __init__(
        self,
        service: Service,
        running: RunningStatements,
        *,
        timeout_seconds: float | None,
        tag: StatementTag | None,
    ) -> None:
        self._service = service
        self._running = running
        self._order = Order("", tag, timeout_seconds)
        self._is_closed = False

    def execute(self, statement: str) -> StatementResult:
        """Run one statement to its end."""
        return _result_of(self._run(statement))

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Run one query and read so many of its rows, page by page."""
        return self._fetch(self._run(statement), statement, limit)

    def load_csv(self, file: CsvFile, target: TargetName) -> StatementResult:
        """Send the file with the job that appends it."""
        self._refuse_if_closed(None)
        order = replace(self._order, text=f"load {file.path} into {target}")
        with self._running.watch() as running:
            return _result_of(load_file(self._service, order, running, file, target))

    def load_once(self, file: NamedFile, target: TargetName, *, replaces: bool) -> StatementResult:
        """Send the file with a job of its name."""
        self._refuse_if_closed(None)
        order = replace(self._order, text=f"load {file.path} into {target} as {file.name}")
        with self._running.watch() as running:
            return _result_of(load_once(self._service, order, running, file, target, replaces=replaces))

    def forget_load(self, name: str) -> None:
        """Nothing lies beside the table."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """There are none: BigQuery's need a session of its own at the service, and every plan does without."""
        raise QueryRejected("BigQuery runs every statement in a transaction of its own; several are not held together.")
        yield

    def close(self) -> None:
        """Let nothing more be run."""
        self._is_closed = True

    def _run(self, statement: str) -> Job:
        self._refuse_if_closed(statement)
        require_one(statement, "bigquery")
        order = replace(self._order, text=statement)

        def start(client: bigquery.Client, job_id: str) -> QueryJob:
            config = bigquery.QueryJobConfig(labels=order.labels, use_legacy_sql=False)
            config.job_timeout_ms = order.timeout_ms
            return client.query(
                statement, config, job_id=job_id, retry=NO_RETRY, job_retry=None, timeout=REQUEST_SECONDS
            )

        with self._running.watch() as running:
            return follow(self._service, order, running, start)

    def _fetch(self, job: Job, statement: str, limit: int | None) -> QueryResult:
        """The result of a query that has ended; to read it again is harmless."""
        waits: Sequence[float | None] = (*_FETCHES, None)
        for wait in waits:
            try:
                return _read(job, limit)
            except FAILURES as error:
                if wait is None or not is_of_the_line(error):
                    failure = translate(error, statement)
                    failure.in_doubt = False  # It has ended well; it was only to be read.
                    raise failure from error
                time.sleep(wait)
        raise AssertionError(statement)

    def _refuse_if_closed(self, statement: str | None) -> None:
        if self._is_closed:
            raise ConnectionFailed("This session has ended.", statement=statement, never_sent=True)


def _read(job: Job, limit: int | None) -> QueryResult:
    if not isinstance(job, QueryJob):
        return QueryResult((), ())
    page = _PAGE_ROWS if limit is None else max(min(limit, _PAGE_ROWS), 1)
    found = job.result(page_size=page, retry=None, job_retry=None, timeout=REQUEST_SECONDS)
    columns = tuple(str(field.name) for field in found.schema)
    rows: Iterator[Row] = (tuple(row.values()) for row in found)
    return QueryResult(columns, tuple(rows if limit is None else islice(rows, limit)))


def _result_of(job: Job) -> StatementResult:
    match job:
        case QueryJob():
            return StatementResult(
                rows_affected=job.num_dml_affected_rows,
                bytes_scanned=job.total_bytes_processed,
                bytes_billed=job.total_bytes_billed,
                job_id=job.job_id,
            )
        case LoadJob():
            return StatementResult(rows_affected=job.output_rows, job_id=job.job_id)
        case _:
            return StatementResult(job_id=str(job.job_id))
