"""What is remembered of a run's checks, and how the next run is compared with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rocky_core.execution.read_measurements import find_anomalies, read_quality, read_row_counts
from rocky_core.execution.run_checks import run_checks
from rocky_core.ir.checks import Anomaly, CheckSeverity, FreshnessCheck, NullRateCheck, PipelineChecks
from rocky_core.ir.names import TargetName
from rocky_core.ir.run import CheckEvaluated
from rocky_core.ir.state import QualitySnapshot, RowCount
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks
from rocky_core.ports.warehouse import Session

NOW = datetime(2024, 3, 1, tzinfo=UTC)
CHECKS = PipelineChecks(
    row_count=CheckSeverity.ERROR,
    freshness=FreshnessCheck(60),
    null_rate=NullRateCheck(("id", "status"), 0.1, 100),
)


@pytest.fixture
def measured(session: Session) -> tuple[CheckEvaluated, ...]:
    """Checks of a table with four rows, and of one that is not there."""
    session.execute(
        "CREATE TABLE marts.orders AS SELECT range AS id, CASE WHEN range > 0 THEN 'x' END AS status, "
        "CURRENT_TIMESTAMP - INTERVAL 1 HOUR AS at FROM range(4)"
    )
    return tuple(event for name in ("orders", "absent") for event in run_checks(name, (), planned(name), session))


def planned(name: str):
    table = CheckedTable(TargetName("", "marts", name))
    return plan_pipeline_checks(CHECKS, table, CheckContext("duckdb"), timestamp_column="at")


def test_a_table_that_could_not_be_counted_is_not_remembered_as_empty(measured: tuple[CheckEvaluated, ...]) -> None:
    assert read_row_counts(measured, NOW) == {"orders": RowCount(NOW, 4)}


def test_a_snapshot_holds_what_was_measured(measured: tuple[CheckEvaluated, ...]) -> None:
    (snapshot,) = read_quality(measured, "run-1", NOW)
    lag = snapshot.freshness_lag_seconds
    assert lag is not None
    assert 3600 <= lag < 3700
    assert snapshot == QualitySnapshot("orders", "run-1", NOW, 4, (("id", 0.0), ("status", 0.25)), lag)


def test_a_run_is_compared_with_those_before_it() -> None:
    history = {"orders": (RowCount(NOW, 100), RowCount(NOW, 300)), "items": (RowCount(NOW, 5),)}
    counts = {"orders": RowCount(NOW, 20), "items": RowCount(NOW, 5), "new": RowCount(NOW, 9)}
    assert find_anomalies(counts, lambda table: history.get(table, ()), 50.0) == (
        Anomaly("orders", 20, 200.0, 90.0, "row count dropped 90.0% (expected ~200, got 20)"),
    )
    assert find_anomalies(counts, lambda table: history.get(table, ()), 90.0) == ()
