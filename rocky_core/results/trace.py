"""The JSON of `trace` and `metrics`."""

from __future__ import annotations

from datetime import datetime

from rocky_core.results.wire import Answer, Record


class TracedModel(Record, frozen=True, gc=False, kw_only=True):
    """One build of a run, when it began after the run, and beside which others: those have other lanes."""

    model_name: str
    status: str
    start_offset_ms: int
    duration_ms: int
    lane: int
    sql_hash: str
    rows_affected: int | None
    bytes_scanned: int | None
    bytes_written: int | None


class TraceAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky trace`."""

    command: str = "trace"
    run_id: str
    status: str
    trigger: str
    started_at: datetime
    finished_at: datetime
    run_duration_ms: int
    lane_count: int
    models: tuple[TracedModel, ...]


class MeasuredRun(Record, frozen=True, gc=False, kw_only=True):
    """What the checks of one run measured of a model."""

    run_id: str
    timestamp: datetime
    row_count: int
    null_rates: dict[str, float]
    freshness_lag_seconds: int | None


class MetricsAlert(Record, frozen=True, gc=False, kw_only=True):
    """Something unusual in the newest run."""

    type: str
    severity: str
    message: str
    run_id: str
    column: str | None = None


class ColumnTrendPoint(Record, frozen=True, gc=False, kw_only=True):
    """One column in one run."""

    run_id: str
    timestamp: datetime
    row_count: int
    null_rate: float | None


class MetricsAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky metrics`."""

    command: str = "metrics"
    model: str
    snapshots: tuple[MeasuredRun, ...]
    count: int
    alerts: tuple[MetricsAlert, ...] = ()
    column: str | None = None
    column_trend: tuple[ColumnTrendPoint, ...] = ()
    message: str | None = None
