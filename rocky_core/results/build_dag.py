"""The project as one graph: seeds, the parts of pipelines, models and their tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import UNSET, Struct, UnsetType

from rocky_core.config.pipelines import Pipeline, ReplicationPipeline, TransformationPipeline
from rocky_core.ir.graph import layers, topological_order
from rocky_core.ir.lineage import Edge
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Granularity, Microbatch, Strategy, TimeInterval
from rocky_core.results.dag import DagAnswer, DagEdge, DagNode, DagSummary, PartitionShape
from rocky_core.results.lineage import to_edges
from rocky_core.results.model_parts import to_freshness, to_strategy, to_target

_GRAIN_WORDS: Final = {
    Granularity.HOUR: "hourly",
    Granularity.DAY: "daily",
    Granularity.MONTH: "monthly",
    Granularity.YEAR: "yearly",
}


class DagInput(Struct, frozen=True):
    """What the graph is made of besides the models; `pipeline_of` says which pipeline builds a model."""

    pipelines: Mapping[str, Pipeline]
    seeds: Mapping[str, TargetName | None]
    pipeline_of: Mapping[str, str]


class _Part(Struct, frozen=True):
    """A node and the ids it waits for."""

    node: DagNode
    waits_for: tuple[str, ...] = ()
    edge_type: str = "data"


def build_dag(project: CompiledProject, about: DagInput, *, with_columns: bool) -> DagAnswer:
    """The graph of everything, with the resolved dependencies of the models."""
    parts = [
        *(_seed(name, target) for name, target in sorted(about.seeds.items())),
        *(part for name, pipeline in about.pipelines.items() for part in _pipeline(name, pipeline, project, about)),
        *(part for name in project.order for part in _model(project.models[name], project, about)),
    ]
    known = {part.node.id for part in parts}
    parts = [
        replace(part, waits_for=tuple(dict.fromkeys(one for one in part.waits_for if one in known))) for part in parts
    ]
    waits = {part.node.id: part.waits_for for part in parts}
    order = layers(waits, topological_order(waits))
    edges = tuple(DagEdge(other, part.node.id, part.edge_type) for part in parts for other in part.waits_for)
    return DagAnswer(
        nodes=tuple(replace(part.node, depends_on=part.waits_for or UNSET) for part in parts),
        edges=edges,
        execution_layers=order,
        summary=DagSummary(len(parts), len(edges), len(order), dict(Counter(part.node.kind for part in parts))),
        column_lineage=to_edges(_column_edges(project)) if with_columns else UNSET,
    )


def _seed(name: str, target: TargetName | None) -> _Part:
    return _Part(DagNode(f"seed:{name}", "seed", name, target=to_target(target) if target else UNSET))


def _pipeline(name: str, pipeline: Pipeline, project: CompiledProject, about: DagInput) -> Iterator[_Part]:
    """The nodes of a pipeline that builds no models; a transformation is its models."""
    before = tuple(one for other in pipeline.depends_on for one in _exits(other, project, about))
    match pipeline:
        case TransformationPipeline():
            return
        case ReplicationPipeline():
            source = DagNode(f"source:{name}", "source", f"{name} (source)", name)
            yield _Part(source, before)
            yield _Part(DagNode(f"load:{name}", "load", f"{name} (load)", name), (source.id,))
        case _:
            yield _Part(DagNode(f"{pipeline.type}:{name}", pipeline.type, name, name), before)


def _exits(name: str, project: CompiledProject, about: DagInput) -> tuple[str, ...]:
    """The nodes after which a pipeline is done."""
    pipeline = about.pipelines.get(name)
    match pipeline:
        case None:
            return ()
        case TransformationPipeline():
            own = [model for model in project.order if about.pipeline_of.get(model) == name]
            read = {other for model in own for other in project.models[model].depends_on}
            return tuple(f"transformation:{model}" for model in own if model not in read)
        case ReplicationPipeline():
            return (f"load:{name}",)
        case _:
            return (f"{pipeline.type}:{name}",)


def _model(compiled: CompiledModel, project: CompiledProject, about: DagInput) -> Iterator[_Part]:
    model = compiled.model
    pipeline = about.pipeline_of.get(model.name)
    node = DagNode(
        f"transformation:{model.name}",
        "transformation",
        model.name,
        pipeline=pipeline or UNSET,
        target=to_target(model.target),
        strategy=to_strategy(model.strategy),
        freshness=to_freshness(model.freshness) if model.freshness else UNSET,
        partition_shape=_partition_shape(model.strategy),
    )
    yield _Part(node, tuple(_waits_of(compiled, pipeline, project, about)))
    for index, test in enumerate(model.tests):
        name = f"{model.name}::{test.kind}_{test.column or index}"
        yield _Part(DagNode(f"test:{name}", "test", name, pipeline=pipeline or UNSET), (node.id,), "check")


def _waits_of(
    compiled: CompiledModel, pipeline: str | None, project: CompiledProject, about: DagInput
) -> Iterator[str]:
    for name in compiled.model.depends_on:
        if name in about.seeds:
            yield f"seed:{name}"
        elif name in about.pipelines:
            yield from _exits(name, project, about)
    for table in compiled.facts.reads_tables:
        yield from (f"seed:{name}" for name, target in about.seeds.items() if _is_read_as(name, target, table))
    models = [name for name in compiled.depends_on if name in project.models]
    yield from (f"transformation:{name}" for name in models)
    starts_pipeline = not any(about.pipeline_of.get(name) == pipeline for name in models)
    if pipeline is not None and starts_pipeline:
        for other in about.pipelines[pipeline].depends_on:
            yield from _exits(other, project, about)


def _is_read_as(name: str, target: TargetName | None, table: str) -> bool:
    """Whether a table as the SQL spells it is a seed's."""
    read = table.lower().replace('"', "").replace("`", "").split(".")
    full = (
        [part.lower() for part in (target.catalog, target.schema, target.table) if part] if target else [name.lower()]
    )
    return full[-len(read) :] == read or read == [name.lower()]


def _partition_shape(strategy: Strategy) -> PartitionShape | UnsetType:
    match strategy:
        case TimeInterval():
            return PartitionShape(_GRAIN_WORDS[strategy.granularity], strategy.first_partition or UNSET)
        case Microbatch():
            return PartitionShape(_GRAIN_WORDS[strategy.granularity])
        case _:
            return UNSET


def _column_edges(project: CompiledProject) -> Sequence[Edge]:
    return [edge for name in project.order for edge in project.models[name].facts.edges]
