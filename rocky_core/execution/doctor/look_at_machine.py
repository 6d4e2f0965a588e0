"""What is around the project: room on the disks, and whether scheduled pipelines are run at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.errors import RockyError
from rocky_core.execution.doctor.health import Outcome, critical, healthy, warning
from rocky_core.execution.doctor.patient import Patient
from rocky_core.planning.cron import CronUnreadable, latest_tick

_LITTLE: Final = 0.10
_HARDLY_ANY: Final = 0.02
_MEBIBYTE: Final = 1024 * 1024
# A run takes a while to start and is recorded when it ends; only then is it missing.
_PATIENCE: Final = timedelta(hours=1)


def look_at_disks(patient: Patient) -> Iterator[Outcome]:
    """Whether there is room where the DuckDB files and the state are."""
    seen: dict[int, None] = {}
    files = [*patient.databases.values(), *(file.path for file in patient.state_files)]
    for file in files or [patient.config_file]:
        directory = _existing(file.absolute().parent)
        volume = directory.stat().st_dev
        if volume not in seen:
            seen[volume] = None
            yield _room(patient, directory)


def has_schedules(config: RockyConfig | None) -> bool:
    return config is not None and any(one.schedule is not None for one in config.pipelines.values())


def look_at_scheduler(patient: Patient) -> Iterator[Outcome]:
    """Whether every scheduled pipeline has run since it was last due."""
    config, site = patient.config, patient.site
    if config is None or site is None:
        return
    for name, pipeline in config.pipelines.items():
        schedule = pipeline.schedule
        if schedule is None or schedule.cron is None:
            continue
        if not schedule.enabled:
            yield healthy(f"the schedule of pipeline '{name}' is switched off", (name, "switched off"))
            continue
        timezone = schedule.timezone or config.settings.schedule.timezone
        try:
            due = latest_tick(schedule.cron, timezone, patient.clock.now() - _PATIENCE)
            ran = _last_run(patient, name)
        except (CronUnreadable, RockyError) as error:
            yield warning(f"pipeline '{name}': {error}", suggestion="`rocky validate` checks schedules")
            continue
        yield _overdue(name, due, ran)


def _overdue(name: str, due: datetime | None, ran: datetime | None) -> Outcome:
    if due is None or (ran is not None and ran >= due - _PATIENCE):
        return healthy(f"pipeline '{name}' has run since it was last due")
    last = "it has never run" if ran is None else f"its last run began at {ran:%Y-%m-%d %H:%M} UTC"
    return warning(
        f"pipeline '{name}' was due at {due:%Y-%m-%d %H:%M} UTC, and {last}",
        (name, last),
        suggestion=f"see that the scheduler is at work; `rocky run --pipeline {name}` makes up for it now",
    )


def _last_run(patient: Patient, pipeline: str) -> datetime | None:
    if patient.site is None:
        return None
    store = patient.site.read_state(pipeline)
    if store is None:
        return None
    with closing(store):
        runs = (record.started_at for record in store.run_records(limit=200) if record.pipeline == pipeline)
        return max(runs, default=None)


def _room(patient: Patient, directory: Path) -> Outcome:
    space = patient.disk_space(directory)
    share = space.free_bytes / space.total_bytes if space.total_bytes else 0.0
    said = f"{share:.0%} of the disk of {directory} is free ({space.free_bytes // _MEBIBYTE} MiB)"
    detail = (str(directory), f"{space.free_bytes} of {space.total_bytes} bytes free")
    suggestion = f"make room on that disk; `du -xh {directory} | sort -h | tail` shows what takes it"
    if share < _HARDLY_ANY:
        return critical(said, detail, suggestion=suggestion)
    if share < _LITTLE:
        return warning(said, detail, suggestion=suggestion)
    return healthy(said, detail)


def _existing(directory: Path) -> Path:
    while not directory.exists():
        directory = directory.parent
    return directory
