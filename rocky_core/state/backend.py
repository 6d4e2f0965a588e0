"""The little that a place to keep records must be able to do; all of the state store is written on top of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from rocky_core.errors import StateError
from rocky_core.ir.state import StateProblem

R = TypeVar("R")
T = TypeVar("T")


class Table(Struct, Generic[R], frozen=True):
    """One kind of record; a record's place is its scope and, within that, its key."""

    name: str
    record: type[R]


class Scan(Struct, frozen=True):
    """Which records of a table; all conditions hold at once. They come in the order of their first `put`."""

    scope: str | None = None
    key: str | None = None
    key_prefix: str | None = None
    newest_first: bool = False
    limit: int | None = None
    offset: int = 0  # How many to pass over; counts only together with a limit.


class Stored(Struct, Generic[R], frozen=True):
    """A record with its place."""

    scope: str
    key: str
    record: R


class Transaction(Protocol):
    """One consistent look at all tables; its changes happen together or not at all."""

    def get(self, table: Table[R], scope: str, key: str) -> R | None: ...

    def put(self, table: Table[R], scope: str, key: str, record: R) -> None:
        """Store a record; one that is there already is replaced and keeps its position."""
        ...

    def delete(self, table: Table[R], scope: str, key: str) -> bool:
        """False if there was no such record."""
        ...

    def scan(self, table: Table[R], which: Scan) -> tuple[Stored[R], ...]: ...

    def count(self, table: Table[R]) -> int: ...

    def places(self, table: Table[R], which: Scan) -> tuple[tuple[str, str], ...]:
        """Scope and key of records, without reading the records."""
        ...


class Backend(Protocol):
    """Runs functions as transactions; a function may run more than once, so it must change nothing else."""

    @property
    def location(self) -> str: ...

    @property
    def schema_version(self) -> int: ...

    @property
    def is_far_away(self) -> bool:
        """Whether asking takes so long that it is not done where time proves the answer."""
        ...

    def read(self, work: Callable[[Transaction], T]) -> T: ...

    def write(self, work: Callable[[Transaction], T], *, survives_power_cut: bool = True) -> T:
        """Run a function that changes records; what it changed survives the end of the process in any case."""
        ...

    def write_later(
        self, work: Callable[[Transaction], object], *, if_lost: Callable[[StateError], bool] | None = None
    ) -> None:
        """Run a function whose changes the next run can find out about by itself: they may be stored a moment later.

        They are stored before, or with, whatever is written or read afterwards. Where they could not be stored after
        all, `if_lost` is asked; who says yes has seen to it, otherwise the next caller hears of the error. It must not
        ask the backend anything.
        """
        ...

    def problems(self, tables: tuple[Table[object], ...]) -> tuple[StateProblem, ...]:
        """Everything that cannot be read."""
        ...

    def close(self) -> None: ...
