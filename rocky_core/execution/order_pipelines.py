"""Which pipelines wait for which: as rocky.toml says, and where one reads what another writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, assert_never

from msgspec import Struct

from rocky_core.config.pipelines import (
    LoadPipeline,
    Pipeline,
    QualityPipeline,
    ReplicationPipeline,
    SnapshotPipeline,
    TransformationPipeline,
)
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.config.schema_pattern import placeholders
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.execution.local_database import name_parts
from rocky_core.ir.dag_run import DagNode
from rocky_core.ir.graph import Cycle, layers, topological_order
from rocky_core.ir.project import CompiledProject
from rocky_core.project_files.project_graph import pipeline_of_models

_ANYTHING: Final = ".+"


class PipelineOrder(Struct, frozen=True):
    """The pipelines, those that are waited for first, and what could not be taken into account."""

    nodes: tuple[DagNode, ...]
    warnings: tuple[str, ...] = ()


class _Place(Struct, frozen=True):
    """Tables of a warehouse, each part of their names a name or a pattern; None is any catalog."""

    adapter: str
    catalog: str | None
    schema: str
    table: str


def order_pipelines(config: RockyConfig, project: CompiledProject | None) -> PipelineOrder:
    """The order of all pipelines; without a project only what rocky.toml says is known.

    Raises:
        UserError: there is no pipeline, one waits for another that is not there, or they wait for each other.

    """
    pipelines = config.pipelines
    if not pipelines:
        raise UserError(
            f"'{config.file}' declares no pipeline", hint="add [pipeline.NAME] with a type to say what is to be done"
        )
    waits = {name: list(_declared(name, settings, pipelines)) for name, settings in pipelines.items()}
    try:
        topological_order(waits)
    except Cycle as circle:
        raise UserError(
            f"pipelines wait for each other in a circle: {', '.join(circle.members)}",
            hint="take one of them out of another's depends_on",
        ) from circle
    warnings = []
    for name, other in dict.fromkeys(_derived(pipelines, project)):
        if other in waits[name]:
            continue
        waits[name].append(other)
        try:
            topological_order(waits)
        except Cycle:
            waits[name].remove(other)
            warnings.append(f"pipeline '{name}' reads what '{other}' writes, which is to run after it; see depends_on")
    order = topological_order(waits)
    level = {name: depth for depth, names in enumerate(layers(waits, order)) for name in names}
    in_order = sorted(order, key=lambda name: level[name])
    nodes = (DagNode(name, pipelines[name].type, level[name], tuple(waits[name])) for name in in_order)
    return PipelineOrder(tuple(nodes), tuple(warnings))


def _declared(name: str, settings: Pipeline, pipelines: Mapping[str, Pipeline]) -> Iterator[str]:
    for other in settings.depends_on:
        if other not in pipelines:
            raise UserError(
                f"pipeline '{name}' depends on '{other}', which is not there{did_you_mean(other, pipelines)}",
                hint="correct depends_on in rocky.toml",
            )
        yield other


def _derived(pipelines: Mapping[str, Pipeline], project: CompiledProject | None) -> Iterator[tuple[str, str]]:
    """Pairs of a pipeline and one whose tables it reads."""
    transformations = {name: one for name, one in pipelines.items() if isinstance(one, TransformationPipeline)}
    builders = {} if project is None else pipeline_of_models(transformations, project)
    writes = [(name, place) for name, one in pipelines.items() for place in _writes(one)]
    reads = [(name, place) for name, one in pipelines.items() for place in _reads(one)]
    if project is not None:
        for model, name in builders.items():
            compiled = project.models[model]
            adapter = compiled.model.adapter or transformations[name].target.adapter
            yield from ((name, builders[up]) for up in compiled.depends_on if builders.get(up, name) != name)
            target = compiled.model.target
            writes.append((name, _Place(adapter, re.escape(target.catalog) or None, target.schema, target.table)))
            reads += [(name, place) for table in compiled.facts.reads_tables for place in _spelled(adapter, table)]
    for reader, read in reads:
        yield from ((reader, writer) for writer, written in writes if writer != reader and _overlap(read, written))


def _writes(pipeline: Pipeline) -> Iterator[_Place]:
    """The tables of a pipeline that builds no models."""
    match pipeline:
        case ReplicationPipeline(target=target):
            catalog, schema = _template(target.catalog_template), _template(target.schema_template)
            yield _Place(target.adapter, catalog, schema, _ANYTHING)
        case SnapshotPipeline(target=target):
            yield _Place(target.adapter, target.catalog, target.schema_name, target.table)
        case LoadPipeline(target=target):
            yield _Place(target.adapter, target.catalog, target.schema_name, target.table or _ANYTHING)
        case TransformationPipeline() | QualityPipeline():
            return
        case _:
            assert_never(pipeline)


def _reads(pipeline: Pipeline) -> Iterator[_Place]:
    match pipeline:
        case ReplicationPipeline(source=source):
            prefix = re.escape(source.schema_pattern.prefix)
            yield _Place(source.adapter, source.catalog, f"{prefix}.*", _ANYTHING)
        case SnapshotPipeline(source=source):
            yield _Place(source.adapter, source.catalog, source.schema_name, source.table)
        case QualityPipeline():
            for one in pipeline.tables:
                yield _Place(pipeline.target.adapter, one.catalog, one.schema_name, one.table or _ANYTHING)
        case TransformationPipeline() | LoadPipeline():
            return
        case _:
            assert_never(pipeline)


def _spelled(adapter: str, table: str) -> Iterator[_Place]:
    """A table as SQL names it; a bare name could be anybody's."""
    parts = name_parts(table)
    if len(parts) >= 2:
        catalog = re.escape(parts[-3]) if len(parts) > 2 else None
        yield _Place(adapter, catalog, re.escape(parts[-2]), re.escape(parts[-1]))


def _template(template: str) -> str:
    """A pattern of all names that a template can give."""
    names = placeholders(template)
    pieces = re.split(r"\{[^}]*\}", template) if names else [template]
    return _ANYTHING.join(map(re.escape, pieces))


def _overlap(read: _Place, written: _Place) -> bool:
    if read.adapter != written.adapter:
        return False
    catalogs = read.catalog is None or written.catalog is None or _meets(read.catalog, written.catalog)
    return catalogs and _meets(read.schema, written.schema) and _meets(read.table, written.table)


def _meets(first: str, second: str) -> bool:
    """Whether one of them, taken as a name, is among the names that the other stands for."""
    return any(
        re.fullmatch(pattern, re.sub(r"\\(.)", r"\1", name), re.IGNORECASE)
        for pattern, name in ((first, second), (second, first))
    )
