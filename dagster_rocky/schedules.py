"""Schedules over models, by a cron of one's own or by what rocky.toml says of a pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg

from dagster_rocky.jobs import define_rocky_job
from dagster_rocky.project import RockyProject
from dagster_rocky.translator import RockyDagsterTranslator
from rocky_core.errors import UserError
from rocky_core.watching import pipeline_schedule


def build_rocky_schedule(
    name: str, cron_schedule: str, selection: Any = None, *, execution_timezone: str = "UTC", **options: Any
) -> dg.ScheduleDefinition:
    """Runs a selection of assets (or all) by cron, in a job whose re-executions do what is left. Times are in UTC.

    A selection with partitions of one grid runs the newest of them.
    """
    job = define_rocky_job(f"{name}_job", selection, tags=options.pop("tags", None))
    return dg.ScheduleDefinition(
        name=name, cron_schedule=cron_schedule, job=job, execution_timezone=execution_timezone, **options
    )


def build_partitioned_rocky_schedule(
    name: str,
    selection: Any,
    *,
    hour_of_day: int | None = None,
    minute_of_hour: int | None = None,
    **options: Any,
) -> Any:
    """Runs each partition of a selection with one grid once it is complete; the daemon catches up missed ticks."""
    job = define_rocky_job(f"{name}_job", selection, tags=options.pop("tags", None))
    return dg.build_schedule_from_partitioned_job(
        job, name=name, hour_of_day=hour_of_day, minute_of_hour=minute_of_hour, **options
    )


def build_pipeline_schedule(
    project: RockyProject | str | Path,
    pipeline: str,
    *,
    translator: RockyDagsterTranslator | None = None,
    **options: Any,
) -> dg.ScheduleDefinition:
    """Runs a pipeline's models without partitions as `[pipeline.NAME.schedule]` says: cron, timezone, enabled.

    Raises:
        UserError: rocky.toml knows no such pipeline or no cron for it.

    """
    chosen = RockyProject.of(project)
    stated = pipeline_schedule(chosen.opened, pipeline)
    if stated is None:
        raise UserError(
            f"pipeline '{pipeline}' has no schedule", hint=f"give it [pipeline.{pipeline}.schedule] with a cron"
        )
    keys = (translator or RockyDagsterTranslator()).get_asset_key
    models = [one for one in chosen.props.values() if one.pipeline == pipeline and one.partitions is None]
    running = dg.DefaultScheduleStatus.RUNNING if stated.enabled else dg.DefaultScheduleStatus.STOPPED
    return build_rocky_schedule(
        options.pop("name", f"{pipeline}_schedule"),
        stated.cron,
        dg.AssetSelection.assets(*(keys(one.target) for one in models)),
        execution_timezone=stated.timezone,
        default_status=options.pop("default_status", running),
        **options,
    )
