"""The time of a remote store's server, so that writers whose clocks differ agree on what has expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from rocky_core.ports.clock import Clock

_MEASURED_AGAIN_SECONDS: Final = 600.0


class ServerClock:
    """Counts on from what the server said, by the machine's monotonic clock, and asks again now and then."""

    def __init__(self, clock: Clock, ask: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ask = ask
        self._turn = Lock()
        self._measured_at, self._server_then = self._measure()

    def now(self) -> datetime:
        with self._turn:
            passed = self._clock.monotonic() - self._measured_at
            if passed >= _MEASURED_AGAIN_SECONDS:
                self._measured_at, self._server_then = self._measure()
                passed = self._clock.monotonic() - self._measured_at
            return self._server_then + timedelta(seconds=passed)

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    def _measure(self) -> tuple[float, datetime]:
        """An instant of the server lies between asking and hearing it; the middle is the best guess."""
        asked_at = self._clock.monotonic()
        told = self._ask()
        return (asked_at + self._clock.monotonic()) / 2, told


def synchronised(clock: Clock, ask: Callable[[], datetime]) -> Clock:
    """The clock whose instants are the server's."""
    return ServerClock(clock, ask)
