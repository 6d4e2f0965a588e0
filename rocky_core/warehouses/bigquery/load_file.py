"""Brings a file of this machine into a table: one load job, which takes all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from google.cloud import bigquery
from google.cloud.bigquery.job import LoadJob

from rocky_core.errors import ObjectNotFound, QueryRejected
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, NamedFile
from rocky_core.warehouses.bigquery.asking import NO_RETRY, ask
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS, Job, Order, follow
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.running_statements import Running

_DONE: Final = "DONE"


def load_file(service: Service, order: Order, running: Running, file: CsvFile, target: TargetName) -> Job:
    """Append the rows of a file; each value to the column of its name.

    Raises:
        WarehouseError: also where the file cannot be read, or the table is not there.

    """
    place = _place(service, target)
    config = _config(order, _fields(service, order, place, file.columns))
    config.field_delimiter = file.delimiter
    config.skip_leading_rows = int(file.has_header)
    return _send(service, order, running, _starting(file.path, place, config))


def load_once(
    service: Service, order: Order, running: Running, file: NamedFile, target: TargetName, *, replaces: bool
) -> Job:
    """Bring the rows in by a job of the file's name, and by none if there was one that has ended well.

    Raises:
        WarehouseError: also where the file cannot be read, or the table is not there.

    """
    place = _place(service, target)
    for attempt in count():
        job_id = f"{file.name}_{attempt}"
        earlier = _find(service, order, job_id)
        if earlier is not None and earlier.state == _DONE:
            if earlier.error_result is None:
                return earlier
            continue  # It has changed nothing; what has failed keeps its name.
        config = _config(order, _fields(service, order, place, file.columns))
        config.skip_leading_rows = 1
        config.null_marker = file.null
        config.preserve_ascii_control_characters = True
        if replaces:
            config.write_disposition = bigquery.WriteDisposition.WRITE_TRUNCATE_DATA
        return _send(service, order, running, _starting(file.path, place, config), job_id)
    raise AssertionError(file.name)


def _find(service: Service, order: Order, job_id: str) -> Job | None:
    try:
        return ask(
            lambda: service.client().get_job(job_id, retry=NO_RETRY, timeout=REQUEST_SECONDS),
            service.settings.retry,
            order.text,
        )
    except ObjectNotFound:
        return None


def _place(service: Service, target: TargetName) -> bigquery.TableReference:
    project = target.catalog or service.settings.project
    return bigquery.TableReference.from_string(f"{project}.{target.schema}.{target.table}")


def _fields(
    service: Service, order: Order, place: bigquery.TableReference, columns: Sequence[str]
) -> list[bigquery.SchemaField]:
    """The columns of the table that these are. Raises a WarehouseError."""
    table = ask(
        lambda: service.client().get_table(place, retry=NO_RETRY, timeout=REQUEST_SECONDS),
        service.settings.retry,
        order.text,
    )
    fields = {field.name.lower(): field for field in table.schema}
    missing = [name for name in columns if name.lower() not in fields]
    if missing:
        raise ObjectNotFound(f"{place} has no column {', '.join(missing)}", statement=order.text)
    return [fields[name.lower()] for name in columns]


def _config(order: Order, fields: list[bigquery.SchemaField]) -> bigquery.LoadJobConfig:
    config = bigquery.LoadJobConfig(
        source_format=bigquery.SourceFormat.CSV,
        schema=fields,
        quote_character='"',
        allow_quoted_newlines=True,
        max_bad_records=0,
        create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
        write_disposition=bigquery.WriteDisposition.WRITE_APPEND,
        labels=order.labels,
    )
    config.job_timeout_ms = order.timeout_ms
    return config


def _starting(
    path: str, place: bigquery.TableReference, config: bigquery.LoadJobConfig
) -> Callable[[bigquery.Client, str], LoadJob]:
    """How the job is started, with the file."""
    file = Path(path)

    def start(client: bigquery.Client, job_id: str) -> LoadJob:
        with file.open("rb") as rows:
            return client.load_table_from_file(
                rows,
                place,
                size=file.stat().st_size,
                num_retries=0,  # A second start is ours to make: under the same name.
                job_id=job_id,
                job_config=config,
                timeout=REQUEST_SECONDS,
            )

    return start


def _send(
    service: Service,
    order: Order,
    running: Running,
    start: Callable[[bigquery.Client, str], LoadJob],
    job_id: str | None = None,
) -> Job:
    try:
        return follow(service, order, running, start, job_id)
    except OSError as error:
        raise QueryRejected(f"'{error.filename}' cannot be read: {error.strerror}", statement=order.text) from error
