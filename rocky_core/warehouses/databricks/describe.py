"""What Unity Catalog says of tables: their columns from `information_schema`, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache
from itertools import groupby, islice
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import AuthFailed, ObjectNotFound, QueryRejected, StatementCancelled
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import QueryEstimate, Session

_AT_ONCE: Final = 500  # Tables in one query.
_KINDS: Final = {"VIEW": "view", "METRIC_VIEW": "view", "MATERIALIZED_VIEW": "materialized_view"}
_NOT_THERE: Final = (ObjectNotFound, QueryRejected)

Batch = tuple[TargetName, ...]


def describe(session: Session, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
    """All of them, in one query for each catalog; none of a catalog that is not there."""
    wanted = tuple(dict.fromkeys(targets))
    found: dict[TargetName, ObservedTable | None] = dict.fromkeys(wanted)
    parse_type = cache(dialect_named("databricks").parse_type)  # Most columns share a few types.
    for batch in _batches(wanted):
        by_name: dict[tuple[str, str], list[TargetName]] = {}
        for target in batch:
            by_name.setdefault((target.schema.lower(), target.table.lower()), []).append(target)
        for place, lines in groupby(_columns(session, batch), key=itemgetter(0, 1)):
            rows = tuple(lines)
            columns = tuple(
                ObservedColumn(str(row[3]), str(row[4]), parse_type(str(row[4])), nullable=row[5] != "NO")
                for row in rows
                if row[3] is not None
            )
            kind = _KINDS.get(str(rows[0][2]), "table")
            for target in by_name.get((str(place[0]), str(place[1])), ()):
                found[target] = ObservedTable(target, columns, kind)
    return MappingProxyType(found)


def describe_query(session: Session, query: str) -> tuple[ObservedColumn, ...]:
    """The columns of a query, which is analysed and not run."""
    parse_type = dialect_named("databricks").parse_type
    rows = session.query(f"DESCRIBE QUERY {query}").rows
    return tuple(ObservedColumn(str(row[0]), str(row[1]), parse_type(str(row[1])), nullable=True) for row in rows)


def estimate_query(session: Session, query: str) -> QueryEstimate:
    """How Databricks would run a query, with its own guesses of sizes in the words of the plan."""
    # EXPLAIN of a query that cannot be run succeeds, with the reason in place of the plan: DESCRIBE fails.
    session.query(f"DESCRIBE QUERY {query}")
    rows = session.query(f"EXPLAIN COST {query}").rows
    return QueryEstimate("\n".join(str(row[0]) for row in rows))


def content_markers(
    open_session: Callable[[], AbstractContextManager[Session]], tables: Sequence[ObservedTable], at_once: int
) -> Mapping[TargetName, str]:
    """The version of each table, with its shape; none of a view or of what keeps no versions.

    Of versions Databricks tells one table at a time, so several are asked about at once.
    """

    def marked(table: ObservedTable) -> tuple[TargetName, str | None]:
        with open_session() as session:
            return table.target, _version(session, table)

    asked = [table for table in tables if table.kind == "table"]
    if not asked:
        return MappingProxyType({})
    with ThreadPoolExecutor(min(at_once, len(asked))) as pool:
        return MappingProxyType({target: mark for target, mark in pool.map(marked, asked) if mark is not None})


def list_schemas(session: Session, prefix: str, catalog: str) -> tuple[str, ...]:
    """Schemas whose names begin with the prefix in whatever case."""
    literal = shapes_of("databricks").text_literal
    return _names(
        session,
        f"SELECT schema_name FROM {_system(catalog)}.schemata\n"
        f"WHERE startswith(lower(schema_name), lower({literal(prefix)})) ORDER BY schema_name",
        may_be_missing=bool(catalog),
    )


def list_tables(session: Session, schema: str, catalog: str) -> tuple[str, ...]:
    """Tables and views of a schema, its name in whatever case."""
    literal = shapes_of("databricks").text_literal
    return _names(
        session,
        f"SELECT table_name FROM {_system(catalog)}.tables\n"
        f"WHERE table_schema = lower({literal(schema)}) ORDER BY table_name",
        may_be_missing=True,
    )


def _columns(session: Session, batch: Batch) -> Sequence[tuple[object, ...]]:
    literal = shapes_of("databricks").text_literal
    place = _system(batch[0].catalog)
    names = ", ".join(dict.fromkeys(f"({literal(one.schema.lower())}, {literal(one.table.lower())})" for one in batch))
    # LEFT JOIN: what is there is there, even if its columns may not be seen.
    statement = f"""SELECT t.table_schema, t.table_name, t.table_type, c.column_name, c.full_data_type, c.is_nullable
FROM {place}.tables AS t
LEFT JOIN {place}.columns AS c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE (t.table_schema, t.table_name) IN ({names})
ORDER BY t.table_schema, t.table_name, c.ordinal_position"""
    try:
        return session.query(statement).rows
    except _NOT_THERE:
        if batch[0].catalog and not _has_catalog(session, batch[0].catalog):
            return ()
        raise


def _has_catalog(session: Session, catalog: str) -> bool:
    return any(str(row[0]).lower() == catalog.lower() for row in session.query("SHOW CATALOGS").rows)


def _version(session: Session, table: ObservedTable) -> str | None:
    name = shapes_of("databricks").table(table.target)
    try:
        found = session.query(f"DESCRIBE HISTORY {name} LIMIT 1")
    except StatementCancelled:
        raise
    except (*_NOT_THERE, AuthFailed):
        return None  # Of another format, or not to be seen.
    if not found.rows:
        return None
    told = dict(zip(found.columns, found.rows[0], strict=True))
    shape = ", ".join(f"{one.name} {one.type_text}" for one in table.columns)
    return f"version {told['version']} of {told['timestamp']} of ({shape})"


def _names(session: Session, statement: str, *, may_be_missing: bool) -> tuple[str, ...]:
    try:
        return tuple(str(row[0]) for row in session.query(statement).rows)
    except _NOT_THERE:
        if may_be_missing:
            return ()
        raise


def _system(catalog: str) -> str:
    quote = shapes_of("databricks").quote
    return f"{quote(catalog)}.information_schema" if catalog else "information_schema"


def _batches(targets: Sequence[TargetName]) -> Iterator[Batch]:
    """The targets of each catalog, so many at once."""
    by_catalog: dict[str, list[TargetName]] = {}
    for target in targets:
        by_catalog.setdefault(target.catalog, []).append(target)
    for members in by_catalog.values():
        waiting = iter(members)
        while batch := tuple(islice(waiting, _AT_ONCE)):
            yield batch
