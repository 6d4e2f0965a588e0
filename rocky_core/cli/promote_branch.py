"""`rocky branch promote`: gates, the promotion itself, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click

from rocky_core.api import Project
from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.run_signals import EXIT_INTERRUPTED, stop_on_signals
from rocky_core.cli.run_summary import exit_code
from rocky_core.execution.promote_branch import Promotion, approve, look_at_branch, promote
from rocky_core.execution.run_options import RunOptions
from rocky_core.ir.run import ModelBlocked, ModelFailed, ModelSucceeded, RunEvent
from rocky_core.results.promote import (
    ApproveAnswer,
    AuditEvent,
    PromoteAnswer,
    PromoteTarget,
    actor,
    artifact,
    is_whole,
    published,
    rejected,
)


def promote_branch(project: Project, wishes: RunOptions, name: str, *, allows_breaking: bool) -> int:
    """Promote a branch if nothing stands against it; the exit code."""
    promotion = look_at_branch(project.site(), wishes, name)
    audit: list[AuditEvent] = []
    approvals = promotion.approvals
    if approvals.missing is not None:
        audit.append(_event(promotion, "promote_failed", f"not approved: {approvals.missing}"))
        _print(promotion, audit, ())
        return 1
    if not project.config.settings.branch.approval.required:
        audit.append(_event(promotion, "approval_skipped", "the project asks for no approval"))
    if promotion.is_breaking and not allows_breaking:
        audit.append(_event(promotion, "breaking_changes_blocked", "--allow-breaking promotes it all the same"))
        _print(promotion, audit, ())
        return 1
    if promotion.is_breaking:
        audit.append(_event(promotion, "breaking_changes_allowed", "--allow-breaking was given"))
    audit.append(_event(promotion, "promote_started"))
    with stop_on_signals() as interrupted:
        events = tuple(promote(project.site(), wishes, promotion, interrupted))
    targets = tuple(_targets(promotion, events))
    audit.append(_event(promotion, "promote_completed" if is_whole(targets) else "promote_failed"))
    _print(promotion, audit, targets)
    code = exit_code(events)
    return code if code in {0, EXIT_INTERRUPTED} else 1


def approve_branch(project: Project, wishes: RunOptions, name: str, message: str | None) -> int:
    """Approve the branch as it is now; the exit code."""
    promotion = look_at_branch(project.site(), wishes, name)
    approval, path = approve(project.site(), promotion, message)
    answer = ApproveAnswer(artifact=artifact(approval), artifact_path=path.as_posix())
    tables = counted(len(promotion.comparisons), "table")
    breaking = counted(sum(change.is_breaking for change in promotion.changes), "breaking change")
    lines = [
        f"  {approval.approver.email} approves branch {name} as it is now: {tables}, {breaking}",
        f"  {path.as_posix()}",
    ]
    print_answer(lambda: answer, lambda: lines, lambda: lines)
    return 0


def _targets(promotion: Promotion, events: Sequence[RunEvent]) -> Iterator[PromoteTarget]:
    done = {event.name: event for event in events if isinstance(event, ModelSucceeded)}
    faults = {event.name: event.error for event in events if isinstance(event, ModelFailed)}
    faults |= {event.name: event.reason for event in events if isinstance(event, ModelBlocked)}
    for name, one in promotion.comparisons.items():
        found = done.get(name)
        statement = found.statements[-1] if found is not None and found.statements else ""
        error = None if found is not None else faults.get(name, "it was not promoted")
        yield PromoteTarget(str(one.real.target), str(one.shadow.target), statement, found is not None, error)


def _event(promotion: Promotion, kind: str, reason: str | None = None) -> AuditEvent:
    changes = published(promotion.changes) if kind.startswith("breaking_") else None
    branch = promotion.branch.branch or ""
    return AuditEvent(kind, datetime.now(UTC), actor(promotion.approver), branch, promotion.state_hash, reason, changes)


def _print(promotion: Promotion, audit: Sequence[AuditEvent], targets: Sequence[PromoteTarget]) -> None:
    answer = PromoteAnswer(
        branch=promotion.branch.branch or "",
        branch_state_hash=promotion.state_hash,
        success=bool(targets) and is_whole(targets),
        targets=tuple(targets),
        breaking_changes=published(promotion.changes),
        approvals_used=tuple(map(artifact, promotion.approvals.used)),
        approvals_rejected=rejected(promotion.approvals.rejected),
        audit=tuple(audit),
    )
    rows = [(one.target, "promoted" if one.succeeded else one.error or "") for one in targets]
    print_answer(lambda: answer, lambda: _text(promotion, answer), lambda: markdown_lines(("Table", "Outcome"), rows))


def _text(promotion: Promotion, answer: PromoteAnswer) -> Iterator[str]:
    for change in promotion.changes:
        what = change.kind.value.replace("_", " ")
        types = " → ".join(part for part in (change.old_type, change.new_type) if part)
        line = f"  {'!' if change.is_breaking else '+'} {change.model}.{change.column}: {what} ({types})"
        yield click.style(line, fg="yellow") if change.is_breaking else line
    for one in promotion.approvals.rejected:
        yield click.style(f"  ! approval {one.approval_id} does not count: {one.detail}", fg="yellow")
    if promotion.approvals.missing is not None:
        yield ""
        yield f"  Nothing was promoted: it has {promotion.approvals.missing}."
        yield f"  `rocky branch approve {answer.branch}` gives one."
        return
    if not answer.targets:
        yield ""
        yield "  Nothing was promoted: readers of these columns would fail. --allow-breaking promotes it all the same."
        return
    for target in answer.targets:
        sign = click.style("✓", fg="green") if target.succeeded else click.style("✗", fg="red")
        yield f"  {sign} {target.target}" + ("" if target.error is None else f"  {target.error}")
    done = sum(target.succeeded for target in answer.targets)
    yield ""
    yield f"  {done} of {counted(len(answer.targets), 'table')} promoted from branch {answer.branch}."
