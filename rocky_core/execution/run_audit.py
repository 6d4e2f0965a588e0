"""Checks a table that was built beside its target, and swaps it in only if it holds."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from rocky_core.execution.check_gate import gating_failures
from rocky_core.execution.run_checks import run_checks
from rocky_core.execution.run_step import run_step
from rocky_core.ir.plan import PlannedAudit
from rocky_core.ir.run import CheckEvaluated
from rocky_core.ports.warehouse import Session


class AuditOutcome(Struct, frozen=True):
    """What the checks found; with a `refused` the target holds what it held before."""

    checks: tuple[CheckEvaluated, ...]
    refused: str | None = None


def run_audit(
    name: str, asset_key: tuple[str, ...], audit: PlannedAudit, session: Session, before_commit: Callable[[], None]
) -> AuditOutcome:
    """Make the checks and publish, or discard what was built. Raises what publishing or discarding raises."""
    checks = tuple(run_checks(name, asset_key, audit.checks, session))
    failed = gating_failures(checks)
    if not failed:
        run_step(audit.publish, session, before_commit)
        return AuditOutcome(checks)
    run_step(audit.discard, session, before_commit)
    reasons = "; ".join(f"{check.check}: {check.message or check.status.value}" for check in failed)
    return AuditOutcome(checks, f"not published, because its checks did not pass: {reasons}")
