"""Whether a branch has the approvals that its project asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from rocky_core.ir.approval import Approval, ApprovalRules, JudgedApprovals, RejectedApproval

_SKEW: Final = timedelta(minutes=5)  # Between the clocks of two machines.


def judge_approvals(
    approvals: Iterable[Approval], rules: ApprovalRules, branch: str, state_hash: str, now: datetime
) -> JudgedApprovals:
    """The newest approval of each approver counts, if it is of this very state, not too old and by one who may."""
    rejected: list[RejectedApproval] = []
    counting: dict[str, Approval] = {}
    for one in sorted(approvals, key=lambda approval: approval.signed_at, reverse=True):
        reason = _reason_against(one, rules, branch, state_hash, now)
        if reason is not None:
            rejected.append(RejectedApproval(one.approval_id, *reason))
        else:
            counting.setdefault(one.approver.email.lower(), one)
    missing = rules.min_approvers - len(counting) if rules.required else 0
    told = None
    if missing > 0:
        by_whom = f" by {', '.join(rules.allowed_signers)}" if rules.allowed_signers else ""
        told = f"{len(counting)} of {rules.min_approvers} approvals{by_whom}"
    return JudgedApprovals(tuple(counting.values()), tuple(rejected), told)


def _reason_against(
    one: Approval, rules: ApprovalRules, branch: str, state_hash: str, now: datetime
) -> tuple[str, str] | None:
    age = now - one.signed_at
    who = one.approver.email
    if one.branch != branch:
        return "wrong_branch", f"it approves branch '{one.branch}'"
    if one.branch_state_hash != state_hash:
        return "state_changed", f"the tables of the branch are no longer those that {who} has approved"
    if age > timedelta(seconds=rules.max_age_seconds):
        hours = age.total_seconds() / 3600
        return "expired", f"{who} approved {hours:.1f} hours ago, and {rules.max_age_seconds / 3600:g} are allowed"
    if age < -_SKEW:
        return "from_the_future", f"it is of {one.signed_at.isoformat()}"
    if rules.allowed_signers and who.lower() not in {signer.lower() for signer in rules.allowed_signers}:
        return "signer_not_allowed", f"{who} is not among [branch.approval] allowed_signers"
    return None
