"""The JSON of `list …`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class PipelineEntry(Record, frozen=True, gc=False):
    """One `[pipeline.NAME]`."""

    name: str
    pipeline_type: str
    target_adapter: str
    depends_on: tuple[str, ...]
    concurrency: str
    source_adapter: str | UnsetType = UNSET


class AdapterEntry(Record, frozen=True, gc=False):
    """One `[adapter.NAME]`."""

    name: str
    adapter_type: str
    host: str | UnsetType = UNSET


class ModelEntry(Record, frozen=True, gc=False):
    """One model; `depends_on` is the resolved list."""

    name: str
    target: str
    strategy: str
    depends_on: tuple[str, ...]
    has_contract: bool


class SourceEntry(Record, frozen=True, gc=False):
    """Where a replication pipeline reads."""

    pipeline: str
    adapter: str
    components: tuple[str, ...]
    catalog: str | UnsetType = UNSET
    schema_prefix: str | UnsetType = UNSET
    discovery_adapter: str | UnsetType = UNSET


class PipelinesAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky list pipelines`."""

    command: str = "list_pipelines"
    pipelines: tuple[PipelineEntry, ...]


class AdaptersAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky list adapters`."""

    command: str = "list_adapters"
    adapters: tuple[AdapterEntry, ...]


class ModelsAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky list models`, sorted by name."""

    command: str = "list_models"
    models: tuple[ModelEntry, ...]


class SourcesAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky list sources`."""

    command: str = "list_sources"
    sources: tuple[SourceEntry, ...]


class DepsAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky list deps MODEL`."""

    command: str = "list_deps"
    model: str
    depends_on: tuple[str, ...]


class ConsumersAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky list consumers MODEL`."""

    command: str = "list_consumers"
    model: str
    consumers: tuple[str, ...]
