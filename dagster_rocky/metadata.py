"""The names under which Rocky's facts stand in Dagster's metadata, and how the larger ones are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import dagster as dg

from dagster_rocky.props import ColumnProps
from rocky_core.ir.run import ModelSucceeded

COLUMN_SCHEMA: Final = "dagster/column_schema"
COLUMN_LINEAGE: Final = "dagster/column_lineage"
TABLE_NAME: Final = "dagster/table_name"
MODEL: Final = "rocky/model"
STRATEGY: Final = "rocky/strategy"
PIPELINE: Final = "rocky/pipeline"
ERRORS: Final = "rocky/errors"
RUN_ID: Final = "rocky/run_id"
DURATION: Final = "rocky/duration_ms"
ROWS_AFFECTED: Final = "rocky/rows_affected"
COST: Final = "rocky/cost_usd"
BYTES_SCANNED: Final = "rocky/bytes_scanned"
BYTES_BILLED: Final = "rocky/bytes_billed"
CREDITS: Final = "rocky/credits"
JOB_IDS: Final = "rocky/job_ids"
ATTEMPTS: Final = "rocky/attempts"
WATERMARK: Final = "rocky/watermark"
STATEMENTS: Final = "rocky/statements"
PARTITIONS: Final = "rocky/partitions"
DRIFT: Final = "rocky/drift"
QUARANTINE: Final = "rocky/quarantine"
ANNOUNCED: Final = "rocky/announced_late"
FAILURE_KIND: Final = "rocky/failure_kind"
ERROR: Final = "rocky/error"
BLOCKED_BY: Final = "rocky/blocked_by"
NEXT_STEP: Final = "rocky/next_step"
FAILURES: Final = "rocky/failures"
CHECK_ID: Final = "rocky/check_id"
CHECK_KIND: Final = "rocky/check_kind"
CHECK_COLUMN: Final = "rocky/column"
CHECK_STATUS: Final = "rocky/check_status"
FAILURE_COUNT: Final = "rocky/failure_count"
FAILED_SAMPLE: Final = "rocky/failed_sample"
_MOST_JOB_IDS: Final = 100
_LONGEST_SQL: Final = 50_000  # Characters; Dagster stores each event as one row.


def sql_text(statements: Iterable[str]) -> dg.MarkdownMetadataValue:
    """Statements as code."""
    text = ";\n\n".join(statements)
    if len(text) > _LONGEST_SQL:
        text = f"{text[:_LONGEST_SQL]}\n-- … {len(text) - _LONGEST_SQL} more characters"
    return dg.MetadataValue.md(f"```sql\n{text}\n```")


def rows_table(rows: Sequence[Sequence[tuple[str, object]]]) -> dg.TableMetadataValue:
    """Rows of a sample as a table; values that Dagster has no type for are shown as text."""
    names = list(dict.fromkeys(name for row in rows for name, _ in row))
    records = [dg.TableRecord({name: _cell(dict(row).get(name)) for name in names}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn(name, "string") for name in names]))


def table_schema(columns: Iterable[ColumnProps]) -> dg.TableSchema:
    """The columns as the warehouse spells their types."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.data_type or "unknown",
                column.description,
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in columns
        ]
    )


def cost_facts(writes: Sequence[ModelSucceeded]) -> dict[str, Any]:
    """What writing has cost, as far as the warehouse says, and what it calls the statements; nothing that is free."""
    job_ids = [job_id for event in writes for job_id in event.job_ids]
    found = {
        COST: sum(event.cost_usd or 0.0 for event in writes) or None,
        BYTES_SCANNED: _sum(event.bytes_scanned for event in writes),
        BYTES_BILLED: _sum(event.bytes_billed for event in writes),
        CREDITS: _sum(event.credits for event in writes),
        JOB_IDS: ", ".join(job_ids[:_MOST_JOB_IDS]) or None,
    }
    return present(found)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not None}


def _cell(value: object) -> str:
    return "NULL" if value is None else str(value)
