"""The time of a remote store's server, so that writers whose clocks differ agree on what has expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from rocky_core.ports.clock import Clock

_MEASURED_AGAIN_SECONDS: Final = 600.0


class ServerClock:
    """Counts on from what the server said, by the machine's monotonic clock, and asks again now and then.

    It is asked when an instant is first needed: some servers tell the time only of something that is stored.
    """

    def __init__(self, clock: Clock, ask: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ask = ask
        self._turn = Lock()
        self._measured: tuple[float, datetime] | None = None

    def now(self) -> datetime:
        with self._turn:
            measured = self._measured
            if measured is None or self._clock.monotonic() - measured[0] >= _MEASURED_AGAIN_SECONDS:
                measured = self._measured = self._measure()
            measured_at, server_then = measured
            return server_then + timedelta(seconds=self._clock.monotonic() - measured_at)

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
