"""The JSON of `run --dag`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from rocky_core.ir.dag_run import DagEvent, DagFinished, DagNode, DagStarted, NodeEnded, NodeStatus, NodeTold
from rocky_core.ir.run import RunWarning
from rocky_core.results.wire import Answer, Record


class DagRunNode(Record, frozen=True, gc=False):
    """One pipeline and how it ended; `rocky history` shows the tables of its run."""

    id: str
    kind: str
    label: str
    layer: int
    status: str
    duration_ms: int
    depends_on: tuple[str, ...]
    error: str | UnsetType = UNSET
    run_id: str | UnsetType = UNSET
    run_status: str | UnsetType = UNSET


class DagRunAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky run --dag`."""

    command: str = "run --dag"
    total_layers: int
    total_nodes: int
    completed: int
    failed: int
    skipped: int
    duration_ms: int
    interrupted: bool
    nodes: tuple[DagRunNode, ...]
    warnings: tuple[str, ...] = ()


def dag_run_answer(events: Sequence[DagEvent]) -> DagRunAnswer:
    """The answer to a run that is over."""
    started = next(one for one in events if isinstance(one, DagStarted))
    finished = next(one for one in events if isinstance(one, DagFinished))
    ends = {one.name: one for one in events if isinstance(one, NodeEnded)}
    kinds = {node.name: node.kind for node in started.nodes}
    count = {status: sum(end.status is status for end in ends.values()) for status in NodeStatus}
    told = (
        f"{one.name}: {one.event.message}"
        for one in events
        if isinstance(one, NodeTold) and isinstance(one.event, RunWarning)
    )
    return DagRunAnswer(
        total_layers=max((node.layer + 1 for node in started.nodes), default=0),
        total_nodes=len(started.nodes),
        completed=count[NodeStatus.COMPLETED],
        failed=count[NodeStatus.FAILED],
        skipped=count[NodeStatus.SKIPPED],
        duration_ms=finished.duration_ms,
        interrupted=finished.interrupted,
        nodes=tuple(_node(node, ends[node.name], kinds) for node in started.nodes),
        warnings=(*started.warnings, *told),
    )


def _node(node: DagNode, end: NodeEnded, kinds: dict[str, str]) -> DagRunNode:
    return DagRunNode(
        id=f"{node.kind}:{node.name}",
        kind=node.kind,
        label=node.name,
        layer=node.layer,
        status=end.status.value,
        duration_ms=end.duration_ms,
        depends_on=tuple(f"{kinds[name]}:{name}" for name in node.waits_for),
        error=end.error or UNSET,
        run_id=end.run_id or UNSET,
        run_status=end.run_status.value if end.run_status is not None else UNSET,
    )
