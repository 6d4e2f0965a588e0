"""Says why a command gave no answer: text for people, the error envelope for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from rocky_core.cli.diagnostic_text import render_findings
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.errors import (
    CompileFailed,
    ConfigInvalid,
    ConnectionFailed,
    FailureKind,
    RockyError,
    StateCorrupted,
    StateError,
    StateLocked,
    StateUnavailable,
    TransientFailure,
    UserError,
    WarehouseError,
)


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """What went wrong, and what to do next."""

    code: str
    message: str
    hint: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    failure_kind: FailureKind = FailureKind.UNKNOWN


def describe_mistake(mistake: click.ClickException | RockyError) -> ErrorReport:
    """A wrong command line, unusable files, or a warehouse or state that does not do its part."""
    if isinstance(mistake, UserError):
        found = mistake.diagnostics if isinstance(mistake, ConfigInvalid | CompileFailed) else ()
        return ErrorReport(_code_of(mistake), mistake.message, mistake.hint, found)
    if isinstance(mistake, RockyError):
        return ErrorReport(_code_of(mistake), str(mistake), _next_step(mistake), failure_kind=mistake.failure_kind)
    hint = None
    if isinstance(mistake, click.UsageError) and mistake.ctx is not None:
        hint = f"`{mistake.ctx.command_path} --help` lists what it takes"
    return ErrorReport("usage_error", mistake.format_message(), hint)


def _code_of(mistake: RockyError) -> str:
    match mistake:
        case ConfigInvalid():
            return "config_error"
        case CompileFailed():
            return "compile_error"
        case UserError():
            return "user_error"
        case StateError():
            return "state_error"
        case WarehouseError():
            return mistake.failure_kind.value
        case _:
            return "error"


def _next_step(error: RockyError) -> str | None:
    match error:
        case StateLocked():
            return "wait until that run has ended, or stop it; a run whose process is gone holds nothing up"
        case StateUnavailable() | StateCorrupted():
            return "`rocky doctor` looks at the state, its lock and its disk, and says what to do"
        case ConnectionFailed():
            return "see that the adapter's settings in rocky.toml are right and that the warehouse can be reached"
        case TransientFailure():
            return "the same command may succeed in a moment"
        case _:
            return None


def describe_fault(fault: Exception) -> ErrorReport:
    """Something nobody foresaw."""
    return ErrorReport(
        "internal_error",
        f"rocky itself failed ({type(fault).__name__}: {fault}); your project is not to blame, and nothing was changed",
        "run the same command with --debug (or ROCKY_DEBUG=1) and report the traceback",
    )


def print_error(report: ErrorReport, *, as_json: bool) -> None:
    """Write the report to stderr; stdout stays empty, so that no program takes it for an answer."""
    if as_json:
        from msgspec import UNSET  # noqa: PLC0415 — text needs no encoder

        from rocky_core.results.findings import ErrorEnvelope, to_findings  # noqa: PLC0415 — text needs no encoder
        from rocky_core.results.wire import to_json  # noqa: PLC0415 — same

        envelope = ErrorEnvelope(
            report.code,
            report.message,
            report.hint,
            to_findings(report.diagnostics) if report.diagnostics else UNSET,
            UNSET if report.failure_kind is FailureKind.UNKNOWN else report.failure_kind.value,
        )
        click.echo(to_json(envelope), err=True)
        return
    for line in render_findings(report.diagnostics, Path()):
        click.echo(line, err=True)
    click.echo(f"{click.style('error', fg='red', bold=True)}: {report.message}", err=True)
    if report.hint:
        click.echo(f"{click.style('hint', fg='cyan', bold=True)}: {report.hint}", err=True)
