"""Databricks' statements on Delta and Iceberg tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rocky_core.dialects.statements.rendered import RefusalCode, Refused
from rocky_core.dialects.statements.shapes import StatementShapes, TableClauses, Transaction
from rocky_core.dialects.statements.surrogate_key import concatenated_hash
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DATE, TIMESTAMP, DataType

_USING = {"delta_table": "USING DELTA", "iceberg_table": "USING ICEBERG"}


class DatabricksStatements(StatementShapes):
    """Databricks: one statement is one transaction, REPLACE WHERE, the richest physical options."""

    name: ClassVar[str] = "databricks"
    transaction: ClassVar[Transaction | None] = None
    stage: ClassVar[str | None] = None
    positional_insert: ClassVar[str] = "INSERT INTO {table} BY NAME"
    merge_by_name: ClassVar[tuple[str, str] | None] = ("UPDATE SET *", "INSERT *")
    materialized_view: ClassVar[str | None] = "CREATE OR REPLACE MATERIALIZED VIEW"
    streaming_table: ClassVar[str | None] = "CREATE OR REFRESH STREAMING TABLE"
    has_dynamic_tables: ClassVar[bool] = False
    has_replace_where: ClassVar[bool] = True
    equal_or_both_null: ClassVar[str] = "{left} IS NOT DISTINCT FROM {right}"
    has_delete_of_unmatched: ClassVar[bool] = False
    has_transactional_ddl: ClassVar[bool] = False
    version_instant: ClassVar[str] = "CURRENT_TIMESTAMP()"
    has_transaction_instant: ClassVar[bool] = False
    raise_error: ClassVar[str] = "raise_error({message})"
    reads_files: ClassVar[bool] = False
    file_staging: ClassVar[str | None] = None
    names_loads: ClassVar[bool] = True  # Rows and ledger could not change together.
    zoneless_type: ClassVar[str] = "TIMESTAMP_NTZ"
    retype: ClassVar[str] = "ALTER COLUMN {column} TYPE {type}"
    before_retyping: ClassVar[str | None] = "SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')"
    text_type: ClassVar[str] = "STRING"
    formats: ClassVar[frozenset[str]] = frozenset(_USING)

    def quote(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def configured(self, name: str) -> str:
        return name

    def valid_catalog(self, name: str) -> bool:
        return is_identifier(name)

    def text_literal(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def instant(self, placeholder: str, column: DataType) -> str:
        if column == DATE:
            return f"CAST(CAST({placeholder} AS TIMESTAMP_NTZ) AS DATE)"
        return f"CAST({placeholder} AS {'TIMESTAMP_NTZ' if column == TIMESTAMP else 'TIMESTAMP'})"

    def surrogate_key(self, columns: Sequence[str]) -> str:
        return concatenated_hash(columns, self.text_type)

    def replace_with(self, target: TargetName, source: TargetName, wanted: TableFormat) -> str:
        del wanted
        return f"CREATE OR REPLACE TABLE {self.table(target)} DEEP CLONE {self.table(source)}"

    def table_clauses(
        self, target: TargetName, wanted: TableFormat, columns: Sequence[Column]
    ) -> TableClauses | Refused:
        del target, columns
        if wanted.partition_by and wanted.cluster_by:
            return Refused(RefusalCode.FORMAT_UNSUPPORTED, "Databricks partitions a table or clusters it, not both")
        clauses = [] if wanted.format not in _USING else [_USING[wanted.format]]
        if wanted.partition_by:
            clauses.append(f"PARTITIONED BY ({self._names(wanted.partition_by)})")
        if wanted.cluster_by:
            clauses.append(f"CLUSTER BY ({self._names(wanted.cluster_by)})")
        return TableClauses(clauses=(*clauses, *self._description(wanted)))

    def view_clauses(self, target: TargetName, wanted: TableFormat, *, materialized: bool) -> TableClauses | Refused:
        if materialized:
            return self.table_clauses(target, wanted, ())
        left_out = tuple(key for key in ("partition_by", "cluster_by") if getattr(wanted, key))
        return TableClauses(clauses=self._description(wanted), left_out=left_out)

    def _names(self, names: Sequence[str]) -> str:
        return ", ".join(self.quote(name) for name in names)

    def _description(self, wanted: TableFormat) -> tuple[str, ...]:
        clauses = []
        if wanted.comment is not None:
            clauses.append(f"COMMENT {self.text_literal(wanted.comment)}")
        if wanted.table_properties:
            pairs = (f"{self.text_literal(key)} = {self.text_literal(value)}" for key, value in wanted.table_properties)
            clauses.append(f"TBLPROPERTIES ({', '.join(pairs)})")
        return tuple(clauses)
