"""Asks BigQuery what may be asked twice, until there is an answer or patience ends."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final, TypeVar

from rocky_core.config.retry import Retry
from rocky_core.ir.backoff import Backoff
from rocky_core.warehouses.bigquery.errors import FAILURES, is_of_the_line, read_report, translate

_T = TypeVar("_T")
NO_RETRY: Final[Any] = None  # What is tried again, and when, is ours to say; the client is to send everything once.
_MOST_WAIT: Final = 60.0  # Whoever is asked to wait longer than this says so at once.


def ask(question: Callable[[], _T], retry: Retry, statement: str | None = None) -> _T:
    """The answer to a question that changes nothing. Raises a WarehouseError of which nothing is in doubt."""
    for wait in waits(retry):
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


def waits(retry: Retry) -> Iterator[Callable[[BaseException], float | None]]:
    """For each attempt, how long to wait after its error before the next; None: it is not to be tried again."""
    growing = Backoff(
        retry.initial_backoff_ms / 1000, retry.max_backoff_ms / 1000, retry.backoff_multiplier, retry.jitter
    )

    def after(attempt: int) -> Callable[[BaseException], float | None]:
        def wait(error: BaseException) -> float | None:
            if attempt > retry.max_retries or not is_of_the_line(error):
                return None
            asked = read_report(error).retry_after_seconds or 0.0
            if asked > _MOST_WAIT:
                return None
            return max(growing.after(attempt, random.random()), asked)  # noqa: S311 — jitter is no secret

        return wait

    return map(after, count(1))
