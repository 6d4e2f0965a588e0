"""`rocky list …`."""

from __future__ import annotations

import click
from msgspec import UNSET

from rocky_core.api import Compilation, open_project
from rocky_core.cli.output import Cells, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options
from rocky_core.config.pipelines import (
    LoadPipeline,
    Pipeline,
    ReplicationPipeline,
    SnapshotPipeline,
)
from rocky_core.ir.strategy import strategy_name
from rocky_core.results.listing import (
    AdapterEntry,
    AdaptersAnswer,
    ConsumersAnswer,
    DepsAnswer,
    ModelEntry,
    ModelsAnswer,
    PipelineEntry,
    PipelinesAnswer,
    SourceEntry,
    SourcesAnswer,
)
from rocky_core.results.wire import Answer


@click.group("list")
@global_options
def command() -> None:
    """List what the project consists of."""


@command.command("pipelines")
@global_options
def pipelines() -> None:
    """The pipelines of rocky.toml."""
    config = open_project(project_options()).config
    entries = tuple(
        PipelineEntry(
            name,
            pipeline.type,
            pipeline.target.adapter,
            pipeline.depends_on,
            str(config.execution_of(pipeline).concurrency),
            pipeline.source.adapter if isinstance(pipeline, ReplicationPipeline | SnapshotPipeline) else UNSET,
        )
        for name, pipeline in config.pipelines.items()
    )
    _print(
        PipelinesAnswer(pipelines=entries),
        ("Pipeline", "Type", "Target adapter", "Depends on"),
        [(entry.name, entry.pipeline_type, entry.target_adapter, ", ".join(entry.depends_on)) for entry in entries],
    )


@command.command("adapters")
@global_options
def adapters() -> None:
    """The connections of rocky.toml, without their secrets."""
    config = open_project(project_options()).config
    entries = tuple(
        AdapterEntry(name, adapter.type, adapter.host or UNSET) for name, adapter in config.adapters.items()
    )
    _print(
        AdaptersAnswer(adapters=entries),
        ("Adapter", "Type", "Host"),
        [(entry.name, entry.adapter_type, entry.host or "") for entry in entries],
    )


@command.command("models")
@global_options
def models() -> None:
    """All models, sorted by name, with what they depend on."""
    compilation = _compile()
    entries = tuple(
        ModelEntry(
            name,
            str(compiled.model.target),
            strategy_name(compiled.model.strategy),
            compiled.depends_on,
            compiled.model.contract is not None,
        )
        for name, compiled in sorted(compilation.project.models.items())
    )
    _print(
        ModelsAnswer(models=entries),
        ("Model", "Target", "Strategy", "Depends on"),
        [(entry.name, entry.target, entry.strategy, ", ".join(entry.depends_on)) for entry in entries],
    )


@command.command("sources")
@global_options
def sources() -> None:
    """Where the pipelines that copy data read from."""
    config = open_project(project_options()).config
    found = (_source(name, pipeline) for name, pipeline in config.pipelines.items())
    entries = tuple(entry for entry in found if entry is not None)
    _print(
        SourcesAnswer(sources=entries),
        ("Pipeline", "Adapter", "Catalog", "Components"),
        [(entry.pipeline, entry.adapter, entry.catalog or "", ", ".join(entry.components)) for entry in entries],
    )


@command.command("deps")
@click.argument("model")
@global_options
def deps(model: str) -> None:
    """What a model reads, declared or found in its SQL."""
    found = _compile().model(model).depends_on
    _print(DepsAnswer(model=model, depends_on=found), ("Depends on",), [(name,) for name in found])


@command.command("consumers")
@click.argument("model")
@global_options
def consumers(model: str) -> None:
    """The models that read a model."""
    compilation = _compile()
    compilation.model(model)
    found = compilation.readers(model)
    _print(ConsumersAnswer(model=model, consumers=found), ("Read by",), [(name,) for name in found])


def _compile() -> Compilation:
    return open_project(project_options()).compile()


def _source(name: str, pipeline: Pipeline) -> SourceEntry | None:
    match pipeline:
        case ReplicationPipeline(source=source):
            return SourceEntry(
                name,
                source.adapter,
                source.schema_pattern.components,
                source.catalog or UNSET,
                source.schema_pattern.prefix,
                source.discovery.adapter if source.discovery else UNSET,
            )
        case SnapshotPipeline(source=table):
            return SourceEntry(name, table.adapter, (table.schema_name, table.table), table.catalog)
        case LoadPipeline():
            return SourceEntry(name, pipeline.target.adapter, (pipeline.source_dir,))
        case _:
            return None


def _print(answer: Answer, headings: Cells, rows: list[tuple[str, ...]]) -> None:
    print_answer(
        lambda: answer,
        lambda: table_lines(headings, rows) if rows else ["  (none)"],
        lambda: markdown_lines(headings, rows),
    )
