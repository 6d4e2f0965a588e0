"""The published answer of a run of a load pipeline, as a fold of its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from rocky_core.ir.run import (
    BudgetExceeded,
    CheckEvaluated,
    FileJudged,
    HookFired,
    ModelBlocked,
    ModelFailed,
    ModelSkipped,
    ModelSucceeded,
    RunDeclined,
    RunEvent,
    RunFinished,
    RunStarted,
    RunWarning,
)
from rocky_core.results.hooks import to_hook_result
from rocky_core.results.load import (
    FileContractResult,
    FileViolation,
    LoadAnswer,
    LoadCheck,
    LoadedFileResult,
    SkippedFile,
)
from rocky_core.results.run_measures import budget_breaches


def load_answer(
    events: Sequence[RunEvent], source_dir: str, file_format: str | None, *, idempotency_key: str | None = None
) -> LoadAnswer:
    """The answer to a run that is over; a run that was declined has loaded nothing."""
    started = next((one for one in events if isinstance(one, RunStarted)), None)
    finished = next((one for one in events if isinstance(one, RunFinished)), None)
    declined = next((one for one in events if isinstance(one, RunDeclined)), None)
    judged = {one.file: one for one in events if isinstance(one, FileJudged)}
    files = tuple(one for event in events if (one := _file(event, judged)) is not None)
    skipped = tuple(SkippedFile(one.name, one.reason) for one in events if isinstance(one, ModelSkipped))
    loaded = [one for one in files if one.error is UNSET]
    return LoadAnswer(
        status=_status(finished, declined),
        run_id=started.run_id if started is not None else "",
        pipeline=started.pipeline if started is not None else "",
        source_dir=source_dir,
        format=file_format or "auto",
        files_loaded=len(loaded),
        files_failed=len(files) - len(loaded),
        files_skipped=len(skipped),
        total_rows=sum(one.rows_loaded for one in loaded),
        total_bytes=sum(one.bytes_read for one in loaded),
        duration_ms=finished.duration_ms if finished is not None else 0,
        interrupted=finished is not None and finished.interrupted,
        files=files,
        skipped=skipped,
        checks=tuple(_check(one) for one in events if isinstance(one, CheckEvaluated)),
        warnings=tuple(one.message for one in events if isinstance(one, RunWarning)),
        budget_breaches=budget_breaches([one for one in events if isinstance(one, BudgetExceeded)]),
        hook_results=tuple(to_hook_result(one.result) for one in events if isinstance(one, HookFired)),
        resumed_from=(started.resumed_from if started is not None else None) or UNSET,
        idempotency_key=idempotency_key or UNSET,
        skipped_by_run_id=declined.by_run_id if declined is not None else UNSET,
    )


def _status(finished: RunFinished | None, declined: RunDeclined | None) -> str:
    if declined is not None:
        return declined.status.value
    return finished.status.value if finished is not None else "Failure"


def _file(event: RunEvent, judged: Mapping[str, FileJudged]) -> LoadedFileResult | None:
    match event:
        case ModelSucceeded(file=str(file)):
            size = judged[file].bytes_read
            contract = _contract(judged.get(file))
            return LoadedFileResult(
                file, event.target, event.rows_affected or 0, size, event.duration_ms, contract=contract
            )
        case ModelFailed(file=str(file)):
            found = judged.get(file)
            return LoadedFileResult(
                file=file,
                target=event.target,
                rows_loaded=0,
                bytes_read=0 if found is None else found.bytes_read,
                duration_ms=event.duration_ms,
                error=event.error,
                failure_kind=event.kind.value,
                is_transient=event.kind.is_transient,
                contract=_contract(found),
            )
        case ModelBlocked(file=str(file)):
            return LoadedFileResult(file, event.target, 0, 0, 0, error=event.reason)
        case _:
            return None


def _contract(judged: FileJudged | None) -> FileContractResult | UnsetType:
    if judged is None or not judged.has_contract:
        return UNSET
    violations = tuple(FileViolation(one.rule, one.column, one.message) for one in judged.violations)
    return FileContractResult(not violations, violations)


def _check(event: CheckEvaluated) -> LoadCheck:
    message = UNSET if event.message is None else event.message
    return LoadCheck(event.name, event.check, event.severity.value, event.status.value, message)
