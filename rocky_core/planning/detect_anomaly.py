"""Row counts that are far from what earlier runs have seen."""

from __future__ import annotations

from collections.abc import Sequence

from rocky_core.ir.checks import Anomaly
from rocky_core.ir.state import RowCount


def detect_anomaly(
    table: str, current_count: int, earlier: Sequence[RowCount], threshold_percent: float
) -> Anomaly | None:
    """The anomaly, if the count is further from the average of the earlier ones than the threshold.

    `earlier` must not hold the current count, which would pull the average towards itself; without earlier counts
    there is nothing to be far from.
    """
    if not earlier:
        return None
    average = sum(count.row_count for count in earlier) / len(earlier)
    # Of nothing there is no share: any row at all is a whole more.
    deviation = abs(current_count - average) / average * 100 if average else min(current_count, 1) * 100.0
    if deviation <= threshold_percent:
        return None
    direction = "dropped" if current_count < average else "spiked"
    reason = f"row count {direction} {deviation:.1f}% (expected ~{average:.0f}, got {current_count})"
    return Anomaly(table, current_count, average, deviation, reason)
