"""Records in Redis or Valkey: every transaction is one script that proves what it read and makes all changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final, TypeVar, cast

import redis

from rocky_core.errors import StateError, StateLocked
from rocky_core.ir.state import StateProblem
from rocky_core.ports.clock import Clock
from rocky_core.state.backend import Scan, Table, Transaction
from rocky_core.state.patience import PatientCaller
from rocky_core.state.redis_errors import judge
from rocky_core.state.redis_scripts import COMMIT, READ
from rocky_core.state.remote_format import FORMAT, require_our_format
from rocky_core.state.staged_transaction import Place, RawRecord, StagedTransaction, unreadable

T = TypeVar("T")

SEPARATOR: Final = "\x1f"
_REMEMBERED_SECONDS: Final = 600  # So long a commit whose answer was lost may be asked about.
_MOST_RACES_LOST: Final = 200
_MOST_CACHED: Final = 20_000
_EMPTY: Final = "0"  # The version of a scope that holds nothing, and of no other.


@dataclass(frozen=True, slots=True)
class RedisPlace:
    """Where in a Redis the records of one namespace are, and what must never be shown."""

    prefix: str
    namespace: str
    location: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def base(self) -> str:
        """What every key begins with; the braces keep all keys on one node of a cluster."""
        return f"{self.prefix}{{{self.namespace}}}:"


class RedisBackend:
    """One namespace of records; used by all threads of a process over one pool of connections."""

    def __init__(self, client: redis.Redis, place: RedisPlace, caller: PatientCaller, clock: Clock) -> None:
        self._client = client
        self._place = place
        self._caller = caller
        self._clock = clock
        self._read_script = client.register_script(READ)
        self._commit_script = client.register_script(COMMIT)
        self._known: dict[Place, str | None] = {}  # What the next write may build on; each commit proves it.
        self._usually_empty: set[str] = set()  # Tables in which the last scope that was asked for held nothing.
        self._turn = Lock()
        self.round_trips = 0

    @property
    def location(self) -> str:
        return self._place.location

    @property
    def is_far_away(self) -> bool:
        return False

    @property
    def schema_version(self) -> int:
        stored = self._ask(lambda: self._client.hget(f"{self._place.base}meta", "format"))
        return FORMAT if stored is None else int(cast("str", stored))

    def server_now(self) -> datetime:
        """What time it is for the server, which is one time for all who write."""
        seconds, microseconds = cast("tuple[int, int]", self._ask(self._client.time))
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on one consistent state; what it read is proven where it asked more than once."""
        for races in range(_MOST_RACES_LOST):
            reader = _Reader(self)
            answer = work(StagedTransaction(reader, self.location))
            if reader.asked <= 1 or self._commit(reader, {}, ""):
                return answer
            self._step_back(races)
        raise self._busy()

    def write(self, work: Callable[[Transaction], T], *, survives_power_cut: bool = True) -> T:
        """Run a function that changes records, again and again until nobody else was faster."""
        del survives_power_cut  # Redis stores as its own configuration says; nothing here makes it do less.
        for races in range(_MOST_RACES_LOST):
            with self._turn:
                reader = _Reader(self, dict(self._known), set(self._usually_empty)) if races == 0 else _Reader(self)
            transaction = StagedTransaction(reader, self.location)
            try:
                answer = work(transaction)
            except StateError:
                # What it objects to may be what was remembered, not what is there.
                if reader.has_guessed and not self._commit(reader, {}, ""):
                    self._forget(reader.records)
                    continue
                raise
            if self._commit(reader, transaction.changes, secrets.token_hex(12)):
                self._remember({**reader.records, **transaction.changes})
                return answer
            self._forget(reader.records)
            self._step_back(races)
        raise self._busy()

    def write_later(
        self, work: Callable[[Transaction], object], *, if_lost: Callable[[StateError], bool] | None = None
    ) -> None:
        """The same; `GatheredWrites` puts many of these together."""
        del if_lost  # The answer comes after the commit.
        self.write(work)

    def problems(self, tables: tuple[Table[object], ...]) -> tuple[StateProblem, ...]:
        """Read every record of every table."""
        return tuple(problem for table in tables for problem in unreadable(table, self.fetch(table.name, Scan())[1]))

    def close(self) -> None:
        self._client.close()
        self._client.connection_pool.disconnect()  # The client leaves a pool that it was given as it is.

    def fetch(self, table: str, which: Scan, *, with_records: bool = True) -> tuple[str, tuple[RawRecord, ...]]:
        """The version of the group that the scan looks at, and what it finds there, as of one moment."""
        mode = "all" if which.key is None and which.key_prefix is None else "key" if which.key is not None else "prefix"
        arguments = (
            self._place.base,
            table,
            which.scope or "",
            int(which.scope is not None),
            (which.key if which.key is not None else which.key_prefix) or "",
            mode,
            int(which.newest_first),
            -1 if which.limit is None else which.limit,
            which.offset,
            int(with_records),
        )
        version, *flat = cast("list[str]", self._run(self._read_script, arguments))
        width = 2 if with_records else 1
        members = (flat[at].split(SEPARATOR, 1) for at in range(0, len(flat), width))
        texts = flat[1::2] if with_records else [""] * len(flat)
        return version, tuple(RawRecord(scope, key, text) for (scope, key), text in zip(members, texts, strict=True))

    def get(self, place: Place) -> str | None:
        """One record's text."""
        name = f"{self._place.base}r:{place.table}"
        return cast("str | None", self._ask(lambda: self._client.hget(name, _member(place.scope, place.key))))

    def count(self, table: str) -> int:
        """How many records a table has."""
        return cast("int", self._ask(lambda: self._client.hlen(f"{self._place.base}r:{table}")))

    def _commit(self, reader: _Reader, changes: dict[Place, str | None], commit: str) -> bool:
        """Prove what was read and make the changes; False if something has changed since it was read."""
        read = [
            part
            for place, text in reader.records.items()
            for part in (place.table, _member(place.scope, place.key), int(text is not None), text or "")
        ]
        groups = [part for group, version in reader.groups.items() for part in (group, version)]
        written = [
            part
            for place, text in changes.items()
            for part in (place.table, _checked(place.scope), _checked(place.key), int(text is not None), text or "")
        ]
        counts = (len(reader.records), len(reader.groups), len(changes))
        head = (self._place.base, FORMAT, commit, _REMEMBERED_SECONDS, *counts)
        answer = cast("str", self._run(self._commit_script, (*head, *read, *groups, *written)))
        if answer.startswith("format:"):
            require_our_format(answer.removeprefix("format:"), self.location)
        return answer == "done"

    def _run(self, script: Any, arguments: Iterable[object]) -> object:
        given = list(arguments)
        return self._ask(lambda: script(keys=[f"{self._place.base}meta"], args=given))

    def _ask(self, ask: Callable[[], object]) -> object:
        self.round_trips += 1
        return self._caller.call(ask, lambda error: judge(error, self.location, self._place.secrets))

    def _remember(self, records: dict[Place, str | None]) -> None:
        with self._turn:
            if len(self._known) + len(records) > _MOST_CACHED:
                self._known.clear()
            self._known.update(records)

    def note(self, table: str, *, is_empty: bool) -> None:
        """What a scope of a table held; the next one is guessed to be like it."""
        with self._turn:
            (self._usually_empty.add if is_empty else self._usually_empty.discard)(table)

    def _forget(self, places: Iterable[Place]) -> None:
        with self._turn:
            for place in places:
                self._known.pop(place, None)

    def _step_back(self, races: int) -> None:
        """Wait a moment, longer each time, so that those who race do not meet again."""
        most = min(0.002 * 2 ** min(races, 7), 0.25)
        self._clock.sleep(secrets.randbelow(1000) / 1000 * most)

    def _busy(self) -> StateLocked:
        return StateLocked(f"state file locked: too many others are writing to {self.location}")


class _Reader:
    """The reads of one transaction, and what each of them saw."""

    def __init__(
        self, backend: RedisBackend, known: dict[Place, str | None] | None = None, empty: set[str] | None = None
    ) -> None:
        self._backend = backend
        self._known = known or {}
        self._usually_empty = empty  # None where nothing is to be guessed.
        self.records: dict[Place, str | None] = {}
        self.groups: dict[str, str] = {}
        self.asked = 0
        self.has_guessed = False

    def get(self, place: Place) -> str | None:
        if place in self.records:
            return self.records[place]
        if place in self._known:
            self.has_guessed = True
            text = self._known[place]
        else:
            self.asked += 1
            text = self._backend.get(place)
        self.records[place] = text
        return text

    def scan(self, table: str, which: Scan) -> tuple[RawRecord, ...]:
        return self._fetch(table, which, with_records=True)

    def places(self, table: str, which: Scan) -> tuple[tuple[str, str], ...]:
        return tuple((found.scope, found.key) for found in self._fetch(table, which, with_records=False))

    def count(self, table: str) -> int:
        self.asked += 1
        return self._backend.count(table)

    def _fetch(self, table: str, which: Scan, *, with_records: bool) -> tuple[RawRecord, ...]:
        group = table if which.scope is None else f"{table}{SEPARATOR}{which.scope}"
        is_whole_scope = which.scope is not None and which.key is None and which.key_prefix is None
        if is_whole_scope and self._usually_empty is not None and table in self._usually_empty:
            self.has_guessed = True
            self.groups.setdefault(group, _EMPTY)
            return ()
        self.asked += 1
        version, found = self._backend.fetch(table, which, with_records=with_records)
        if is_whole_scope:
            self._backend.note(table, is_empty=version == _EMPTY)
            if self._usually_empty is not None and version == _EMPTY:
                self._usually_empty.add(table)
        self.groups.setdefault(group, version)  # If it has changed between two reads, the first is what fails.
        return found


def _member(scope: str, key: str) -> str:
    return f"{_checked(scope)}{SEPARATOR}{_checked(key)}"


def _checked(name: str) -> str:
    if SEPARATOR in name:
        raise StateError(f"{name!r} cannot be kept: it holds the character that separates names")
    return name
