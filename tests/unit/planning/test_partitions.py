"""Time partitions: keys, windows, choices; all in UTC, so no clock change ever shortens a window."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rocky_core.errors import FailureKind
from rocky_core.ir.plan import PlannedPartition, Refusal
from rocky_core.ir.strategy import Granularity, Microbatch, TimeInterval
from rocky_core.planning.partitions import (
    PartitionChoice,
    choose_windows,
    grain_number,
    grain_start,
    parse_key,
    partition_key,
)

HOUR, DAY, MONTH, YEAR = Granularity.HOUR, Granularity.DAY, Granularity.MONTH, Granularity.YEAR
NOW = datetime(2024, 3, 1, 0, 30, tzinfo=UTC)


def days(lookback: int = 0, batch_size: int = 1, first: str | None = None, grain: Granularity = DAY) -> TimeInterval:
    return TimeInterval("day", grain, lookback, batch_size, first)


def keys(strategy: TimeInterval | Microbatch, choice: PartitionChoice, built: tuple[str, ...] = ()) -> object:
    found = choose_windows(strategy, choice, NOW, built)
    return found.reason if isinstance(found, Refusal) else [(one.key, *one.batched_with) for one in found]


@pytest.mark.parametrize(
    ("grain", "key", "start", "end"),
    [
        (HOUR, "2024-02-29T23", "2024-02-29 23:00:00", "2024-03-01 00:00:00"),
        (HOUR, "2024-03-31T02", "2024-03-31 02:00:00", "2024-03-31 03:00:00"),  # Europe skips this hour, UTC does not.
        (DAY, "2024-02-29", "2024-02-29 00:00:00", "2024-03-01 00:00:00"),
        (DAY, "2023-12-31", "2023-12-31 00:00:00", "2024-01-01 00:00:00"),
        (MONTH, "2024-02", "2024-02-01 00:00:00", "2024-03-01 00:00:00"),
        (MONTH, "2023-12", "2023-12-01 00:00:00", "2024-01-01 00:00:00"),
        (YEAR, "2024", "2024-01-01 00:00:00", "2025-01-01 00:00:00"),
        (YEAR, "0099", "0099-01-01 00:00:00", "0100-01-01 00:00:00"),
    ],
)
def test_a_partition_is_a_half_open_window_in_utc(grain, key, start, end):
    found = choose_windows(days(grain=grain), PartitionChoice(key=key), NOW)
    assert found == (PlannedPartition(key, start, end),)


@pytest.mark.parametrize(
    ("grain", "key"),
    [
        (DAY, "2024-2-29"),
        (DAY, "2023-02-29"),
        (DAY, "2024-02-30"),
        (DAY, " 2024-02-01"),
        (DAY, "2024-02"),
        (DAY, "2024-02-01T00"),
        (DAY, "٢٠٢٤-02-01"),
        (DAY, "0000-01-01"),
        (DAY, "9999-12-31"),  # It would end after the calendar.
        (HOUR, "2024-02-01T24"),
        (HOUR, "2024-02-01 10"),
        (MONTH, "2024-13"),
        (MONTH, "2024-00"),
        (YEAR, "24"),
        (YEAR, "9999"),
        (YEAR, ""),
    ],
)
def test_a_key_in_any_other_spelling_is_refused_and_an_example_shown(grain, key):
    refusal = parse_key(key, grain)
    assert isinstance(refusal, Refusal)
    assert refusal.kind is FailureKind.COMPILE_ERROR
    assert f"'{key}' is no {grain.value} partition; write it like 2024" in refusal.reason


CHOICES = {
    "the present": (days(), PartitionChoice(), (), [("2024-03-01",)]),
    "a microbatch": (Microbatch("at"), PartitionChoice(), (), [("2024-03-01T00",)]),
    "its own lookback": (days(2), PartitionChoice(), (), [("2024-02-28",), ("2024-02-29",), ("2024-03-01",)]),
    "another lookback": (days(2), PartitionChoice(lookback=1), (), [("2024-02-29",), ("2024-03-01",)]),
    "no lookback": (days(2), PartitionChoice(lookback=0), (), [("2024-03-01",)]),
    "one key": (days(), PartitionChoice(key="2023-01-01"), (), [("2023-01-01",)]),
    "lookback before a key": (days(1), PartitionChoice(key="2023-01-01"), (), [("2022-12-31",), ("2023-01-01",)]),
    "a range with both ends": (
        days(),
        PartitionChoice(first="2024-02-28", last="2024-03-01"),
        (),
        [("2024-02-28",), ("2024-02-29",), ("2024-03-01",)],
    ),
    "batches of neighbours": (
        days(batch_size=2),
        PartitionChoice(first="2024-02-27", last="2024-03-02"),
        (),
        [("2024-02-27", "2024-02-28"), ("2024-02-29", "2024-03-01"), ("2024-03-02",)],
    ),
    "what is missing": (
        days(first="2024-02-26"),
        PartitionChoice(missing=True),
        ("2024-02-27", "2024-03-01"),
        [("2024-02-26",), ("2024-02-28",), ("2024-02-29",)],
    ),
    "batches never span what is built": (
        days(first="2024-02-26", batch_size=9),
        PartitionChoice(missing=True),
        ("2024-02-28",),
        [("2024-02-26", "2024-02-27"), ("2024-02-29", "2024-03-01")],
    ),
    "nothing missing, so no lookback either": (
        days(5, first="2024-03-01"),
        PartitionChoice(missing=True),
        ("2024-03-01",),
        [],
    ),
    "lookback of what is missing": (
        days(1, first="2024-02-28"),
        PartitionChoice(missing=True),
        ("2024-02-28", "2024-02-29"),
        [("2024-02-29",), ("2024-03-01",)],
    ),
    "a first partition in the future": (days(first="2025-01-01"), PartitionChoice(missing=True), (), []),
    "swapped ends": (
        days(),
        PartitionChoice(first="2024-03-02", last="2024-03-01"),
        (),
        "the range from 2024-03-02 to 2024-03-01 is empty; its ends are swapped",
    ),
    "half a range": (days(), PartitionChoice(first="2024-03-02"), (), "--from and --to belong together"),
    "missing from when": (
        days(),
        PartitionChoice(missing=True),
        (),
        "--missing needs to know where the partitions begin: set first_partition in [strategy]",
    ),
    "too many": (
        days(grain=HOUR),
        PartitionChoice(first="1900-01-01T00", last="2024-01-01T00"),
        (),
        "1086961 partitions are too many for one run (at most 100000)",
    ),
}


@pytest.mark.parametrize(("strategy", "choice", "built", "expected"), CHOICES.values(), ids=list(CHOICES))
def test_which_partitions_are_chosen(strategy, choice, built, expected):
    assert keys(strategy, choice, built) == expected


def test_now_counts_in_utc_wherever_the_clock_stands():
    from datetime import timezone  # noqa: PLC0415 — beside the one place that needs it

    tokyo = datetime(2024, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=9)))
    assert partition_key(tokyo, DAY) == "2024-02-29"


GRAINS = st.sampled_from(list(Granularity))
INSTANTS = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — hypothesis wants bounds without a zone


@settings(deadline=None)
@given(INSTANTS, GRAINS)
def test_every_instant_lies_in_just_the_partition_that_is_named_for_it(at, grain):
    number = grain_number(at, grain)
    assert grain_start(number, grain) <= at < grain_start(number + 1, grain)
    assert parse_key(partition_key(at, grain), grain) == number


@settings(deadline=None)
@given(INSTANTS, GRAINS)
def test_keys_sort_like_their_windows(at, grain):
    number = grain_number(at, grain)
    following = partition_key(grain_start(number + 1, grain), grain)
    assert partition_key(at, grain) < following


@settings(deadline=None)
@given(
    INSTANTS, GRAINS, st.integers(0, 40), st.integers(0, 5), st.integers(1, 7), st.sets(st.integers(0, 40), max_size=20)
)
def test_windows_cover_the_choice_once_without_overlap(at, grain, length, lookback, batch_size, built_numbers):
    first = grain_number(at, grain)
    present = grain_start(first + length, grain)
    built = {partition_key(grain_start(first + number, grain), grain) for number in built_numbers}
    strategy = TimeInterval("t", grain, lookback, batch_size, partition_key(at, grain))
    found = choose_windows(strategy, PartitionChoice(missing=True), present, built)
    assert not isinstance(found, Refusal)
    covered = [key for window in found for key in (window.key, *window.batched_with)]
    assert covered == sorted(set(covered))
    missing = [partition_key(grain_start(first + n, grain), grain) for n in range(length + 1) if n not in built_numbers]
    assert set(missing) <= set(covered)
    assert len(covered) - len(missing) <= lookback
    assert all(len(window.batched_with) < batch_size for window in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    for window in found:
        numbers = [parse_key(key, grain) for key in (window.key, *window.batched_with)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
