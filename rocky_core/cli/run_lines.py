"""The events of a run as lines of text, one by one as they happen."""

from __future__ import annotations

from typing import assert_never

import click

from rocky_core.cli.output import counted
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.hooks import HookResult, HookStatus, OnFailure
from rocky_core.ir.plan import PlannedPartition
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


def event_line(event: RunEvent) -> str | None:
    """What to print about the event, None if nothing."""
    match event:
        case RunStarted():
            resumed = f", resuming {event.resumed_from}" if event.resumed_from else ""
            return f"  {event.run_id}: pipeline {event.pipeline}, {counted(len(event.tables), 'table')}{resumed}"
        case RunWarning():
            return click.style(f"  ! {event.message}", fg="yellow")
        case RunDeclined():
            return f"  Nothing to do: run {event.by_run_id} has the idempotency key '{event.idempotency_key}'."
        case ModelRetried():
            return click.style(
                f"  ↻ {event.name}: {event.kind.value}, again in {event.wait_seconds:.1f} s ({_first(event.error)})",
                fg="yellow",
            )
        case DriftApplied():
            return click.style(f"  ~ {event.name}: {event.action}, {event.reason}", fg="yellow")
        case ModelSucceeded():
            part = _window(event.partition) + _of_file(event.file)
            return f"  {click.style('✓', fg='green')} {event.name}{part}  ({_facts(event)})"
        case ModelFailed():
            return click.style(
                f"  ✗ {event.name}{_of_file(event.file)}  {event.kind.value}: {_first(event.error)}", fg="red"
            )
        case ModelBlocked():
            return click.style(f"  - {event.name}{_of_file(event.file)}: {event.reason}", fg="yellow")
        case ModelSkipped():
            return f"  · {event.name}: {event.reason}"
        case CheckEvaluated():
            return _check_line(event)
        case TableQuarantined():
            outcome = event.error if event.error is not None else f"{event.quarantined_rows} rows set apart"
            return f"    {event.name} · quarantine ({event.mode}): {outcome}"
        case TableMeasured():
            return f"  {click.style('✓', fg='green')} {event.name}  (measured, {seconds(event.duration_ms)})"
        case TableLeftOut():
            return f"  · {event.source_schema}.{event.table}: left out, {event.reason}"
        case OverrideUnmatched():
            return click.style(f"  ! {event.message}", fg="yellow")
        case AnomalyDetected():
            return click.style(f"  ! {event.name}: {event.reason}", fg="yellow")
        case HookFired():
            return _hook_line(event.result)
        case BudgetExceeded():
            whose = "the run" if event.model is None else event.model
            text = f"  ! {whose}: over budget, {event.actual:g} of {event.limit_type} {event.limit:g}"
            return click.style(text, fg="yellow")
        case ModelStarted() | ModelSettled() | RunFinished() | WorkDecided() | FileJudged() | RowCountJudged():
            return None
        case _:
            assert_never(event)


def _hook_line(result: HookResult) -> str | None:
    """Hooks that did their work are not worth a line."""
    if result.status is not HookStatus.FAILED or result.on_failure is OnFailure.IGNORE:
        return None
    color = "red" if result.on_failure is OnFailure.ABORT else "yellow"
    return click.style(f"  ! hook on '{result.event}' failed: {result.target}: {result.error}", fg=color)


def seconds(milliseconds: int) -> str:
    """A duration as people read it."""
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.2f} s"
    return f"{milliseconds // 60_000} min {milliseconds % 60_000 // 1000} s"


def _facts(event: ModelSucceeded) -> str:
    rows = () if event.rows_affected is None else (counted(event.rows_affected, "row"),)
    tried = () if event.attempts == 1 else (f"{event.attempts} attempts",)
    return ", ".join((event.strategy, *rows, *tried, seconds(event.duration_ms)))


def _window(partition: PlannedPartition | None) -> str:
    if partition is None:
        return ""
    last = partition.batched_with[-1:] or ("",)
    return f" [{partition.key}{' … ' if last[0] else ''}{last[0]}]"


def _of_file(file: str | None) -> str:
    return "" if file is None else f" [{file}]"


def _check_line(event: CheckEvaluated) -> str:
    text = f"    {event.name} · {event.check}"
    match event.status:
        case CheckStatus.PASSED:
            return f"    {click.style('✓', fg='green')} {event.name} · {event.check}"
        case CheckStatus.FAILED:
            colour = "red" if event.severity is CheckSeverity.ERROR else "yellow"
            reason = event.message or f"{event.failures} failing"
            return click.style(f"{text}: failed ({event.severity.value}), {_first(reason)}", fg=colour)
        case CheckStatus.SKIPPED | CheckStatus.ERRORED:
            return click.style(f"{text}: not evaluated, {_first(event.message or event.status.value)}", fg="red")
        case _:
            assert_never(event.status)


def _first(text: str) -> str:
    return text.strip().partition("\n")[0]
