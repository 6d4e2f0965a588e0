"""One worker's connection: statements, queries and transactions that keep their word."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from snowflake.connector import errors as driver
from snowflake.connector.cursor import SnowflakeCursor

from rocky_core.errors import ConnectionFailed, QueryRejected, TransientFailure, WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ports.warehouse import CsvFile, QueryResult, StatementResult, StatementTag
from rocky_core.warehouses.running_statements import Running, RunningStatements
from rocky_core.warehouses.snowflake.connections import Line
from rocky_core.warehouses.snowflake.copy_file import CopiedFile
from rocky_core.warehouses.snowflake.errors import is_of_the_line, translate
from rocky_core.warehouses.snowflake.follow import Order, follow
from rocky_core.warehouses.snowflake.statements import changes_session, require_one, require_rows

_FETCHES: Final = (0.2, 1.0, 3.0)  # Seconds between attempts to read a result that is there.
# Texts of instants as they are, not rounded to what an account shows; in questions of ours only.
_EXACT_TEXTS: Final = {
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF9",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM",
    "TIMESTAMP_TZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM",
    "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
}

# A file holds instants as ISO 8601 has them, whatever an account takes for a date by default.
_ISO_TEXTS: Final = dict.fromkeys(("DATE_INPUT_FORMAT", "TIME_INPUT_FORMAT", "TIMESTAMP_INPUT_FORMAT"), "AUTO")


class SnowflakeSession:
    """Guards one connection and whether a statement of its transaction has failed."""

    def __init__(
        self,
        line: Line,
        running: RunningStatements,
        *,
        timeout_seconds: float | None,
        tag: StatementTag | None,
    ) -> None:
        self._line = line
        self._running = running
        self._order = Order("", tag, timeout_seconds)
        self._in_transaction = False
        self._failure: WarehouseError | None = None  # Of the transaction; later statements are refused.
        self._is_closed = False
        self._begun_on: object = None  # The connection of the open transaction.

    def execute(self, statement: str) -> StatementResult:
        """Run one statement to its end."""
        return self._execute(replace(self._order, text=statement))

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Run one query and read so many of its rows."""
        query_id = self._run(replace(self._order, text=statement, parameters=_EXACT_TEXTS))
        columns, rows = self._fetch(query_id, statement, limit)
        return QueryResult(columns, rows)

    def load_csv(self, file: CsvFile, target: TargetName) -> StatementResult:
        """Put the file into the table's own stage, and copy it from there in one statement."""
        copied = CopiedFile(target, file)
        try:
            with Path(file.path).open("rb") as rows:
                self._line.connection.cursor(SnowflakeCursor).execute(copied.put, file_stream=rows)
        except OSError as error:
            raise QueryRejected(f"'{file.path}' cannot be read: {error.strerror}", statement=copied.put) from error
        except driver.Error as error:
            failure = translate(error, copied.put)
            failure.in_doubt = False  # Nothing is in the table yet.
            raise failure from error
        return self._execute(replace(self._order, text=copied.copy, parameters=_ISO_TEXTS))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Rows are changed together or not at all; a failure that the caller swallowed is raised again at the end."""
        if self._in_transaction:
            raise RuntimeError("a transaction is open in this session already, and transactions do not nest")
        self._control("BEGIN TRANSACTION")
        self._in_transaction, self._begun_on = True, self._line.connection
        try:
            try:
                yield
                self._refuse_if_failed(None)
                self._refuse_if_lost(None)
            except WarehouseError as failure:
                failure.in_doubt = False  # Whatever became of the statement, it is never committed.
                raise
            self._control("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._in_transaction = False
            self._failure = None

    def close(self) -> None:
        """Let nothing more be run; a transaction that is open ends with its connection, without a commit."""
        self._is_closed = True
        self._line.is_spent = self._line.is_spent or self._in_transaction

    def _execute(self, order: Order) -> StatementResult:
        query_id = self._run(order)
        try:
            columns, rows = self._fetch(query_id, order.text, None)
        except WarehouseError:
            return StatementResult(job_id=query_id)  # It has happened; only how many rows it touched is not known.
        return StatementResult(rows_affected=_rows_affected(columns, rows), job_id=query_id)

    def _run(self, order: Order) -> str:
        if self._is_closed:
            raise ConnectionFailed("This session has ended.", statement=order.text, never_sent=True)
        self._refuse_if_failed(order.text)
        try:
            require_one(order.text)
            if self._in_transaction:
                self._refuse_if_lost(order.text)
                require_rows(order.text)
            if changes_session(order.text):
                self._line.is_spent = True  # The next worker is not to find what this one has set.
            with self._running.watch() as running:
                return follow(self._line, order, running)
        except BaseException as failure:
            if self._in_transaction:
                self._failure = (
                    failure
                    if isinstance(failure, WarehouseError)
                    else WarehouseError(repr(failure), statement=order.text)
                )
            raise

    def _fetch(
        self, query_id: str, statement: str, limit: int | None
    ) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
        """The result of a statement that has ended; to read it again is harmless."""
        waits: Sequence[float | None] = (*_FETCHES, None)
        for wait in waits:
            try:
                cursor = self._line.connection.cursor(SnowflakeCursor)
                cursor.query_result(query_id)
                columns = tuple(str(column.name) for column in cursor.description or ())
                found = cursor.fetchall() if limit is None else cursor.fetchmany(limit) if limit else []
                return columns, tuple(tuple(row) for row in found)
            except driver.Error as error:
                if wait is None or not is_of_the_line(error):
                    failure = translate(error, statement)
                    failure.in_doubt = False  # It has ended well; it was only to be read.
                    raise failure from error
                time.sleep(wait)
        raise AssertionError(query_id)

    def _refuse_if_failed(self, statement: str | None) -> None:
        if self._failure is not None:
            refused = type(self._failure)(
                f"Nothing of this transaction is kept, because a statement in it failed: {self._failure.message}",
                statement=statement or self._failure.statement,
            )
            refused.in_doubt = False
            raise refused from self._failure

    def _refuse_if_lost(self, statement: str | None) -> None:
        """A new session knows nothing of the transaction, and would commit every statement by itself."""
        if self._line.connection is not self._begun_on:
            raise TransientFailure(
                "Nothing of this transaction is kept, because its session was lost.", statement=statement
            )

    def _control(self, words: str) -> None:
        """Run what belongs to the transaction itself; it is neither cancelled nor timed out."""
        follow(self._line, Order(words, self._order.tag), Running())

    def _roll_back(self) -> None:
        if self._is_closed or self._line.connection is not self._begun_on:
            return  # Its session is another one by now, and the old one ends without a commit.
        with suppress(WarehouseError):
            self._control("ROLLBACK")
            return
        self._line.is_spent = True


def _rows_affected(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int | None:
    """How many rows a statement touched, as its own result tells."""
    if not rows:
        return None
    names = [name.lower() for name in columns]
    if "rows_loaded" in names:  # COPY INTO: one row for each file.
        position = names.index("rows_loaded")
        return sum(int(str(row[position] or 0)) for row in rows)
    counted = [int(str(rows[0][at])) for at, name in enumerate(names) if name.startswith("number of rows ")]
    return sum(counted) if counted else None
