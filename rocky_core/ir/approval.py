"""That somebody has looked at a branch and wants it promoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ALGORITHM = "blake3_canonical_json"


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approves, as far as their machine says."""

    email: str
    host: str
    name: str | None = None
    source: str = "local"


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval of a branch as it was; the digest shows whether it was altered since."""

    approval_id: str
    branch: str
    branch_state_hash: str
    approver: Approver
    signed_at: datetime
    message: str | None
    digest: str
    algorithm: str = ALGORITHM


@dataclass(frozen=True, slots=True)
class RejectedApproval:
    """An approval that does not count, and why."""

    approval_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """What a project asks for before a branch is promoted; without allowed signers everybody may approve."""

    required: bool = False
    min_approvers: int = 1
    allowed_signers: tuple[str, ...] = ()
    max_age_seconds: int = 86_400


@dataclass(frozen=True, slots=True)
class JudgedApprovals:
    """Those that count, one for each approver, and those that do not; `missing` says what is still asked for."""

    used: tuple[Approval, ...] = ()
    rejected: tuple[RejectedApproval, ...] = ()
    missing: str | None = None
