"""How the targets of a pipeline differ from what would be loaded into them, without doing anything about it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from rocky_core.execution.plan_run import plan_now
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.drift import DriftAction, TableDrift
from rocky_core.ir.world import GracePeriod


class DriftedTable(Struct, frozen=True):
    """A target that differs, what a run would do about it, and the vanished columns that it keeps for now."""

    table: str
    drift: TableDrift
    action: str
    reason: str
    grace_periods: tuple[GracePeriod, ...]


class DriftReport(Struct, frozen=True):
    """All targets that could be compared, and those of them that differ."""

    pipeline: str
    looked_at: datetime
    tables_checked: int
    tables: tuple[DriftedTable, ...]


def report_drift(site: Site, options: RunOptions) -> DriftReport:
    """Compare, as a run would, and tell.

    Raises:
        RockyError: the wishes cannot be fulfilled, or something cannot be reached.

    """
    plan = plan_now(site, options).plan
    compared = {table.name: table for table in reversed(plan.tables) if table.drift is not None}  # The first window.
    drifted = []
    for table in reversed(compared.values()):
        drift = table.drift or TableDrift()
        if drift.columns or table.grace_periods:
            refused = "" if table.refusal is None else table.refusal.reason
            action = table.drift_action or (DriftAction.IGNORE.value if table.refusal is None else "fail")
            reason = table.drift_reason or refused
            drifted.append(DriftedTable(str(table.target), drift, action, reason, table.grace_periods))
    return DriftReport(plan.pipeline, site.clock.now(), len(compared), tuple(drifted))
