"""Statements that keep every version of a table's rows: when each began to hold, and when it ceased."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.names import TargetName

VALID_FROM = "valid_from"
VALID_TO = "valid_to"  # NULL while the version holds.


class Versions(Struct, frozen=True):
    """A source, the table of its versions, and the source's columns by their stored names."""

    shapes: StatementShapes
    source: TargetName
    target: TargetName
    columns: tuple[str, ...]
    unique_key: tuple[str, ...]
    updated_at: str
    instant: str  # What the warehouse calls the present.


def first_versions(versions: Versions) -> str:
    """Create the table with what the source holds now."""
    return f"CREATE TABLE {versions.shapes.table(versions.target)} AS\n{_current(versions, 's')}"


def guard_keys(versions: Versions, raise_error: str) -> str:
    """Fail unless every row of the source has a key of its own."""
    shapes, keys = versions.shapes, _list(versions.unique_key, versions.shapes)
    message = shapes.text_literal(
        f"a key ({', '.join(versions.unique_key)}) of {versions.source} is NULL or not unique"
    )
    missing = " OR ".join(f"{shapes.quote(key)} IS NULL" for key in versions.unique_key)
    return (
        f"SELECT CASE WHEN COUNT(*) > 0 THEN {raise_error.format(message=message)} END\n"
        f"FROM (\nSELECT {keys} FROM {shapes.table(versions.source)}\n"
        f"GROUP BY {keys} HAVING COUNT(*) > 1 OR {missing}\n) AS _rocky_wrong"
    )


def close_changed(versions: Versions) -> str:
    """End the versions whose row has another timestamp now."""
    shapes = versions.shapes
    changed = shapes.quote(versions.updated_at)
    return (
        f"UPDATE {shapes.table(versions.target)} AS t SET {_own(shapes, VALID_TO)} = {versions.instant}\n"
        f"FROM {shapes.table(versions.source)} AS s\n"
        f"WHERE t.{_own(shapes, VALID_TO)} IS NULL AND {_same_key(versions)} "
        f"AND t.{changed} IS DISTINCT FROM s.{changed}"
    )


def close_deleted(versions: Versions) -> str:
    """End the versions whose row is gone."""
    shapes = versions.shapes
    return (
        f"UPDATE {shapes.table(versions.target)} AS t SET {_own(shapes, VALID_TO)} = {versions.instant}\n"
        f"WHERE t.{_own(shapes, VALID_TO)} IS NULL AND NOT EXISTS "
        f"(SELECT 1 FROM {shapes.table(versions.source)} AS s WHERE {_same_key(versions)})"
    )


def open_new(versions: Versions) -> str:
    """Begin a version for every row that has none."""
    shapes = versions.shapes
    names = _written(versions)
    return (
        f"INSERT INTO {shapes.table(versions.target)} ({names})\n{_current(versions, 's')}\n"
        f"WHERE NOT EXISTS (SELECT 1 FROM {shapes.table(versions.target)} AS t "
        f"WHERE t.{_own(shapes, VALID_TO)} IS NULL AND {_same_key(versions)})"
    )


def merge_versions(versions: Versions, *, closes_deleted: bool) -> str:
    """All of it in one statement, which has one instant: rows that end a version match it, rows that begin one nothing.

    Joins instead of correlated subqueries, which not every warehouse takes.
    """
    shapes, instant = versions.shapes, versions.instant
    source, target = shapes.table(versions.source), shapes.table(versions.target)
    valid_to, changed = _own(shapes, VALID_TO), shapes.quote(versions.updated_at)
    key = shapes.quote(versions.unique_key[0])
    from_source = ", ".join(f"s.{shapes.quote(column)}" for column in versions.columns)
    from_target = ", ".join(f"t.{shapes.quote(column)}" for column in versions.columns)
    joined = f"FROM {source} AS s\nLEFT JOIN {target} AS t ON t.{valid_to} IS NULL AND {_same_key(versions)}"
    is_other = f"t.{changed} IS DISTINCT FROM s.{changed}"
    parts = [
        f"SELECT TRUE AS _rocky_begins, {from_source}\n{joined}\nWHERE t.{key} IS NULL OR {is_other}",
        f"SELECT FALSE, {from_source}\n{joined}\nWHERE t.{key} IS NOT NULL AND {is_other}",
    ]
    if closes_deleted:
        gone = f"FROM {target} AS t\nLEFT JOIN {source} AS s ON {_same_key(versions)}"
        parts.append(f"SELECT FALSE, {from_target}\n{gone}\nWHERE t.{valid_to} IS NULL AND s.{key} IS NULL")
    names = _written(versions)
    return "\n".join(
        (
            f"MERGE INTO {target} AS t",
            "USING (",
            "\nUNION ALL\n".join(parts),
            ") AS s",
            f"ON NOT s._rocky_begins AND t.{valid_to} IS NULL AND {_same_key(versions)}",
            f"WHEN MATCHED THEN UPDATE SET {valid_to} = {instant}",
            f"WHEN NOT MATCHED AND s._rocky_begins THEN INSERT ({names}) VALUES ({from_source}, {instant}, NULL)",
        )
    )


def _current(versions: Versions, alias: str) -> str:
    shapes = versions.shapes
    columns = ", ".join(f"{alias}.{shapes.quote(column)}" for column in versions.columns)
    return (
        f"SELECT {columns}, {versions.instant} AS {_own(shapes, VALID_FROM)}, "
        f"CAST(NULL AS TIMESTAMP) AS {_own(shapes, VALID_TO)}\nFROM {shapes.table(versions.source)} AS {alias}"
    )


def _written(versions: Versions) -> str:
    """The columns that a new version fills."""
    shapes = versions.shapes
    own = (_own(shapes, VALID_FROM), _own(shapes, VALID_TO))
    return ", ".join((*(shapes.quote(column) for column in versions.columns), *own))


def _own(shapes: StatementShapes, name: str) -> str:
    return shapes.quote(shapes.configured(name))


def _same_key(versions: Versions) -> str:
    names = (versions.shapes.quote(key) for key in versions.unique_key)
    return " AND ".join(f"t.{name} = s.{name}" for name in names)


def _list(names: Sequence[str], shapes: StatementShapes) -> str:
    return ", ".join(shapes.quote(name) for name in names)
