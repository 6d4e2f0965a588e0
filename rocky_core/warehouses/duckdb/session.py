"""One worker's cursor: statements, queries and transactions that keep their word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import duckdb

from rocky_core.errors import ConnectionFailed, QueryRejected, StatementCancelled, TransientFailure, WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, QueryResult, StatementResult
from rocky_core.warehouses.duckdb.errors import STRUCTURED_ERRORS, translate
from rocky_core.warehouses.duckdb.running_statements import RunningStatement, RunningStatements, StopReason

Outcome = TypeVar("Outcome")

# A name in SQL must never mean a variable of the Python code that happens to call.
_ONLY_THE_CATALOG: Final = "SET python_enable_replacements = false"
_PATTERN: Final = re.compile(r"([*?\[])")
# Of what these leave behind, everything belongs to the database, unless it is temporary.
_LEAVES_A_CURSOR_AS_IT_WAS: Final = frozenset(
    {
        duckdb.StatementType.ALTER,
        duckdb.StatementType.CREATE,
        duckdb.StatementType.DELETE,
        duckdb.StatementType.DROP,
        duckdb.StatementType.EXPLAIN,
        duckdb.StatementType.INSERT,
        duckdb.StatementType.MERGE_INTO,
        duckdb.StatementType.SELECT,
        duckdb.StatementType.UPDATE,
    }
)
_TEMPORARY: Final = re.compile(r"\btemp(orary)?\b", re.IGNORECASE)
_WRITES: Final = re.compile(r"\b(insert|update|delete|merge)\b", re.IGNORECASE)


def prepare(cursor: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The cursor, with the settings that sessions rely on; they are its own and not the connection's."""
    return cursor.execute(f"{STRUCTURED_ERRORS}; {_ONLY_THE_CATALOG}")


class DuckDBSession:
    """Guards one cursor and whether a statement of its transaction has failed."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, running: RunningStatements, timeout_seconds: float | None
    ) -> None:
        self._cursor = cursor
        self._running = running
        self._timeout_seconds = timeout_seconds
        self._in_transaction = False
        self._failure: WarehouseError | None = None  # Of the transaction; later statements are refused.
        self._is_altered = False  # So that no other session may have the cursor.
        self._has_ended = False

    def execute(self, statement: str) -> StatementResult:
        """Run one statement to its end."""

        def effect(parsed: duckdb.Statement) -> StatementResult:
            del parsed
            self._cursor.complete()
            return StatementResult(rows_affected=None if self._cursor.rowcount < 0 else self._cursor.rowcount)

        return self._run(statement, effect)

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Run one query as far as its first `limit` rows need it, or to its end."""

        def rows(parsed: duckdb.Statement) -> QueryResult:
            columns = tuple(str(column[0]) for column in self._cursor.description or ())
            if limit is None:
                return QueryResult(columns, tuple(self._cursor.fetchall()))
            found = tuple(self._cursor.fetchmany(limit)) if limit else ()
            if parsed.type == duckdb.StatementType.SELECT and _WRITES.search(statement) is None:
                self._cursor.abort()  # An open result would hold its snapshot, and with it the file's checkpoint.
            else:
                self._cursor.complete()  # What a statement writes, it writes whole.
            return QueryResult(columns, found)

        return self._run(statement, rows)

    def load_csv(self, file: CsvFile, target: TargetName) -> StatementResult:
        """Append the rows of a file; each text is cast to its column's type."""
        names = ", ".join(_quoted(name) for name in file.columns)
        typed = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in file.columns)
        table = ".".join(_quoted(part) for part in (target.catalog, target.schema, target.table) if part)
        path = _text(_PATTERN.sub(r"[\1]", file.path))  # Characters of a pattern stand for themselves.
        options = (
            f"delim = {_text(file.delimiter)}, header = {str(file.has_header).lower()}, quote = '\"', escape = '\"'"
        )
        read = f"read_csv({path}, {options}, auto_detect = false, columns = {{{typed}}})"
        return self.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {read}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; a failure that the caller swallowed is raised again at the end."""
        self._refuse_if_failed(None)
        if self._in_transaction:
            raise RuntimeError("a transaction is open in this session already, and transactions do not nest")
        self._control("BEGIN TRANSACTION")
        self._in_transaction = True
        try:
            yield
            self._refuse_if_failed(None)
            # DuckDB answers a COMMIT of an aborted transaction with success, so it is asked first.
            self._control("SELECT 1")
            self._control("COMMIT")
        except BaseException:
            self._is_altered = True
            with suppress(duckdb.Error):  # A commit that failed has rolled back by itself.
                self._cursor.execute("ROLLBACK")
            raise
        finally:
            self._in_transaction = False
            self._failure = None

    def end(self) -> duckdb.DuckDBPyConnection | None:
        """The cursor for the next session, if it is as it was; else it is closed, and what is open rolled back."""
        self._has_ended = True
        if not self._in_transaction and not self._is_altered:
            return self._cursor
        self._cursor.close()
        return None

    def _run(self, statement: str, outcome: Callable[[duckdb.Statement], Outcome]) -> Outcome:
        self._refuse_if_failed(statement)
        try:
            return self._watched(statement, outcome)
        except BaseException as failure:  # Whatever it was, the transaction is not what its caller thinks it is.
            self._is_altered = True
            if self._in_transaction:
                self._failure = _as_warehouse_error(failure, statement)
            raise

    def _watched(self, statement: str, outcome: Callable[[duckdb.Statement], Outcome]) -> Outcome:
        with self._running.watch(self._cursor, self._timeout_seconds) as running:
            try:
                parsed = _only_statement(self._cursor, statement)
                if parsed.type not in _LEAVES_A_CURSOR_AS_IT_WAS or _TEMPORARY.search(statement):
                    self._is_altered = True
                self._cursor.execute(parsed)  # Parsed once; the text would be parsed again.
                return outcome(parsed)
            except duckdb.InterruptException as error:
                raise self._stopped(running, statement) from error
            except RuntimeError as error:
                # In the main thread DuckDB may notice a Ctrl-C, and then swallows the KeyboardInterrupt for this.
                if str(error) != "Query interrupted":
                    raise
                raise KeyboardInterrupt from error
            except duckdb.Error as error:
                raise translate(error, statement) from error

    def _stopped(self, running: RunningStatement, statement: str) -> WarehouseError:
        if running.stopped_by is StopReason.TIMED_OUT:
            return TransientFailure(
                f"The statement was stopped because it ran longer than its timeout of {self._timeout_seconds:g} s.",
                statement=statement,
            )
        return StatementCancelled("The statement was stopped because the run was cancelled.", statement=statement)

    def _refuse_if_failed(self, statement: str | None) -> None:
        if self._has_ended:
            raise ConnectionFailed("The session has ended.", statement=statement)
        if self._failure is not None:
            raise type(self._failure)(
                f"Nothing of this transaction is kept, because a statement in it failed: {self._failure.message}",
                statement=statement or self._failure.statement,
            ) from self._failure

    def _control(self, words: str) -> None:
        """Run what belongs to the transaction itself; it is neither cancelled nor timed out."""
        try:
            self._cursor.execute(words)
        except duckdb.Error as error:
            raise translate(error, words) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _as_warehouse_error(failure: BaseException, statement: str) -> WarehouseError:
    return failure if isinstance(failure, WarehouseError) else WarehouseError(repr(failure), statement=statement)


def _only_statement(cursor: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    statements = cursor.extract_statements(text)
    if len(statements) != 1:
        held = "no statement" if not statements else f"{len(statements)} statements"
        raise QueryRejected(f"One statement is run at a time; this text holds {held}.", statement=text)
    if statements[0].type == duckdb.StatementType.TRANSACTION:
        raise QueryRejected("Transactions are opened and closed by `transaction()`, not by statements.", statement=text)
    return statements[0]
