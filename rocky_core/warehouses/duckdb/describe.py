"""What DuckDB's catalog says: tables with their columns, schemas, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Final

import msgspec

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.query_text import as_subquery
from rocky_core.ir.names import TargetName
from rocky_core.ir.types import DataType
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import Row, Session

_RELATIONS: Final = """(
    SELECT database_name, schema_name, table_name AS name, 'table' AS kind FROM duckdb_tables()
    UNION ALL
    SELECT database_name, schema_name, view_name, 'view' FROM duckdb_views()
)"""


def describe(session: Session, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
    """All of them in one query; a view whose source is gone keeps the columns it was made with."""
    wanted = tuple(dict.fromkeys(targets))
    found: dict[TargetName, ObservedTable | None] = dict.fromkeys(wanted)
    if wanted:
        rows = session.query(_columns_of(wanted)).rows
        parse_type = cache(dialect_named("duckdb").parse_type)  # Most columns share a few types.
        for position, columns in groupby(rows, key=itemgetter(0)):
            target = wanted[int(str(position))]
            found[target] = _observed(target, tuple(columns), parse_type)
    return MappingProxyType(found)


def describe_query(session: Session, query: str) -> tuple[ObservedColumn, ...]:
    """The columns of a query, which is bound but not run."""
    found = session.query(f"DESCRIBE SELECT * FROM {as_subquery(query, '_rocky_described')}")
    parse_type = dialect_named("duckdb").parse_type
    return tuple(
        ObservedColumn(str(name), str(text), parse_type(str(text)), nullable=nullable != "NO")
        for name, text, nullable, *_ in found.rows
    )


def list_schemas(session: Session, prefix: str, catalog: str) -> tuple[str, ...]:
    """Schemas whose names begin with the prefix in whatever case."""
    return _names(
        session,
        f"SELECT schema_name FROM duckdb_schemas() WHERE {_in_catalog('database_name', catalog)}"
        f" AND starts_with(lower(schema_name), lower({_literal(prefix)})) ORDER BY 1",
    )


def list_tables(session: Session, schema: str, catalog: str) -> tuple[str, ...]:
    """Tables and views of a schema, its name in whatever case."""
    return _names(
        session,
        f"SELECT name FROM {_RELATIONS} AS r WHERE {_in_catalog('database_name', catalog)}"
        f" AND lower(schema_name) = lower({_literal(schema)}) ORDER BY 1",
    )


def _columns_of(wanted: tuple[TargetName, ...]) -> str:
    # One text for all names: DuckDB takes ten times as long to read a row of VALUES as to unpack one of these.
    names = msgspec.json.encode([(target.catalog, target.schema, target.table) for target in wanted]).decode()
    # LEFT JOIN: what is there is there, even if the catalog should have no columns for it.
    return f"""SELECT w.position, r.kind, c.column_name, c.data_type, c.is_nullable
FROM (
    SELECT ordinality - 1 AS position, coalesce(nullif(parts[1], ''), current_database()) AS catalog,
        coalesce(nullif(parts[2], ''), current_schema()) AS schema, parts[3] AS name
    FROM unnest(from_json({_literal(names)}, '[["VARCHAR"]]')) WITH ORDINALITY AS n(parts, ordinality)
) AS w
JOIN {_RELATIONS} AS r
  ON lower(r.database_name) = lower(w.catalog) AND lower(r.schema_name) = lower(w.schema)
 AND lower(r.name) = lower(w.name)
LEFT JOIN duckdb_columns() AS c
  ON c.database_name = r.database_name AND c.schema_name = r.schema_name AND c.table_name = r.name
ORDER BY w.position, c.column_index"""


def _observed(target: TargetName, rows: tuple[Row, ...], parse_type: Callable[[str], DataType]) -> ObservedTable:
    columns = tuple(
        ObservedColumn(name=str(name), type_text=str(text), data_type=parse_type(str(text)), nullable=bool(nullable))
        for _, _, name, text, nullable in rows
        if name is not None
    )
    return ObservedTable(target=target, columns=columns, kind=str(rows[0][1]))


def _names(session: Session, query: str) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in session.query(query).rows)


def _in_catalog(column: str, catalog: str) -> str:
    return f"lower({column}) = lower({_catalog(catalog)})"


def _catalog(name: str) -> str:
    return _literal(name) if name else "current_database()"


def _schema(name: str) -> str:
    return _literal(name) if name else "current_schema()"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
