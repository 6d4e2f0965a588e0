"""How long is waited before something is tried again."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

_JITTER: Final = 0.25  # Of the wait; centred, so that it is 12.5 % less to 12.5 % more.


class Backoff(Struct, frozen=True):
    """A wait that grows with each attempt up to a limit, spread so that those who wait do not come back all at once."""

    initial_seconds: float
    most_seconds: float
    multiplier: float
    has_jitter: bool

    def after(self, attempt: int, chance: float) -> float:
        """Seconds after the attempt, the first being 1; `chance` is a random number from 0 to 1."""
        wait = min(self.initial_seconds * self.multiplier ** (attempt - 1), self.most_seconds)
        return wait * (1 + _JITTER * (chance - 0.5)) if self.has_jitter else wait
