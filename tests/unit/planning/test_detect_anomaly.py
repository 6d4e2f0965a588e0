"""A row count is compared with those of earlier runs, never with itself."""

from datetime import UTC, datetime

import msgspec
import pytest

from rocky_core.ir.state import RowCount
from rocky_core.planning.detect_anomaly import detect_anomaly


def earlier(*counts: int) -> tuple[RowCount, ...]:
    return tuple(RowCount(datetime(2024, 1, day, tzinfo=UTC), count) for day, count in enumerate(counts, 1))


@pytest.mark.parametrize(
    ("counts", "current", "average", "deviation", "reason"),
    [
        ((100, 100), 40, 100.0, 60.0, "row count dropped 60.0% (expected ~100, got 40)"),
        ((100, 200), 301, 150.0, 302 / 3, "row count spiked 100.7% (expected ~150, got 301)"),
        ((10,), 0, 10.0, 100.0, "row count dropped 100.0% (expected ~10, got 0)"),
        ((0, 0), 3, 0.0, 100.0, "row count spiked 100.0% (expected ~0, got 3)"),
    ],
)
def test_a_count_far_from_the_average_is_an_anomaly(
    counts: tuple[int, ...], current: int, average: float, deviation: float, reason: str
) -> None:
    found = detect_anomaly("marts.orders", current, earlier(*counts), 50.0)
    assert found is not None
    assert msgspec.structs.astuple(found) == ("marts.orders", current, average, pytest.approx(deviation), reason)


@pytest.mark.parametrize(
    ("counts", "current"),
    [((), 0), ((), 1_000_000), ((100,), 150), ((100,), 50), ((100, 100, 100), 101), ((0,), 0)],
)
def test_a_first_count_and_one_within_the_threshold_are_none(counts: tuple[int, ...], current: int) -> None:
    assert detect_anomaly("marts.orders", current, earlier(*counts), 50.0) is None
