"""Asks Databricks what may be asked twice, until there is an answer or patience ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from rocky_core.config.retry import Retry
from rocky_core.warehouses.asking import waits
from rocky_core.warehouses.databricks.errors import FAILURES, is_of_the_line, retry_after, translate

_T = TypeVar("_T")


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
    """How long Databricks asks to wait; None for an error that would only come again."""
    return (retry_after(error) or 0.0) if is_of_the_line(error) else None
