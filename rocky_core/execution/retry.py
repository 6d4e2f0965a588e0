"""Decides whether something that failed is tried again, when, and when to stop trying at all."""

from __future__ import annotations

import threading
from random import Random
from typing import Final

from msgspec import Struct

from rocky_core.errors import FailureKind
from rocky_core.ir.backoff import Backoff
from rocky_core.ports.clock import Clock

_SLICE_SECONDS: Final = 0.1  # How long one who waits may fail to notice that the run was interrupted.


class RetryRules(Struct, frozen=True):
    """How often and how patiently; None as the run's budget means that it is not limited."""

    max_retries: int = 2
    initial_backoff_seconds: float = 0.5
    max_backoff_seconds: float = 30.0
    backoff_multiplier: float = 2.0
    jitter: bool = True
    breaker_threshold: int = 3
    max_retries_per_run: int | None = 8
    waits_for_quota: bool = True  # Else whoever started the run waits, and keeps no place while it does.
    breaker_recovery_seconds: float | None = None  # None: once it is open, the run is over.


class Retries:
    """The retries of one run: its budget and its circuit breaker, shared by all workers."""

    def __init__(self, rules: RetryRules, random: Random) -> None:
        self._rules = rules
        self._random = random
        self._lock = threading.Lock()
        self._used = 0
        self._failures_in_a_row = 0
        self._opened_at = 0.0

    def wait_before(self, attempt: int, kind: FailureKind, cooldown_seconds: float | None = None) -> float | None:
        """Seconds to wait before the attempt after this one (they count from one); None to give up."""
        rules = self._rules
        if not kind.is_transient or attempt > rules.max_retries:
            return None
        if kind is FailureKind.QUOTA_EXCEEDED and not rules.waits_for_quota:
            return None
        with self._lock:
            if rules.max_retries_per_run is not None and self._used >= rules.max_retries_per_run:
                return None
            self._used += 1
            return max(backoff_seconds(rules, attempt, self._random), cooldown_seconds or 0.0)

    def table_ended(self, kind: FailureKind | None, monotonic: float) -> None:
        """Tell the breaker how a table ended; None is success. Only failures that speak of the warehouse count."""
        with self._lock:
            if kind is None or not kind.is_transient:
                self._failures_in_a_row = 0
            else:
                self._failures_in_a_row += 1
                self._opened_at = monotonic

    @property
    def is_open(self) -> bool:
        """Whether so many tables in a row found the warehouse unwell that the run is over."""
        return self._rules.breaker_recovery_seconds is None and self._has_tripped()

    def holds_back(self, monotonic: float) -> bool:
        """Whether nothing is to be started for a while; afterwards the next table shows whether all is well again."""
        recovery = self._rules.breaker_recovery_seconds
        return recovery is not None and self._has_tripped() and monotonic - self._opened_at < recovery

    def _has_tripped(self) -> bool:
        with self._lock:
            return 0 < self._rules.breaker_threshold <= self._failures_in_a_row


def wait_unless(interrupted: threading.Event, seconds: float, clock: Clock) -> None:
    """Wait so long, or until the run is interrupted."""
    until = clock.monotonic() + seconds
    while (left := until - clock.monotonic()) > 0 and not interrupted.is_set():
        clock.sleep(min(left, _SLICE_SECONDS))


def backoff_seconds(rules: RetryRules, attempt: int, random: Random) -> float:
    """The wait after the attempt."""
    growing = Backoff(rules.initial_backoff_seconds, rules.max_backoff_seconds, rules.backoff_multiplier, rules.jitter)
    return growing.after(attempt, random.random())
