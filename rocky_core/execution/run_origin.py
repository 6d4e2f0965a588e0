"""Where a run comes from: what asked for it, who, and which version of the project it is of."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from msgspec import Struct

_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TRIGGERS: Final = {name.lower(): name for name in ("Manual", "Sensor", "Schedule", "Ci", "Webhook")}
_BRANCH: Final = "ref: refs/heads/"


class RunOrigin(Struct, frozen=True):
    """What history remembers of a run besides what it did; nothing of it changes the run."""

    trigger: str
    session_source: str
    identity: str | None
    git_commit: str | None
    git_branch: str | None
    submission_id: str | None


def origin_of_run(folder: Path) -> RunOrigin:
    """What the environment and the repository that the project lies in tell."""
    trigger = os.environ.get("ROCKY_RUN_TRIGGER", "Manual")
    commit, branch = _checked_out(folder)
    return RunOrigin(
        trigger=_TRIGGERS.get(trigger.lower(), trigger),
        session_source="dagster" if "DAGSTER_PIPES_CONTEXT" in os.environ else _session_source(),
        identity=next((name for key in ("ROCKY_IDENTITY", "USER", "LOGNAME") if (name := os.environ.get(key))), None),
        git_commit=commit,
        git_branch=branch,
        submission_id=os.environ.get("ROCKY_SUBMISSION_ID"),
    )


def _session_source() -> str:
    return os.environ.get("ROCKY_SESSION_SOURCE", "cli")


def _checked_out(folder: Path) -> tuple[str | None, str | None]:
    """The commit and the branch, read from git's own files; a project outside a repository has neither."""
    for place in (folder, *folder.parents):
        found = place / ".git"
        try:
            if found.is_dir():
                return _read_head(found, found)
            if found.is_file():  # A worktree: the file says where its part of the repository is.
                own = (place / found.read_text(encoding="utf-8").removeprefix("gitdir:").strip()).resolve()
                shared = own / "commondir"
                common = (own / shared.read_text(encoding="utf-8").strip()).resolve() if shared.is_file() else own
                return _read_head(own, common)
        except (OSError, UnicodeDecodeError):
            return None, None
    return None, None


def _read_head(own: Path, common: Path) -> tuple[str | None, str | None]:
    head = (own / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith(_BRANCH):
        return (head if _COMMIT.fullmatch(head) else None), None
    branch = head.removeprefix(_BRANCH)
    return _commit_of(common, f"refs/heads/{branch}"), branch


def _commit_of(common: Path, ref: str) -> str | None:
    loose = common / ref
    if loose.is_file():
        text = loose.read_text(encoding="utf-8").strip()
        return text if _COMMIT.fullmatch(text) else None
    packed = common / "packed-refs"
    if packed.is_file():
        for line in packed.read_text(encoding="utf-8").splitlines():
            commit, _, name = line.partition(" ")
            if name == ref and _COMMIT.fullmatch(commit):
                return commit
    return None
