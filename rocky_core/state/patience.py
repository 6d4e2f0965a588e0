"""How patiently a remote store is asked again, and when it is not asked at all for a while."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Lock
from typing import Final, TypeVar

from msgspec import Struct

from rocky_core.errors import StateError, StateUnreachable
from rocky_core.ir.backoff import Backoff
from rocky_core.ports.clock import Clock

T = TypeVar("T")


class Patience(Struct, frozen=True):
    """`[state.retry]` in seconds; a threshold of zero means that the store is always asked."""

    max_retries: int = 3
    initial_backoff_seconds: float = 1.0
    max_backoff_seconds: float = 30.0
    backoff_multiplier: float = 2.0
    has_jitter: bool = True
    breaker_threshold: int = 5
    recovery_seconds: float | None = None
    max_retries_in_all: int | None = None  # Of all calls to one store.

    def wait_before(self, attempt: int) -> float:
        """Seconds before the attempt after this one, the first being 1."""
        growing = Backoff(
            self.initial_backoff_seconds, self.max_backoff_seconds, self.backoff_multiplier, self.has_jitter
        )
        return growing.after(attempt, random.random())  # noqa: S311 — jitter is no secret


DEFAULT_PATIENCE: Final = Patience()


class PatientCaller:
    """Makes calls to one store; after too many failures in a row it answers by itself until the store may be back."""

    def __init__(self, patience: Patience, clock: Clock, location: str) -> None:
        self._patience = patience
        self._clock = clock
        self._location = location
        self._turn = Lock()
        self._failures = 0
        self._retries_made = 0
        self._opened_at = 0.0

    def call(self, ask: Callable[[], T], judge: Callable[[Exception], tuple[StateError, bool]]) -> T:
        """The answer of `ask`; `judge` says what an exception means and whether the same call may succeed later."""
        attempt = 0
        while True:
            self._require_closed()
            attempt += 1
            try:
                answer = ask()
            except StateError:
                raise
            except Exception as error:
                meaning, may_pass = judge(error)
                if not may_pass:
                    raise meaning from error
                self._note_failure()
                if attempt > self._patience.max_retries or not self._may_retry():
                    raise meaning from error
                self._clock.sleep(self._patience.wait_before(attempt))
            else:
                self._failures = 0
                return answer

    def _require_closed(self) -> None:
        threshold, recovery = self._patience.breaker_threshold, self._patience.recovery_seconds
        with self._turn:
            if not threshold or self._failures < threshold:
                return
            if recovery is not None and self._clock.monotonic() - self._opened_at >= recovery:
                return  # One more failure opens it again, a success closes it.
        again = "in this process" if recovery is None else f"for {recovery:g} s"
        raise StateUnreachable(
            f"the state in {self._location} failed {threshold} times in a row and is not asked again {again}"
        )

    def _may_retry(self) -> bool:
        most = self._patience.max_retries_in_all
        with self._turn:
            if most is not None and self._retries_made >= most:
                return False
            self._retries_made += 1
            return True

    def _note_failure(self) -> None:
        with self._turn:
            self._failures += 1
            self._opened_at = self._clock.monotonic()
