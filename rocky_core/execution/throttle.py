"""How many tables at once: fewer as soon as the warehouse says that it is too much, more again as it copes."""

from __future__ import annotations

import threading
from typing import Final

from rocky_core.errors import FailureKind

_SUCCESSES_PER_STEP: Final = 10


class Throttle:
    """Shared by all workers of a run; a fixed one only counts."""

    def __init__(self, most: int, *, is_adaptive: bool = False) -> None:
        self._most = max(most, 1)
        self._is_adaptive = is_adaptive
        self._turn = threading.Lock()
        self._limit = self._most
        self._successes = 0
        self._rate_limits = 0

    @property
    def is_adaptive(self) -> bool:
        return self._is_adaptive

    @property
    def limit(self) -> int:
        """How many may be at work now."""
        return self._limit

    @property
    def rate_limits(self) -> int:
        """How often the warehouse has said that it is too much."""
        return self._rate_limits

    def attempt_failed(self, kind: FailureKind) -> None:
        """Halve the limit where the warehouse refused because too much was asked of it."""
        if kind is not FailureKind.QUOTA_EXCEEDED:
            return
        with self._turn:
            self._rate_limits += 1
            self._successes = 0
            if self._is_adaptive:
                self._limit = max(self._limit // 2, 1)

    def table_succeeded(self) -> None:
        """Raise the limit a little after some successes, twice as fast while it is far below the most."""
        with self._turn:
            self._successes += 1
            if self._is_adaptive and self._successes % _SUCCESSES_PER_STEP == 0:
                step = 2 if self._limit < self._most / 2 else 1
                self._limit = min(self._limit + step, self._most)
