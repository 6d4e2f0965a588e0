"""DuckDB's statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rocky_core.dialects.statements.rendered import Refused
from rocky_core.dialects.statements.shapes import StatementShapes, TableClauses, Transaction
from rocky_core.dialects.statements.surrogate_key import concatenated_hash
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.schema import Column
from rocky_core.ir.types import TIMESTAMP, TIMESTAMP_NS, TIMESTAMP_TZ, DataType


class DuckDBStatements(StatementShapes):
    """DuckDB: transactional DDL, INSERT BY NAME, no physical options beside comments."""

    name: ClassVar[str] = "duckdb"
    transaction: ClassVar[Transaction | None] = Transaction("BEGIN", "COMMIT")
    stage: ClassVar[str | None] = "CREATE OR REPLACE TEMP TABLE"
    positional_insert: ClassVar[str] = "INSERT INTO {table} BY NAME"
    merge_by_name: ClassVar[tuple[str, str] | None] = ("UPDATE BY NAME", "INSERT BY NAME")
    materialized_view: ClassVar[str | None] = None
    streaming_table: ClassVar[str | None] = None
    has_dynamic_tables: ClassVar[bool] = False
    has_replace_where: ClassVar[bool] = False
    equal_or_both_null: ClassVar[str] = "{left} IS NOT DISTINCT FROM {right}"
    has_delete_of_unmatched: ClassVar[bool] = False
    has_transactional_ddl: ClassVar[bool] = True
    version_instant: ClassVar[str] = "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"
    has_transaction_instant: ClassVar[bool] = True
    raise_error: ClassVar[str] = "error({message})"
    reads_files: ClassVar[bool] = True
    file_staging: ClassVar[str | None] = None
    names_loads: ClassVar[bool] = False
    zoneless_type: ClassVar[str] = "TIMESTAMP"
    retype: ClassVar[str] = "ALTER COLUMN {column} TYPE {type}"
    before_retyping: ClassVar[str | None] = None
    text_type: ClassVar[str] = "VARCHAR"
    formats: ClassVar[frozenset[str]] = frozenset()

    def quote(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def configured(self, name: str) -> str:
        return name

    def valid_catalog(self, name: str) -> bool:
        return is_identifier(name)

    def text_literal(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def instant(self, placeholder: str, column: DataType) -> str:
        # Nanoseconds would be lost in a TIMESTAMP, and an instant would be read in the session's time zone.
        exact = column if column in {TIMESTAMP_NS, TIMESTAMP_TZ} else TIMESTAMP  # DATE compares with TIMESTAMP.
        return f"CAST({placeholder} AS {exact})"

    def surrogate_key(self, columns: Sequence[str]) -> str:
        return concatenated_hash(columns, self.text_type)

    def replace_with(self, target: TargetName, source: TargetName, wanted: TableFormat) -> str:
        del wanted
        return f"CREATE OR REPLACE TABLE {self.table(target)} AS\nSELECT *\nFROM {self.table(source)}"

    def table_clauses(
        self, target: TargetName, wanted: TableFormat, columns: Sequence[Column]
    ) -> TableClauses | Refused:
        del columns
        left_out = [key for key in ("partition_by", "cluster_by", "table_properties") if getattr(wanted, key)]
        return TableClauses(afterwards=self._comment("TABLE", target, wanted), left_out=tuple(left_out))

    def view_clauses(self, target: TargetName, wanted: TableFormat, *, materialized: bool) -> TableClauses | Refused:
        del materialized
        left_out = [key for key in ("partition_by", "cluster_by", "table_properties") if getattr(wanted, key)]
        return TableClauses(afterwards=self._comment("VIEW", target, wanted), left_out=tuple(left_out))

    def _comment(self, kind: str, target: TargetName, wanted: TableFormat) -> tuple[str, ...]:
        if wanted.comment is None:
            return ()
        return (f"COMMENT ON {kind} {self.table(target)} IS {self.text_literal(wanted.comment)}",)
