"""The JSON of `branch`."""

from __future__ import annotations

from datetime import datetime

from rocky_core.ir.state import Branch
from rocky_core.results.wire import Answer, Record


class BranchEntry(Record, frozen=True, gc=False):
    """A branch."""

    name: str
    schema_prefix: str
    created_by: str
    created_at: datetime
    description: str | None = None


class BranchAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky branch create`."""

    command: str = "branch create"
    branch: BranchEntry


class BranchListAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky branch list`."""

    command: str = "branch list"
    branches: tuple[BranchEntry, ...]
    total: int


class BranchDeleteAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky branch delete`."""

    command: str = "branch delete"
    name: str
    removed: bool


def branch_entry(branch: Branch) -> BranchEntry:
    """The branch as it is published."""
    return BranchEntry(
        branch.name, branch.schema_prefix, branch.created_by, branch.created_at, branch.description or None
    )
