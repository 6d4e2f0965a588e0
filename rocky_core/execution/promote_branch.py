"""Promotes a branch: looks at what would change for readers, and puts its tables in the place of the real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from hashlib import blake2b
from pathlib import Path
from threading import Event

from msgspec import Struct

from rocky_core.errors import UserError
from rocky_core.execution.approval_files import read_approvals, write_approval
from rocky_core.execution.choose_branch import find_branch
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.compare_tables import compare_tables
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.execution.who_approves import who_approves
from rocky_core.ir.approval import Approval, ApprovalRules, Approver, JudgedApprovals, RejectedApproval
from rocky_core.ir.names import TargetName
from rocky_core.ir.promotion import ColumnChanged
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunEvent
from rocky_core.ir.shadow import Shadow, ShadowComparison
from rocky_core.planning.find_breaking_changes import find_changes
from rocky_core.planning.judge_approvals import judge_approvals


class Promotion(Struct, frozen=True):
    """A branch that may be promoted, and what would change, and whether it is approved."""

    branch: Shadow
    comparisons: Mapping[str, ShadowComparison]  # By model; of those that are in the branch.
    changes: tuple[ColumnChanged, ...]
    contents: Mapping[TargetName, str]  # What is in the branch's tables, as far as the warehouse can tell.
    approver: Approver  # Who asks for it.
    approvals: JudgedApprovals

    @property
    def is_breaking(self) -> bool:
        return any(change.is_breaking for change in self.changes)

    @property
    def state_hash(self) -> str:
        """The same as long as the tables of the branch have the same shape and hold the same rows."""
        return _state_hash(self.comparisons, self.contents)


def _state_hash(comparisons: Mapping[str, ShadowComparison], contents: Mapping[TargetName, str]) -> str:
    held = (
        (
            name,
            str(one.shadow.target),
            one.shadow.rows,
            [(column.name, column.type_text) for column in one.shadow.table.columns],
            contents.get(one.shadow.target),
        )
        for name, one in sorted(comparisons.items())
        if one.shadow.table is not None
    )
    return blake2b(repr(tuple(held)).encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def look_at_branch(site: Site, options: RunOptions, name: str) -> Promotion:
    """What promoting the branch would mean; nothing is changed.

    Raises:
        UserError: there is no such branch, or nothing of it is built.

    """
    pipeline = choose_pipeline(site.config, options.pipeline)
    with ExitStack() as stack:
        store = site.read_state(pipeline.name)
        if store is not None:
            stack.enter_context(closing(store))
        branch = Shadow(schema=find_branch(name, store).schema_prefix, branch=name)
    found = compare_tables(site, replace(options, shadow=branch))
    built = {model: one for model, one in found.items() if one.shadow.table is not None}
    if not built:
        raise UserError(f"nothing of branch '{name}' has been built", hint=f"`rocky run --branch {name}` builds it")
    dialect_name = site.compile().dialect.name
    changes = tuple(change for model, one in built.items() for change in find_changes(model, one, dialect_name))
    with closing(site.open_warehouse(pipeline.adapter, True)) as warehouse:
        contents = warehouse.content_markers(one.shadow.table for one in built.values() if one.shadow.table is not None)
    judged = _judged(site, branch.branch or name, _state_hash(built, contents))
    return Promotion(branch, built, changes, contents, who_approves(site.root), judged)


def approve(site: Site, promotion: Promotion, message: str | None) -> tuple[Approval, Path]:
    """Write down that whoever sits here has looked at the branch as it is; where, relative to the project."""
    name, now = promotion.branch.branch or "", site.clock.now()
    return write_approval(site.root, name, promotion.state_hash, promotion.approver, now, message)


def promote(site: Site, options: RunOptions, promotion: Promotion, interrupted: Event) -> Iterator[RunEvent]:
    """Put the tables of the branch in the place of the real ones, each as a whole, as a run does it."""
    return run_pipeline(site, replace(options, shadow=None, promotes=promotion.branch), interrupted)


def _judged(site: Site, branch: str, state_hash: str) -> JudgedApprovals:
    settings = site.config.settings.branch.approval
    rules = ApprovalRules(settings.required, settings.min_approvers, settings.allowed_signers, settings.max_age_seconds)
    found = tuple(read_approvals(site.root, branch))
    sound = (one for one in found if isinstance(one, Approval))
    judged = judge_approvals(sound, rules, branch, state_hash, site.clock.now())
    unsound = tuple(one for one in found if isinstance(one, RejectedApproval))
    return replace(judged, rejected=(*judged.rejected, *unsound))
