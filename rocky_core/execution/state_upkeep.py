"""Keeps the state small and whole: sweeps, forgotten schemas, backups put in its place."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.errors import UserError
from rocky_core.execution.run_options import Site
from rocky_core.ir.state import HistoryDomain, RetentionPolicy, SweepReport
from rocky_core.state.copy_records import TableCopy, copy_records
from rocky_core.state.restore import Restored, restore_state


class Copied(Struct, frozen=True):
    """From where to where records were copied, and how many per table."""

    source: str
    target: str
    tables: tuple[TableCopy, ...]


class Sweep(Struct, frozen=True):
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
    if not site.has_state(pipeline):
        return Sweep(policy, None)
    store, _ = site.open_state(pipeline or "")
    with closing(store):
        return Sweep(policy, store.sweep_history(policy, dry_run=dry_run))


def clear_schema_cache(site: Site, *, dry_run: bool) -> int:
    """Forget how tables looked when they were last described; how many, or how many it would be."""
    if not site.has_local_state():
        return 0
    with closing(site.open_place("local", None)) as store:
        return store.clear_schema_cache(dry_run=dry_run)


def restore_backup(site: Site, pipeline: str | None, backup: Path, *, force: bool) -> Restored:
    """Put a backup in the place of the state; what was there is kept beside it."""
    return restore_state(site.state_file(pipeline), backup, site.clock, force=force)


def copy_state(site: Site, pipeline: str | None, places: tuple[str, str], *, force: bool) -> Copied:
    """Bring every record from one place to another: `local`, `remote`, or a file that is named.

    Raises:
        UserError: both are the same, the first is not there, or the second holds something else.
        StateLocked: a run is under way in one of them.

    """
    first, second = places
    if first not in {"local", "remote"} and not (site.root / first).is_file():
        raise UserError(f"there is no state file {first}", hint="name a file, or `local` or `remote`")
    with closing(site.open_place(first, pipeline)) as source, closing(site.open_place(second, pipeline)) as target:
        if source.location == target.location:
            raise UserError(f"both are {source.location}: a state is not copied onto itself")
        return Copied(source.location, target.location, copy_records(source, target, force=force))
