"""Starts a statement and follows it to its end, whatever happens to the line in the meantime.

Databricks gives a statement its name when it answers the start. A start whose answer was lost is therefore looked for
in the history of queries, by a tag that no other statement has: found, it is followed like any other. One that is not
found may still be on its way, so that it is in doubt; only what merely reads is then simply started again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from databricks.sdk.errors import platform
from requests.exceptions import InvalidJSONError

from rocky_core.errors import ConnectionFailed, FailureKind, StatementCancelled, WarehouseError
from rocky_core.ports.warehouse import StatementTag
from rocky_core.warehouses.asking import waits
from rocky_core.warehouses.databricks.asking import asked_pause
from rocky_core.warehouses.databricks.errors import (
    FAILURES,
    is_of_the_line,
    retry_after,
    translate,
    translate_result,
)
from rocky_core.warehouses.databricks.history import read_history, tags_of
from rocky_core.warehouses.databricks.service import Service
from rocky_core.warehouses.running_statements import Running, StopReason

STATEMENTS: Final = "/api/2.0/sql/statements"
TAG: Final = "rocky_statement"

_HELD_SECONDS: Final = 5  # The least for which Databricks holds its answer back until a statement has ended.
_LOOKS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # Seconds between looks at a statement; then the last.
_PATIENCE_SECONDS: Final = 60.0  # With a line that gives no answers.
_SEARCH_SECONDS: Final = 30.0  # The history tells of a statement some seconds late.
_STOPPING_SECONDS: Final = 30.0  # For a statement that was told to stop.
_CLOCKS_DIFFER_SECONDS: Final = 600.0
_LONGEST_TAG: Final = 128
_PASSING: Final = frozenset({FailureKind.CONNECTION_FAILED, FailureKind.TRANSIENT, FailureKind.QUOTA_EXCEEDED})
_RUNNING: Final = frozenset({"PENDING", "RUNNING"})
_READS: Final = frozenset({"SELECT", "WITH", "DESCRIBE", "DESC", "SHOW", "EXPLAIN", "VALUES"})


@dataclass(frozen=True, slots=True)
class Order:
    """A statement as it is started: its text, whose it is, how long it may take, how many rows are wanted of it."""

    text: str
    verb: str = ""
    tag: StatementTag | None = None
    timeout_seconds: float | None = None
    row_limit: int | None = None
    mark: str = field(default_factory=lambda: uuid4().hex)

    @property
    def only_reads(self) -> bool:
        return self.verb in _READS and " INTO " not in self.text.upper()

    @property
    def tags(self) -> list[dict[str, str]]:
        """For whom the statement is, as the history of queries shows it."""
        told = {"app": "rocky", TAG: self.mark}
        if self.tag is not None:
            told |= {"run_id": self.tag.run_id, "pipeline": self.tag.pipeline, "model": self.tag.table}
        return [{"key": key, "value": value[:_LONGEST_TAG]} for key, value in told.items() if value]

    def body(self, service: Service) -> Mapping[str, object]:
        """The request that starts it."""
        settings = service.settings
        is_brief = self.timeout_seconds is not None and self.timeout_seconds < _HELD_SECONDS
        told: dict[str, object] = {
            "warehouse_id": settings.warehouse_id,
            "statement": self.text,
            "wait_timeout": "0s" if is_brief else f"{_HELD_SECONDS}s",
            "on_wait_timeout": "CONTINUE",
            "disposition": "INLINE",
            "format": "JSON_ARRAY",
            "query_tags": self.tags,
        }
        if settings.catalog:
            told["catalog"] = settings.catalog
        if self.row_limit is not None:
            told["row_limit"] = max(self.row_limit, 1)
        return told


def follow(service: Service, order: Order, running: Running) -> dict[str, Any]:
    """Run a statement to its good end; its last answer, with the first rows of its result.

    Raises:
        WarehouseError: it failed, was stopped, or (in doubt) nobody can say what became of it.

    """
    deadline = None if order.timeout_seconds is None else time.monotonic() + order.timeout_seconds
    began = time.time()
    seen: dict[str, Any] | None = None
    try:
        seen = _start(service, order, running, began, deadline)
        return _wait(service, order, seen, running, deadline)
    except (KeyboardInterrupt, SystemExit):
        # Nobody waits for it any more, so it is not to go on.
        _abandon(service, order, began, seen)
        raise


def _start(service: Service, order: Order, running: Running, began: float, deadline: float | None) -> dict[str, Any]:
    for wait in waits(service.settings.retry, asked_pause, deadline):
        try:
            return _checked(service.send("POST", STATEMENTS, body=order.body(service)))
        except FAILURES as error:
            failure = translate(error, order.text)
            if failure.in_doubt and not order.only_reads:
                return _found_or_raise(service, order, running, began, failure)
            pause = wait(error)
            if pause is None or running.woken.wait(pause):
                failure.in_doubt = failure.in_doubt and not order.only_reads
                raise running.failure(order.text, order.timeout_seconds) or failure from error
    raise AssertionError(order.text)


def _found_or_raise(
    service: Service, order: Order, running: Running, began: float, failure: WarehouseError
) -> dict[str, Any]:
    """The statement whose start was never answered, if it has arrived; else what is to be said of it."""
    give_up_at = time.monotonic() + _SEARCH_SECONDS
    for pause in chain(_LOOKS, repeat(_LOOKS[-1])):
        with suppress(*FAILURES, WarehouseError):
            statement_id = _search(service, order, began)
            if statement_id is not None:
                return _look(service, statement_id, order.text)
        if time.monotonic() >= give_up_at or running.woken.wait(pause):
            break
    failure.in_doubt = True
    raise failure


def _search(service: Service, order: Order, began: float) -> str | None:
    filter_by = {
        "query_start_time_range": {"start_time_ms": int(1000 * (began - _CLOCKS_DIFFER_SECONDS))},
        "warehouse_ids": [service.settings.warehouse_id],
    }
    for told in read_history(service, filter_by):
        if tags_of(told).get(TAG) == order.mark:
            return str(told["query_id"])
    return None


def _wait(
    service: Service, order: Order, seen: dict[str, Any], running: Running, deadline: float | None
) -> dict[str, Any]:
    looks = chain(_LOOKS, repeat(_LOOKS[-1]))
    while _state_of(seen) in _RUNNING:
        left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        pause = next(looks)
        running.woken.wait(pause if left is None else min(pause, left))
        seen = _look(service, _id_of(seen), order.text)
        is_late = deadline is not None and time.monotonic() >= deadline
        if _state_of(seen) in _RUNNING and (running.woken.is_set() or is_late):
            running.stopped_by = running.stopped_by or StopReason.TIMED_OUT
            seen = stop(service, _id_of(seen), order.text)
    match _state_of(seen):
        case "SUCCEEDED" | "CLOSED":
            return seen
        case "CANCELED":
            stopped = running.failure(order.text, order.timeout_seconds)
            raise stopped or StatementCancelled("The statement was cancelled in Databricks.", statement=order.text)
        case _:
            told = seen["status"].get("error") or {}
            failure = translate_result(
                str(told.get("error_code") or ""),
                str(told.get("message") or ""),
                order.text,
                sql_state=str(seen["status"].get("sql_state") or ""),
            )
            failure.in_doubt = False  # It has ended, and a statement that fails has changed nothing.
            raise failure


def _look(service: Service, statement_id: str, statement: str) -> dict[str, Any]:
    """How far a statement is; asked until there is an answer.

    Raises ConnectionFailed, in doubt, when patience ends.
    """
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    for pause in chain(_LOOKS, repeat(_LOOKS[-1])):
        try:
            return _checked(service.send("GET", f"{STATEMENTS}/{quote(statement_id, safe='')}"))
        except FAILURES as error:
            # One that has just been started may not be found for a moment.
            passes = is_of_the_line(error) or isinstance(error, platform.NotFound)
            if time.monotonic() >= give_up_at or not passes:
                raise _lost(statement_id, translate(error), statement) from error
            time.sleep(max(pause, min(retry_after(error) or 0.0, _LOOKS[-1])))
        except WarehouseError as error:  # There is no token now.
            passes = error.failure_kind in _PASSING and not service.is_closed
            if time.monotonic() >= give_up_at or not passes:
                raise _lost(statement_id, error, statement) from error
            time.sleep(pause)
    raise AssertionError(statement_id)


def _lost(statement_id: str, failure: WarehouseError, statement: str) -> ConnectionFailed:
    told = f"What became of statement {statement_id} could not be found out: {failure.message}"
    return ConnectionFailed(told, statement=statement)


def stop(service: Service, statement_id: str, statement: str) -> dict[str, Any]:
    """Have the statement stopped, and see how it has ended after all."""
    give_up_at = time.monotonic() + _STOPPING_SECONDS
    while True:
        _tell_to_stop(service, statement_id)
        seen = _look(service, statement_id, statement)
        if _state_of(seen) not in _RUNNING:
            return seen
        if time.monotonic() >= give_up_at:
            raise ConnectionFailed(f"Statement {statement_id} was told to stop and did not end.", statement=statement)
        time.sleep(_LOOKS[2])


def _abandon(service: Service, order: Order, began: float, seen: Mapping[str, Any] | None) -> None:
    """Have the statement stopped, also if its start was not answered yet; not looked for long, since somebody waits."""
    statement_id = None if seen is None else _id_of(seen)
    with suppress(*FAILURES, WarehouseError):
        for pause in () if statement_id else _LOOKS:
            statement_id = _search(service, order, began)
            if statement_id is not None:
                break
            time.sleep(pause)
    if statement_id is not None:
        _tell_to_stop(service, statement_id)


def _tell_to_stop(service: Service, statement_id: str) -> None:
    with suppress(*FAILURES, WarehouseError):  # Whether it has ended is what counts, and that is asked next.
        service.send("POST", f"{STATEMENTS}/{quote(statement_id, safe='')}/cancel", body={})


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, if it tells of a statement. Raises InvalidJSONError."""
    status = answer.get("status")
    if not answer.get("statement_id") or not isinstance(status, dict) or not status.get("state"):
        raise InvalidJSONError("The answer cannot be read: it does not tell of a statement.")
    return answer


def _id_of(seen: Mapping[str, Any]) -> str:
    return str(seen["statement_id"])


def _state_of(seen: Mapping[str, Any]) -> str:
    return str(seen["status"]["state"])
