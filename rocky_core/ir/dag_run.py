"""The events of a run of all pipelines: display, JSON and exit code are folds over them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rocky_core.ir.run import RunEvent, RunStatus


class NodeStatus(StrEnum):
    """How a pipeline ended; the spelling is the one on the wire."""

    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class DagNode(Struct, frozen=True):
    """One pipeline; it starts when all that it waits for have completed."""

    name: str
    kind: str
    layer: int
    waits_for: tuple[str, ...] = ()


class DagStarted(Struct, frozen=True):
    """The pipelines in an order in which those that are waited for come first."""

    nodes: tuple[DagNode, ...]
    warnings: tuple[str, ...] = ()


class NodeStarted(Struct, frozen=True):
    """A pipeline has begun."""

    name: str


class NodeTold(Struct, frozen=True):
    """What the run of one pipeline says."""

    name: str
    event: RunEvent


class NodeEnded(Struct, frozen=True):
    """A pipeline is done, or will not be begun; without a run there is no run id."""

    name: str
    status: NodeStatus
    duration_ms: int = 0
    error: str | None = None  # Why it failed or was skipped.
    run_id: str | None = None
    run_status: RunStatus | None = None


class DagFinished(Struct, frozen=True):
    """The last event."""

    duration_ms: int
    interrupted: bool = False


DagEvent = DagStarted | NodeStarted | NodeTold | NodeEnded | DagFinished
