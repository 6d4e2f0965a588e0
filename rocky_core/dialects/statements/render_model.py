"""Renders a model's statements for a warehouse: the strategy decides the shape, the warehouse the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Final, assert_never, cast

from rocky_core.dialects.statements.placeholders import WAREHOUSE
from rocky_core.dialects.statements.query_text import as_subquery, bare_query, with_queries
from rocky_core.dialects.statements.rendered import RefusalCode, Refused, Rendered, Statements
from rocky_core.dialects.statements.row_writes import (
    RowStrategy,
    RowWrite,
    newest_of_each_key,
    render_row_write,
    stored_name,
)
from rocky_core.dialects.statements.shapes import StatementShapes, TableClauses
from rocky_core.ir.model import Model, SurrogateKey
from rocky_core.ir.names import is_identifier
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    TimeInterval,
    View,
    strategy_name,
)
from rocky_core.ir.types import VARCHAR

_CLASSES: Final = {
    "duckdb": ("rocky_core.dialects.statements.duckdb", "DuckDBStatements"),
    "databricks": ("rocky_core.dialects.statements.databricks", "DatabricksStatements"),
    "snowflake": ("rocky_core.dialects.statements.snowflake", "SnowflakeStatements"),
    "bigquery": ("rocky_core.dialects.statements.bigquery", "BigQueryStatements"),
}
PHYSICAL_FORMATS: Final = frozenset(
    {"delta_table", "iceberg_table"}
)  # Of a table; a warehouse without them leaves them out.
_TABLE: Final = re.compile(r"(?:DYNAMIC )?TABLE ")
_LAG: Final = re.compile(r"[A-Za-z0-9 ]+")


def render_model(
    model: Model,
    sql: str,
    dialect_name: str,
    columns: tuple[Column, ...] = (),
    inlined: Sequence[tuple[str, str]] = (),
    not_copied: frozenset[str] = frozenset(),
) -> Rendered:
    """The statements that build the model from its query, or why there are none.

    `columns` are the query's typed output columns as the warehouse stores their names, in order; empty means
    that they are not known. `inlined` holds name and SQL of the ephemeral models that the query reads, directly
    or through each other, a read one before its reader. Instants that only a run knows stand as the placeholders
    of `placeholders`. Columns in `not_copied` (lower-cased) stay out of what is written into a table that is there.
    """
    shapes = shapes_of(dialect_name)
    problem = _invalid_name(model, shapes)
    if problem is not None:
        return problem
    ctes = [(shapes.quote(shapes.configured(name)), bare_query(text, dialect_name)) for name, text in inlined]
    query = with_queries(bare_query(sql, dialect_name), ctes, dialect_name)
    query = with_surrogate_keys(query, model.surrogate_keys, shapes, columns)
    columns = (*columns, *(_key_column(key, shapes) for key in model.surrogate_keys)) if columns else ()
    if isinstance(model.strategy, FullRefresh):
        return _render_format(model, query, shapes, columns)
    if model.table_format.format not in {None, "table", *PHYSICAL_FORMATS}:
        return Refused(
            RefusalCode.FORMAT_UNSUPPORTED,
            f"format '{model.table_format.format}' contradicts the strategy '{strategy_name(model.strategy)}'",
        )
    copied = tuple(column for column in columns if column.name.lower() not in not_copied)
    return _render_strategy(model, query, shapes, copied)


@cache
def shapes_of(dialect_name: str) -> StatementShapes:
    """The statement shapes of a warehouse, by its name in rocky.toml."""
    module, class_name = _CLASSES[dialect_name]
    return cast("StatementShapes", getattr(import_module(module), class_name)())


def with_surrogate_keys(
    query: str, keys: Sequence[SurrogateKey], shapes: StatementShapes, columns: Sequence[Column]
) -> str:
    """The query with its hash columns appended; each may hash the ones before it."""
    for key in keys:
        quoted = [shapes.quote(stored_name(name, shapes, columns)) for name in key.columns]
        name = shapes.quote(shapes.configured(key.name))
        hashed = f"CAST({shapes.surrogate_key(quoted)} AS {shapes.text_type}) AS {name}"
        query = f"SELECT *, {hashed}\nFROM {as_subquery(query, '__rocky_keyed')}"
    return query


def _key_column(key: SurrogateKey, shapes: StatementShapes) -> Column:
    return Column(shapes.configured(key.name), VARCHAR, nullable=False)


def _invalid_name(model: Model, shapes: StatementShapes) -> Refused | None:
    target = model.target
    names = [
        *(part for part in (target.schema,) if part),
        target.table,
        *model.table_format.partition_by,
        *model.table_format.cluster_by,
        *(name for key in model.surrogate_keys for name in (key.name, *key.columns)),
    ]
    bad = next((name for name in names if not is_identifier(name)), None)
    if bad is None and target.catalog and not shapes.valid_catalog(target.catalog):
        bad = target.catalog
    return None if bad is None else Refused(RefusalCode.INVALID_NAME, f"'{bad}' is not a valid identifier")


def _render_format(model: Model, query: str, shapes: StatementShapes, columns: tuple[Column, ...]) -> Rendered:
    """A full refresh into whatever object `format` asks for; each replacement is atomic for readers."""
    match model.table_format.format:
        case "view":
            return _view(model, query, shapes)
        case "materialized_view":
            return _materialized_view(model, query, shapes)
        case "streaming_table":
            if shapes.streaming_table is None:
                return Refused(RefusalCode.FORMAT_UNSUPPORTED, f"{shapes.name} has no streaming tables")
            return _create(f"{shapes.streaming_table} {shapes.table(model.target)}", model, query, shapes, columns)
        case _:
            return _create(f"CREATE OR REPLACE TABLE {shapes.table(model.target)}", model, query, shapes, columns)


def _render_strategy(model: Model, query: str, shapes: StatementShapes, columns: tuple[Column, ...]) -> Rendered:
    strategy = model.strategy
    match strategy:
        case FullRefresh():
            return _render_format(model, query, shapes, columns)
        case View():
            return _view(model, query, shapes)
        case MaterializedView():
            return _materialized_view(model, query, shapes)
        case DynamicTable(target_lag):
            return _dynamic_table(model, target_lag, query, shapes)
        case Ephemeral():
            return Statements(())
        case ContentAddressed():
            return Refused(RefusalCode.STRATEGY_UNSUPPORTED, "content_addressed models are not executed by this engine")
        case Incremental() | Merge() | TimeInterval() | Microbatch() | DeleteInsert():
            return _write_rows(model, strategy, RowWrite(shapes, model.target, query, columns))
        case _:
            assert_never(strategy)


def _write_rows(model: Model, strategy: RowStrategy, write: RowWrite) -> Rendered:
    """Change rows of a table that is there; where it is not, create it first."""
    statements = render_row_write(write, strategy)
    if isinstance(statements, Refused):
        return statements
    by_window = isinstance(strategy, TimeInterval | Microbatch)
    first_query = _first_query(write, strategy)
    if isinstance(first_query, Refused):
        return first_query
    head = f"CREATE TABLE {write.table}"
    created = _create(head, model, first_query, write.shapes, write.columns)
    if isinstance(created, Refused):
        return created
    first_build = (*created.statements, *statements) if by_window else created.statements
    return Statements(statements, first_build=first_build, left_out=created.left_out)


def _first_query(write: RowWrite, strategy: RowStrategy) -> str | Refused:
    """Windows are filled one by one, so their table starts empty; the others start with the whole result."""
    if isinstance(strategy, TimeInterval | Microbatch):
        return f"SELECT *\nFROM {as_subquery(write.query, '_rocky_shape')}\nWHERE 1 = 0"
    if isinstance(strategy, Incremental) and strategy.unique_key:
        return newest_of_each_key(write, strategy)
    return write.query


def _create(
    head: str, model: Model, query: str, shapes: StatementShapes, columns: tuple[Column, ...]
) -> Statements | Refused:
    return _joined(head, shapes.table_clauses(model.target, model.table_format, columns), model, query, shapes)


def _view(model: Model, query: str, shapes: StatementShapes) -> Rendered:
    clauses = shapes.view_clauses(model.target, model.table_format, materialized=False)
    return _joined(f"CREATE OR REPLACE VIEW {shapes.table(model.target)}", clauses, model, query, shapes)


def _materialized_view(model: Model, query: str, shapes: StatementShapes) -> Rendered:
    if shapes.materialized_view is None:
        return Refused(RefusalCode.STRATEGY_UNSUPPORTED, f"{shapes.name} has no materialized views")
    clauses = shapes.view_clauses(model.target, model.table_format, materialized=True)
    return _joined(f"{shapes.materialized_view} {shapes.table(model.target)}", clauses, model, query, shapes)


def _dynamic_table(model: Model, target_lag: str, query: str, shapes: StatementShapes) -> Rendered:
    if not shapes.has_dynamic_tables:
        return Refused(RefusalCode.STRATEGY_UNSUPPORTED, f"{shapes.name} has no dynamic tables")
    if _LAG.fullmatch(target_lag) is None:
        return Refused(RefusalCode.INVALID_VALUE, f"target_lag '{target_lag}' may hold letters, digits and spaces only")
    clauses = shapes.table_clauses(model.target, model.table_format, ())
    if isinstance(clauses, TableClauses):
        required = (f"TARGET_LAG = '{target_lag}'", f"WAREHOUSE = {WAREHOUSE}")
        clauses = replace(clauses, clauses=(*required, *clauses.clauses))
    return _joined(f"CREATE OR REPLACE DYNAMIC TABLE {shapes.table(model.target)}", clauses, model, query, shapes)


def _joined(
    head: str, clauses: TableClauses | Refused, model: Model, query: str, shapes: StatementShapes
) -> Statements | Refused:
    if isinstance(clauses, Refused):
        return clauses
    left_out = clauses.left_out
    if model.table_format.format in PHYSICAL_FORMATS - shapes.formats:
        left_out = ("format", *left_out)
    if clauses.kind:
        head = _TABLE.sub(rf"{clauses.kind} \g<0>", head, count=1)
    lines = (head, *(f"  {clause}" for clause in clauses.clauses), "AS", query)
    if not clauses.clauses:
        lines = (f"{head} AS", query)
    return Statements(("\n".join(lines), *clauses.afterwards), left_out=left_out)
