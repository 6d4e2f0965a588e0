"""Asks BigQuery what may be asked twice, until there is an answer or patience ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from rocky_core.config.retry import Retry
from rocky_core.warehouses.asking import waits
from rocky_core.warehouses.bigquery.errors import FAILURES, is_of_the_line, read_report, translate

_T = TypeVar("_T")
NO_RETRY: Final[Any] = None  # What is tried again, and when, is ours to say; the client is to send everything once.


def ask(question: Callable[[], _T], retry: Retry, statement: str | None = None) -> _T:
    """The answer to a question that changes nothing. Raises a WarehouseError of which nothing is in doubt."""
    for wait in waits(retry, asked_pause):
        try:
            return question()
        except FAILURES as error:
            pause = wait(error)
            if pause is None:
                failure = translate(error, statement)
                failure.in_doubt = False
                raise failure from error
        time.sleep(pause)
    raise AssertionError(statement)


def asked_pause(error: BaseException) -> float | None:
    """How long BigQuery asks to wait; None for an error that would only come again."""
    return (read_report(error).retry_after_seconds or 0.0) if is_of_the_line(error) else None
