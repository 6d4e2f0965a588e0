"""Keeps the state small and whole: sweeps, forgotten schemas, backups put in its place."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.execution.run_options import Site
from rocky_core.ir.state import HistoryDomain, RetentionPolicy, SweepReport
from rocky_core.state.restore import Restored, restore_state


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep by the project's policy; no report means that there is no state yet."""

    policy: RetentionPolicy
    report: SweepReport | None


def retention_policy(config: RockyConfig) -> RetentionPolicy:
    """How much history the project wants to keep."""
    retention = config.settings.state.retention
    return RetentionPolicy(
        max_age=timedelta(days=retention.max_age_days),
        min_kept=retention.min_runs_kept,
        domains=tuple(HistoryDomain(name) for name in retention.applies_to),
        budget_ms=retention.sweep_budget_ms,
    )


def sweep_state(site: Site, pipeline: str | None, *, dry_run: bool) -> Sweep:
    """Delete what is older than the project wants to keep, or only count it."""
    policy = retention_policy(site.config)
    if not site.state_file(pipeline).exists():
        return Sweep(policy, None)
    store, _ = site.open_state(pipeline or "")
    with closing(store):
        return Sweep(policy, store.sweep_history(policy, dry_run=dry_run))


def clear_schema_cache(site: Site, pipeline: str | None, *, dry_run: bool) -> int:
    """Forget how tables looked when they were last described; how many, or how many it would be."""
    if not site.state_file(pipeline).exists():
        return 0
    store, _ = site.open_state(pipeline or "")
    with closing(store):
        return store.clear_schema_cache(dry_run=dry_run)


def restore_backup(site: Site, pipeline: str | None, backup: Path, *, force: bool) -> Restored:
    """Put a backup in the place of the state; what was there is kept beside it."""
    return restore_state(site.state_file(pipeline), backup, site.clock, force=force)
