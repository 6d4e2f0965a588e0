"""Rules between keys of rocky.toml that no single section can state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from msgspec import Struct

from rocky_core.config.adapters import DISCOVERY_TYPES, DUAL_ROLE_TYPES, WAREHOUSE_TYPES, Adapter
from rocky_core.config.pipelines import Pipeline, ReplicationPipeline, TableOverride
from rocky_core.config.schema_pattern import pattern_problems
from rocky_core.config.settings import Role, State
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import KeyPath
from rocky_core.ir.graph import Cycle, topological_order


class Rule(Enum):
    """The family of a broken rule, so that `validate` can give each its code."""

    ADAPTER_KIND = "adapter_kind"
    PIPELINE_ROLE = "pipeline_role"
    SCHEMA_PATTERN = "schema_pattern"
    OTHER = "other"


class LoadProblem(Struct, frozen=True):
    """One broken rule and the key that breaks it."""

    rule: Rule
    path: KeyPath
    message: str


def load_problems(
    adapters: Mapping[str, Adapter], pipelines: Mapping[str, Pipeline], state: State, roles: Mapping[str, Role]
) -> tuple[LoadProblem, ...]:
    """Every broken rule, in the order of the file's sections."""
    found: list[LoadProblem] = []
    for name, adapter in adapters.items():
        found += _adapter_kind(name, adapter)
        found += _fivetran(name, adapter)
        found += _manual_sources(name, adapter)
    for name, pipeline in pipelines.items():
        if isinstance(pipeline, ReplicationPipeline):
            found += _adapter_roles(name, pipeline, adapters)
            found += _merge_keys(name, pipeline)
            found += _pattern(name, pipeline)
            found += _overrides(name, pipeline)
    if state.freeze_marker_writes and state.backend in {"local", "valkey"}:
        message = f"freeze_marker_writes needs a backend of objects (s3, gcs, tiered), not '{state.backend}'"
        found.append(LoadProblem(Rule.OTHER, ("state", "freeze_marker_writes"), message))
    found += _roles_graph(roles)
    return tuple(found)


def plays_role(adapter: Adapter, role: str) -> bool:
    """Whether an adapter can be used for data or for discovery."""
    if adapter.kind is not None:
        return adapter.kind == role
    if adapter.type in DUAL_ROLE_TYPES or adapter.type not in {*WAREHOUSE_TYPES, *DISCOVERY_TYPES}:
        return True
    if adapter.type == "trino":
        return True
    return (adapter.type in DISCOVERY_TYPES) == (role == "discovery")


def _roles_graph(roles: Mapping[str, Role]) -> Iterator[LoadProblem]:
    for name, role in roles.items():
        for parent in role.inherits:
            if parent not in roles:
                hint = did_you_mean(parent, (other for other in roles if other != name))
                message = f"role '{name}' inherits from '{parent}', which does not exist{hint}"
                yield LoadProblem(Rule.OTHER, ("role", name, "inherits"), message)
    try:
        topological_order({name: role.inherits for name, role in roles.items()})
    except Cycle as cycle:
        message = f"roles inherit from each other in a circle: {', '.join(cycle.members)}"
        yield LoadProblem(Rule.OTHER, ("role", cycle.members[0], "inherits"), message)


def _adapter_kind(name: str, adapter: Adapter) -> Iterator[LoadProblem]:
    if adapter.type in DISCOVERY_TYPES and adapter.kind != "discovery":
        message = f"adapter '{name}' of type {adapter.type} only discovers: it needs kind = \"discovery\""
        yield LoadProblem(Rule.ADAPTER_KIND, ("adapter", name, "kind" if adapter.kind else "type"), message)
    elif adapter.type in {"databricks", "snowflake"} and adapter.kind == "discovery":
        message = f"adapter '{name}' of type {adapter.type} cannot discover; leave 'kind' out or set it to \"data\""
        yield LoadProblem(Rule.ADAPTER_KIND, ("adapter", name, "kind"), message)


def _manual_sources(name: str, adapter: Adapter) -> Iterator[LoadProblem]:
    if adapter.sources and adapter.type != "manual":
        message = f"adapter '{name}' of type {adapter.type} finds its sources itself; only 'manual' ones are listed"
        yield LoadProblem(Rule.OTHER, ("adapter", name, "sources"), message)
    schemas = [source.schema_name for source in adapter.sources]
    for schema in sorted({schema for schema in schemas if schemas.count(schema) > 1}):
        message = f"adapter '{name}' lists the source schema '{schema}' more than once"
        yield LoadProblem(Rule.OTHER, ("adapter", name, "sources"), message)


def _adapter_roles(name: str, pipeline: ReplicationPipeline, adapters: Mapping[str, Adapter]) -> Iterator[LoadProblem]:
    source = adapters.get(pipeline.source.adapter)
    if source is not None and not plays_role(source, "data"):
        message = f"pipeline '{name}' reads data through '{pipeline.source.adapter}', which only discovers"
        yield LoadProblem(Rule.PIPELINE_ROLE, ("pipeline", name, "source", "adapter"), message)
    discovery = pipeline.source.discovery
    finder = adapters.get(discovery.adapter) if discovery is not None else None
    if discovery is not None and finder is not None and len(adapters) > 1 and not plays_role(finder, "discovery"):
        message = f"pipeline '{name}' discovers through '{discovery.adapter}', which cannot"
        yield LoadProblem(Rule.PIPELINE_ROLE, ("pipeline", name, "source", "discovery", "adapter"), message)


def _merge_keys(name: str, pipeline: ReplicationPipeline) -> Iterator[LoadProblem]:
    if pipeline.strategy == "merge" and not _has_keys(pipeline):
        message = f"pipeline '{name}' merges, so it needs 'merge_keys' or 'merge_keys_fallback'"
        yield LoadProblem(Rule.OTHER, ("pipeline", name, "strategy"), message)


def _pattern(name: str, pipeline: ReplicationPipeline) -> Iterator[LoadProblem]:
    for problem in pattern_problems(pipeline.source.schema_pattern):
        path = ("pipeline", name, "source", "schema_pattern", "components")
        yield LoadProblem(Rule.SCHEMA_PATTERN, path, f"pipeline '{name}': {problem}")


def _overrides(name: str, pipeline: ReplicationPipeline) -> Iterator[LoadProblem]:
    literal: dict[tuple[str | None, str], int] = {}
    for index, override in enumerate(pipeline.table_overrides):
        path: KeyPath = ("pipeline", name, "table_overrides", index)
        match = override.match
        where = f"pipeline '{name}', table override #{index + 1}"
        if match.connector is None and match.table is None:
            yield LoadProblem(Rule.OTHER, path, f"{where} matches nothing: give 'match.connector' or 'match.table'")
        if match.table is not None and not match.table.strip():
            yield LoadProblem(Rule.OTHER, (*path, "match", "table"), f"{where} has an empty table pattern")
        if match.table and not is_glob(match.table):
            first = literal.setdefault((match.connector, match.table), index)
            if first != index:
                yield LoadProblem(Rule.OTHER, path, f"{where} matches the same table as override #{first + 1}")
        if override.strategy == "merge" and not _has_keys(override) and not _has_keys(pipeline):
            yield LoadProblem(Rule.OTHER, (*path, "strategy"), f"{where} merges, but no merge keys reach it")


def is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _has_keys(settings: ReplicationPipeline | TableOverride) -> bool:
    return bool(settings.merge_keys) or bool(settings.merge_keys_fallback)


def _fivetran(name: str, adapter: Adapter) -> Iterator[LoadProblem]:
    needed: list[tuple[str, str, bool]] = []
    if adapter.cache is not None:
        backend = adapter.cache.backend
        needed += [
            ("cache", "file_root", backend in {"file", "tiered"} and adapter.cache.file_root is None),
            ("cache", "object_store_url", backend == "object_store" and adapter.cache.object_store_url is None),
            ("cache", "valkey_url", backend in {"valkey", "tiered"} and adapter.cache.valkey_url is None),
        ]
    for section in ("ratelimit", "stampede", "circuit_breaker"):
        settings = getattr(adapter, section)
        if settings is not None:
            needed.append((section, "valkey_url", settings.backend == "valkey" and settings.valkey_url is None))
    for section, key, is_missing in needed:
        if is_missing:
            message = f"adapter '{name}': this backend needs '{key}' in [adapter.{name}.{section}]"
            yield LoadProblem(Rule.OTHER, ("adapter", name, section, "backend"), message)
