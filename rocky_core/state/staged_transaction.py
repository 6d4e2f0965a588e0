"""A transaction that is written down first: reads are noted with what they saw, changes wait for one commit.

For stores that cannot hold a transaction open. The commit proves that everything that was read is still so, and then
makes all changes at once; where it is not, the work is run again on what is there now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from msgspec import Struct

from rocky_core.ir.state import StateProblem
from rocky_core.state.backend import Scan, Stored, Table
from rocky_core.state.codec import RecordUnreadable, decode_record, encode_record
from rocky_core.state.corruption import record_corrupted, spell_place

R = TypeVar("R")


class Place(Struct, frozen=True):
    """Where a record is kept."""

    table: str
    scope: str
    key: str


class RawRecord(Struct, frozen=True):
    """A record as it is stored, with its place."""

    scope: str
    key: str
    text: str


class RawReader(Protocol):
    """Reads stored texts, and remembers what it has told."""

    def get(self, place: Place) -> str | None: ...

    def scan(self, table: str, which: Scan) -> tuple[RawRecord, ...]:
        """In the order of their first put."""
        ...

    def places(self, table: str, which: Scan) -> tuple[tuple[str, str], ...]: ...

    def count(self, table: str) -> int: ...


class StagedTransaction:
    """Implements `backend.Transaction` over a reader; `changes` is what is to be committed, None for a deletion."""

    def __init__(self, reader: RawReader, location: str) -> None:
        self._reader = reader
        self._location = location
        self.changes: dict[Place, str | None] = {}
        self._changed_tables: set[str] = set()

    def get(self, table: Table[R], scope: str, key: str) -> R | None:
        text = self._text(Place(table.name, scope, key))
        return None if text is None else self._decode(table, RawRecord(scope, key, text))

    def put(self, table: Table[R], scope: str, key: str, record: R) -> None:
        self.changes[Place(table.name, scope, key)] = encode_record(record)
        self._changed_tables.add(table.name)

    def delete(self, table: Table[R], scope: str, key: str) -> bool:
        place = Place(table.name, scope, key)
        was_there = self._text(place) is not None
        if was_there:
            self.changes[place] = None
            self._changed_tables.add(table.name)
        return was_there

    def scan(self, table: Table[R], which: Scan) -> tuple[Stored[R], ...]:
        return tuple(
            Stored(found.scope, found.key, self._decode(table, found)) for found in self._raw(table.name, which)
        )

    def count(self, table: Table[R]) -> int:
        if self._changed_in(table.name):
            return len(self._raw(table.name, Scan()))
        return self._reader.count(table.name)

    def places(self, table: Table[R], which: Scan) -> tuple[tuple[str, str], ...]:
        if self._changed_in(table.name):
            return tuple((found.scope, found.key) for found in self._raw(table.name, which))
        return self._reader.places(table.name, which)

    def _text(self, place: Place) -> str | None:
        return self.changes[place] if place in self.changes else self._reader.get(place)

    def _changed_in(self, table: str) -> bool:
        return table in self._changed_tables

    def _raw(self, table: str, which: Scan) -> tuple[RawRecord, ...]:
        if not self._changed_in(table):
            return self._reader.scan(table, which)
        # A window on changed records is only known once all of them are, so it is cut out here.
        everything = Scan(which.scope, which.key, which.key_prefix)
        found = {(one.scope, one.key): one for one in self._reader.scan(table, everything)}
        for place, text in self.changes.items():
            if place.table != table or not _is_meant(place, which):
                continue
            if text is None:
                found.pop((place.scope, place.key), None)
            else:
                found[place.scope, place.key] = RawRecord(place.scope, place.key, text)
        return windowed(found.values(), which)

    def _decode(self, table: Table[R], found: RawRecord) -> R:
        try:
            return decode_record(table.record, found.text)
        except RecordUnreadable as error:
            raise record_corrupted(self._location, table.name, found.scope, found.key, error) from error


def windowed(found: Iterable[RawRecord], which: Scan) -> tuple[RawRecord, ...]:
    """What of all matching records, oldest first, the scan asks for."""
    ordered = tuple(found)
    if which.newest_first:
        ordered = ordered[::-1]
    return ordered if which.limit is None else ordered[which.offset : which.offset + which.limit]


def unreadable(table: Table[R], records: Iterable[RawRecord]) -> Iterator[StateProblem]:
    """The records that do not have the table's shape."""
    for raw in records:
        try:
            decode_record(table.record, raw.text)
        except RecordUnreadable as error:
            yield StateProblem(table.name, f"record {spell_place(raw.scope, raw.key)}: {error}")


def _is_meant(place: Place, which: Scan) -> bool:
    return (
        which.scope in {None, place.scope}
        and which.key in {None, place.key}
        and (which.key_prefix is None or place.key.startswith(which.key_prefix))
    )
