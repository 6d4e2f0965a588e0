"""What became of the hooks of a run, and what that means for the run."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class HookKind(StrEnum):
    """What a hook is; the spelling is the one on the wire."""

    COMMAND = "command"
    WEBHOOK = "webhook"


class HookStatus(StrEnum):
    """Whether a hook did its work; it is skipped when one before it has stopped the event."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"


class OnFailure(StrEnum):
    """What the failure of a hook does to the run."""

    ABORT = "abort"
    WARN = "warn"
    IGNORE = "ignore"


class Reach(StrEnum):
    """How much of a run an aborting hook stops."""

    RUN = "run"  # The run ends as a failure, before its work.
    TABLE = "table"  # The table fails; the others go on.
    END = "end"  # The run ends as a failure, and keeps what it wrote.


class HookResult(Struct, frozen=True):
    """One hook that was due; nothing in it is secret."""

    event: str
    kind: HookKind
    target: str
    status: HookStatus
    duration_ms: int
    on_failure: OnFailure
    exit_code: int | None = None
    http_status: int | None = None
    stdout: str | None = None
    stderr: str | None = None
    error: str | None = None


class GoOn(Struct, frozen=True):
    """No hook objects."""


class Abort(Struct, frozen=True):
    """A hook that may stop things has failed."""

    event: str
    reason: str
    reach: Reach


Verdict = GoOn | Abort
