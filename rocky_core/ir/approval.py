"""That somebody has looked at a branch and wants it promoted."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

ALGORITHM = "blake3_canonical_json"


class Approver(Struct, frozen=True):
    """Who approves, as far as their machine says."""

    email: str
    host: str
    name: str | None = None
    source: str = "local"


class Approval(Struct, frozen=True):
    """One approval of a branch as it was; the digest shows whether it was altered since."""

    approval_id: str
    branch: str
    branch_state_hash: str
    approver: Approver
    signed_at: datetime
    message: str | None
    digest: str
    algorithm: str = ALGORITHM


class RejectedApproval(Struct, frozen=True):
    """An approval that does not count, and why."""

    approval_id: str
    reason: str
    detail: str


class ApprovalRules(Struct, frozen=True):
    """What a project asks for before a branch is promoted; without allowed signers everybody may approve."""

    required: bool = False
    min_approvers: int = 1
    allowed_signers: tuple[str, ...] = ()
    max_age_seconds: int = 86_400


class JudgedApprovals(Struct, frozen=True):
    """Those that count, one for each approver, and those that do not; `missing` says what is still asked for."""

    used: tuple[Approval, ...] = ()
    rejected: tuple[RejectedApproval, ...] = ()
    missing: str | None = None
