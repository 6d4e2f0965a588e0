"""What a run cost and how it went in numbers: folds of its events for `rocky run`'s answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import UNSET, UnsetType

from rocky_core.errors import FailureKind
from rocky_core.ir.run import (
    AnomalyDetected,
    BudgetExceeded,
    ModelFailed,
    ModelRetried,
    ModelSucceeded,
    RunEvent,
    RunStarted,
)
from rocky_core.results.wire import Record

_LONGEST_ERROR: Final = 500
_TRANSIENT_KINDS: Final = {
    FailureKind.CONNECTION_FAILED: "network",
    FailureKind.QUOTA_EXCEEDED: "rate_limit",
    FailureKind.TRANSIENT: "server_busy",
}


class BudgetBreach(Record, frozen=True, gc=False):
    """A limit of the whole run that was passed."""

    limit_type: str
    limit: float
    actual: float


class BudgetViolation(Record, frozen=True, gc=False):
    """A limit of one model that was passed."""

    limit_type: str
    limit: float
    actual: float
    on_breach: str


class Attempt(Record, frozen=True, gc=False):
    """One try at a table that was tried more than once."""

    attempt: int
    outcome: str
    duration_ms: int
    failure_class: str | UnsetType = UNSET
    transient_kind: str | UnsetType = UNSET
    error: str | UnsetType = UNSET
    backoff_ms: int | UnsetType = UNSET


class ModelCost(Record, frozen=True, gc=False):
    """What one table took."""

    asset_key: tuple[str, ...]
    duration_ms: int
    cost_usd: float | None


class CostSummary(Record, frozen=True, gc=False):
    """What all tables took; the total is what is known of it, none if nothing is."""

    total_cost_usd: float | None
    total_duration_ms: int
    total_bytes_scanned: int | None
    per_model: tuple[ModelCost, ...]
    adapter_type: str


class Metrics(Record, frozen=True, gc=False, kw_only=True):
    """How a run went, in numbers."""

    tables_processed: int
    tables_failed: int
    error_rate_pct: float
    statements_executed: int
    retries_attempted: int
    retries_succeeded: int
    anomalies_detected: int
    table_duration_p50_ms: int
    table_duration_p95_ms: int
    table_duration_max_ms: int
    query_duration_p50_ms: int
    query_duration_p95_ms: int
    query_duration_max_ms: int


def budget_breaches(events: Iterable[RunEvent]) -> tuple[BudgetBreach, ...]:
    """The limits of the run as a whole that were passed."""
    return tuple(
        BudgetBreach(event.limit_type, event.limit, event.actual)
        for event in events
        if isinstance(event, BudgetExceeded) and event.model is None
    )


def budget_violation(name: str, events: Iterable[RunEvent]) -> BudgetViolation | UnsetType:
    """The first limit that the model has passed."""
    for event in events:
        if isinstance(event, BudgetExceeded) and event.model == name:
            return BudgetViolation(event.limit_type, event.limit, event.actual, event.on_breach)
    return UNSET


def attempts(written: ModelSucceeded, retries: Sequence[ModelRetried]) -> tuple[Attempt, ...]:
    """The tries that a table took, where it took more than one."""
    if not retries:
        return ()
    failed = tuple(
        Attempt(
            attempt=event.attempt,
            outcome="failed",
            duration_ms=event.duration_ms,
            failure_class="transient",
            transient_kind=_TRANSIENT_KINDS.get(event.kind, "other"),
            error=event.error[:_LONGEST_ERROR],
            backoff_ms=round(1000 * event.wait_seconds),
        )
        for event in retries
    )
    before = sum(event.duration_ms + round(1000 * event.wait_seconds) for event in retries)
    return (*failed, Attempt(written.attempts, "success", max(written.duration_ms - before, 0)))


def cost_summary(started: RunStarted | None, written: Sequence[ModelSucceeded]) -> CostSummary | UnsetType:
    """What the tables of a run took; nothing for an adapter whose prices nobody knows."""
    if started is None or not written or all(event.cost_usd is None for event in written):
        return UNSET
    costs = [event.cost_usd for event in written if event.cost_usd is not None]
    scanned = [event.bytes_scanned for event in written if event.bytes_scanned is not None]
    return CostSummary(
        total_cost_usd=sum(costs) if costs else None,
        total_duration_ms=sum(event.duration_ms for event in written),
        total_bytes_scanned=sum(scanned) if scanned else None,
        per_model=tuple(ModelCost(event.asset_key, event.duration_ms, event.cost_usd) for event in written),
        adapter_type=started.adapter_type,
    )


def run_metrics(events: Sequence[RunEvent]) -> Metrics | UnsetType:
    """The numbers of a run in which anything was tried."""
    written = [event for event in events if isinstance(event, ModelSucceeded)]
    failed = [event for event in events if isinstance(event, ModelFailed)]
    if not written and not failed:
        return UNSET
    retries = [event for event in events if isinstance(event, ModelRetried)]
    retried = {event.name for event in retries}
    tables = sorted([*(event.duration_ms for event in written), *(event.duration_ms for event in failed)])
    statements = sorted(duration for event in written for duration in event.statements_ms)
    return Metrics(
        tables_processed=len(tables),
        tables_failed=len(failed),
        error_rate_pct=round(100 * len(failed) / len(tables), 1),
        statements_executed=len(statements),
        retries_attempted=len(retries),
        retries_succeeded=len(retried & {event.name for event in written}),
        anomalies_detected=sum(isinstance(event, AnomalyDetected) for event in events),
        table_duration_p50_ms=_percentile(tables, 50),
        table_duration_p95_ms=_percentile(tables, 95),
        table_duration_max_ms=_percentile(tables, 100),
        query_duration_p50_ms=_percentile(statements, 50),
        query_duration_p95_ms=_percentile(statements, 95),
        query_duration_max_ms=_percentile(statements, 100),
    )


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that so many percent do not exceed."""
    if not ordered:
        return 0
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]
