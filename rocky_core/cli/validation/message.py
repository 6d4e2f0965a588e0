"""What `validate` finds, with the codes users filter by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import UNSET

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.diagnostics.toml_places import KeyPath
from rocky_core.results.validation import ValidateMessage

SEVERITIES: Final = {Severity.ERROR: "error", Severity.WARNING: "warn", Severity.INFO: "ok"}


def ok(code: str, message: str) -> ValidateMessage:
    return ValidateMessage("ok", code, message)


def warn(code: str, message: str, *path: str | int) -> ValidateMessage:
    return ValidateMessage("warn", code, message, field=spell_path(path) or UNSET)


def error(code: str, message: str, *path: str | int) -> ValidateMessage:
    return ValidateMessage("error", code, message, field=spell_path(path) or UNSET)


def lint(code: str, message: str, *, file: str | None = None, path: KeyPath = ()) -> ValidateMessage:
    return ValidateMessage("lint", code, message, file or UNSET, spell_path(path) or UNSET)


def from_diagnostics(code: str, found: Iterable[Diagnostic]) -> list[ValidateMessage]:
    """Findings of the readers under validate's code; the place goes into the message, where people look for it."""
    return [
        ValidateMessage(
            SEVERITIES[one.severity],
            code,
            f"{one.message} ({one.span.file}:{one.span.line}:{one.span.col})" if one.span else one.message,
            one.span.file if one.span else UNSET,
        )
        for one in found
    ]


def spell_path(path: KeyPath) -> str:
    return ".".join(map(str, path))
