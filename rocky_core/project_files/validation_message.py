"""One line of `rocky validate`, and the collector that its checks write to."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span

MessageSeverity = Literal["ok", "warn", "error", "lint"]


class Message(Struct, frozen=True):
    """One finding or confirmation; `file` is `path:line:column` where there is a place."""

    severity: MessageSeverity
    code: str
    message: str
    file: str | None = None
    field: str | None = None


class Messages(Struct):
    """The messages in the order in which they are printed."""

    listed: list[Message] = field(default_factory=list)

    def add(
        self,
        severity: MessageSeverity,
        code: str,
        message: str,
        field: str | None = None,
        place: Span | None = None,
    ) -> None:
        self.listed.append(Message(severity, code, message, None if place is None else spelled(place), field))

    def add_diagnostic(self, diagnostic: Diagnostic, error_code: str) -> None:
        """An error under the code of the step that failed; anything milder under its own."""
        severity: MessageSeverity = {Severity.ERROR: "error", Severity.WARNING: "warn", Severity.INFO: "lint"}[
            diagnostic.severity
        ]  # type: ignore[assignment]  # mypy widens the texts of a dict display
        code = error_code if diagnostic.is_error else diagnostic.code
        hint = f" ({diagnostic.suggestion})" if diagnostic.suggestion else ""
        self.add(severity, code, f"{diagnostic.message}{hint}", None, diagnostic.span)

    @property
    def has_errors(self) -> bool:
        return any(message.severity == "error" for message in self.listed)


def spelled(place: Span) -> str:
    """A place as editors and terminals link it."""
    return f"{place.file}:{place.line}:{place.col}"
