"""How a model's result gets into its target."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Granularity(StrEnum):
    """The length of one partition."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class FullRefresh(Struct, frozen=True):
    """Replace the table by the query's result."""


class Incremental(Struct, frozen=True):
    """Append rows newer than the stored watermark; with a key, also those as new as it, each key once."""

    timestamp_column: str
    unique_key: tuple[str, ...] = ()


class Merge(Struct, frozen=True):
    """Update rows with the same key, insert the others; no `update_columns` means all that are not key."""

    unique_key: tuple[str, ...]
    update_columns: tuple[str, ...] | None = None


class TimeInterval(Struct, frozen=True):
    """Replace one time partition at a time."""

    time_column: str
    granularity: Granularity
    lookback: int = 0
    batch_size: int = 1
    first_partition: str | None = None


class Ephemeral(Struct, frozen=True):
    """Write nothing: readers inline the query."""


class DeleteInsert(Struct, frozen=True):
    """Replace the partitions that the result touches."""

    partition_by: tuple[str, ...]


class Microbatch(Struct, frozen=True):
    """Replace one time partition at a time, keyed by an event's timestamp."""

    timestamp_column: str
    granularity: Granularity = Granularity.HOUR


class View(Struct, frozen=True):
    """Store the query, not its result."""


class MaterializedView(Struct, frozen=True):
    """Let the warehouse keep the result fresh on refresh."""


class DynamicTable(Struct, frozen=True):
    """Let Snowflake keep the result within a lag."""

    target_lag: str


class ContentAddressed(Struct, frozen=True):
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
