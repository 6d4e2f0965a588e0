"""What is said of a record that cannot be read, wherever it is kept."""

from __future__ import annotations

from typing import Final

from rocky_core.errors import StateCorrupted

RESTORE_HINT: Final = "put a backup in its place with `rocky state restore --from PATH`"


class RecordCorrupted(StateCorrupted):
    """One record cannot be read; those around it can."""


def record_corrupted(location: str, table: str, scope: str, key: str, reason: object) -> RecordCorrupted:
    """The error for one unreadable record."""
    told = corrupted(location, table, f"record {spell_place(scope, key)}: {reason}")
    return RecordCorrupted(str(told), table=table)


def corrupted(location: str, table: str | None, reason: str) -> StateCorrupted:
    """The error for something unreadable, naming the table where it is known."""
    where = location if table is None else f"table '{table}' of {location}"
    return StateCorrupted(f"state file corrupted: {where}: {reason}; {RESTORE_HINT}", table=table)


def spell_place(scope: str, key: str) -> str:
    """A record's place, in words."""
    return f"'{key}'" if scope == "" else f"'{key}' of '{scope}'"
