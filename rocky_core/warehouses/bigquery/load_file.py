"""Brings a file of this machine into a table: one load job, which takes all rows or none."""

from __future__ import annotations

from pathlib import Path

from google.cloud import bigquery
from google.cloud.bigquery.job import LoadJob

from rocky_core.errors import ObjectNotFound, QueryRejected
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile
from rocky_core.warehouses.bigquery.asking import NO_RETRY, ask
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS, Job, Order, follow
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.running_statements import Running


def load_file(service: Service, order: Order, running: Running, file: CsvFile, target: TargetName) -> Job:
    """Append the rows of a file; each value to the column of its name.

    Raises:
        WarehouseError: also where the file cannot be read, or the table is not there.

    """
    reference = bigquery.TableReference.from_string(
        f"{target.catalog or service.settings.project}.{target.schema}.{target.table}"
    )
    table = ask(
        lambda: service.client().get_table(reference, retry=NO_RETRY, timeout=REQUEST_SECONDS),
        service.settings.retry,
        order.text,
    )
    fields = {field.name.lower(): field for field in table.schema}
    missing = [name for name in file.columns if name.lower() not in fields]
    if missing:
        raise ObjectNotFound(f"{target} has no column {', '.join(missing)}", statement=order.text)
    config = bigquery.LoadJobConfig(
        source_format=bigquery.SourceFormat.CSV,
        schema=[fields[name.lower()] for name in file.columns],
        field_delimiter=file.delimiter,
        skip_leading_rows=int(file.has_header),
        quote_character='"',
        allow_quoted_newlines=True,
        max_bad_records=0,
        create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
        write_disposition=bigquery.WriteDisposition.WRITE_APPEND,
        labels=order.labels,
    )
    config.job_timeout_ms = order.timeout_ms
    path = Path(file.path)

    def start(client: bigquery.Client, job_id: str) -> LoadJob:
        with path.open("rb") as rows:
            return client.load_table_from_file(
                rows,
                reference,
                size=path.stat().st_size,
                num_retries=0,  # A second start is ours to make: under the same name.
                job_id=job_id,
                job_config=config,
                timeout=REQUEST_SECONDS,
            )

    try:
        return follow(service, order, running, start)
    except OSError as error:
        raise QueryRejected(f"'{file.path}' cannot be read: {error.strerror}", statement=order.text) from error
