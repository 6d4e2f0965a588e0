"""Snowflake's statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from rocky_core.dialects.statements.rendered import RefusalCode, Refused
from rocky_core.dialects.statements.shapes import StatementShapes, TableClauses, Transaction
from rocky_core.dialects.statements.surrogate_key import concatenated_hash
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DATE, TIMESTAMP_TZ, DataType

_TRANSIENT: Final = "TRANSIENT"
_FLAGS: Final = frozenset({"true", "false"})
_FLAG, _DAYS = re.compile("true|false", re.IGNORECASE), re.compile("[0-9]{1,3}")
# The properties of a table that CREATE TABLE … AS takes, and what they may be.
_PROPERTIES: Final = {
    "data_retention_time_in_days": _DAYS,
    "max_data_extension_time_in_days": _DAYS,
    "change_tracking": _FLAG,
    "enable_schema_evolution": _FLAG,
}


class SnowflakeStatements(StatementShapes):
    """Snowflake: names are quoted in the upper case that unquoted SQL means; transactions hold DML only."""

    name: ClassVar[str] = "snowflake"
    transaction: ClassVar[Transaction | None] = Transaction("BEGIN TRANSACTION", "COMMIT")
    stage: ClassVar[str | None] = None  # Even a temporary table would commit the transaction that it is made in.
    positional_insert: ClassVar[str] = "INSERT INTO {table}"
    merge_by_name: ClassVar[tuple[str, str] | None] = None
    materialized_view: ClassVar[str | None] = "CREATE OR REPLACE MATERIALIZED VIEW"
    streaming_table: ClassVar[str | None] = None
    has_dynamic_tables: ClassVar[bool] = True
    has_replace_where: ClassVar[bool] = False
    equal_or_both_null: ClassVar[str] = "{left} IS NOT DISTINCT FROM {right}"
    has_delete_of_unmatched: ClassVar[bool] = False
    has_transactional_ddl: ClassVar[bool] = False
    version_instant: ClassVar[str] = "CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ)"
    has_transaction_instant: ClassVar[bool] = False
    # There is no function that fails; a number that is none is shown in the error.
    raise_error: ClassVar[str] = "CAST({message} || ': ' || COUNT(*) AS INTEGER)"
    reads_files: ClassVar[bool] = False
    file_staging: ClassVar[str | None] = "CREATE OR REPLACE TRANSIENT TABLE"
    names_loads: ClassVar[bool] = False
    zoneless_type: ClassVar[str] = "TIMESTAMP_NTZ"
    retype: ClassVar[str] = "ALTER COLUMN {column} SET DATA TYPE {type}"
    before_retyping: ClassVar[str | None] = None
    text_type: ClassVar[str] = "VARCHAR"
    formats: ClassVar[frozenset[str]] = frozenset()

    def quote(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def configured(self, name: str) -> str:
        return name.upper()

    def valid_catalog(self, name: str) -> bool:
        return is_identifier(name)

    def text_literal(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"

    def instant(self, placeholder: str, column: DataType) -> str:
        if column == DATE:
            return f"CAST({placeholder} AS DATE)"
        return f"CAST({placeholder} AS {'TIMESTAMP_TZ' if column == TIMESTAMP_TZ else 'TIMESTAMP_NTZ'})"

    def surrogate_key(self, columns: Sequence[str]) -> str:
        return concatenated_hash(columns, self.text_type)

    def replace_with(self, target: TargetName, source: TargetName, wanted: TableFormat) -> str:
        # A table may be cloned only into one that is as lasting.
        kind = f"{_TRANSIENT} " if _is_transient(wanted) else ""
        return f"CREATE OR REPLACE {kind}TABLE {self.table(target)} CLONE {self.table(source)}"

    def table_clauses(
        self, target: TargetName, wanted: TableFormat, columns: Sequence[Column]
    ) -> TableClauses | Refused:
        del target, columns
        clauses: list[str] = []
        kind, unknown = "", False
        if wanted.cluster_by:
            clauses.append(f"CLUSTER BY ({', '.join(self.quote(self.configured(name)) for name in wanted.cluster_by)})")
        for key, value in wanted.table_properties:
            if key.lower() == _TRANSIENT.lower():
                if value.lower() not in _FLAGS:
                    return Refused(RefusalCode.INVALID_VALUE, f"table property '{key}' is true or false, not '{value}'")
                kind = _TRANSIENT if _is_transient(wanted) else ""
            elif key.lower() in _PROPERTIES:
                if _PROPERTIES[key.lower()].fullmatch(value) is None:
                    return Refused(RefusalCode.INVALID_VALUE, f"table property '{key}' cannot be '{value}'")
                clauses.append(f"{key.upper()} = {value.upper()}")
            else:
                unknown = True
        if wanted.comment is not None:
            clauses.append(f"COMMENT = {self.text_literal(wanted.comment)}")
        left_out = (*(("partition_by",) if wanted.partition_by else ()), *(("table_properties",) if unknown else ()))
        return TableClauses(kind, tuple(clauses), left_out=left_out)

    def view_clauses(self, target: TargetName, wanted: TableFormat, *, materialized: bool) -> TableClauses | Refused:
        del target
        clauses = [] if wanted.comment is None else [f"COMMENT = {self.text_literal(wanted.comment)}"]
        keys = ["partition_by", "table_properties"]
        if not materialized:
            keys.append("cluster_by")
        elif wanted.cluster_by:
            clauses.append(f"CLUSTER BY ({', '.join(self.quote(self.configured(name)) for name in wanted.cluster_by)})")
        return TableClauses(clauses=tuple(clauses), left_out=tuple(key for key in keys if getattr(wanted, key)))


def _is_transient(wanted: TableFormat) -> bool:
    return any(key.lower() == _TRANSIENT.lower() and value.lower() == "true" for key, value in wanted.table_properties)
