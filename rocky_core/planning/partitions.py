"""Time partitions: their keys, their half-open windows in UTC, and which of them a run builds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from msgspec import Struct

from rocky_core.dialects.statements.placeholders import spell_instant
from rocky_core.errors import FailureKind
from rocky_core.ir.plan import PlannedPartition, Refusal
from rocky_core.ir.strategy import Granularity, Microbatch, TimeInterval

_EPOCH: Final = datetime(1, 1, 1, tzinfo=UTC)
_KEYS: Final = {
    Granularity.HOUR: ("%Y-%m-%dT%H", re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}"), "2024-03-01T07"),
    Granularity.DAY: ("%Y-%m-%d", re.compile(r"\d{4}-\d{2}-\d{2}"), "2024-03-01"),
    Granularity.MONTH: ("%Y-%m", re.compile(r"\d{4}-\d{2}"), "2024-03"),
    Granularity.YEAR: ("%Y", re.compile(r"\d{4}"), "2024"),
}
MOST_WINDOWS: Final = 100_000


class PartitionChoice(Struct, frozen=True):
    """Which partitions were asked for; nothing asked for means the one that holds the present."""

    key: str | None = None
    first: str | None = None  # --from and --to: both ends belong to the range.
    last: str | None = None
    missing: bool = False
    lookback: int | None = None  # Instead of the model's own.
    keys: tuple[str, ...] = ()  # Just these, in any order.
    left_of: tuple[tuple[str, tuple[str, ...]], ...] = ()  # Of these models only so many are left, without lookback.

    def of_model(self, name: str) -> PartitionChoice:
        """What is asked for of one model."""
        left = dict(self.left_of).get(name)
        return self if left is None else PartitionChoice(keys=left, lookback=0)


def choose_windows(
    strategy: TimeInterval | Microbatch, choice: PartitionChoice, now: datetime, built: Collection[str] = ()
) -> tuple[PlannedPartition, ...] | Refusal:
    """The windows to build, oldest first; `built` holds the keys of partitions that are there."""
    grain = strategy.granularity
    chosen = _chosen(strategy, choice, now, built)
    if isinstance(chosen, Refusal):
        return chosen
    if not chosen:
        return ()
    own_lookback, batch_size = (
        (strategy.lookback, strategy.batch_size) if isinstance(strategy, TimeInterval) else (0, 1)
    )
    lookback = own_lookback if choice.lookback is None else choice.lookback
    earliest = min(chosen)
    wanted = sorted({*chosen, *range(max(earliest - lookback, 0), earliest)})
    if len(wanted) > MOST_WINDOWS:
        return _refused(f"{len(wanted)} partitions are too many for one run (at most {MOST_WINDOWS}); narrow the range")
    return tuple(_window(batch, grain) for batch in _batches(wanted, batch_size))


def partition_key(at: datetime, grain: Granularity) -> str:
    """The key of the partition that holds an instant."""
    return _spell(grain_number(at, grain), grain)


def grain_number(at: datetime, grain: Granularity) -> int:
    """The number of the partition that holds an instant, counted from the first of all."""
    utc = at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    match grain:
        case Granularity.HOUR:
            return (utc - _EPOCH) // timedelta(hours=1)
        case Granularity.DAY:
            return (utc - _EPOCH).days
        case Granularity.MONTH:
            return (utc.year - 1) * 12 + utc.month - 1
        case Granularity.YEAR:
            return utc.year - 1
        case _:
            assert_never(grain)


def grain_start(number: int, grain: Granularity) -> datetime:
    """The first instant of the partition with this number.

    Raises:
        OverflowError: the calendar ends before it.

    """
    match grain:
        case Granularity.HOUR:
            return _EPOCH + timedelta(hours=number)
        case Granularity.DAY:
            return _EPOCH + timedelta(days=number)
        case Granularity.MONTH:
            return _first_of(number // 12 + 1, number % 12 + 1)
        case Granularity.YEAR:
            return _first_of(number + 1, 1)
        case _:
            assert_never(grain)


def parse_key(key: str, grain: Granularity) -> int | Refusal:
    """The number of the partition that a key names; only the canonical spelling is one."""
    pattern, shape, example = _KEYS[grain]
    refusal = _refused(f"'{key}' is no {grain.value} partition; write it like {example}")
    if shape.fullmatch(key) is None or not key.isascii():
        return refusal
    try:
        number = grain_number(datetime.strptime(key, pattern).replace(tzinfo=UTC), grain)
        grain_start(number + 1, grain)
    except (ValueError, OverflowError):
        return refusal
    return number


def _chosen(
    strategy: TimeInterval | Microbatch, choice: PartitionChoice, now: datetime, built: Collection[str]
) -> Sequence[int] | Refusal:
    grain = strategy.granularity
    if choice.key is not None:
        only = parse_key(choice.key, grain)
        return only if isinstance(only, Refusal) else (only,)
    if choice.keys:
        numbers = [parse_key(key, grain) for key in choice.keys]
        refused = next((number for number in numbers if isinstance(number, Refusal)), None)
        return refused or [number for number in numbers if not isinstance(number, Refusal)]
    if choice.first is not None or choice.last is not None:
        return _closed_range(choice, grain)
    present = grain_number(now, grain)
    if not choice.missing:
        return (present,)
    if not isinstance(strategy, TimeInterval) or strategy.first_partition is None:
        return _refused("--missing needs to know where the partitions begin: set first_partition in [strategy]")
    first = parse_key(strategy.first_partition, grain)
    if isinstance(first, Refusal):
        return first
    if present - first >= MOST_WINDOWS * 10:
        return _refused(
            f"first_partition {strategy.first_partition} is too far in the past for {grain.value} partitions"
        )
    return tuple(number for number in range(first, present + 1) if _spell(number, grain) not in built)


def _closed_range(choice: PartitionChoice, grain: Granularity) -> range | Refusal:
    if choice.first is None or choice.last is None:
        return _refused("--from and --to belong together")
    first = parse_key(choice.first, grain)
    if isinstance(first, Refusal):
        return first
    last = parse_key(choice.last, grain)
    if isinstance(last, Refusal):
        return last
    if last < first:
        return _refused(f"the range from {choice.first} to {choice.last} is empty; its ends are swapped")
    if last - first >= MOST_WINDOWS:
        return _refused(f"{last - first + 1} partitions are too many for one run (at most {MOST_WINDOWS})")
    return range(first, last + 1)


def _batches(numbers: Iterable[int], size: int) -> Iterable[list[int]]:
    """Runs of numbers that follow each other, none longer than `size`."""
    batch: list[int] = []
    for number in numbers:
        if batch and (number != batch[-1] + 1 or len(batch) == size):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _window(batch: Sequence[int], grain: Granularity) -> PlannedPartition:
    first, *others = (_spell(number, grain) for number in batch)
    start, end = grain_start(batch[0], grain), grain_start(batch[-1] + 1, grain)
    return PlannedPartition(first, spell_instant(start), spell_instant(end), tuple(others))


def _spell(number: int, grain: Granularity) -> str:
    start = grain_start(number, grain)
    year = f"{start.year:04d}"  # strftime leaves out leading zeros on some systems.
    match grain:
        case Granularity.HOUR:
            return f"{year}-{start:%m-%dT%H}"
        case Granularity.DAY:
            return f"{year}-{start:%m-%d}"
        case Granularity.MONTH:
            return f"{year}-{start:%m}"
        case Granularity.YEAR:
            return year
        case _:
            assert_never(grain)


def _first_of(year: int, month: int) -> datetime:
    if year > 9999:
        raise OverflowError(year)
    return datetime(year, month, 1, tzinfo=UTC)


def _refused(reason: str) -> Refusal:
    return Refusal(FailureKind.COMPILE_ERROR, reason)
