"""The published answer of a run, as a fold of its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final, assert_never

from msgspec import UNSET, Struct, field

from rocky_core.ir.builds import WorkDecision
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.hooks import HookResult
from rocky_core.ir.plan import PlannedPartition, TableKind
from rocky_core.ir.run import (
    AnomalyDetected,
    BudgetExceeded,
    CheckEvaluated,
    CheckStatus,
    DriftApplied,
    FileJudged,
    HookFired,
    ModelBlocked,
    ModelFailed,
    ModelRetried,
    ModelSettled,
    ModelSkipped,
    ModelStarted,
    ModelSucceeded,
    OverrideUnmatched,
    RowCountJudged,
    RunDeclined,
    RunEvent,
    RunFinished,
    RunStarted,
    RunWarning,
    TableLeftOut,
    TableMeasured,
    TableQuarantined,
    WorkDecided,
)
from rocky_core.results.hooks import to_hook_result
from rocky_core.results.run import (
    AnomalousCount,
    CheckOutcome,
    ContainedModel,
    DriftActionTaken,
    DriftSummary,
    ExcludedTable,
    ExecutionSummary,
    Materialization,
    MaterializationMetadata,
    ModelDecision,
    PartitionInfo,
    PartitionSummary,
    PermissionSummary,
    Quarantined,
    RunAnswer,
    TableChecks,
    TableError,
    UnmatchedOverride,
)
from rocky_core.results.run_measures import attempts, budget_breaches, budget_violation, cost_summary, run_metrics

# Worst first: what a table's checks are together is the first of these that one of them is.
_WORST: Final = (CheckStatus.ERRORED, CheckStatus.FAILED, CheckStatus.SKIPPED, CheckStatus.PASSED)
_COPIED: Final = frozenset({TableKind.COPY, TableKind.HISTORY})
_GIVEN_UP: Final = "aborted_error_rate"
_PLAIN: Final = (type(None), bool, int, float, str)


class _Parts(Struct):
    started: RunStarted | None = None
    finished: RunFinished | None = None
    declined: RunDeclined | None = None
    succeeded: list[ModelSucceeded] = field(default_factory=list)
    failed: list[ModelFailed] = field(default_factory=list)
    blocked: list[ModelBlocked] = field(default_factory=list)
    skipped: list[ModelSkipped] = field(default_factory=list)
    checks: dict[tuple[str, ...], list[CheckEvaluated]] = field(default_factory=dict)
    quarantined: list[TableQuarantined] = field(default_factory=list)
    drift: list[DriftApplied] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: list[TableLeftOut] = field(default_factory=list)
    unmatched: list[OverrideUnmatched] = field(default_factory=list)
    anomalies: list[AnomalyDetected] = field(default_factory=list)
    decisions: list[WorkDecision] = field(default_factory=list)
    retried: list[ModelRetried] = field(default_factory=list)
    exceeded: list[BudgetExceeded] = field(default_factory=list)
    hooks: list[HookResult] = field(default_factory=list)


def run_answer(
    events: Iterable[RunEvent], *, idempotency_key: str | None = None, run_filter: str | None = None
) -> RunAnswer:
    """The answer to a run that is over."""
    seen = tuple(events)
    parts = _sort(seen)
    key = idempotency_key if idempotency_key is not None else UNSET
    resumed = parts.started.resumed_from if parts.started is not None else None
    return RunAnswer(
        status=_status(parts),
        run_id=parts.started.run_id if parts.started is not None else "",
        pipeline=parts.started.pipeline if parts.started is not None else "",
        pipeline_type=parts.started.pipeline_type if parts.started is not None else "transformation",
        filter=run_filter or "",
        duration_ms=parts.finished.duration_ms if parts.finished is not None else 0,
        interrupted=parts.finished is not None and parts.finished.interrupted,
        tables_copied=len({one.name for one in parts.succeeded if one.kind in _COPIED}),
        models_built=len({one.name for one in parts.succeeded if one.kind is TableKind.MODEL}),
        tables_failed=len({one.name for one in parts.failed}) + _failed_measurements(parts),
        tables_skipped=len({one.name for one in parts.skipped}),
        materializations=tuple(_materialization(one, parts) for one in parts.succeeded),
        errors=tuple(map(_error, parts.failed)),
        contained=tuple(map(_contained, parts.blocked)),
        excluded_tables=(
            *map(_excluded, parts.skipped),
            *map(_left_out, parts.left_out),
            *(_given_up(one) for one in parts.blocked if one.reason.startswith(_GIVEN_UP)),
        ),
        check_results=tuple(_table_checks(key, found) for key, found in parts.checks.items()),
        drift=_drift(parts),
        execution=_execution(parts),
        permissions=PermissionSummary(schemas_created=_schemas_created(parts)),
        anomalies=tuple(map(_anomaly, parts.anomalies)),
        override_warnings=tuple(map(_unmatched, parts.unmatched)),
        quarantine=tuple(map(_quarantined, parts.quarantined)),
        partition_summaries=_partitions(parts),
        model_decisions=tuple(
            ModelDecision(one.name, one.decision.value, one.reason.value, one.detail or UNSET)
            for one in parts.decisions
        ),
        budget_breaches=budget_breaches(parts.exceeded),
        cost_summary=cost_summary(parts.started, parts.succeeded),
        metrics=run_metrics(seen),
        hook_results=tuple(map(to_hook_result, parts.hooks)),
        objection=UNSET if parts.finished is None or parts.finished.objection is None else parts.finished.objection,
        warnings=tuple(parts.warnings),
        shadow=True if parts.started is not None and parts.started.shadow else UNSET,
        resumed_from=resumed if resumed is not None else UNSET,
        idempotency_key=key,
        skipped_by_run_id=parts.declined.by_run_id if parts.declined is not None else UNSET,
    )


def _sort(events: Iterable[RunEvent]) -> _Parts:
    parts = _Parts()
    for event in events:
        match event:
            case RunStarted():
                parts.started = event
            case RunFinished():
                parts.finished = event
            case RunDeclined():
                parts.declined = event
            case RunWarning():
                parts.warnings.append(event.message)
            case ModelSucceeded():
                parts.succeeded.append(event)
            case ModelFailed():
                parts.failed.append(event)
            case ModelBlocked():
                parts.blocked.append(event)
            case ModelSkipped():
                parts.skipped.append(event)
            case CheckEvaluated():
                parts.checks.setdefault(event.asset_key, []).append(event)
            case DriftApplied():
                parts.drift.append(event)
            case TableQuarantined():
                parts.quarantined.append(event)
            case TableLeftOut():
                parts.left_out.append(event)
            case OverrideUnmatched():
                parts.unmatched.append(event)
            case AnomalyDetected():
                parts.anomalies.append(event)
            case WorkDecided():
                parts.decisions += event.decisions
            case ModelRetried():
                parts.retried.append(event)
            case BudgetExceeded():
                parts.exceeded.append(event)
            case HookFired():
                parts.hooks.append(event.result)
            case ModelStarted() | ModelSettled() | TableMeasured() | FileJudged() | RowCountJudged():
                pass
            case _:
                assert_never(event)
    return parts


def _status(parts: _Parts) -> str:
    if parts.declined is not None:
        return parts.declined.status.value
    return parts.finished.status.value if parts.finished is not None else "Failure"


def _execution(parts: _Parts) -> ExecutionSummary:
    started, finished = parts.started, parts.finished
    final = None if finished is None else finished.final_parallel
    return ExecutionSummary(
        concurrency=started.parallel if started is not None else 0,
        tables_processed=len(parts.succeeded) + len(parts.failed),
        tables_failed=len({one.name for one in parts.failed}),
        adaptive_concurrency=started is not None and started.is_adaptive,
        final_concurrency=UNSET if final is None else final,
        rate_limits_detected=0 if finished is None else finished.rate_limits,
    )


def _materialization(event: ModelSucceeded, parts: _Parts) -> Materialization:
    retries = [one for one in parts.retried if one.name == event.name] if event.attempts > 1 else []
    return Materialization(
        asset_key=event.asset_key,
        model=event.name,
        rows_copied=event.rows_affected,
        duration_ms=event.duration_ms,
        started_at=event.started_at,
        metadata=MaterializationMetadata(event.strategy, event.watermark, event.target, _hash(event.statements)),
        partition=UNSET if event.partition is None else _partition(event.partition),
        attempt_count=event.attempts,
        cost_usd=UNSET if event.cost_usd is None else event.cost_usd,
        bytes_scanned=UNSET if event.bytes_scanned is None else event.bytes_scanned,
        bytes_billed=UNSET if event.bytes_billed is None else event.bytes_billed,
        credits=UNSET if event.credits is None else event.credits,
        job_ids=event.job_ids,
        attempts=attempts(event, retries),
        budget_violation=budget_violation(event.name, parts.exceeded),
    )


def _hash(statements: Sequence[str]) -> str:
    return blake2b("\0".join(statements).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _partition(partition: PlannedPartition) -> PartitionInfo:
    return PartitionInfo(partition.key, _rfc3339(partition.start), _rfc3339(partition.end), partition.batched_with)


def _rfc3339(instant: str) -> str:
    """The instant of a window, which is UTC without saying so."""
    return instant.replace(" ", "T") + "Z"


def _error(event: ModelFailed) -> TableError:
    cooldown = UNSET if event.cooldown_seconds is None else round(event.cooldown_seconds)
    kind = event.kind
    return TableError(event.asset_key, event.name, event.error, kind.value, kind.is_transient, cooldown)


def _contained(event: ModelBlocked) -> ContainedModel:
    cause = event.blocked_by
    hint = (
        f"repair '{cause}', then `rocky run --resume-latest`" if cause else "`rocky run --resume-latest` goes on here"
    )
    return ContainedModel(event.name, event.asset_key, (cause,) if cause else (), event.reason, hint)


def _given_up(event: ModelBlocked) -> ExcludedTable:
    schema = event.asset_key[-2] if len(event.asset_key) > 1 else ""
    return ExcludedTable(event.asset_key, schema, event.asset_key[-1], _GIVEN_UP)


def _excluded(event: ModelSkipped) -> ExcludedTable:
    schema = event.asset_key[-2] if len(event.asset_key) > 1 else ""
    return ExcludedTable(event.asset_key, schema, event.asset_key[-1], event.reason)


def _left_out(event: TableLeftOut) -> ExcludedTable:
    return ExcludedTable(event.asset_key, event.source_schema, event.table, event.reason)


def _unmatched(event: OverrideUnmatched) -> UnmatchedOverride:
    connector = UNSET if event.connector is None else event.connector
    table = UNSET if event.table is None else event.table
    return UnmatchedOverride(event.rule_index, event.kind, event.message, connector, table)


def _anomaly(event: AnomalyDetected) -> AnomalousCount:
    return AnomalousCount(
        event.name, event.current_count, event.baseline_average, event.deviation_percent, event.reason
    )


def _failed_measurements(parts: _Parts) -> int:
    """The failures of a pipeline that only measures: its checks, if they have failed it."""
    if parts.started is None or parts.started.pipeline_type != "quality" or _status(parts) == "Success":
        return 0
    checks = (one for found in parts.checks.values() for one in found)
    return sum(one.severity is CheckSeverity.ERROR and one.status is not CheckStatus.PASSED for one in checks)


def _schemas_created(parts: _Parts) -> int:
    """Tables of one new schema each make sure that it is there; it is created once."""
    statements = (statement for one in parts.succeeded for statement in one.statements)
    return len({statement for statement in statements if statement.startswith("CREATE SCHEMA ")})


def _table_checks(asset_key: tuple[str, ...], found: Sequence[CheckEvaluated]) -> TableChecks:
    statuses = {one.status for one in found}
    worst = next(status for status in _WORST if status in statuses)
    return TableChecks(asset_key, worst.value, tuple(map(_check, found)))


def _check(event: CheckEvaluated) -> CheckOutcome:
    # Every published check has the details of one kind; these stand in where nothing could be measured.
    details = {name: value for name, value in event.details if name not in {"kind", "column"}}
    if not details:
        details["failing_rows"] = event.failures
    return CheckOutcome(
        name=event.check,
        passed=event.status is CheckStatus.PASSED,
        severity=event.severity.value,
        status=event.status.value,
        failure_count=event.failures,
        kind=event.kind,
        message=UNSET if event.message is None else event.message,
        column=UNSET if event.column is None else event.column,
        failed_sample=tuple(_row(row) for row in event.sample) or UNSET,
        **details,
    )


def _quarantined(event: TableQuarantined) -> Quarantined:
    return Quarantined(
        asset_key=event.asset_key,
        mode=event.mode,
        ok=event.error is None,
        valid_table=UNSET if event.valid_table is None else event.valid_table,
        quarantine_table=UNSET if event.quarantine_table is None else event.quarantine_table,
        valid_rows=event.valid_rows,
        quarantined_rows=event.quarantined_rows,
        error=event.error,
    )


def _row(row: Sequence[tuple[str, object]]) -> dict[str, object]:
    return {name: cell if isinstance(cell, _PLAIN) else str(cell) for name, cell in row}


def _drift(parts: _Parts) -> DriftSummary:
    return DriftSummary(
        tables_checked=len({one.name for one in parts.succeeded} | {one.name for one in parts.failed}),
        tables_drifted=len(parts.drift),
        actions_taken=tuple(DriftActionTaken(one.name, one.action, one.reason) for one in parts.drift),
    )


def _partitions(parts: _Parts) -> tuple[PartitionSummary, ...]:
    names = dict.fromkeys(one.name for one in parts.succeeded if one.partition is not None)
    planned = parts.started.tables if parts.started is not None else ()
    summaries = []
    for name in names:
        done = sum(one.name == name for one in parts.succeeded)
        failed = sum(one.name == name for one in parts.failed)
        total = planned.count(name)
        summaries.append(PartitionSummary(name, total, done, failed, total - done - failed))
    return tuple(summaries)
