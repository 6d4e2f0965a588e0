"""The JSON of `branch promote`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.ir.approval import Approval, Approver, RejectedApproval
from rocky_core.ir.promotion import ChangeKind, ColumnChanged
from rocky_core.results.wire import Answer, Record


class BreakingChange(Record, frozen=True, gc=False, kw_only=True):
    """One column that changes; which fields there are depends on its kind."""

    kind: str
    model: str
    column: str
    data_type: str | UnsetType = UNSET
    nullable: bool | UnsetType = UNSET
    old_type: str | UnsetType = UNSET
    new_type: str | UnsetType = UNSET
    narrowing: bool | UnsetType = UNSET


class BreakingFinding(Record, frozen=True, gc=False):
    """A change and how much it matters."""

    change: BreakingChange
    severity: str


class Actor(Record, frozen=True, gc=False):
    """Who promotes."""

    email: str
    host: str
    name: str | None
    source: str = "local"


class ApprovalSignature(Record, frozen=True, gc=False):
    """What shows that an approval was not altered."""

    algorithm: str
    digest: str


class ApprovalArtifact(Record, frozen=True, gc=False):
    """An approval."""

    approval_id: str
    branch: str
    branch_state_hash: str
    approver: Actor
    signed_at: datetime
    signature: ApprovalSignature
    message: str | None = None


class RejectedApprovalEntry(Record, frozen=True, gc=False):
    """An approval that does not count."""

    approval_id: str
    reason: str
    detail: str


class AuditEvent(Record, frozen=True, gc=False):
    """One thing that was decided or done."""

    kind: str
    at: datetime
    actor: Actor
    branch: str
    branch_state_hash: str
    reason: str | None = None
    breaking_changes: tuple[BreakingFinding, ...] | None = None


class PromoteTarget(Record, frozen=True, gc=False):
    """One real table, and the statement that replaces it."""

    target: str
    source: str
    statement: str
    succeeded: bool
    error: str | None = None


class PromoteAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky branch promote`."""

    command: str = "branch promote"
    branch: str
    branch_state_hash: str
    success: bool
    targets: tuple[PromoteTarget, ...]
    breaking_changes: tuple[BreakingFinding, ...]
    approvals_used: tuple[ApprovalArtifact, ...] = ()
    approvals_rejected: tuple[RejectedApprovalEntry, ...] = ()
    audit: tuple[AuditEvent, ...]


class ApproveAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky branch approve`."""

    command: str = "branch approve"
    artifact: ApprovalArtifact
    artifact_path: str


def artifact(approval: Approval) -> ApprovalArtifact:
    """The approval as it is published."""
    return ApprovalArtifact(
        approval.approval_id,
        approval.branch,
        approval.branch_state_hash,
        actor(approval.approver),
        approval.signed_at,
        ApprovalSignature(approval.algorithm, approval.digest),
        approval.message,
    )


def actor(approver: Approver) -> Actor:
    """A person as they are published."""
    return Actor(approver.email, approver.host, approver.name, approver.source)


def rejected(approvals: Iterable[RejectedApproval]) -> tuple[RejectedApprovalEntry, ...]:
    """The approvals that do not count, as they are published."""
    return tuple(RejectedApprovalEntry(one.approval_id, one.reason, one.detail) for one in approvals)


def published(changes: Iterable[ColumnChanged]) -> tuple[BreakingFinding, ...]:
    """The changes as they are published."""
    return tuple(BreakingFinding(_change(one), "breaking" if one.is_breaking else "info") for one in changes)


def is_whole(targets: Sequence[PromoteTarget]) -> bool:
    """Whether every table was replaced."""
    return all(target.succeeded for target in targets)


def _change(one: ColumnChanged) -> BreakingChange:
    match one.kind:
        case ChangeKind.COLUMN_DROPPED:
            return BreakingChange(kind=one.kind.value, model=one.model, column=one.column, data_type=one.old_type)
        case ChangeKind.COLUMN_ADDED:
            return BreakingChange(
                kind=one.kind.value, model=one.model, column=one.column, data_type=one.new_type, nullable=True
            )
        case ChangeKind.COLUMN_TYPE_CHANGED:
            return BreakingChange(
                kind=one.kind.value,
                model=one.model,
                column=one.column,
                old_type=one.old_type,
                new_type=one.new_type,
                narrowing=one.is_narrowing,
            )
