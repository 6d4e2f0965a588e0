"""Models that are built window by window, as Dagster partitions whose keys are Rocky's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, assert_never

import dagster as dg

from dagster_rocky.props import PartitionProps, RockyModelProps
from rocky_core.ir.strategy import Granularity

DEFAULT_FIRST_PARTITION: Final = datetime(2020, 1, 1, tzinfo=UTC)
_FORMATS: Final = {
    Granularity.HOUR: "%Y-%m-%dT%H",
    Granularity.DAY: "%Y-%m-%d",
    Granularity.MONTH: "%Y-%m",
    Granularity.YEAR: "%Y",
}


def partitions_def_for_time_interval(
    granularity: Granularity | str, first_partition: str | None = None
) -> dg.TimeWindowPartitionsDefinition:
    """The partitions of a grain; keys are Rocky's (`2026-04-08T13`, `2026-04-08`, `2026-04`, `2026`), in UTC.

    Raises:
        DagsterInvalidDefinitionError: the first partition is none of this grain.

    """
    grain = Granularity(granularity)
    fmt = _FORMATS[grain]
    start = _instant(first_partition, grain) if first_partition is not None else DEFAULT_FIRST_PARTITION
    first = start.strftime(fmt)
    match grain:
        case Granularity.HOUR:
            return dg.HourlyPartitionsDefinition(first, fmt=fmt)
        case Granularity.DAY:
            return dg.DailyPartitionsDefinition(first, fmt=fmt)
        case Granularity.MONTH:
            return dg.MonthlyPartitionsDefinition(first, fmt=fmt)
        case Granularity.YEAR:
            return dg.TimeWindowPartitionsDefinition(start=first, fmt=fmt, cron_schedule="0 0 1 1 *")
        case _:
            assert_never(grain)


def canonical_partitions(models: Iterable[RockyModelProps]) -> Mapping[Granularity, dg.TimeWindowPartitionsDefinition]:
    """One definition per grain, from the earliest first partition on: Dagster runs only equal definitions together."""
    firsts: dict[Granularity, set[str | None]] = {}
    for props in models:
        if props.partitions is not None:
            firsts.setdefault(props.partitions.granularity, set()).add(_usable(props.partitions))
    return {
        grain: partitions_def_for_time_interval(grain, min(stated) if (stated := found - {None}) else None)  # type: ignore[type-var]  # mypy does not see that None is taken out
        for grain, found in firsts.items()
    }


def requested_partitions(
    tags: Mapping[str, str], definition: dg.TimeWindowPartitionsDefinition | None
) -> tuple[str, ...]:
    """The keys that a run is for, oldest first; none if it is for no partition."""
    if definition is None:
        return ()
    only = tags.get("dagster/partition")
    if only is not None:
        return (only,)
    first = tags.get("dagster/asset_partition_range_start")
    last = tags.get("dagster/asset_partition_range_end")
    if first is None or last is None:
        return ()
    return tuple(definition.get_partition_keys_in_range(dg.PartitionKeyRange(first, last)))


def _usable(partitions: PartitionProps) -> str | None:
    """The stated first partition; one that cannot be read is the compiler's finding (E026), not the location's end."""
    if partitions.first is None:
        return None
    try:
        _instant(partitions.first, partitions.granularity)
    except dg.DagsterInvalidDefinitionError:
        return None
    return partitions.first


def _instant(key: str, grain: Granularity) -> datetime:
    try:
        return datetime.strptime(key, _FORMATS[grain]).replace(tzinfo=UTC)
    except ValueError as error:
        example = DEFAULT_FIRST_PARTITION.strftime(_FORMATS[grain])
        raise dg.DagsterInvalidDefinitionError(
            f"'{key}' is no {grain.value} partition; write it like {example}"
        ) from error
