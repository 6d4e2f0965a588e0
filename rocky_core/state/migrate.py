"""Brings a state file to the version that this package writes, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from msgspec import Struct

from rocky_core.errors import StateTooNew

APPLICATION_ID: Final = 0x524F434B  # "ROCK": tells our file from other programs' databases.


class Migration(Struct, frozen=True):
    """The step to one version from the one before."""

    version: int
    name: str
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """All steps, in order; their file names begin with the version."""
    files = resources.files("rocky_core.state.migrations").iterdir()
    named = sorted((file.name, file) for file in files if file.name.endswith(".sql"))
    return tuple(Migration(int(name[:4]), name, file.read_text(encoding="utf-8")) for name, file in named)


def supported_version() -> int:
    """The version that this package writes."""
    return migrations()[-1].version


def migrate(connection: sqlite3.Connection, path: str, steps: tuple[Migration, ...]) -> None:
    """Apply the steps that the file lacks. Raises StateTooNew."""
    if stored_version(connection) == steps[-1].version:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another process may have migrated while this one waited for its turn.
        version = stored_version(connection)
        _refuse_newer(path, version, steps[-1].version)
        for step in steps:
            if step.version > version:
                for statement in _statements(step.sql):
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {steps[-1].version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def stored_version(connection: sqlite3.Connection) -> int:
    """The version of the file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def too_new(path: str, version: int, supported: int) -> StateTooNew:
    """The error for a file of a later version, with what can be done."""
    return StateTooNew(
        f"state file {path} has version {version}, this installation reads up to {supported}: upgrade dagster-rocky, "
        'or set [state] on_schema_mismatch = "recreate" to move the file aside and start with an empty one'
    )


def _refuse_newer(path: str, version: int, supported: int) -> None:
    if version > supported:
        raise too_new(path, version, supported)


def _statements(sql: str) -> Iterator[str]:
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
