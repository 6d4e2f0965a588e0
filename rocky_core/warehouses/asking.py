"""When a question is asked again: only after an error that says nothing but that no answer could be had now."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

from rocky_core.config.retry import Retry
from rocky_core.ir.backoff import Backoff

_MOST_WAIT: Final = 60.0  # Whoever is asked to wait longer than this says so at once.

AskedPause = Callable[[BaseException], float | None]
"""The seconds that the service asks to wait after an error, 0 if it asks for none; None: asking again is of no use."""


def waits(
    retry: Retry, asked_pause: AskedPause, deadline: float | None = None
) -> Iterator[Callable[[BaseException], float | None]]:
    """For each attempt, how long to wait after its error before the next; None: it is not to be tried again.

    Nor is it where the wait would end after the deadline, on the clock of `time.monotonic`.
    """
    growing = Backoff(
        retry.initial_backoff_ms / 1000, retry.max_backoff_ms / 1000, retry.backoff_multiplier, retry.jitter
    )

    def after(attempt: int) -> Callable[[BaseException], float | None]:
        def wait(error: BaseException) -> float | None:
            asked = None if attempt > retry.max_retries else asked_pause(error)
            if asked is None or asked > _MOST_WAIT:
                return None
            pause = max(growing.after(attempt, random.random()), asked)  # noqa: S311 — jitter is no secret
            return pause if deadline is None or time.monotonic() + pause < deadline else None

        return wait

    return map(after, count(1))
