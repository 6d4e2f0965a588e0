"""`[strategy]` of a model, a group or the defaults."""

from typing import Annotated, Literal

from pydantic import Field

from rocky_core.config.section import LenientSection, Positive, Text, Texts, Whole

GranularityName = Literal["hour", "day", "month", "year"]
Columns = Annotated[Texts, Field(min_length=1)]


class FullRefreshTable(LenientSection):
    type: Literal["full_refresh"]


class IncrementalTable(LenientSection):
    type: Literal["incremental"]
    timestamp_column: Text
    unique_key: Texts = ()


class MergeTable(LenientSection):
    type: Literal["merge"]
    unique_key: Columns
    update_columns: Texts | None = None


class TimeIntervalTable(LenientSection):
    type: Literal["time_interval"]
    time_column: Text
    granularity: GranularityName
    lookback: Whole = 0
    batch_size: Positive = 1
    first_partition: Text | None = None


class EphemeralTable(LenientSection):
    type: Literal["ephemeral"]


class DeleteInsertTable(LenientSection):
    type: Literal["delete_insert"]
    partition_by: Columns


class MicrobatchTable(LenientSection):
    type: Literal["microbatch"]
    timestamp_column: Text
    granularity: GranularityName = "hour"


class ViewTable(LenientSection):
    type: Literal["view"]


class MaterializedViewTable(LenientSection):
    type: Literal["materialized_view"]


class DynamicTableTable(LenientSection):
    type: Literal["dynamic_table"]
    target_lag: Text


class ContentAddressedTable(LenientSection):
    type: Literal["content_addressed"]
    storage_prefix: Text
    partition_columns: Texts = ()


StrategyTable = Annotated[
    FullRefreshTable
    | IncrementalTable
    | MergeTable
    | TimeIntervalTable
    | EphemeralTable
    | DeleteInsertTable
    | MicrobatchTable
    | ViewTable
    | MaterializedViewTable
    | DynamicTableTable
    | ContentAddressedTable,
    Field(discriminator="type"),
]
