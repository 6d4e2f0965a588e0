"""A branch is promoted only with approvals of the very tables that are promoted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.test_shadows import PROJECT, REAL, execute, shop, tables, validate  # noqa: F401 — shop is a fixture

RULES = "[branch.approval]\nrequired = true\nmin_approvers = 2\nallowed_signers = ['ada@x.org', 'grace@x.org']\n"


@pytest.fixture
def branch(shop, write):  # noqa: F811 — the fixture that is imported
    """The project with a built branch, and the project's rules."""
    write({"rocky.toml": PROJECT["rocky.toml"] + RULES})
    assert shop("branch", "create", "b").code == shop("run", "--branch", "b").code == 0
    return shop


@pytest.fixture
def approve(branch, monkeypatch):
    def by(email, message="fine"):
        monkeypatch.setenv("ROCKY_APPROVER_EMAIL", email)
        ran = branch("branch", "approve", "b", "--message", message, "-o", "json")
        validate(ran.json, "branch_approve")
        assert ran.code == 0
        return ran.json

    return by


def promoted(branch):
    ran = branch("branch", "promote", "b", "-o", "json")
    validate(ran.json, "branch_promote")
    return ran


def rejected(ran):
    return [(one["approval_id"], one["reason"]) for one in ran.json["approvals_rejected"]]


def test_with_enough_approvals_the_branch_is_promoted_and_the_answer_names_them(branch, approve):
    first, second = approve("ada@x.org"), approve("grace@x.org")

    ran = promoted(branch)

    assert (ran.code, ran.json["success"]) == (0, True)
    assert {one["approval_id"] for one in ran.json["approvals_used"]} == {
        one["artifact"]["approval_id"] for one in (first, second)
    }
    assert first["artifact"]["branch_state_hash"] == ran.json["branch_state_hash"]
    assert first["artifact"]["message"] == "fine"
    assert [one["kind"] for one in ran.json["audit"]] == ["promote_started", "promote_completed"]
    assert tables()["out.stg"] == 200


def test_without_them_nothing_is_promoted_and_the_text_says_what_is_missing(branch, approve):
    approve("ada@x.org")
    stranger = approve("eve@x.org")

    ran = promoted(branch)
    told = branch("branch", "promote", "b", "-o", "table").out

    assert (ran.code, ran.json["success"], ran.json["targets"]) == (1, False, [])
    assert rejected(ran) == [(stranger["artifact"]["approval_id"], "signer_not_allowed")]
    assert "1 of 2 approvals by ada@x.org, grace@x.org" in told
    assert "eve@x.org is not among [branch.approval] allowed_signers" in told
    assert tables().items() >= REAL.items()


def test_one_row_that_is_another_takes_every_approval_away(branch, approve):
    approve("ada@x.org")
    approve("grace@x.org")
    execute("UPDATE branch__b.big SET amount = amount + 1 WHERE id = (SELECT max(id) FROM branch__b.big)")

    ran = promoted(branch)

    assert (ran.code, [reason for _, reason in rejected(ran)]) == (1, ["state_changed", "state_changed"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda artifact: artifact["approver"].update(email="grace@x.org"), "altered"),
        (lambda artifact: artifact.update(branch_state_hash="0" * 64), "altered"),
        (lambda artifact: artifact["signature"].update(digest="0" * 64), "altered"),
        (lambda artifact: artifact["signature"].update(algorithm="none"), "unknown_algorithm"),
        (lambda artifact: artifact.update(approval_id="apr-20260101000000-00000000"), "altered"),
        (lambda artifact: artifact.pop("branch"), "unreadable"),
    ],
    ids=["approver", "state", "digest", "algorithm", "identity", "shape"],
)
def test_an_approval_that_was_altered_does_not_count(branch, approve, change, reason):
    file = Path(approve("ada@x.org")["artifact_path"])
    artifact = json.loads(file.read_text())
    change(artifact)
    file.write_text(json.dumps(artifact))

    assert [told for _, told in rejected(promoted(branch))] == [reason]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000], ids=["empty", "no text", "huge"])
def test_a_file_that_is_no_approval_is_told_and_stops_nothing_else(branch, approve, content):
    approve("ada@x.org")
    approve("grace@x.org")
    Path(".rocky/approvals/b/apr-20260101000000-00000000.json").write_bytes(content)

    ran = promoted(branch)

    assert (ran.code, rejected(ran)) == (0, [("apr-20260101000000-00000000", "unreadable")])


@pytest.mark.parametrize(
    ("files", "environment", "email"),
    [
        ({}, {"ROCKY_APPROVER_EMAIL": "a@x.org", "GIT_AUTHOR_EMAIL": "b@x.org"}, "a@x.org"),
        ({}, {"GIT_AUTHOR_EMAIL": "b@x.org"}, "b@x.org"),
        ({".git/config": '[core]\n\tbare\n[user]\n\temail = "c@x.org"\n'}, {}, "c@x.org"),
        ({"home/.gitconfig": "[user]\nemail = d@x.org\n"}, {}, "d@x.org"),
    ],
    ids=["its own setting", "git's environment", "the repository", "the person"],
)
def test_who_approves_is_what_the_nearest_setting_says(branch, write, monkeypatch, files, environment, email):
    write(files)
    for name in ("ROCKY_APPROVER_EMAIL", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(Path("home").resolve()))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert branch("branch", "approve", "b", "-o", "json").json["artifact"]["approver"]["email"] == email
