"""Which table may start next: dependencies first, partitions of one table one after the other."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from enum import Enum, auto
from itertools import pairwise

from msgspec import Struct

from rocky_core.ir.plan import PlannedTable


class _State(Enum):
    WAITING = auto()
    STARTED = auto()
    ENDED = auto()


class Blocked(Struct, frozen=True):
    """A table that will not be tried: `failed` is what went wrong, `through` what it reads directly."""

    index: int
    failed: str
    through: str


class Schedule:
    """The tables of a plan by index, and how far each has come; used by one thread."""

    def __init__(self, tables: Sequence[PlannedTable]) -> None:
        self._tables = tables
        self._members: dict[str, list[int]] = {}
        for index, table in enumerate(tables):
            self._members.setdefault(table.name, []).append(index)
        self._readers: dict[str, list[str]] = {}
        self._unfinished = {name: len(members) for name, members in self._members.items()}
        self._waits_for: dict[str, int] = {}
        for name, members in self._members.items():
            reads = {up for index in members for up in tables[index].depends_on if up in self._members and up != name}
            self._waits_for[name] = len(reads)
            for up in reads:
                self._readers.setdefault(up, []).append(name)
        self._states = [_State.WAITING] * len(tables)
        self._open = len(tables)
        self._next_member: dict[int, int] = {}
        for members in self._members.values():
            self._next_member.update(pairwise(members))
        self._withheld: set[str] = set()  # Names that failed or are blocked.
        self._ready: list[int] = []
        for name, count in self._waits_for.items():
            if count == 0:
                heapq.heappush(self._ready, self._members[name][0])

    @property
    def is_done(self) -> bool:
        return self._open == 0

    def start_next(self) -> int | None:
        """The first table in the plan's order that may start now; it counts as started."""
        while self._ready:
            index = heapq.heappop(self._ready)
            if self._states[index] is _State.WAITING:
                self._states[index] = _State.STARTED
                return index
        return None

    def succeed(self, index: int) -> None:
        """The table is written; its readers may follow when all its partitions are."""
        name = self._end(index)
        if self._unfinished[name] == 0 and name not in self._withheld:
            for reader in self._readers.get(name, ()):
                self._waits_for[reader] -= 1
                if self._waits_for[reader] == 0 and reader not in self._withheld:
                    heapq.heappush(self._ready, self._members[reader][0])

    def fail(self, index: int) -> tuple[Blocked, ...]:
        """The table is not written; whatever reads it, directly or not, is blocked from here on."""
        failed = self._end(index)
        self._withheld.add(failed)
        blocked = []
        names = [failed]
        for through in names:
            for reader in self._readers.get(through, ()):
                if reader in self._withheld:
                    continue
                self._withheld.add(reader)
                names.append(reader)
                for member in self._members[reader]:
                    if self._states[member] is _State.WAITING:  # Else the run was stopped, and it is withdrawn.
                        self._close(member)
                        blocked.append(Blocked(member, failed, through))
        return tuple(sorted(blocked, key=lambda one: one.index))

    def withdraw(self) -> tuple[int, ...]:
        """Give up everything that has not started."""
        given_up = tuple(index for index, state in enumerate(self._states) if state is _State.WAITING)
        for index in given_up:
            self._close(index)
        return given_up

    def _end(self, index: int) -> str:
        self._close(index)
        name = self._tables[index].name
        self._unfinished[name] -= 1
        if index in self._next_member:  # A partition that failed does not keep its siblings from being tried.
            heapq.heappush(self._ready, self._next_member[index])
        return name

    def _close(self, index: int) -> None:
        self._states[index] = _State.ENDED
        self._open -= 1
