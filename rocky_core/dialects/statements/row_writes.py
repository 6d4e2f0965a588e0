"""Statements that change the rows of a table that exists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec import Struct

from rocky_core.dialects.statements.placeholders import END, START, WATERMARK
from rocky_core.dialects.statements.query_text import as_subquery
from rocky_core.dialects.statements.rendered import RefusalCode, Refused
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import DeleteInsert, Incremental, Merge, Microbatch, TimeInterval
from rocky_core.ir.types import UNKNOWN

RowStrategy = Incremental | Merge | TimeInterval | Microbatch | DeleteInsert


class RowWrite(Struct, frozen=True):
    """What every row-changing statement needs; no columns means that they are not known."""

    shapes: StatementShapes
    target: TargetName
    query: str
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        return self.shapes.table(self.target)

    def quoted(self, columns: Sequence[Column], prefix: str = "") -> str:
        """The columns' names as a list."""
        return ", ".join(prefix + self.shapes.quote(column.name) for column in columns)


def render_row_write(write: RowWrite, strategy: RowStrategy) -> tuple[str, ...] | Refused:
    """The statements of one strategy, in order."""
    match strategy:
        case Incremental(timestamp_column, ()):
            return _append_newer(write, timestamp_column)
        case Incremental(timestamp_column, unique_key):
            return _append_by_key(write, timestamp_column, unique_key)
        case Merge(unique_key, update_columns):
            return _merge(write, unique_key, update_columns)
        case TimeInterval(column) | Microbatch(column):
            return _replace_window(write, column)
        case DeleteInsert(partition_by):
            return _replace_partitions(write, partition_by)
        case _:
            assert_never(strategy)


def stored_name(name: str, shapes: StatementShapes, columns: Sequence[Column]) -> str:
    """A configured column's stored name: the output column that it means, else as unquoted names are stored."""
    configured = shapes.configured(name)
    if any(column.name == configured for column in columns):
        return configured
    return next((column.name for column in columns if column.name.lower() == name.lower()), configured)


def _append_newer(write: RowWrite, timestamp_column: str) -> tuple[str, ...] | Refused:
    found = _resolve(write, (timestamp_column,))
    if isinstance(found, Refused):
        return found
    (column,) = found
    name, watermark = write.shapes.quote(column.name), write.shapes.instant(WATERMARK, column.data_type)
    # What an interrupted run has appended beyond the watermark is in the target and must not come twice.
    held = f"SELECT MAX({name}) FROM {write.table} WHERE {name} > {watermark}"
    return (_insert(write, _filtered(write, f"{name} > COALESCE(({held}), {watermark})")),)


def _append_by_key(write: RowWrite, timestamp_column: str, unique_key: tuple[str, ...]) -> tuple[str, ...] | Refused:
    """Rows as new as the watermark count too, which the key keeps from coming twice."""
    if not write.columns and write.shapes.merge_by_name is None:
        return _columns_unknown("incremental with a unique_key")
    found = _resolve(write, (timestamp_column, *unique_key))
    if isinstance(found, Refused):
        return found
    column, *keys = found
    since = f"{write.shapes.quote(column.name)} >= {write.shapes.instant(WATERMARK, column.data_type)}"
    newest = _newest_of_each(write, _filtered(write, since), column, keys)
    updated = [c for c in write.columns if c not in keys] if write.columns else None
    return _merge_rows(write, newest, _same(write, keys), updated)


def newest_of_each_key(write: RowWrite, strategy: Incremental) -> str | Refused:
    """The query with one row per key, the newest."""
    found = _resolve(write, (strategy.timestamp_column, *strategy.unique_key))
    if isinstance(found, Refused):
        return found
    column, *keys = found
    return _newest_of_each(write, _filtered(write, "TRUE"), column, keys)


def _newest_of_each(write: RowWrite, query: str, column: Column, keys: Sequence[Column]) -> str:
    newest = f"ORDER BY {write.shapes.quote(column.name)} DESC"
    return f"{query}\nQUALIFY ROW_NUMBER() OVER (PARTITION BY {write.quoted(keys)} {newest}) = 1"


def _merge(
    write: RowWrite, unique_key: tuple[str, ...], update_columns: tuple[str, ...] | None
) -> tuple[str, ...] | Refused:
    if not unique_key:
        return Refused(RefusalCode.KEY_MISSING, "merge needs at least one column in unique_key")
    if not write.columns and write.shapes.merge_by_name is None:
        return _columns_unknown("merge")
    keys = _resolve(write, unique_key)
    if isinstance(keys, Refused):
        return keys
    updated: tuple[Column, ...] | Refused | None
    if update_columns is not None:
        updated = _resolve(write, update_columns)
    else:
        updated = tuple(column for column in write.columns if column not in keys) if write.columns else None
    if isinstance(updated, Refused):
        return updated
    return _merge_rows(write, write.query, _same(write, keys, trusting=True), updated)


def _merge_rows(write: RowWrite, query: str, same: str, updated: Sequence[Column] | None) -> tuple[str, ...]:
    """One MERGE; without `updated` all columns are, by name, as are those of inserted rows if they are not known."""
    update_all, insert_all = write.shapes.merge_by_name or ("", "")
    lines = [f"MERGE INTO {write.table} AS t", f"USING {as_subquery(query, 's')}", f"ON {same}"]
    if updated is None:
        lines.append(f"WHEN MATCHED THEN {update_all}")
    elif updated:
        names = (write.shapes.quote(column.name) for column in updated)
        lines.append(f"WHEN MATCHED THEN UPDATE SET {', '.join(f'{name} = s.{name}' for name in names)}")
    lines.append(f"WHEN NOT MATCHED THEN {_insert_clause(write) if write.columns else insert_all}")
    return ("\n".join(lines),)


def _replace_window(write: RowWrite, time_column: str) -> tuple[str, ...] | Refused:
    found = _resolve(write, (time_column,))
    if isinstance(found, Refused):
        return found
    (column,) = found
    name = write.shapes.quote(column.name)
    start = write.shapes.instant(START, column.data_type)
    end = write.shapes.instant(END, column.data_type)
    inside = f"{name} >= {start} AND {name} < {end}"
    # Rows outside the window are left to their own; to insert them here would double them the next time.
    query = _filtered(write, inside)
    if write.shapes.has_replace_where:
        # REPLACE WHERE takes no column list: the query's order is the table's.
        return (f"INSERT INTO {write.table} REPLACE WHERE {inside}\n{query}",)
    if write.shapes.has_delete_of_unmatched:
        return (_replace_window_by_merge(write, query, f"t.{name} >= {start} AND t.{name} < {end}"),)
    return _together(write, (f"DELETE FROM {write.table} WHERE {inside}", _insert(write, query)))


def _replace_window_by_merge(write: RowWrite, query: str, inside: str) -> str:
    """One statement where nothing matches: the old rows of the window go, the new ones come."""
    return "\n".join(
        (
            f"MERGE INTO {write.table} AS t",
            "USING (",
            query,
            ") AS s",
            "ON FALSE",
            f"WHEN NOT MATCHED BY SOURCE AND {inside} THEN DELETE",
            f"WHEN NOT MATCHED THEN {_insert_clause(write) if write.columns else 'INSERT ROW'}",
        )
    )


def _replace_partitions(write: RowWrite, partition_by: tuple[str, ...]) -> tuple[str, ...] | Refused:
    if not partition_by:
        return Refused(RefusalCode.KEY_MISSING, "delete_insert needs at least one column in partition_by")
    found = _resolve(write, partition_by)
    if isinstance(found, Refused):
        return found
    if write.shapes.transaction is None or write.shapes.stage is None:
        return _replace_partitions_by_merge(write, found) if write.columns else _columns_unknown("delete_insert")
    # The query runs once, so that what is deleted and what is inserted cannot differ.
    stage = write.shapes.quote(write.shapes.configured(f"_rocky_incoming_{write.target.table}"))
    delete = "\n".join(
        (
            f"MERGE INTO {write.table} AS t",
            f"USING (SELECT DISTINCT {write.quoted(found)} FROM {stage}) AS s",
            f"ON {_same(write, found)}",
            "WHEN MATCHED THEN DELETE",
        )
    )
    staged = f"SELECT {write.quoted(write.columns) or '*'} FROM {stage}"
    return (
        f"{write.shapes.stage} {stage} AS\n{write.query}",
        *_together(write, (delete, _insert(write, staged))),
        f"DROP TABLE IF EXISTS {stage}",
    )


def _replace_partitions_by_merge(write: RowWrite, partition: tuple[Column, ...]) -> tuple[str, ...]:
    """One statement where there are no longer transactions: markers delete the old rows, new rows match nothing."""
    columns = ", ".join(write.shapes.quote(column.name) if column in partition else "NULL" for column in write.columns)
    return (
        "\n".join(
            (
                f"MERGE INTO {write.table} AS t",
                "USING (",
                "WITH _rocky_incoming AS (",
                write.query,
                ")",
                f"SELECT TRUE AS _rocky_is_new, {write.quoted(write.columns)} FROM _rocky_incoming",
                "UNION ALL",
                f"SELECT FALSE, {columns} FROM (SELECT DISTINCT {write.quoted(partition)} FROM _rocky_incoming)",
                ") AS s",
                f"ON NOT s._rocky_is_new AND {_same(write, partition)}",
                "WHEN MATCHED THEN DELETE",
                f"WHEN NOT MATCHED AND s._rocky_is_new THEN {_insert_clause(write)}",
            )
        ),
    )


def _insert_clause(write: RowWrite) -> str:
    return f"INSERT ({write.quoted(write.columns)}) VALUES ({write.quoted(write.columns, 's.')})"


def _same(write: RowWrite, columns: Sequence[Column], *, trusting: bool = False) -> str:
    """Equality of the columns that counts NULL as a value, as keys and partitions do.

    With `trusting`, columns that are known to be NOT NULL are compared as every warehouse joins fastest.
    """
    safe = write.shapes.equal_or_both_null
    names = ((column, write.shapes.quote(column.name)) for column in columns)
    return " AND ".join(
        f"t.{name} = s.{name}" if trusting and not column.nullable else safe.format(left=f"t.{name}", right=f"s.{name}")
        for column, name in names
    )


def _together(write: RowWrite, statements: tuple[str, ...]) -> tuple[str, ...]:
    transaction = write.shapes.transaction
    return statements if transaction is None else (transaction.begin, *statements, transaction.commit)


def _filtered(write: RowWrite, condition: str) -> str:
    columns = write.quoted(write.columns) or "*"
    return f"SELECT {columns}\nFROM {as_subquery(write.query, '_rocky_incoming')}\nWHERE {condition}"


def _insert(write: RowWrite, query: str) -> str:
    """An insert that does not rely on the target's column order where the columns are known."""
    if write.columns:
        return f"INSERT INTO {write.table} ({write.quoted(write.columns)})\n{query}"
    return f"{write.shapes.positional_insert.format(table=write.table)}\n{query}"


def _resolve(write: RowWrite, names: Sequence[str]) -> tuple[Column, ...] | Refused:
    """The output columns that configuration names."""
    found = []
    for name in names:
        if not is_identifier(name):
            return Refused(RefusalCode.INVALID_NAME, f"'{name}' is not a valid identifier")
        stored = stored_name(name, write.shapes, write.columns)
        known = next((column for column in write.columns if column.name == stored), None)
        if known is None and write.columns:
            available = ", ".join(column.name for column in write.columns)
            return Refused(RefusalCode.COLUMN_MISSING, f"column '{name}' is not in the result; it has {available}")
        found.append(known or Column(stored, UNKNOWN))
    return tuple(found)


def _columns_unknown(strategy: str) -> Refused:
    return Refused(
        RefusalCode.COLUMNS_UNKNOWN, f"{strategy} lists the result's columns, and they are not known before a run"
    )
