"""Tells whether tables have changed by what is in them: a sum over the hashes of all rows, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from rocky_core.errors import StatementCancelled, WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedTable
from rocky_core.ports.warehouse import Session

_AT_ONCE: Final = 200  # Tables in one query; DuckDB's planning grows faster than their number.


def content_markers(
    session: Session, tables: Sequence[ObservedTable], most_rows: int | None
) -> Mapping[TargetName, str]:
    """The marker of each table that can be read and hashed."""
    if most_rows is not None:
        tables = _small(session, tables, most_rows)
    found: dict[TargetName, str] = {}
    waiting = iter(tables)
    while batch := tuple(islice(waiting, _AT_ONCE)):
        found |= dict(_markers(session, batch))
    return found


def _markers(session: Session, tables: tuple[ObservedTable, ...]) -> Iterator[tuple[TargetName, str]]:
    query = " UNION ALL ".join(_contents(position, table.target) for position, table in enumerate(tables))
    try:
        rows = session.query(query).rows
    except StatementCancelled:
        raise
    except WarehouseError:
        # One that cannot be read, or not be hashed, must not take the others with it.
        if len(tables) > 1:
            for table in tables:
                yield from _markers(session, (table,))
        return
    for position, count, total, mixed in rows:
        table = tables[int(str(position))]
        shape = ", ".join(f"{column.name} {column.type_text}" for column in table.columns)
        yield table.target, f"{count} rows {total} {mixed} of ({shape})"


def _contents(position: int, target: TargetName) -> str:
    name = ".".join(
        '"' + part.replace('"', '""') + '"' for part in (target.catalog, target.schema, target.table) if part
    )
    # The alias stands for the whole row, so it must be no column's name.
    row = '"rocky whole row"'
    return f"SELECT {position}, count(*), sum(hash({row})), bit_xor(hash({row}, 1)) FROM {name} AS {row}"


def _small(session: Session, tables: Sequence[ObservedTable], most_rows: int) -> list[ObservedTable]:
    """The first tables that together have not more rows than that; views may be anything, so they are left out."""
    sizes: dict[tuple[str, str, str], int] = {}
    query = "SELECT database_name, schema_name, table_name, estimated_size FROM duckdb_tables() ORDER BY ALL"
    here = session.query("SELECT current_database(), current_schema()").rows[0]
    for catalog, schema, table, size in session.query(query).rows:
        sizes[str(catalog).lower(), str(schema).lower(), str(table).lower()] = int(str(size or 0))
    kept: list[ObservedTable] = []
    total = 0
    for observed in tables:
        catalog, schema, table = observed.target.folded()
        size = sizes.get((catalog or str(here[0]).lower(), schema or str(here[1]).lower(), table))
        if size is not None and total + size <= most_rows:
            total += size
            kept.append(observed)
    return kept
