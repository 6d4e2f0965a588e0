"""BigQuery's statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rocky_core.dialects.statements.rendered import RefusalCode, Refused
from rocky_core.dialects.statements.shapes import StatementShapes, TableClauses, Transaction
from rocky_core.dialects.statements.surrogate_key import NULL_MARK
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName, is_catalog
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DATE, TIMESTAMP, TIMESTAMP_TZ, DataType

_MOST_CLUSTERING_COLUMNS: Final = 4


class BigQueryStatements(StatementShapes):
    """BigQuery: one statement replaces a window, one partitioning column, descriptions as OPTIONS.

    Its transactions over several statements need a session at the service and a job for each word, so none are used.
    """

    name: ClassVar[str] = "bigquery"
    transaction: ClassVar[Transaction | None] = None
    stage: ClassVar[str | None] = None
    positional_insert: ClassVar[str] = "INSERT INTO {table}"
    merge_by_name: ClassVar[tuple[str, str] | None] = None
    materialized_view: ClassVar[str | None] = "CREATE OR REPLACE MATERIALIZED VIEW"
    streaming_table: ClassVar[str | None] = None
    has_dynamic_tables: ClassVar[bool] = False
    has_replace_where: ClassVar[bool] = False
    # Its outer joins, and so MERGE, want an equality of an expression of each side.
    equal_or_both_null: ClassVar[str] = "TO_JSON_STRING({left}) = TO_JSON_STRING({right})"
    has_delete_of_unmatched: ClassVar[bool] = True
    has_transactional_ddl: ClassVar[bool] = False
    version_instant: ClassVar[str] = "CURRENT_TIMESTAMP()"
    has_transaction_instant: ClassVar[bool] = False
    raise_error: ClassVar[str] = "ERROR({message})"
    reads_files: ClassVar[bool] = False
    file_staging: ClassVar[str | None] = None
    names_loads: ClassVar[bool] = True  # Rows and ledger could not change together.
    zoneless_type: ClassVar[str] = "DATETIME"
    retype: ClassVar[str] = "ALTER COLUMN {column} SET DATA TYPE {type}"
    before_retyping: ClassVar[str | None] = None
    text_type: ClassVar[str] = "STRING"
    formats: ClassVar[frozenset[str]] = frozenset()

    def quote(self, name: str) -> str:
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"

    def configured(self, name: str) -> str:
        return name

    def valid_catalog(self, name: str) -> bool:
        return is_catalog(name)

    def text_literal(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"

    def instant(self, placeholder: str, column: DataType) -> str:
        # DATE, DATETIME and TIMESTAMP do not compare with each other; a bare text literal takes the column's type.
        if column == DATE:
            return f"CAST(CAST({placeholder} AS DATETIME) AS DATE)"
        if column == TIMESTAMP:
            return f"CAST({placeholder} AS DATETIME)"
        return f"CAST({placeholder} AS TIMESTAMP)" if column == TIMESTAMP_TZ else placeholder

    def surrogate_key(self, columns: Sequence[str]) -> str:
        parts = ", '-', ".join(f"coalesce(cast({column} as STRING), '{NULL_MARK}')" for column in columns)
        return f"to_hex(md5(cast(concat({parts}) as STRING)))"

    def replace_with(self, target: TargetName, source: TargetName, wanted: TableFormat) -> str:
        del wanted
        return f"CREATE OR REPLACE TABLE {self.table(target)} COPY {self.table(source)}"

    def table_clauses(
        self, target: TargetName, wanted: TableFormat, columns: Sequence[Column]
    ) -> TableClauses | Refused:
        del target
        if len(wanted.partition_by) > 1 or len(wanted.cluster_by) > _MOST_CLUSTERING_COLUMNS:
            return Refused(
                RefusalCode.FORMAT_UNSUPPORTED, "BigQuery partitions by one column and clusters by at most four"
            )
        clauses = []
        left_out = ("table_properties",) if wanted.table_properties else ()
        for name in wanted.partition_by:
            found = next((column.data_type for column in columns if column.name.lower() == name.lower()), None)
            if found not in {DATE, TIMESTAMP, TIMESTAMP_TZ}:
                return Refused(
                    RefusalCode.FORMAT_UNSUPPORTED,
                    f"BigQuery partitions by a DATE, DATETIME or TIMESTAMP column, and '{name}' is not known to be one",
                )
            clauses.append(f"PARTITION BY {self.quote(name) if found == DATE else f'DATE({self.quote(name)})'}")
        if wanted.cluster_by:
            clauses.append(f"CLUSTER BY {', '.join(self.quote(name) for name in wanted.cluster_by)}")
        return TableClauses(clauses=(*clauses, *self._options(wanted)), left_out=left_out)

    def view_clauses(self, target: TargetName, wanted: TableFormat, *, materialized: bool) -> TableClauses | Refused:
        del target
        clauses: tuple[str, ...] = ()
        keys = ["partition_by", "cluster_by", "table_properties"]
        if materialized and wanted.cluster_by:
            keys.remove("cluster_by")
            clauses = (f"CLUSTER BY {', '.join(self.quote(name) for name in wanted.cluster_by)}",)
        left_out = tuple(key for key in keys if getattr(wanted, key))
        return TableClauses(clauses=(*clauses, *self._options(wanted)), left_out=left_out)

    def _options(self, wanted: TableFormat) -> tuple[str, ...]:
        return () if wanted.comment is None else (f"OPTIONS (description = {self.text_literal(wanted.comment)})",)
