"""One worker's statements: each is a transaction of its own, and happens whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from requests.exceptions import InvalidJSONError

from rocky_core.errors import ConnectionFailed, QueryRejected
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, NamedFile, QueryResult, StatementResult, StatementTag
from rocky_core.warehouses.databricks.asking import ask
from rocky_core.warehouses.databricks.follow import STATEMENTS, Order, follow
from rocky_core.warehouses.databricks.load_file import forget_load, load_file, load_once
from rocky_core.warehouses.databricks.rows import first_row, read_rows
from rocky_core.warehouses.databricks.service import Service
from rocky_core.warehouses.one_statement import require_one
from rocky_core.warehouses.running_statements import RunningStatements

_AFFECTED: Final = "num_affected_rows"


class DatabricksSession:
    """Guards whether it is over; nothing else is kept between its statements."""

    def __init__(
        self,
        service: Service,
        running: RunningStatements,
        *,
        timeout_seconds: float | None,
        tag: StatementTag | None,
    ) -> None:
        self._service = service
        self._running = running
        self._tag = tag
        self._timeout_seconds = timeout_seconds
        self._is_closed = False

    def execute(self, statement: str) -> StatementResult:
        """Run one statement to its end."""
        answer = self._run(statement)
        affected = first_row(answer).get(_AFFECTED)
        return StatementResult(
            rows_affected=affected if isinstance(affected, int) else None, job_id=str(answer["statement_id"])
        )

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Run one query and read so many of its rows, chunk by chunk."""
        answer = self._run(statement, limit)
        place = f"{STATEMENTS}/{quote(str(answer['statement_id']), safe='')}"
        return read_rows(answer, lambda path: self._fetch(f"{place}/{path}", statement), limit)

    def load_csv(self, file: CsvFile, target: TargetName) -> StatementResult:
        """Put the file into the volume, and append its rows from there."""
        self._refuse_if_closed(None)
        return load_file(self._service, self, file, target)

    def load_once(self, file: NamedFile, target: TargetName, *, replaces: bool) -> StatementResult:
        """Put the file into the volume by its name, and take its rows in from there."""
        self._refuse_if_closed(None)
        return load_once(self._service, self, file, target, replaces=replaces)

    def forget_load(self, name: str) -> None:
        """Remove the file of that name from the volume."""
        self._refuse_if_closed(None)
        forget_load(self._service, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """There are none over several statements, and every plan does without."""
        raise QueryRejected(
            "Databricks runs every statement in a transaction of its own; several are not held together."
        )
        yield

    def close(self) -> None:
        """Let nothing more be run."""
        self._is_closed = True

    def _run(self, statement: str, limit: int | None = None) -> dict[str, Any]:
        self._refuse_if_closed(statement)
        verb = require_one(statement, "databricks").verb
        order = Order(statement, verb, self._tag, self._timeout_seconds, limit)
        with self._running.watch() as running:
            return follow(self._service, order, running)

    def _fetch(self, path: str, statement: str) -> Mapping[str, Any]:
        """More of a result that is there; to read it again is harmless."""
        return ask(lambda: _chunk(self._service.send("GET", path)), self._service.settings.retry, statement)

    def _refuse_if_closed(self, statement: str | None) -> None:
        if self._is_closed:
            raise ConnectionFailed("This session has ended.", statement=statement, never_sent=True)


def _chunk(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The chunk, as a result's first one is told: the API wraps it in some places. Raises InvalidJSONError."""
    told = answer.get("result", answer)
    if not isinstance(told, Mapping) or not told.get("data_array"):  # Only a result without rows has such a chunk.
        raise InvalidJSONError("The answer cannot be read: it holds no rows.")
    return told
