"""What discovery finds: sources, their tables, and those that could not be looked at."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class DiscoveredTable(Struct, frozen=True):
    """A table that a source has."""

    name: str
    row_count: int | None = None  # Where it can be had without counting.


class DiscoveredSource(Struct, frozen=True):
    """One schema of tables, or the connector that fills it."""

    id: str
    schema: str
    source_type: str
    tables: tuple[DiscoveredTable, ...]
    last_sync_at: datetime | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    external_object_ids: tuple[str, ...] = ()


class SourceErrorClass(StrEnum):
    """Why a source could not be looked at; the spelling is the one on the wire."""

    RATE_LIMIT = "rate_limit"
    TRANSIENT = "transient"
    TIMEOUT = "timeout"
    AUTH = "auth"
    UNKNOWN = "unknown"


class FailedSource(Struct, frozen=True):
    """A source that is there but could not be looked at, so nothing is known of its tables."""

    id: str
    schema: str
    source_type: str
    error_class: SourceErrorClass
    message: str
    cooldown_seconds: float | None = None


class Discovery(Struct, frozen=True):
    """Everything that was found, ordered by schema."""

    sources: tuple[DiscoveredSource, ...]
    failed: tuple[FailedSource, ...] = ()
