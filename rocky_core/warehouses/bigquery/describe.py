"""What BigQuery says of tables: their columns from INFORMATION_SCHEMA, when they were changed, and what there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, islice
from types import MappingProxyType
from typing import Final

from google.cloud import bigquery

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import AuthFailed, ObjectNotFound, QueryRejected
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import Row, Session
from rocky_core.warehouses.bigquery.asking import NO_RETRY, ask
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS
from rocky_core.warehouses.bigquery.service import Service

_AT_ONCE: Final = 500  # Tables in one query.
_PAGE: Final = 1000
_KINDS: Final = {"VIEW": "view", "MATERIALIZED VIEW": "materialized_view"}
_DATASET: Final = re.compile(r"\w{1,1024}", re.ASCII)

Batch = Sequence[TargetName]


def describe(
    session: Session, service: Service, targets: Iterable[TargetName]
) -> Mapping[TargetName, ObservedTable | None]:
    """All of them, in one query for each project; none of a dataset that is not there."""
    wanted = tuple(dict.fromkeys(targets))
    found: dict[TargetName, ObservedTable | None] = dict.fromkeys(wanted)
    parse_type = cache(dialect_named("bigquery").parse_type)  # Most columns share a few types.
    for batch in _batches(wanted, service):
        for target, lines in groupby(_rows(session, service, batch, _columns_of), key=lambda row: (row[0], row[1])):
            rows = tuple(lines)
            columns = tuple(
                ObservedColumn(str(row[3]), str(row[4]), parse_type(str(row[4])), nullable=row[5] != "NO")
                for row in rows
                if row[3] is not None
            )
            kind = _KINDS.get(str(rows[0][2]), "table")
            for name in batch:
                if (name.schema, name.table) == target:
                    found[name] = ObservedTable(name, columns, kind)
    return MappingProxyType(found)


def content_markers(session: Session, service: Service, tables: Sequence[ObservedTable]) -> Mapping[TargetName, str]:
    """When each table was last changed, with its shape; none of a view, which changes when others do."""
    shapes = {table.target: ", ".join(f"{one.name} {one.type_text}" for one in table.columns) for table in tables}
    found: dict[TargetName, str] = {}
    for batch in _batches(tuple(shapes), service):
        told = {(row[0], row[1]): row[2:] for row in _rows(session, service, batch, _changes_of)}
        for target in batch:
            row = told.get((target.schema, target.table))
            if row is not None:
                created, changed, rows, size = row
                found[target] = f"created {created} changed {changed} {rows} rows {size} bytes of ({shapes[target]})"
    return MappingProxyType(found)


def list_schemas(service: Service, prefix: str, catalog: str) -> tuple[str, ...]:
    """Datasets whose names begin with the prefix in whatever case."""
    project = catalog or service.settings.project
    try:
        names = _datasets(service, project)
    except (ObjectNotFound, QueryRejected):
        if catalog:
            return ()
        raise
    return tuple(name for name in names if name.lower().startswith(prefix.lower()))


def list_tables(service: Service, schema: str, catalog: str) -> tuple[str, ...]:
    """Tables and views of a dataset."""
    if _DATASET.fullmatch(schema) is None:
        return ()
    dataset = bigquery.DatasetReference(catalog or service.settings.project, schema)

    def listed() -> tuple[str, ...]:
        found = service.client().list_tables(dataset, page_size=_PAGE, retry=NO_RETRY, timeout=REQUEST_SECONDS)
        return tuple(sorted(str(table.table_id) for table in found))

    try:
        return ask(listed, service.settings.retry)
    except ObjectNotFound:
        return ()


def _datasets(service: Service, project: str) -> tuple[str, ...]:
    def listed() -> tuple[str, ...]:
        found = service.client().list_datasets(project, page_size=_PAGE, retry=NO_RETRY, timeout=REQUEST_SECONDS)
        return tuple(sorted(str(dataset.dataset_id) for dataset in found))

    return ask(listed, service.settings.retry)


def _rows(
    session: Session, service: Service, batch: Batch, question: Callable[[str, str, Batch], str]
) -> tuple[Row, ...]:
    """The answer of all datasets in one query; those that are not there are left out after a look at what is."""
    by_schema: dict[str, list[TargetName]] = {}
    for target in batch:
        by_schema.setdefault(target.schema, []).append(target)
    project = batch[0].catalog or service.settings.project

    def asked(schemas: Iterable[str]) -> tuple[Row, ...]:
        parts = [question(project, schema, by_schema[schema]) for schema in schemas]
        return session.query("\nUNION ALL\n".join(parts)).rows if parts else ()

    named = [schema for schema in by_schema if _DATASET.fullmatch(schema)]
    try:
        return _in_order(asked(named))
    except (ObjectNotFound, AuthFailed):
        # Of a dataset that is not there BigQuery says either, by what we may see.
        there = set(_datasets(service, project))
        if there.issuperset(named):
            raise
        return _in_order(asked([schema for schema in named if schema in there]))


def _in_order(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (str(row[0]), str(row[1]), int(str(row[-1] or 0)))))


def _columns_of(project: str, schema: str, batch: Batch) -> str:
    place = f"{_quoted(project, schema)}.INFORMATION_SCHEMA"
    # LEFT JOIN: what is there is there, even if its columns may not be seen. Hidden are those of partitions by time
    # of arrival, which no `SELECT *` yields.
    return f"""SELECT t.table_schema, t.table_name, t.table_type, c.column_name, c.data_type, c.is_nullable,
    c.ordinal_position
FROM {place}.TABLES AS t
LEFT JOIN {place}.COLUMNS AS c ON c.table_name = t.table_name AND c.is_hidden = 'NO'
WHERE t.table_name IN ({_listed(batch)})"""


def _changes_of(project: str, schema: str, batch: Batch) -> str:
    return f"""SELECT dataset_id, table_id, creation_time, last_modified_time, row_count, size_bytes
FROM {_quoted(project, schema)}.__TABLES__
WHERE type = 1 AND table_id IN ({_listed(batch)})"""


def _listed(batch: Batch) -> str:
    literal = shapes_of("bigquery").text_literal
    return ", ".join(dict.fromkeys(literal(target.table) for target in batch))


def _quoted(*parts: str) -> str:
    return ".".join(map(shapes_of("bigquery").quote, parts))


def _batches(targets: Sequence[TargetName], service: Service) -> Iterator[tuple[TargetName, ...]]:
    """The targets of each project, so many at once."""
    by_project: dict[str, list[TargetName]] = {}
    for target in targets:
        by_project.setdefault(target.catalog or service.settings.project, []).append(target)
    for members in by_project.values():
        waiting = iter(members)
        while batch := tuple(islice(waiting, _AT_ONCE)):
            yield batch
