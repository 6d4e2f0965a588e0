"""What the checks of a run have measured, as it is remembered and compared with earlier runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from rocky_core.ir.checks import Anomaly
from rocky_core.ir.run import CheckEvaluated
from rocky_core.ir.state import QualitySnapshot, RowCount
from rocky_core.planning.detect_anomaly import detect_anomaly


def read_row_counts(checks: Iterable[CheckEvaluated], now: datetime) -> dict[str, RowCount]:
    """The rows of each table whose `row_count` was evaluated; a table that could not be counted has no count."""
    counts: dict[str, RowCount] = {}
    for check in checks:
        counted = dict(check.details).get("target_count")
        if check.kind == "row_count" and isinstance(counted, int):
            counts[check.name] = RowCount(now, counted)
    return counts


def read_quality(checks: Iterable[CheckEvaluated], run_id: str, now: datetime) -> tuple[QualitySnapshot, ...]:
    """A snapshot of each table whose rows were counted."""
    evaluated = tuple(checks)
    return tuple(
        QualitySnapshot(
            model_name=name,
            run_id=run_id,
            timestamp=now,
            row_count=count.row_count,
            null_rates=_null_rates(check for check in evaluated if check.name == name),
            freshness_lag_seconds=_lag(check for check in evaluated if check.name == name),
        )
        for name, count in read_row_counts(evaluated, now).items()
    )


def find_anomalies(
    counts: Mapping[str, RowCount], earlier: Callable[[str], Sequence[RowCount]], threshold_percent: float
) -> tuple[Anomaly, ...]:
    """Tables whose count is far from the earlier ones, which must not hold the present one yet."""
    found = (
        detect_anomaly(table, count.row_count, earlier(table), threshold_percent) for table, count in counts.items()
    )
    return tuple(anomaly for anomaly in found if anomaly is not None)


def _null_rates(checks: Iterable[CheckEvaluated]) -> tuple[tuple[str, float], ...]:
    rates = ((check.column, dict(check.details).get("null_rate")) for check in checks if check.kind == "null_rate")
    return tuple((column, rate) for column, rate in rates if column is not None and isinstance(rate, float))


def _lag(checks: Iterable[CheckEvaluated]) -> int | None:
    lags = (dict(check.details).get("lag_seconds") for check in checks if check.kind == "freshness")
    return next((lag for lag in lags if isinstance(lag, int)), None)
