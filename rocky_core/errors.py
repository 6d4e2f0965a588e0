"""Every exception this package raises.

RockyError                          failure_kind = unknown
├── UserError                       the user's command or files are wrong; printed without a traceback
│   ├── ConfigInvalid(diagnostics)  config_error     rocky.toml or a project file cannot be understood
│   └── CompileFailed(diagnostics)  compile_error    the project cannot be compiled at all
└── CacheUnreadable                 the compile cache is not ours or is damaged; it is rebuilt, never shown
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from rocky_core.diagnostics.diagnostic import Diagnostic


class RockyError(Exception):
    """The root: whatever else is raised is a fault of this package."""

    failure_kind: ClassVar[str] = "unknown"


class UserError(RockyError):
    """A command or file is wrong; the message is for the person who wrote it."""

    failure_kind: ClassVar[str] = "config_error"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigInvalid(UserError):
    """Configuration or project files hold errors; all of them are in `diagnostics`."""

    failure_kind: ClassVar[str] = "config_error"

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)


class CompileFailed(UserError):
    """The project as a whole cannot be compiled; all reasons are in `diagnostics`."""

    failure_kind: ClassVar[str] = "compile_error"

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)


class CacheUnreadable(RockyError):
    """The compile cache is damaged or was written by another version; callers rebuild it."""
