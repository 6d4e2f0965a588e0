"""Every exception this package raises, and the kind of failure it stands for.

RockyError                              unknown
├── UserError(message, hint)            the user's command or files are wrong; printed without a traceback
│   ├── ConfigInvalid(diagnostics)      compile-error      rocky.toml or a project file cannot be understood
│   ├── CompileFailed(diagnostics)      compile-error      the project cannot be compiled at all
│   └── NoModels                        there is nothing to compile
├── WarehouseError(message, statement)
│   ├── ConnectionFailed(never_sent)    connection-failed  retried where no row can be written twice
│   ├── AuthFailed                      auth-failed
│   ├── QueryRejected                   query-rejected
│   ├── ObjectNotFound                  not-found
│   ├── TransientFailure                transient          retried
│   ├── QuotaExceeded(cooldown_seconds) quota-exceeded     retried after the cooldown
│   └── StatementCancelled              unknown            somebody interrupted the run
├── StateError
│   ├── StateLocked(holder)             another run holds the lease
│   ├── StateCorrupted(table)           a stored record cannot be read
│   ├── StateTooNew                     written by a newer version of this package
│   ├── StateUnavailable                cannot be opened or written: a full disk, no permission, a wrong path
│   │   ├── StateUnreachable            connection-failed  a remote store does not answer
│   │   ├── StateRefused                auth-failed        a remote store does not accept the credentials
│   │   └── StateFull                   quota-exceeded     a remote store has no room
│   └── LeaseLost                       another run has taken over; this one must not write
└── CacheUnreadable                     the compile cache is not ours or is damaged; it is rebuilt, never shown
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from rocky_core.diagnostics.hide_secrets import hide_tokens

if TYPE_CHECKING:
    from rocky_core.diagnostics.diagnostic import Diagnostic


class FailureKind(StrEnum):
    """Why something failed, as retries, exit codes and Dagster decide on it; the spelling is the one on the wire."""

    CONNECTION_FAILED = "connection-failed"
    AUTH_FAILED = "auth-failed"
    QUERY_REJECTED = "query-rejected"
    TRANSIENT = "transient"
    QUOTA_EXCEEDED = "quota-exceeded"
    NOT_FOUND = "not-found"
    COMPILE_ERROR = "compile-error"
    UNKNOWN = "unknown"

    @property
    def is_transient(self) -> bool:
        """Whether the same work may succeed when it is tried again."""
        return self in {FailureKind.TRANSIENT, FailureKind.CONNECTION_FAILED, FailureKind.QUOTA_EXCEEDED}


class RockyError(Exception):
    """The root: whatever else is raised is a fault of this package."""

    failure_kind: ClassVar[FailureKind] = FailureKind.UNKNOWN


class UserError(RockyError):
    """A command or file is wrong; the message is for the person who wrote it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigInvalid(UserError):
    """Configuration or project files hold errors; all of them are in `diagnostics`."""

    failure_kind: ClassVar[FailureKind] = FailureKind.COMPILE_ERROR

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)


class CompileFailed(UserError):
    """The project as a whole cannot be compiled; all reasons are in `diagnostics`."""

    failure_kind: ClassVar[FailureKind] = FailureKind.COMPILE_ERROR

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)


class NoModels(UserError):
    """The project has no models, which a command may do without."""


class WarehouseError(RockyError):
    """A warehouse did not do what it was asked to; the message is the warehouse's own."""

    def __init__(self, message: str, *, statement: str | None = None) -> None:
        # Whoever shows, logs or stores an error has its text from here, so a token ends here.
        self.message = hide_tokens(message)
        self.statement = None if statement is None else hide_tokens(statement)
        super().__init__(self.message)
        self.in_doubt = False  # Whether nobody can tell what became of the statement.


class ConnectionFailed(WarehouseError):
    """The warehouse cannot be reached, or its file cannot be opened.

    With `never_sent` the statement has certainly not been run; without it nobody can tell what became of it.
    """

    failure_kind: ClassVar[FailureKind] = FailureKind.CONNECTION_FAILED

    def __init__(self, message: str, *, statement: str | None = None, never_sent: bool = False) -> None:
        super().__init__(message, statement=statement)
        self.in_doubt = not never_sent


class AuthFailed(WarehouseError):
    """The warehouse does not accept the credentials."""

    failure_kind: ClassVar[FailureKind] = FailureKind.AUTH_FAILED


class QueryRejected(WarehouseError):
    """The warehouse understood the statement and will not run it; trying again changes nothing."""

    failure_kind: ClassVar[FailureKind] = FailureKind.QUERY_REJECTED


class ObjectNotFound(WarehouseError):
    """The statement names a table, column or schema that is not there."""

    failure_kind: ClassVar[FailureKind] = FailureKind.NOT_FOUND


class TransientFailure(WarehouseError):
    """The warehouse was busy or lost a race; the same statement may succeed later."""

    failure_kind: ClassVar[FailureKind] = FailureKind.TRANSIENT


class QuotaExceeded(WarehouseError):
    """A limit is used up until `cooldown_seconds` have passed, where that is known."""

    failure_kind: ClassVar[FailureKind] = FailureKind.QUOTA_EXCEEDED

    def __init__(self, message: str, *, statement: str | None = None, cooldown_seconds: float | None = None) -> None:
        super().__init__(message, statement=statement)
        self.cooldown_seconds = cooldown_seconds


class StatementCancelled(WarehouseError):
    """The statement was stopped because the run was interrupted."""


class StateError(RockyError):
    """The state store cannot do what it was asked to."""


class StateLocked(StateError):
    """Another run holds the lease on this pipeline; the message names it."""

    def __init__(self, message: str, *, holder: str | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class StateCorrupted(StateError):
    """A stored record cannot be read; the message names its table."""

    def __init__(self, message: str, *, table: str | None = None) -> None:
        super().__init__(message)
        self.table = table


class StateTooNew(StateError):
    """The store was written by a newer version of this package."""


class StateUnavailable(StateError):
    """The store cannot be opened or written; what was stored is as it was."""


class StateUnreachable(StateUnavailable):
    """A remote store does not answer, or not in time."""

    failure_kind: ClassVar[FailureKind] = FailureKind.CONNECTION_FAILED


class StateRefused(StateUnavailable):
    """A remote store does not accept the credentials, or does not allow what the state needs."""

    failure_kind: ClassVar[FailureKind] = FailureKind.AUTH_FAILED


class StateFull(StateUnavailable):
    """A remote store has no room."""

    failure_kind: ClassVar[FailureKind] = FailureKind.QUOTA_EXCEEDED


class LeaseLost(StateError):
    """Another run has taken the lease over, so nothing of this one may be written any more."""


class CacheUnreadable(RockyError):
    """The compile cache is damaged or was written by another version; callers rebuild it."""
