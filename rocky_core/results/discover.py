"""The JSON of `discover`."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class SourceTable(Record, frozen=True, gc=False):
    """A table of a source."""

    name: str
    row_count: int | UnsetType = UNSET


class FoundSource(Record, frozen=True, gc=False):
    """A source whose name fits the pattern; a component of variable length is a list."""

    id: str
    components: dict[str, str | tuple[str, ...]]
    source_type: str
    tables: tuple[SourceTable, ...]
    last_sync_at: datetime | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET


class FreshnessThreshold(Record, frozen=True, gc=False):
    """How old the newest row may be."""

    threshold_seconds: int


class CheckName(Record, frozen=True, gc=False):
    """A check that a run makes."""

    name: str
    kind: str
    candidate: bool | UnsetType = UNSET


class ChecksInfo(Record, frozen=True, gc=False):
    """The checks of each table, by its asset key joined with `/`."""

    freshness: FreshnessThreshold | UnsetType = UNSET
    configured_checks: dict[str, tuple[CheckName, ...]] | UnsetType = UNSET


class LeftOutTable(Record, frozen=True, gc=False):
    """A table that no run copies."""

    asset_key: tuple[str, ...]
    source_schema: str
    table_name: str
    reason: str


class FailedSourceInfo(Record, frozen=True, gc=False):
    """A source that could not be looked at."""

    id: str
    schema: str
    source_type: str
    error_class: str
    message: str
    cooldown_seconds: int | UnsetType = UNSET


class Collision(Record, frozen=True, gc=False):
    """Something that several sources bring."""

    external_object_id: str
    sources: tuple[str, ...]


class SchemaError(Record, frozen=True, gc=False):
    """A source whose tables could not be described."""

    id: str
    message: str


class DiscoverAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky discover`."""

    command: str = "discover"
    pipeline: str
    sources: tuple[FoundSource, ...]
    checks: ChecksInfo | UnsetType = UNSET
    excluded_tables: tuple[LeftOutTable, ...] = ()
    failed_sources: tuple[FailedSourceInfo, ...] = ()
    schemas_cached: int | UnsetType = UNSET
    schema_errors: tuple[SchemaError, ...] = ()
    new_sources: tuple[str, ...] = ()
    collision_candidates: tuple[Collision, ...] = ()
    warnings: tuple[str, ...] = ()
