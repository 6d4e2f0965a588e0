"""What hooks are told of that the event stream of a run does not carry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourcesDiscovered:
    """The sources of a replication are known."""

    connector_count: int


@dataclass(frozen=True, slots=True)
class ProjectCompiled:
    """The models are compiled."""

    model_count: int


@dataclass(frozen=True, slots=True)
class ChecksStarting:
    """The checks of so many tables are about to be evaluated."""

    table_count: int


@dataclass(frozen=True, slots=True)
class ChecksDone:
    """All checks are evaluated; how they ended is counted from the events."""


@dataclass(frozen=True, slots=True)
class StateSynced:
    """What the run has to remember is stored where it belongs."""


@dataclass(frozen=True, slots=True)
class BudgetBreached:
    """The run used more than it may."""

    limit_type: str
    limit: float
    actual: float


Moment = SourcesDiscovered | ProjectCompiled | ChecksStarting | ChecksDone | StateSynced | BudgetBreached
