"""Diagnostics and errors as they stand in every command's JSON."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.results.wire import Record


class SourceSpan(Record, frozen=True, gc=False):
    """Where a finding points to; line and column count from one."""

    file: str
    line: int
    col: int


class Finding(Record, frozen=True, gc=False):
    """One diagnostic; an absent span or suggestion is null."""

    severity: str
    code: str
    message: str
    span: SourceSpan | None
    model: str
    suggestion: str | None


class ErrorEnvelope(Record, frozen=True, gc=False):
    """Why a command gave no answer at all."""

    code: str
    message: str
    remediation_hint: str | None
    diagnostics: tuple[Finding, ...] | UnsetType = UNSET
    failure_kind: str | UnsetType = UNSET  # Where it is known, so that a program can tell whether it may pass.


def to_findings(diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """The published form of diagnostics, in their order."""
    return tuple(
        Finding(
            found.severity.value,
            found.code,
            found.message,
            SourceSpan(found.span.file, found.span.line, found.span.col) if found.span else None,
            found.model,
            found.suggestion,
        )
        for found in diagnostics
    )
