"""The JSON of `dag`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.lineage import LineageEdge
from rocky_core.results.model_parts import FreshnessRule, StrategyJson, Target
from rocky_core.results.wire import Answer, Record


class PartitionShape(Record, frozen=True, gc=False):
    """How a model's table is cut by time; granularity is hourly, daily, monthly or yearly."""

    granularity: str
    first_partition: str | UnsetType = UNSET


class DagNode(Record, frozen=True, gc=False):
    """A seed, a model, a test, or a pipeline's part; `id` is `kind:name`."""

    id: str
    kind: str
    label: str
    pipeline: str | UnsetType = UNSET
    target: Target | UnsetType = UNSET
    strategy: StrategyJson | UnsetType = UNSET
    freshness: FreshnessRule | UnsetType = UNSET
    partition_shape: PartitionShape | UnsetType = UNSET
    depends_on: tuple[str, ...] | UnsetType = UNSET


class DagEdge(Record, frozen=True, gc=False, rename={"source": "from", "target": "to"}):
    """`to` waits for `from`; `edge_type` is data, check or governance."""

    source: str
    target: str
    edge_type: str


class DagSummary(Record, frozen=True, gc=False):
    """The size of the graph."""

    total_nodes: int
    total_edges: int
    execution_layers: int
    counts_by_kind: dict[str, int]


class DagAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky dag`."""

    command: str = "dag"
    schema_version: str = "1"
    nodes: tuple[DagNode, ...]
    edges: tuple[DagEdge, ...]
    execution_layers: tuple[tuple[str, ...], ...]
    summary: DagSummary
    column_lineage: tuple[LineageEdge, ...] | UnsetType = UNSET
    column_lineage_unavailable: str | UnsetType = UNSET
