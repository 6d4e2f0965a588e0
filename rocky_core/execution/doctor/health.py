"""What a look at one thing found."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Health(StrEnum):
    """How well something is; the spelling is the one on the wire."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"


_RANKS = {Health.HEALTHY: 0, Health.WARNING: 1, Health.CRITICAL: 2}

Details = tuple[tuple[str, str], ...]


class Outcome(Struct, frozen=True):
    """What one look found; a suggestion names the next command."""

    health: Health
    message: str
    details: Details = ()
    suggestion: str | None = None


class Finding(Struct, frozen=True):
    """An outcome under its published name, with how long the look took."""

    name: str
    outcomes: tuple[Outcome, ...]
    duration_ms: int = 0

    @property
    def health(self) -> Health:
        return worst(outcome.health for outcome in self.outcomes)

    @property
    def message(self) -> str:
        """What the worst of the outcomes say."""
        told = dict.fromkeys(one.message for one in self.outcomes if one.health is self.health)
        return "; ".join(told)

    @property
    def details(self) -> Details:
        return tuple(detail for outcome in self.outcomes for detail in outcome.details)

    @property
    def suggestions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.suggestion for one in self.outcomes if one.suggestion is not None))


def healthy(message: str, *details: tuple[str, str]) -> Outcome:
    return Outcome(Health.HEALTHY, message, details)


def warning(message: str, *details: tuple[str, str], suggestion: str | None = None) -> Outcome:
    return Outcome(Health.WARNING, message, details, suggestion)


def critical(message: str, *details: tuple[str, str], suggestion: str | None = None) -> Outcome:
    return Outcome(Health.CRITICAL, message, details, suggestion)


def worst(states: Iterable[Health]) -> Health:
    """The worst of these; nothing is wrong where there are none."""
    return max(states, key=_RANKS.__getitem__, default=Health.HEALTHY)
