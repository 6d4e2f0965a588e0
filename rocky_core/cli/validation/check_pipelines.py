"""Whether each pipeline names what exists, and asks for what its type does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rocky_core.cli.validation.message import error, ok, warn
from rocky_core.config.checks import KINDS_NEVER_RUN
from rocky_core.config.load_checks import Rule, load_problems
from rocky_core.config.pipelines import (
    REPLICATION_STRATEGIES,
    Pipeline,
    QualityPipeline,
    ReplicationPipeline,
    SnapshotPipeline,
    TransformationPipeline,
)
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.project_files.models_glob import escapes_root, glob_base
from rocky_core.results.validation import PipelineStatus, ValidateMessage

_RULE_CODES: Final = {
    Rule.ADAPTER_KIND: "V032",
    Rule.PIPELINE_ROLE: "V033",
    Rule.SCHEMA_PATTERN: "V021",
    Rule.OTHER: "V046",
}


def check_pipelines(config: RockyConfig, root: Path) -> tuple[tuple[PipelineStatus, ...], list[ValidateMessage]]:
    """The state of every pipeline, and what is wrong with each or between them."""
    if not config.pipelines:
        return (), [warn("V020", "no pipelines are defined, so there is nothing to run", "pipeline"), *_rules(config)]
    statuses = []
    messages: list[ValidateMessage] = []
    for name, pipeline in config.pipelines.items():
        found = list(_check(name, pipeline, config, root))
        is_ok = not any(one.severity == "error" for one in found)
        statuses.append(_status(name, pipeline, is_ok))
        messages += [*([ok("V020", f"pipeline '{name}' ({pipeline.type})")] if is_ok else []), *found]
    return tuple(statuses), [*messages, *_rules(config), *_between(config)]


def _rules(config: RockyConfig) -> Iterator[ValidateMessage]:
    for problem in load_problems(config.adapters, config.pipelines, config.settings.state):
        yield error(_RULE_CODES[problem.rule], problem.message, *problem.path)


def _status(name: str, pipeline: Pipeline, is_ok: bool) -> PipelineStatus:
    if isinstance(pipeline, ReplicationPipeline):
        target = pipeline.target
        return PipelineStatus(
            name, pipeline.type, pipeline.strategy, target.catalog_template, target.schema_template, is_ok
        )
    return PipelineStatus(name, pipeline.type, "", "", "", is_ok)


def _check(name: str, pipeline: Pipeline, config: RockyConfig, root: Path) -> Iterator[ValidateMessage]:
    yield from _adapter("V023", name, pipeline.target.adapter, config, "target", "adapter")
    for kind in KINDS_NEVER_RUN[pipeline.type]:
        if kind in pipeline.checks.model_fields_set:
            message = f"pipeline '{name}': a {pipeline.type} pipeline never runs the check '{kind}'"
            yield warn("V034", message, "pipeline", name, "checks", kind)
    match pipeline:
        case ReplicationPipeline():
            yield from _replication(name, pipeline, config)
        case TransformationPipeline():
            yield from _transformation(name, pipeline, root)
        case QualityPipeline():
            if not pipeline.tables:
                yield warn("V026", f"pipeline '{name}' names no tables to check", "pipeline", name, "tables")
            if not pipeline.checks.enabled:
                yield warn("V027", f"pipeline '{name}' has checks.enabled = false", "pipeline", name, "checks")
        case SnapshotPipeline():
            yield from _adapter("V022", name, pipeline.source.adapter, config, "source", "adapter")
            if not pipeline.unique_key:
                yield error("V028", f"pipeline '{name}' needs a unique_key", "pipeline", name, "unique_key")
        case _:
            return


def _replication(name: str, pipeline: ReplicationPipeline, config: RockyConfig) -> Iterator[ValidateMessage]:
    yield from _adapter("V022", name, pipeline.source.adapter, config, "source", "adapter")
    discovery = pipeline.source.discovery
    if discovery is not None:
        yield from _adapter("V024", name, discovery.adapter, config, "source", "discovery", "adapter")
    named: list[tuple[tuple[str, ...], str]] = [(("strategy",), pipeline.strategy)]
    named += [
        (("table_overrides", str(index), "strategy"), override.strategy)
        for index, override in enumerate(pipeline.table_overrides)
        if override.strategy is not None
    ]
    for path, strategy in named:
        if strategy not in REPLICATION_STRATEGIES:
            hint = did_you_mean(strategy, REPLICATION_STRATEGIES)
            yield warn(
                "V035", f"pipeline '{name}' has the unknown strategy '{strategy}'{hint}", "pipeline", name, *path
            )
    if not any(one.component_names == () for one in (pipeline.source.schema_pattern,)):
        yield ok("V021", f"pipeline '{name}': schemas like {_example(pipeline)}")


def _example(pipeline: ReplicationPipeline) -> str:
    pattern = pipeline.source.schema_pattern
    return pattern.prefix + pattern.separator.join(f"<{component}>" for component in pattern.component_names)


def _transformation(name: str, pipeline: TransformationPipeline, root: Path) -> Iterator[ValidateMessage]:
    if escapes_root(pipeline.models):
        message = f"pipeline '{name}': models = '{pipeline.models}' looks outside of the project"
        yield error("V047", message, "pipeline", name, "models")
    elif not (root / glob_base(pipeline.models)).is_dir():
        message = f"pipeline '{name}': the folder '{glob_base(pipeline.models)}' does not exist"
        yield warn("V025", message, "pipeline", name, "models")


def _adapter(code: str, pipeline: str, adapter: str, config: RockyConfig, *path: str) -> Iterator[ValidateMessage]:
    if adapter not in config.adapters:
        hint = did_you_mean(adapter, config.adapters)
        message = f"pipeline '{pipeline}': there is no adapter '{adapter}' for its {path[-2]}{hint}"
        yield error(code, message, "pipeline", pipeline, *path)


def _between(config: RockyConfig) -> Iterator[ValidateMessage]:
    """What pipelines wait for."""
    is_sound = True
    for name, pipeline in config.pipelines.items():
        for other in pipeline.depends_on:
            if other not in config.pipelines:
                is_sound = False
                hint = did_you_mean(other, config.pipelines)
                message = f"pipeline '{name}' depends on '{other}', which does not exist{hint}"
                yield error("V029", message, "pipeline", name, "depends_on")
    try:
        topological_order({name: pipeline.depends_on for name, pipeline in config.pipelines.items()})
    except Cycle as circle:
        yield error("V030", f"pipelines depend on each other in a circle: {', '.join(circle.members)}", "pipeline")
    else:
        if is_sound and any(pipeline.depends_on for pipeline in config.pipelines.values()):
            yield ok("V030", "no circle among the pipelines")
