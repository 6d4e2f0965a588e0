"""Which approvals count, and what is still asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from rocky_core.ir.approval import Approval, ApprovalRules, Approver
from rocky_core.planning.judge_approvals import judge_approvals

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def approval(number, email="ada@x.org", *, branch="b", state="now", ago=timedelta(minutes=5)):
    return Approval(f"apr-{number}", branch, state, Approver(email, "h"), NOW - ago, None, "d")


def judged(*approvals, **rules):
    found = judge_approvals(approvals, ApprovalRules(required=True, **rules), "b", "now", NOW)
    return (
        [one.approval_id for one in found.used],
        [(one.approval_id, one.reason) for one in found.rejected],
        found.missing,
    )


@pytest.mark.parametrize(
    ("approvals", "rules", "expected"),
    [
        ((), {}, ([], [], "0 of 1 approvals")),
        ((approval(1),), {}, (["apr-1"], [], None)),
        ((approval(1), approval(2, "ADA@x.org")), {"min_approvers": 2}, (["apr-1"], [], "1 of 2 approvals")),
        ((approval(1), approval(2, "grace@x.org")), {"min_approvers": 2}, (["apr-1", "apr-2"], [], None)),
        ((approval(1, state="before"),), {}, ([], [("apr-1", "state_changed")], "0 of 1 approvals")),
        ((approval(1, branch="c"),), {}, ([], [("apr-1", "wrong_branch")], "0 of 1 approvals")),
        ((approval(1, ago=timedelta(days=1, seconds=1)),), {}, ([], [("apr-1", "expired")], "0 of 1 approvals")),
        ((approval(1, ago=timedelta(days=1)),), {}, (["apr-1"], [], None)),
        ((approval(1, ago=-timedelta(hours=1)),), {}, ([], [("apr-1", "from_the_future")], "0 of 1 approvals")),
        ((approval(1, ago=-timedelta(minutes=1)),), {}, (["apr-1"], [], None)),
        (
            (approval(1), approval(2, "Grace@x.org")),
            {"allowed_signers": ("grace@X.org",), "min_approvers": 2},
            (["apr-2"], [("apr-1", "signer_not_allowed")], "1 of 2 approvals by grace@X.org"),
        ),
    ],
    ids=[
        "none",
        "one",
        "the same person twice",
        "two people",
        "of another state",
        "of another branch",
        "too old",
        "just not too old",
        "from the future",
        "another clock",
        "by somebody else",
    ],
)
def test_an_approval_counts_if_it_is_of_this_state_in_time_and_by_one_who_may(approvals, rules, expected):
    assert judged(*approvals, **rules) == expected


def test_a_project_that_asks_for_none_misses_none():
    assert judge_approvals((), ApprovalRules(), "b", "now", NOW).missing is None
