"""What `rocky validate` says of adapters and pipelines, without connecting to anything."""

from __future__ import annotations

from collections.abc import Iterator

from rocky_core.config.adapters import ADAPTER_TYPES, Adapter
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
from rocky_core.config.schema_pattern import placeholders
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import KeyPath
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.project_files.validation_message import Messages, MessageSeverity
from rocky_core.results.validation import AdapterStatus, PipelineStatus

_RULE_CODES = {
    Rule.ADAPTER_KIND: "V032",
    Rule.PIPELINE_ROLE: "V033",
    Rule.SCHEMA_PATTERN: "V021",
    Rule.OTHER: "V046",
}


def validate_adapters(config: RockyConfig, messages: Messages) -> tuple[AdapterStatus, ...]:
    """Whether each adapter's type is known and it has what it needs to connect."""
    if not config.adapters:
        messages.add("warn", "V010", "no adapters defined")
    statuses: list[AdapterStatus] = []
    for name, adapter in config.adapters.items():
        place = config.place("adapter", name, "type")
        if adapter.type not in ADAPTER_TYPES:
            hint = did_you_mean(adapter.type, ADAPTER_TYPES)
            message = f"adapter '{name}' has the unknown type '{adapter.type}'{hint}"
            messages.add("error", "V017", message, f"adapter.{name}.type", place)
            statuses.append(AdapterStatus(name, adapter.type, ok=False))
            continue
        missing = tuple(_missing_settings(adapter))
        for code, key in missing:
            message = f"adapter '{name}' ({adapter.type}) has no {key}"
            messages.add("warn", code, message, f"adapter.{name}.{key.split()[0]}", place)
        if not missing:
            messages.add("ok", "V010", f"adapter '{name}' ({adapter.type})", f"adapter.{name}")
        statuses.append(AdapterStatus(name, adapter.type, ok=not missing))
    return tuple(statuses)


def validate_pipelines(config: RockyConfig, messages: Messages) -> tuple[PipelineStatus, ...]:
    """Every pipeline by itself, then the rules between keys and the order among pipelines."""
    if not config.pipelines:
        messages.add("warn", "V020", "no pipelines defined")
    problems = load_problems(config.adapters, config.pipelines, config.settings.state, config.settings.role)
    broken = {str(problem.path[1]) for problem in problems if problem.path[0] == "pipeline"}
    statuses: list[PipelineStatus] = []
    for name, pipeline in config.pipelines.items():
        before = sum(message.severity == "error" for message in messages.listed)
        _pipeline(config, name, pipeline, messages)
        ok = sum(message.severity == "error" for message in messages.listed) == before and name not in broken
        statuses.append(_status(name, pipeline, ok=ok))
    for problem in problems:
        field = ".".join(str(part) for part in problem.path)
        messages.add("error", _RULE_CODES[problem.rule], problem.message, field, config.place(*problem.path))
    _order(config, messages)
    return tuple(statuses)


def _missing_settings(adapter: Adapter) -> Iterator[tuple[str, str]]:
    match adapter.type:
        case "databricks":
            if not adapter.host:
                yield "V011", "host"
            if not adapter.http_path:
                yield "V012", "http_path"
            if adapter.token is None and adapter.client_id is None:
                yield "V013", "token (or client_id and client_secret)"
        case "fivetran":
            if adapter.api_key is None:
                yield "V014", "api_key"
            if adapter.api_secret is None:
                yield "V015", "api_secret"
            if not adapter.destination_id:
                yield "V016", "destination_id"
        case _:
            return


def _status(name: str, pipeline: Pipeline, *, ok: bool) -> PipelineStatus:
    if isinstance(pipeline, ReplicationPipeline):
        target = pipeline.target
        return PipelineStatus(
            name, pipeline.type, pipeline.strategy, target.catalog_template, target.schema_template, ok=ok
        )
    return PipelineStatus(name, pipeline.type, "", "", "", ok=ok)


def _pipeline(config: RockyConfig, name: str, pipeline: Pipeline, messages: Messages) -> None:
    def say(severity: MessageSeverity, code: str, message: str, *key: str | int) -> None:
        path: KeyPath = ("pipeline", name, *key)
        messages.add(severity, code, message, ".".join(str(part) for part in path), config.place(*path))

    messages.add("ok", "V020", f"pipeline '{name}' ({pipeline.type})", f"pipeline.{name}")
    for code, role, adapter, key in _adapters_of(pipeline):
        if adapter not in config.adapters:
            hint = did_you_mean(adapter, config.adapters)
            say("error", code, f"pipeline '{name}': {role} adapter '{adapter}' is not defined{hint}", *key)
    match pipeline:
        case ReplicationPipeline():
            for severity, code, message, path in _replication(config, name, pipeline):
                say(severity, code, message, *path)
        case QualityPipeline():
            if not pipeline.tables:
                say("warn", "V026", f"pipeline '{name}' names no tables", "tables")
            if not pipeline.checks.enabled:
                say("warn", "V027", f"pipeline '{name}' measures nothing: checks.enabled is false", "checks")
        case SnapshotPipeline():
            if not pipeline.unique_key:
                say("error", "V028", f"pipeline '{name}' has an empty unique_key", "unique_key")
        case _:
            pass  # Models and files are looked at where they are read.
    for kind in KINDS_NEVER_RUN[pipeline.type]:
        if kind in pipeline.checks.model_fields_set:
            say("warn", "V034", f"pipeline '{name}': a {pipeline.type} pipeline never runs '{kind}'", "checks", kind)


def _adapters_of(pipeline: Pipeline) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    if not isinstance(pipeline, (QualityPipeline, TransformationPipeline)) and hasattr(pipeline, "source"):
        yield "V022", "source", pipeline.source.adapter, ("source", "adapter")
    yield "V023", "target", pipeline.target.adapter, ("target", "adapter")
    if isinstance(pipeline, ReplicationPipeline) and pipeline.source.discovery is not None:
        yield "V024", "discovery", pipeline.source.discovery.adapter, ("source", "discovery", "adapter")


def _replication(
    config: RockyConfig, name: str, pipeline: ReplicationPipeline
) -> Iterator[tuple[MessageSeverity, str, str, KeyPath]]:
    pattern = pipeline.source.schema_pattern
    shape = pattern.separator.join(f"{{{component}}}" for component in pattern.components)
    yield "ok", "V021", f"pipeline '{name}': sources are named {pattern.prefix}{shape}", ("source", "schema_pattern")
    for key in ("catalog_template", "schema_template"):
        for placeholder in placeholders(getattr(pipeline.target, key)):
            if placeholder not in pattern.component_names:
                hint = did_you_mean(placeholder, pattern.component_names)
                message = f"pipeline '{name}': {key} names '{{{placeholder}}}', which is no component{hint}"
                yield "error", "V021", message, ("target", key)
    discovery = pipeline.source.discovery
    finder = config.adapters.get(discovery.adapter) if discovery is not None else None
    if finder is not None and finder.type == "duckdb" and finder.path is None:
        message = f"pipeline '{name}' discovers in a DuckDB without a path, which is always empty"
        yield "warn", "V024", message, ("source", "discovery", "adapter")
    strategies: list[tuple[str | None, KeyPath]] = [(pipeline.strategy, ("strategy",))]
    strategies += [
        (override.strategy, ("table_overrides", index, "strategy"))
        for index, override in enumerate(pipeline.table_overrides)
    ]
    for strategy, path in strategies:
        if strategy is not None and strategy not in REPLICATION_STRATEGIES:
            hint = did_you_mean(strategy, REPLICATION_STRATEGIES)
            message = f"pipeline '{name}': unknown strategy '{strategy}'{hint}"
            yield "error", "V035", message, path


def _order(config: RockyConfig, messages: Messages) -> None:
    is_known = True
    for name, pipeline in config.pipelines.items():
        for other in pipeline.depends_on:
            if other not in config.pipelines:
                is_known = False
                message = f"pipeline '{name}' depends on '{other}', which does not exist"
                hint = did_you_mean(other, config.pipelines)
                path = ("pipeline", name, "depends_on")
                messages.add("error", "V029", message + hint, ".".join(path), config.place(*path))
    try:
        topological_order({name: pipeline.depends_on for name, pipeline in config.pipelines.items()})
    except Cycle as cycle:
        message = f"pipelines depend on each other in a circle: {', '.join(cycle.members)}"
        path = ("pipeline", cycle.members[0], "depends_on")
        messages.add("error", "V030", message, ".".join(path), config.place(*path))
    else:
        if is_known and config.pipelines:
            messages.add("ok", "V030", "pipelines have an order")
