"""Sends a statement and follows it to its end: by its id, whatever happens to the line in the meantime.

A statement is sent once. If the answer to that is lost, Snowflake's own history is asked for the tag that only this
statement has; from there on every question is harmless and is asked again until there is an answer, or patience ends.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Final
from uuid import uuid4

from snowflake.connector import errors as driver
from snowflake.connector.constants import QueryStatus
from snowflake.connector.cursor import SnowflakeCursor

from rocky_core.errors import AuthFailed, ConnectionFailed, WarehouseError
from rocky_core.ports.warehouse import StatementTag
from rocky_core.warehouses.running_statements import Running, StopReason
from rocky_core.warehouses.snowflake.connections import Line
from rocky_core.warehouses.snowflake.errors import is_of_the_line, needs_a_login, read_report, translate

_LOOKS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 2.0, 4.0)  # Seconds between looks at a statement; then the last.
_PATIENCE_SECONDS: Final = 60.0  # With a line that gives no answers.
_STOPPING_SECONDS: Final = 30.0  # For a statement that was told to stop.
_LOOKS_INTO_HISTORY: Final = (0.5, 2.0)  # Snowflake's history is a little behind.
_LONGEST_TAG: Final = 2000
_RUNNING: Final = frozenset(
    {
        QueryStatus.RUNNING,
        QueryStatus.QUEUED,
        QueryStatus.RESUMING_WAREHOUSE,
        QueryStatus.QUEUED_REPARING_WAREHOUSE,
        QueryStatus.BLOCKED,
        QueryStatus.NO_DATA,
        QueryStatus.RESTARTED,
        QueryStatus.ABORTING,
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """A statement as it is sent: its text, whose it is, how long it may take, and parameters of its session."""

    text: str
    tag: StatementTag | None = None
    timeout_seconds: float | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


def follow(line: Line, order: Order, running: Running) -> str:
    """Run the statement to its end; its id.

    Raises:
        WarehouseError: it failed, was stopped, or (in doubt) nobody can say what became of it.

    """
    mark = uuid4().hex
    deadline = None if order.timeout_seconds is None else time.monotonic() + order.timeout_seconds
    query_id = _submit(line, order, mark)
    try:
        return _wait(line, order, query_id, running, deadline)
    except (KeyboardInterrupt, SystemExit):
        # Nobody waits for it any more, so it is not to go on.
        with suppress(driver.Error):
            line.connection.cursor().abort_query(query_id)
        line.is_spent = True
        raise


def tag_text(tag: StatementTag | None, mark: str) -> str:
    """What stands in Snowflake's history: for whom the statement is run, and which one it is."""
    told = {"app": "rocky", "statement": mark}
    if tag is not None:
        told |= {"run_id": tag.run_id, "pipeline": tag.pipeline, "model": tag.table}
    text = json.dumps({key: value for key, value in told.items() if value})
    if len(text) > _LONGEST_TAG:
        text = json.dumps({key: told[key] for key in ("app", "statement", "run_id") if key in told})
    return text


def _submit(line: Line, order: Order, mark: str) -> str:
    tag = tag_text(order.tag, mark)
    parameters: dict[str, object] = {"QUERY_TAG": tag, **order.parameters}
    if order.timeout_seconds is not None:
        # Should this process die, the warehouse does not go on for ever.
        parameters["STATEMENT_TIMEOUT_IN_SECONDS"] = int(order.timeout_seconds + _STOPPING_SECONDS)
    try:
        sent = line.connection.cursor().execute_async(order.text, _statement_params=parameters)
    except driver.Error as error:
        if not is_of_the_line(error):
            raise translate(error, order.text) from error
        return _found_or_raise(line, order, tag, error)
    query_id = sent.get("queryId")
    if query_id is None:
        raise ConnectionFailed("Snowflake took the statement without giving it an id.", statement=order.text)
    return query_id


def _found_or_raise(line: Line, order: Order, tag: str, error: driver.Error) -> str:
    """The id of a statement whose submission was not answered, if it has arrived; else what is to be said of it."""
    failure = translate(error, order.text)
    line.is_spent = True
    try:
        for wait in _LOOKS_INTO_HISTORY:
            time.sleep(wait)
            found = _look_into_history(line, tag)
            if found is not None:
                return found
    except (WarehouseError, driver.Error):
        failure.in_doubt = True
        raise failure from error
    # A status, or a login that is wanted, was a refusal; without an answer the statement may still be on its way.
    failure.in_doubt = read_report(error).status is None and not isinstance(failure, AuthFailed)
    raise failure from error


def _look_into_history(line: Line, tag: str) -> str | None:
    line.renew()
    wanted = tag.replace("\\", "\\\\").replace("'", "''")
    cursor = line.connection.cursor()
    cursor.execute(
        "SELECT QUERY_ID FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(RESULT_LIMIT => 1000))"
        f" WHERE QUERY_TAG = '{wanted}'"
    )
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def _wait(line: Line, order: Order, query_id: str, running: Running, deadline: float | None) -> str:
    looks = chain(_LOOKS, repeat(_LOOKS[-1]))
    while True:
        status = look(line, query_id, order.text)
        if status not in _RUNNING:
            break
        pause = next(looks)
        if deadline is not None:
            pause = min(pause, max(deadline - time.monotonic(), 0.0))
        if running.woken.wait(pause) or (deadline is not None and time.monotonic() >= deadline):
            running.stopped_by = running.stopped_by or StopReason.TIMED_OUT
            status = stop(line, query_id, order.text)
            break
    if status is QueryStatus.SUCCESS:
        return query_id
    raise running.failure(order.text, order.timeout_seconds) or _failure_of(line, query_id, order.text)


def look(line: Line, query_id: str, statement: str) -> QueryStatus:
    """How far a statement is; asked until there is an answer.

    Raises ConnectionFailed, in doubt, when patience ends.
    """
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    waits = chain(_LOOKS, repeat(_LOOKS[-1]))
    while True:
        try:
            return line.connection.get_query_status(query_id)
        except driver.Error as error:
            if time.monotonic() >= give_up_at or not (is_of_the_line(error) or needs_a_login(error)):
                told = translate(error).message
                raise ConnectionFailed(
                    f"What became of statement {query_id} could not be found out: {told}", statement=statement
                ) from error
            if needs_a_login(error):
                _renew(line)
        time.sleep(next(waits))


def _renew(line: Line) -> None:
    """Log in again, for questions only: a transaction that was open is not open in the new session."""
    line.is_spent = True
    try:
        line.renew()
    except WarehouseError:
        return  # It is tried again with the next question.


def stop(line: Line, query_id: str, statement: str) -> QueryStatus:
    """Have the statement stopped, and see how it has ended after all."""
    give_up_at = time.monotonic() + _STOPPING_SECONDS
    while True:
        try:
            line.connection.cursor().abort_query(query_id)
        except driver.Error:  # Whether it has ended is what counts, and that is asked next.
            line.is_spent = True
        status = look(line, query_id, statement)
        if status not in _RUNNING:
            return status
        if time.monotonic() >= give_up_at:
            raise ConnectionFailed(f"Statement {query_id} was told to stop and did not end.", statement=statement)
        time.sleep(_LOOKS[2])


def _failure_of(line: Line, query_id: str, statement: str) -> WarehouseError:
    """What Snowflake says of a statement that has failed."""
    try:
        line.connection.cursor(SnowflakeCursor).query_result(query_id)
    except driver.Error as error:
        if not is_of_the_line(error):
            return translate(error, statement)
        try:
            line.connection.get_query_status_throw_if_error(query_id)
        except driver.Error as second:
            return translate(second, statement)
    return WarehouseError(f"Statement {query_id} has failed, and its reason could not be read.", statement=statement)
