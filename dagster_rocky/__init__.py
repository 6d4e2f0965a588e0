"""Rocky projects as native Dagster definitions."""

from dagster_rocky.alerts import AlertRoutes, rocky_failure_sensor, rocky_freshness_sensor
from dagster_rocky.asset_specs import load_rocky_assets
from dagster_rocky.assets import RockyAssetsOptions, build_rocky_assets, rocky_assets
from dagster_rocky.failures import DEFAULT_RETRIES, RetryRule
from dagster_rocky.health import RockyHealth, branch_deploy_shadow_suffix, rocky_healthcheck, state_health
from dagster_rocky.jobs import RETRY_TAGS, define_rocky_job
from dagster_rocky.partitions import partitions_def_for_time_interval
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyCheckProps, RockyModelProps
from dagster_rocky.resource import RockyResource, RunResult
from dagster_rocky.schedules import (
    build_partitioned_rocky_schedule,
    build_pipeline_schedule,
    build_rocky_schedule,
)
from dagster_rocky.sensors import BacklogCap, SourceWatch, rocky_partition_sensor, rocky_source_sensor
from dagster_rocky.translator import RockyDagsterTranslator

__all__ = [
    "DEFAULT_RETRIES",
    "RETRY_TAGS",
    "AlertRoutes",
    "BacklogCap",
    "RetryRule",
    "RockyAssetsOptions",
    "RockyCheckProps",
    "RockyDagsterTranslator",
    "RockyHealth",
    "RockyModelProps",
    "RockyProject",
    "RockyResource",
    "RunResult",
    "SourceWatch",
    "branch_deploy_shadow_suffix",
    "build_partitioned_rocky_schedule",
    "build_pipeline_schedule",
    "build_rocky_assets",
    "build_rocky_schedule",
    "define_rocky_job",
    "load_rocky_assets",
    "partitions_def_for_time_interval",
    "rocky_assets",
    "rocky_failure_sensor",
    "rocky_freshness_sensor",
    "rocky_healthcheck",
    "rocky_partition_sensor",
    "rocky_source_sensor",
    "state_health",
]
