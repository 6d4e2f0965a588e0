"""What BigQuery says of a query that it does not run: the columns it would yield, and the bytes it would read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from google.cloud import bigquery
from google.cloud.bigquery import SchemaField
from google.cloud.bigquery.job import QueryJob

from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.world import ObservedColumn
from rocky_core.ports.warehouse import QueryEstimate
from rocky_core.warehouses.bigquery.asking import NO_RETRY, ask
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.one_statement import require_one

# The API's names of types, where SQL has others.
_TYPES: Final = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}


def describe_query(service: Service, query: str) -> tuple[ObservedColumn, ...]:
    """The columns of a query. Raises a WarehouseError."""
    parse_type = dialect_named("bigquery").parse_type
    columns = []
    for field in _dry_run(service, query).schema or ():
        spelled = spell_field(field)
        columns.append(ObservedColumn(field.name, spelled, parse_type(spelled), nullable=field.mode != "REQUIRED"))
    return tuple(columns)


def estimate_query(service: Service, query: str) -> QueryEstimate:
    """The bytes that BigQuery would read, and bill, for a query. Raises a WarehouseError."""
    job = _dry_run(service, query)
    tables = sorted(f"{one.project}.{one.dataset_id}.{one.table_id}" for one in job.referenced_tables)
    told = {"statement_type": job.statement_type, "bytes": job.total_bytes_processed, "tables": tables}
    return QueryEstimate(json.dumps(told), bytes_scanned=job.total_bytes_processed)


def spell_field(field: SchemaField) -> str:
    """The type of a column as INFORMATION_SCHEMA spells it."""
    kind = _TYPES.get(field.field_type, str(field.field_type))
    if kind == "STRUCT":
        inside: Sequence[SchemaField] = field.fields
        kind = f"STRUCT<{', '.join(f'{one.name} {spell_field(one)}' for one in inside)}>"
    elif field.precision is not None:
        kind += f"({field.precision}, {field.scale})" if field.scale else f"({field.precision})"
    elif field.max_length is not None:
        kind += f"({field.max_length})"
    return f"ARRAY<{kind}>" if field.mode == "REPEATED" else kind


def _dry_run(service: Service, query: str) -> QueryJob:
    require_one(query, "bigquery")
    config = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False, use_legacy_sql=False)
    return ask(
        lambda: service.client().query(query, config, retry=NO_RETRY, job_retry=None, timeout=REQUEST_SECONDS),
        service.settings.retry,
        query,
    )
