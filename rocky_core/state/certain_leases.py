"""Leases that nobody can have taken over yet, because their last sign of life is too young for that."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import Final

from rocky_core.ir.state import Lease

# Others wait for the whole time to live; the rest of it makes up for clocks that do not run alike.
_CERTAIN_SHARE: Final = 0.5


class CertainLeases:
    """Remembers until when each lease of this process is certainly held, by the count that no clock change moves."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._until: dict[Lease, float] = {}

    def note(self, lease: Lease, ttl: timedelta, monotonic: float) -> None:
        """A sign of life that was given after this count is stored."""
        with self._turn:
            self._until[lease] = monotonic + _CERTAIN_SHARE * ttl.total_seconds()

    def holds(self, lease: Lease, monotonic: float) -> bool:
        """Whether there is no need to ask the store."""
        with self._turn:
            return monotonic < self._until.get(lease, float("-inf"))

    def forget(self, lease: Lease) -> None:
        """The lease is given back."""
        with self._turn:
            self._until.pop(lease, None)
