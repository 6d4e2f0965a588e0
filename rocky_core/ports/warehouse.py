"""What the engine asks of a warehouse.

What an adapter raises says what became of the statement. An error that is `in_doubt` means that nobody can tell, and
a ConnectionFailed is, unless it is made as `never_sent`; any other WarehouseError means that the statement has changed
nothing. An adapter whose line breaks under a statement, or whose patience ends, therefore asks the warehouse what
became of it before it raises: what has happened is returned as if nothing had been amiss, what still runs is cancelled,
and only what cannot be found out is in doubt. Nothing that writes is sent a second time by an adapter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol, runtime_checkable

from msgspec import Struct

from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable


class Transactions(StrEnum):
    """What `Session.transaction` holds together."""

    NONE = "none"  # Nothing: it may not be called, and every statement is a transaction of its own.
    ROWS = "rows"  # INSERT, UPDATE, DELETE and MERGE; whatever creates, alters or drops is refused inside.
    ALL = "all"


class Markers(StrEnum):
    """What the texts of `Warehouse.content_markers` are made of."""

    CONTENT = "content"  # The rows themselves: the same rows give the same text, however often they are written.
    VERSION = "version"  # What the warehouse counts: every write gives another text, also one that changes nothing.


class Capabilities(Struct, frozen=True):
    """What an adapter does, as data; there are no defaults."""

    transactions: Transactions
    markers: Markers
    tags_statements: bool  # The warehouse's own history shows which run and table a statement belongs to.
    asks_after_statements: bool  # What became of a statement can be found out after the line to it has broken.
    reports_costs: bool  # Bytes, or the warehouse's own unit, of single statements.
    keeps_time: bool  # A statement that runs longer than it may is stopped.
    guesses_rows: bool  # Of a query that is not run: how many rows it will yield.
    guesses_bytes: bool  # And how many bytes it will scan.


class AuthLink(Struct, frozen=True):
    """One way to prove who we are, and whether it is the one that is used, or why not; never with a secret."""

    name: str
    is_used: bool
    reason: str


class StatementTag(Struct, frozen=True):
    """For whom a statement is run."""

    run_id: str
    pipeline: str = ""
    table: str = ""  # The model's name, or the table's for a copy.


class StatementCost(Struct, frozen=True):
    """What statements have cost, as far as the warehouse says."""

    bytes_scanned: int | None = None
    bytes_billed: int | None = None
    credits: float | None = None  # In the warehouse's own unit: credits, DBU.


class QueryEstimate(Struct, frozen=True):
    """What a warehouse expects of a query: how it would run it, in its own words, and its guesses."""

    explained: str
    rows: int | None = None
    bytes_scanned: int | None = None


class StatementResult(Struct, frozen=True):
    """What a statement did, as far as the warehouse says."""

    rows_affected: int | None = None
    bytes_scanned: int | None = None
    job_id: str | None = None  # What the warehouse calls the statement.
    bytes_billed: int | None = None
    credits: float | None = None


class CsvFile(Struct, frozen=True):
    """A file of this machine, and the names of its columns in the file's order, as the warehouse stores them.

    Values stand in double quotes where they must, with double quotes doubled; an empty field is NULL.
    """

    path: str
    columns: tuple[str, ...]
    delimiter: str = ","
    has_header: bool = True


class NamedFile(Struct, frozen=True):
    """A file of texts, without a header, that is taken in under a name: letters, digits and underscores.

    All values stand in double quotes but NULL, which is `null`; bytes are written in Base64, lists and objects as JSON.
    """

    path: str
    columns: tuple[str, ...]
    name: str
    null: str


Row = tuple[object, ...]


class QueryResult(Struct, frozen=True):
    """A small result: checks and samples, never a whole table."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Session(Protocol):
    """One worker's line to the warehouse; used by one thread at a time."""

    def execute(self, statement: str) -> StatementResult:
        """Run one statement for its effect, but none that begins or ends a transaction.

        Raises a WarehouseError that says what became of it, as the module's docstring has it.
        """
        ...

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Run one query and give its first rows, or all of them; no more of a result is fetched than is given.

        Raises a WarehouseError of the right kind.
        """
        ...

    def load_csv(self, file: CsvFile, target: TargetName) -> StatementResult:
        """Append all rows of a file to a table that is there, or none, by the warehouse's bulk path.

        Raises a WarehouseError, also where the file cannot be read.
        """
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside happens, or nothing: commits at the end, rolls back on any exception.

        A statement that failed spoils the whole, even if its exception was caught. Transactions do not nest. What may
        stand inside is said by `Capabilities.transactions`.
        """
        ...


@runtime_checkable
class LoadsOnce(Protocol):
    """What a session can besides where there are no transactions over several statements."""

    def load_once(self, file: NamedFile, target: TargetName, *, replaces: bool) -> StatementResult:
        """Append all rows of a file to a table that is there, or none; nothing if that was done under its name before.

        With `replaces` they take the place of all rows, at once; the name must then be a new one. Raises a
        WarehouseError, also where the file cannot be read.
        """
        ...

    def forget_load(self, name: str) -> None:
        """Remove what a load under this name has left behind beside the table when it was cut short.

        Raises a WarehouseError.
        """
        ...


class Warehouse(Protocol):
    """A connected warehouse, shared by all workers of a process."""

    @property
    def dialect_name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def auth_chain(self) -> tuple[AuthLink, ...]:
        """The ways to prove who we are, in the order in which they are tried; none where nobody asks."""
        ...

    @property
    def max_concurrency(self) -> int:
        """How many sessions are to work at once; more of them are slower, not refused."""
        ...

    def session(
        self, *, timeout_seconds: float | None = None, tag: StatementTag | None = None
    ) -> AbstractContextManager[Session]:
        """A line of one's own, closed at the end; each of its statements may take so long, or as long as configured.

        Where the warehouse keeps a history of statements, the tag stands there with each of them.
        """
        ...

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        """What each of these tables looks like now, in as few round trips as possible; None if it is not there."""
        ...

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        """What a query would yield, without running it. Raises a WarehouseError."""
        ...

    def estimate_query(self, query: str) -> QueryEstimate | None:
        """What is to be expected of a query, which is not run and costs nothing.

        What of it may be a number says `Capabilities`; None where the warehouse can say nothing of any query. Raises a
        WarehouseError where it cannot of this one.
        """
        ...

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        """A text for each of these tables that is another once its shape or its rows have changed.

        What it is made of, and so whether it is the same when the same rows are written anew, says
        `Capabilities.markers`. A table of which nothing can be said is missing, and so is, where rows have to be read
        for it, one with more of them than `most_rows`.
        """
        ...

    def costs(self, job_ids: Sequence[str]) -> Mapping[str, StatementCost]:
        """What these statements have cost, in one round trip.

        Those of which nothing is known (yet) are missing. Raises a WarehouseError.
        """
        ...

    def end_statements(self, run_ids: Collection[str]) -> int:
        """Stop every statement that still runs for these runs of other processes, and wait until each has ended.

        However they end, nothing of these runs changes a table afterwards; how many statements there were. A run's
        statements are those of sessions whose tag names it, with the same login. Raises a WarehouseError if it cannot
        be made sure.
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
