"""What Snowflake's INFORMATION_SCHEMA says: tables with their columns, schemas, and when tables have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, islice
from types import MappingProxyType
from typing import Final

from rocky_core.dialects.registry import dialect_named
from rocky_core.errors import ObjectNotFound, QueryRejected
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import Row, Session

_AT_ONCE: Final = 500  # Tables in one query.
_KINDS: Final = {"VIEW": "view", "MATERIALIZED VIEW": "materialized_view"}
_OTHERS: Final = "INFORMATION_SCHEMA"  # The schema that every database has and nobody has made.


def describe(
    session: Session, targets: Iterable[TargetName], database: str
) -> Mapping[TargetName, ObservedTable | None]:
    """All of them, in one query for each database; none of a database that is not there."""
    wanted = tuple(dict.fromkeys(targets))
    found: dict[TargetName, ObservedTable | None] = dict.fromkeys(wanted)
    for catalog, batch in _batches(wanted):
        try:
            rows = session.query(_columns_of(batch, catalog or database)).rows
        except (ObjectNotFound, QueryRejected):
            if not _is_missing(session, catalog):
                raise
            continue
        found |= _observed(batch, rows)
    return MappingProxyType(found)


def list_schemas(session: Session, prefix: str, catalog: str) -> tuple[str, ...]:
    """Schemas whose names begin with the prefix in whatever case."""
    query = (
        f"SELECT SCHEMA_NAME FROM {_catalog(catalog)}SCHEMATA"
        f" WHERE STARTSWITH(UPPER(SCHEMA_NAME), UPPER({_literal(prefix)})) AND SCHEMA_NAME <> '{_OTHERS}' ORDER BY 1"
    )
    return _names(session, query, catalog)


def list_tables(session: Session, schema: str, catalog: str) -> tuple[str, ...]:
    """Tables and views of a schema, its name in whatever case."""
    query = (
        f"SELECT TABLE_NAME FROM {_catalog(catalog)}TABLES"
        f" WHERE UPPER(TABLE_SCHEMA) = UPPER({_literal(schema)}) ORDER BY 1"
    )
    return _names(session, query, catalog)


def content_markers(session: Session, tables: Sequence[ObservedTable], database: str) -> Mapping[TargetName, str]:
    """When each table was last changed, with its shape; none of a view, which changes when others do."""
    shapes = {table.target: ", ".join(f"{one.name} {one.type_text}" for one in table.columns) for table in tables}
    found: dict[TargetName, str] = {}
    for catalog, batch in _batches(tuple(shapes)):
        query = f"""SELECT TABLE_SCHEMA, TABLE_NAME, CAST(CREATED AS VARCHAR), CAST(LAST_ALTERED AS VARCHAR),
    ROW_COUNT, BYTES
FROM {_catalog(catalog or database)}TABLES
WHERE TABLE_TYPE = 'BASE TABLE' AND {_is_among(batch)}"""
        for position, row in _matched(batch, session.query(query).rows):
            target = batch[position]
            found[target] = f"created {row[2]} altered {row[3]} {row[4]} rows {row[5]} bytes of ({shapes[target]})"
    return MappingProxyType(found)


def _columns_of(batch: Sequence[TargetName], catalog: str) -> str:
    # LEFT JOIN: what is there is there, even if its columns may not be seen.
    return f"""SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, c.COLUMN_NAME, c.DATA_TYPE, c.IS_NULLABLE,
    c.CHARACTER_MAXIMUM_LENGTH, c.NUMERIC_PRECISION, c.NUMERIC_SCALE
FROM {_catalog(catalog)}TABLES AS t
LEFT JOIN {_catalog(catalog)}COLUMNS AS c
  ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
WHERE {_is_among(batch, "t.")}
ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.ORDINAL_POSITION"""


def _is_among(batch: Sequence[TargetName], prefix: str = "") -> str:
    by_schema: dict[str, list[str]] = {}
    for target in batch:
        by_schema.setdefault(target.schema.upper(), []).append(_literal(target.table.upper()))
    return (
        "("
        + " OR ".join(
            f"(UPPER({prefix}TABLE_SCHEMA) = {_literal(schema) if schema else 'CURRENT_SCHEMA()'}"
            f" AND UPPER({prefix}TABLE_NAME) IN ({', '.join(dict.fromkeys(tables))}))"
            for schema, tables in by_schema.items()
        )
        + ")"
    )


def _observed(batch: Sequence[TargetName], rows: Sequence[Row]) -> dict[TargetName, ObservedTable | None]:
    parse_type = cache(dialect_named("snowflake").parse_type)  # Most columns share a few types.
    found: dict[TargetName, ObservedTable | None] = {}
    for position, members in groupby(_matched(batch, rows), key=lambda pair: pair[0]):
        lines = tuple(row for _, row in members)
        columns = []
        for line in lines:
            if line[3] is not None:
                spelled = _spelled(line)
                columns.append(ObservedColumn(str(line[3]), spelled, parse_type(spelled), nullable=line[5] != "NO"))
        kind = _KINDS.get(str(lines[0][2]), "table")
        found[batch[position]] = ObservedTable(batch[position], tuple(columns), kind)
    return found


def _matched(batch: Sequence[TargetName], rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """Each row with the targets it belongs to; of names that differ in case alone, the one that is meant.

    A target that is spelled without quotes is stored in upper case, and that one is preferred.
    """
    by_name: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_name.setdefault((str(row[0]).upper(), str(row[1]).upper()), []).append(row)
    for position, target in enumerate(batch):
        if target.schema:
            found = by_name.get((target.schema.upper(), target.table.upper()), ())
        else:
            found = [row for (_, table), kept in by_name.items() if table == target.table.upper() for row in kept]
        stored = {(str(row[0]), str(row[1])) for row in found}
        chosen = next((names for names in stored if names[1] == target.table.upper()), min(stored, default=None))
        for row in found:
            if (str(row[0]), str(row[1])) == chosen:
                yield position, row


def _spelled(row: Row) -> str:
    """The type with its parameters, as it would be declared."""
    kind, length, precision, scale = str(row[4]), row[6], row[7], row[8]
    match kind:
        case "TEXT":
            return f"VARCHAR({length})" if length is not None else "VARCHAR"
        case "NUMBER" if precision is not None:
            return f"NUMBER({precision},{scale})"
        case _:
            return kind


def _batches(targets: Sequence[TargetName]) -> Iterator[tuple[str, tuple[TargetName, ...]]]:
    """The targets of each database, so many at once."""
    by_catalog: dict[str, list[TargetName]] = {}
    for target in targets:
        by_catalog.setdefault(target.catalog.upper(), []).append(target)
    for catalog, members in by_catalog.items():
        waiting = iter(members)
        while batch := tuple(islice(waiting, _AT_ONCE)):
            yield catalog, batch


def _names(session: Session, query: str, catalog: str) -> tuple[str, ...]:
    try:
        return tuple(str(row[0]) for row in session.query(query).rows)
    except (ObjectNotFound, QueryRejected):
        if _is_missing(session, catalog):
            return ()
        raise


def _is_missing(session: Session, catalog: str) -> bool:
    if not catalog:
        return False
    return not session.query(f"SHOW TERSE DATABASES LIKE {_literal(_pattern(catalog.upper()))}").rows


def _pattern(name: str) -> str:
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")


def _catalog(catalog: str) -> str:
    """Where the catalog's own tables are; of the connection's database if none is named."""
    quoted = catalog.upper().replace('"', '""')
    return f'"{quoted}".INFORMATION_SCHEMA.' if catalog else "INFORMATION_SCHEMA."


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
