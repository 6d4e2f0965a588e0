"""What several commands say of a model: its strategy, its target, its freshness."""

from __future__ import annotations

from typing import assert_never

from msgspec import UNSET, UnsetType

from rocky_core.ir.model import Freshness
from rocky_core.ir.names import TargetName
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    Strategy,
    TimeInterval,
    View,
    strategy_name,
)
from rocky_core.results.wire import Record

StrategyJson = dict[str, str | int | tuple[str, ...] | None]


class Target(Record, frozen=True, gc=False):
    """The table a model writes."""

    catalog: str
    schema: str
    table: str


class FreshnessRule(Record, frozen=True, gc=False):
    """How old the newest row may be."""

    max_lag_seconds: int
    time_column: str | UnsetType = UNSET
    severity: str | UnsetType = UNSET


def to_target(name: TargetName) -> Target:
    return Target(name.catalog, name.schema, name.table)


def to_freshness(freshness: Freshness) -> FreshnessRule:
    return FreshnessRule(freshness.max_lag_seconds, freshness.time_column or UNSET, freshness.severity or UNSET)


def to_strategy(strategy: Strategy) -> StrategyJson:
    """The strategy as its sidecar spells it, with the defaulted keys filled in."""
    return {"type": strategy_name(strategy), **_parameters(strategy)}


def _parameters(strategy: Strategy) -> StrategyJson:
    match strategy:
        case FullRefresh() | Ephemeral() | View() | MaterializedView():
            return {}
        case Incremental(timestamp_column, unique_key):
            keys: StrategyJson = {"unique_key": unique_key} if unique_key else {}
            return {"timestamp_column": timestamp_column, **keys}
        case Merge(unique_key, update_columns):
            return {"unique_key": unique_key, "update_columns": update_columns}
        case TimeInterval():
            return {
                "time_column": strategy.time_column,
                "granularity": strategy.granularity.value,
                "lookback": strategy.lookback,
                "batch_size": strategy.batch_size,
                "first_partition": strategy.first_partition,
            }
        case DeleteInsert(partition_by):
            return {"partition_by": partition_by}
        case Microbatch(timestamp_column, granularity):
            return {"timestamp_column": timestamp_column, "granularity": granularity.value}
        case DynamicTable(target_lag):
            return {"target_lag": target_lag}
        case ContentAddressed(storage_prefix, partition_columns):
            return {"storage_prefix": storage_prefix, "partition_columns": partition_columns}
        case _:
            assert_never(strategy)
