"""How a model's result gets into its target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Granularity(StrEnum):
    """The length of one partition."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class FullRefresh:
    """Replace the table by the query's result."""


@dataclass(frozen=True, slots=True)
class Incremental:
    """Append rows newer than the stored watermark; with a key, also those as new as it, each key once."""

    timestamp_column: str
    unique_key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """Update rows with the same key, insert the others; no `update_columns` means all that are not key."""

    unique_key: tuple[str, ...]
    update_columns: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """Replace one time partition at a time."""

    time_column: str
    granularity: Granularity
    lookback: int = 0
    batch_size: int = 1
    first_partition: str | None = None


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """Write nothing: readers inline the query."""


@dataclass(frozen=True, slots=True)
class DeleteInsert:
    """Replace the partitions that the result touches."""

    partition_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Microbatch:
    """Replace one time partition at a time, keyed by an event's timestamp."""

    timestamp_column: str
    granularity: Granularity = Granularity.HOUR


@dataclass(frozen=True, slots=True)
class View:
    """Store the query, not its result."""


@dataclass(frozen=True, slots=True)
class MaterializedView:
    """Let the warehouse keep the result fresh on refresh."""


@dataclass(frozen=True, slots=True)
class DynamicTable:
    """Let Snowflake keep the result within a lag."""

    target_lag: str


@dataclass(frozen=True, slots=True)
class ContentAddressed:
    """Parsed for compatibility; not executed by this engine."""

    storage_prefix: str
    partition_columns: tuple[str, ...] = ()


Strategy = (
    FullRefresh
    | Incremental
    | Merge
    | TimeInterval
    | Ephemeral
    | DeleteInsert
    | Microbatch
    | View
    | MaterializedView
    | DynamicTable
    | ContentAddressed
)

STRATEGY_NAMES: dict[type, str] = {
    FullRefresh: "full_refresh",
    Incremental: "incremental",
    Merge: "merge",
    TimeInterval: "time_interval",
    Ephemeral: "ephemeral",
    DeleteInsert: "delete_insert",
    Microbatch: "microbatch",
    View: "view",
    MaterializedView: "materialized_view",
    DynamicTable: "dynamic_table",
    ContentAddressed: "content_addressed",
}


def strategy_name(strategy: Strategy) -> str:
    """The `type` under which a sidecar and the JSON name the strategy."""
    return STRATEGY_NAMES[type(strategy)]
