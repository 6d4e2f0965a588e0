"""What the engine asks of a warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable


@dataclass(frozen=True, slots=True)
class StatementResult:
    """What a statement did, as far as the warehouse says."""

    rows_affected: int | None = None
    bytes_scanned: int | None = None
    job_id: str | None = None


Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A small result: checks and samples, never a whole table."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Session(Protocol):
    """One worker's line to the warehouse; used by one thread at a time."""

    def execute(self, statement: str) -> StatementResult:
        """Run one statement for its effect, but none that begins or ends a transaction. Raises a WarehouseError."""
        ...

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Run one query and give its first rows, or all of them. Raises a WarehouseError of the right kind."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside happens, or nothing: commits at the end, rolls back on any exception.

        A statement that failed spoils the whole, even if its exception was caught. Transactions do not nest.
        """
        ...


class Warehouse(Protocol):
    """A connected warehouse, shared by all workers of a process."""

    @property
    def dialect_name(self) -> str: ...

    @property
    def max_concurrency(self) -> int:
        """How many sessions may work at once."""
        ...

    def session(self, *, timeout_seconds: float | None = None) -> AbstractContextManager[Session]:
        """A line of one's own, closed at the end; each of its statements may take so long, or as long as configured."""
        ...

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        """What each of these tables looks like now, in as few round trips as possible; None if it is not there."""
        ...

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        """What a query would yield, without running it. Raises a WarehouseError."""
        ...

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        """A text for each of these tables that is the same as long as its shape and its rows are, in whatever order.

        A table of which that cannot be said is missing, and so is one with more rows than `most_rows`.
        """
        ...

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> Sequence[str]:
        """The schemas whose names begin so, in order; of the connection's own catalog if none is named."""
        ...

    def list_tables(self, schema: str, *, catalog: str = "") -> Sequence[str]:
        """The tables and views of a schema, in order; none for a schema that is not there."""
        ...

    def cancel(self) -> None:
        """Stop every statement that runs; each of them raises StatementCancelled in its thread."""
        ...

    def ping(self) -> None:
        """Prove that statements can be run. Raises a WarehouseError."""
        ...

    def close(self) -> None: ...
