"""The events of a run of all pipelines: display, JSON and exit code are folds over them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rocky_core.ir.run import RunEvent, RunStatus


class NodeStatus(StrEnum):
    """How a pipeline ended; the spelling is the one on the wire."""

    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class DagNode:
    """One pipeline; it starts when all that it waits for have completed."""

    name: str
    kind: str
    layer: int
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DagStarted:
    """The pipelines in an order in which those that are waited for come first."""

    nodes: tuple[DagNode, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """A pipeline has begun."""

    name: str


@dataclass(frozen=True, slots=True)
class NodeTold:
    """What the run of one pipeline says."""

    name: str
    event: RunEvent


@dataclass(frozen=True, slots=True)
class NodeEnded:
    """A pipeline is done, or will not be begun; without a run there is no run id."""

    name: str
    status: NodeStatus
    duration_ms: int = 0
    error: str | None = None  # Why it failed or was skipped.
    run_id: str | None = None
    run_status: RunStatus | None = None


@dataclass(frozen=True, slots=True)
class DagFinished:
    """The last event."""

    duration_ms: int
    interrupted: bool = False


DagEvent = DagStarted | NodeStarted | NodeTold | NodeEnded | DagFinished
