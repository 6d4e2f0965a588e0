"""What runs by itself: two schedules, and sensors for sources, partitions, failures and freshness."""

import dagster as dg

from dagster_rocky import (
    AlertRoutes,
    BacklogCap,
    RockyProject,
    build_partitioned_rocky_schedule,
    define_rocky_job,
    rocky_failure_sensor,
    rocky_freshness_sensor,
    rocky_partition_sensor,
    rocky_source_sensor,
)

# What is counted day by day, and what reads that; the rest is built every night before it.
DAILY = dg.AssetSelection.assets(["birding", "core", "fct_daily_counts"]).downstream()
NIGHTLY = define_rocky_job("nightly", dg.AssetSelection.all() - DAILY)
NIGHTLY_SCHEDULE = dg.ScheduleDefinition(job=NIGHTLY, cron_schedule="0 4 * * *", execution_timezone="UTC")
DAILY_COUNTS = build_partitioned_rocky_schedule("daily_counts", DAILY, hour_of_day=5)

# The address is read when there is something to tell; whoever forgets it sees that on the sensor's page.
ROUTES = AlertRoutes(
    default=dg.EnvVar("BIRDING_WEBHOOK"),
    owners={"team:rivers": dg.EnvVar("BIRDING_RIVERS_WEBHOOK")},
    kinds={"auth-failed": dg.EnvVar("BIRDING_PLATFORM_WEBHOOK")},
)


def sensors_of(project: RockyProject) -> list[dg.SensorDefinition]:
    """The sensors; all are off until somebody turns them on."""
    return [
        rocky_source_sensor(project, backlog_cap=BacklogCap(1)),
        rocky_partition_sensor(project),
        rocky_failure_sensor(ROUTES),
        rocky_freshness_sensor(ROUTES, rebuild=False),
    ]
