"""What is said at the end of a run: how it ended, each failure with its kind, and the next command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import click

from rocky_core.cli.output import counted
from rocky_core.cli.run_lines import seconds
from rocky_core.cli.run_signals import EXIT_INTERRUPTED
from rocky_core.errors import FailureKind
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.plan import TableKind
from rocky_core.ir.run import (
    CheckEvaluated,
    CheckStatus,
    ModelBlocked,
    ModelFailed,
    ModelSkipped,
    ModelSucceeded,
    RunEvent,
    RunFinished,
    RunStatus,
    TableMeasured,
)

_EXIT_CODES: Final = {
    RunStatus.SUCCESS: 0,
    RunStatus.FAILURE: 1,
    RunStatus.PARTIAL_FAILURE: 2,
    RunStatus.SKIPPED_IDEMPOTENT: 0,
    RunStatus.SKIPPED_IN_FLIGHT: 0,
}
_ADVICE: Final = {
    FailureKind.CONNECTION_FAILED: "see that the warehouse can be reached, then `rocky run --resume-latest`",
    FailureKind.AUTH_FAILED: "renew the credentials, then `rocky run --resume-latest`",
    FailureKind.QUERY_REJECTED: "repair the model, then `rocky run --resume-latest`",
    FailureKind.TRANSIENT: "`rocky run --resume-latest` tries again",
    FailureKind.QUOTA_EXCEEDED: "wait, then `rocky run --resume-latest`",
    FailureKind.NOT_FOUND: "see that what it reads is there, then `rocky run --resume-latest`",
    FailureKind.COMPILE_ERROR: "repair it (see `rocky compile --model {name}`), then `rocky run --resume-latest`",
    FailureKind.UNKNOWN: "`rocky run --resume-latest --debug` tries again and shows more",
}

_ADVICE_BEYOND_MODELS: Final = {
    FailureKind.QUERY_REJECTED: "repair its source or its settings in rocky.toml, then `rocky run --resume-latest`",
    FailureKind.NOT_FOUND: "see that it is there (`rocky plan` looks again), then `rocky run --resume-latest`",
    FailureKind.COMPILE_ERROR: "repair its settings in rocky.toml, then `rocky run --resume-latest`",
}


def exit_code(events: Sequence[RunEvent]) -> int:
    """0 success or declined, 1 nothing was built, or a hook or a budget objects, 2 some was built, 130 interrupted."""
    finished = next((event for event in reversed(events) if isinstance(event, RunFinished)), None)
    if finished is None:
        return 0  # Declined: somebody else has done the work.
    if finished.interrupted:
        return EXIT_INTERRUPTED
    return 1 if finished.objection is not None else _EXIT_CODES[finished.status]


def summary_lines(events: Sequence[RunEvent]) -> Iterator[str]:
    """The end of the text output."""
    finished = next((event for event in reversed(events) if isinstance(event, RunFinished)), None)
    if finished is None:
        return
    yield ""
    failed = [event for event in events if isinstance(event, ModelFailed)]
    for event in failed:
        yield click.style(f"  {event.name} ({event.kind.value})", fg="red", bold=True)
        yield from (f"      {line}" for line in event.error.strip().splitlines())
        yield f"      Next: {_advice(event)}"
    checks = [one for one in events if isinstance(one, CheckEvaluated) and one.status is not CheckStatus.PASSED]
    for check in checks:
        yield from _check_detail(check)
    if failed or checks:
        yield ""
    yield f"  {_verdict(finished)} {_counts(events)} in {seconds(finished.duration_ms)}."
    if finished.objection is not None:
        yield click.style(f"  {finished.objection}", fg="red")
    if finished.interrupted or (not failed and any(isinstance(event, ModelBlocked) for event in events)):
        yield "  Next: `rocky run --resume-latest` goes on where this run stopped."


def _advice(event: ModelFailed) -> str:
    if event.file is not None and not event.kind.is_transient:
        return "repair the file and run again; files that are in their tables already are left out"
    advice = _ADVICE if event.of_kind is TableKind.MODEL else {**_ADVICE, **_ADVICE_BEYOND_MODELS}
    return advice[event.kind].format(name=event.name)


def _verdict(finished: RunFinished) -> str:
    if finished.interrupted:
        return click.style("Interrupted:", fg="yellow", bold=True)
    match finished.status:
        case RunStatus.SUCCESS:
            return click.style("Success:", fg="green", bold=True)
        case RunStatus.PARTIAL_FAILURE:
            return click.style("Partial failure:", fg="red", bold=True)
        case _:
            return click.style("Failure:", fg="red", bold=True)


def _counts(events: Sequence[RunEvent]) -> str:
    built: dict[str, TableKind] = {event.name: event.kind for event in events if isinstance(event, ModelSucceeded)}
    measured = {event.name for event in events if isinstance(event, TableMeasured)}
    failed = {event.name for event in events if isinstance(event, ModelFailed)}
    blocked = {event.name for event in events if isinstance(event, ModelBlocked)} - failed
    skipped = {event.name for event in events if isinstance(event, ModelSkipped)}
    checks = [event for event in events if isinstance(event, CheckEvaluated)]
    whole = [kind for name, kind in built.items() if name not in failed]
    models = sum(kind is TableKind.MODEL for kind in whole)
    parts = [f"{counted(len(whole) - models, 'table')} copied"] if models < len(whole) else []
    parts += [f"{counted(len(measured), 'table')} measured"] if measured else []
    parts += [f"{counted(models, 'model')} built"] if models or not parts else []
    files = [event for event in events if isinstance(event, ModelSucceeded | ModelFailed) and event.file is not None]
    if files:
        loaded = sum(isinstance(event, ModelSucceeded) for event in files)
        failed = {event.file or "" for event in files if isinstance(event, ModelFailed)}
        parts = [f"{counted(loaded, 'file')} loaded"]
    parts += [
        f"{len(names)} {word}"
        for names, word in ((failed, "failed"), (blocked, "blocked"), (skipped, "skipped"))
        if names
    ]
    if checks:
        passed = sum(check.status is CheckStatus.PASSED for check in checks)
        parts.append(f"{passed} of {counted(len(checks), 'check')} passed")
    return ", ".join(parts)


def _check_detail(check: CheckEvaluated) -> Iterator[str]:
    verb = "failed" if check.status is CheckStatus.FAILED else "was not evaluated"
    title = f"  {check.name} · {check.check} {verb} ({check.severity.value})"
    yield click.style(title, fg="red" if check.severity is CheckSeverity.ERROR else "yellow")
    if check.message:
        yield from (f"      {line}" for line in check.message.strip().splitlines())
    for row in check.sample[:3]:
        yield "      " + ", ".join(f"{name} = {cell}" for name, cell in row)
