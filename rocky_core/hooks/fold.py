"""What hooks are to be told after each event of a run, as a pure fold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, assert_never

from msgspec import Struct

from rocky_core.hooks.moments import (
    BudgetBreached,
    ChecksDone,
    ChecksStarting,
    Moment,
    ProjectCompiled,
    SourcesDiscovered,
    StateSynced,
)
from rocky_core.hooks.payload import Payload
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.replace import replace
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
    RunStatus,
    RunWarning,
    TableLeftOut,
    TableMeasured,
    TableQuarantined,
    WorkDecided,
)

_TRANSFORMATION: Final = "transformation"
_BEFORE: Final = ("before_model_run", "before_materialize")
_AFTER: Final = ("after_model_run", "after_materialize")
_ERROR: Final = ("model_error", "materialize_error")
_ANOMALY: Final = "anomaly"
_TOLD_FAULTS: Final = 3
_TOLD_CHARACTERS: Final = 500


class RunSoFar(Struct, frozen=True):
    """What has to be remembered of a run to tell its later events."""

    pipeline: str
    models: Collection[str] | None = None  # Names that are models; without it, all that a transformation builds.
    run_id: str = ""
    pipeline_type: str = ""
    tables_done: int = 0
    faults: tuple[str, ...] = ()
    fault_count: int = 0
    checks_total: int = 0
    checks_passed: int = 0
    checks_failed: int = 0
    checks_are_open: bool = False

    def is_model(self, name: str) -> bool:
        return self.pipeline_type == _TRANSFORMATION if self.models is None else name in self.models

    def adding_fault(self, fault: str) -> RunSoFar:
        told = self.faults if len(self.faults) == _TOLD_FAULTS else (*self.faults, fault[:_TOLD_CHARACTERS])
        return replace(self, faults=told, fault_count=self.fault_count + 1)


def tell(run: RunSoFar, event: RunEvent | Moment, now: datetime) -> tuple[RunSoFar, tuple[Payload, ...]]:
    """The run after the event, and what its hooks are told."""
    if isinstance(event, RunStarted):
        pipeline = event.pipeline or run.pipeline
        run = replace(run, run_id=event.run_id, pipeline=pipeline, pipeline_type=event.pipeline_type)
    base = Payload("pipeline_start", run.run_id, run.pipeline, now)
    match event:
        case RunStarted():
            return run, (base,)
        case SourcesDiscovered():
            return run, (replace(base, event="discover_complete", metadata={"connector_count": event.connector_count}),)
        case ProjectCompiled():
            return run, (replace(base, event="compile_complete", metadata={"model_count": event.model_count}),)
        case ModelStarted():
            return run, (_about(run, base, event.name, _BEFORE),)
        case DriftApplied():
            metadata = {"drifted_columns": list(event.columns), "action": event.action, "reason": event.reason}
            return run, (replace(base, event="drift_detected", table=event.name, metadata=metadata),)
        case ModelSucceeded():
            rows = {} if event.rows_affected is None else {"row_count": event.rows_affected}
            told = replace(_about(run, base, event.name, _AFTER), duration_ms=event.duration_ms, metadata=rows)
            return replace(run, tables_done=run.tables_done + 1), (told,)
        case ModelFailed():
            told = replace(
                _about(run, base, event.name, _ERROR),
                error=event.error,
                duration_ms=event.duration_ms,
                metadata={"failure_kind": event.kind.value},
            )
            return run.adding_fault(f"{event.name}: {event.error}"), (told,)
        case ModelBlocked():
            return run.adding_fault(f"{event.name}: {event.reason}"), ()
        case ChecksStarting():
            told = replace(base, event="before_checks", metadata={"table_count": event.table_count})
            return replace(run, checks_are_open=True), (told,)
        case CheckEvaluated():
            return _check_evaluated(run, event, base)
        case ChecksDone():
            return _checks_done(run, base)
        case TableQuarantined():
            return (run if event.error is None else run.adding_fault(f"{event.name}: {event.error}")), ()
        case StateSynced():
            return run, (replace(base, event="state_synced"),)
        case BudgetBreached():
            breach = {"limit_type": event.limit_type, "limit": event.limit, "actual": event.actual}
            return run, (replace(base, event="budget_breach", metadata=breach),)
        case RunFinished():
            return _finished(run, event, base)
        case AnomalyDetected():
            anomaly = {"description": event.reason}
            return run, (replace(base, event="anomaly_detected", table=event.name, metadata=anomaly),)
        case (
            ModelRetried()
            | RowCountJudged()
            | ModelSkipped()
            | ModelSettled()
            | RunWarning()
            | RunDeclined()
            | WorkDecided()
            | FileJudged()
        ):
            return run, ()
        case TableMeasured() | TableLeftOut() | OverrideUnmatched() | HookFired() | BudgetExceeded():
            return run, ()
        case _:
            assert_never(event)


def _about(run: RunSoFar, base: Payload, name: str, events: tuple[str, str]) -> Payload:
    """The payload of a model, or of a table that is none."""
    of_model, of_table = events
    if run.is_model(name):
        return replace(base, event=of_model, model=name)
    return replace(base, event=of_table, table=name)


def _check_evaluated(run: RunSoFar, event: CheckEvaluated, base: Payload) -> tuple[RunSoFar, tuple[Payload, ...]]:
    passed = event.status is CheckStatus.PASSED
    is_failed = event.status in {CheckStatus.FAILED, CheckStatus.ERRORED}
    metadata: dict[str, object] = {
        "check_name": event.check,
        "passed": passed,
        "status": event.status.value,
        "severity": event.severity.value,
        "failure_count": event.failures,
    }
    told: tuple[Payload, ...] = (replace(base, event="check_result", table=event.name, metadata=metadata),)
    description = event.message or f"check '{event.check}' failed"
    if event.kind == _ANOMALY and event.status is CheckStatus.FAILED:
        anomaly = {"description": description}
        told = (*told, replace(base, event="anomaly_detected", table=event.name, metadata=anomaly))
    run = replace(
        run,
        checks_total=run.checks_total + 1,
        checks_passed=run.checks_passed + passed,
        checks_failed=run.checks_failed + is_failed,
        checks_are_open=True,
    )
    if is_failed and event.severity is CheckSeverity.ERROR:
        run = run.adding_fault(f"{event.name}: {description}")
    return run, told


def _checks_done(run: RunSoFar, base: Payload) -> tuple[RunSoFar, tuple[Payload, ...]]:
    metadata = {"total": run.checks_total, "passed": run.checks_passed, "failed": run.checks_failed}
    run = replace(run, checks_total=0, checks_passed=0, checks_failed=0, checks_are_open=False)
    return run, (replace(base, event="after_checks", metadata=metadata),)


def _finished(run: RunSoFar, event: RunFinished, base: Payload) -> tuple[RunSoFar, tuple[Payload, ...]]:
    """The end of a run; checks that nobody declared done are done now, and a run that never was tells nothing."""
    if event.status in {RunStatus.SKIPPED_IDEMPOTENT, RunStatus.SKIPPED_IN_FLIGHT}:
        return run, ()
    told: tuple[Payload, ...] = ()
    if run.checks_are_open:
        run, told = _checks_done(run, base)
    metadata: dict[str, object] = {"table_count": run.tables_done}
    end = replace(base, event="pipeline_complete", duration_ms=event.duration_ms, metadata=metadata)
    if event.status is not RunStatus.SUCCESS or event.interrupted:
        metadata["status"] = event.status.value
        end = replace(end, event="pipeline_error", error=_summary(run, event))
    return run, (*told, end)


def _summary(run: RunSoFar, event: RunFinished) -> str:
    more = run.fault_count - len(run.faults)
    told = "; ".join((*run.faults, *((f"and {more} more",) if more else ())))
    reason = "interrupted" if event.interrupted else f"the run ended as {event.status.value}"
    return f"{reason}: {told}" if told else reason
