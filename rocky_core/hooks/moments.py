"""What hooks are told of that the event stream of a run does not carry."""

from __future__ import annotations

from msgspec import Struct


class SourcesDiscovered(Struct, frozen=True):
    """The sources of a replication are known."""

    connector_count: int


class ProjectCompiled(Struct, frozen=True):
    """The models are compiled."""

    model_count: int


class ChecksStarting(Struct, frozen=True):
    """The checks of so many tables are about to be evaluated."""

    table_count: int


class ChecksDone(Struct, frozen=True):
    """All checks are evaluated; how they ended is counted from the events."""


class StateSynced(Struct, frozen=True):
    """What the run has to remember is stored where it belongs."""


class BudgetBreached(Struct, frozen=True):
    """The run used more than it may."""

    limit_type: str
    limit: float
    actual: float


Moment = SourcesDiscovered | ProjectCompiled | ChecksStarting | ChecksDone | StateSynced | BudgetBreached
