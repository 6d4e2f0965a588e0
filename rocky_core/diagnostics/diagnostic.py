"""The finding itself and the place it points to."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How bad a finding is; the spelling is the one on the wire."""

    ERROR = "Error"
    WARNING = "Warning"
    INFO = "Info"


class Span(Struct, frozen=True):
    """A place in a project file; line and column count from one, `length` is how much to underline."""

    file: str
    line: int
    col: int
    length: int = 1


class Diagnostic(Struct, frozen=True):
    """One finding about one model (or, with an empty `model`, about the project)."""

    severity: Severity
    code: str
    message: str
    model: str = ""
    span: Span | None = None
    suggestion: str | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR
