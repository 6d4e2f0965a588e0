"""Rocky projects as native Dagster definitions."""

from dagster_rocky.alerts import AlertRoutes, rocky_failure_sensor, rocky_freshness_sensor
from dagster_rocky.asset_specs import load_rocky_assets
from dagster_rocky.assets import RockyAssetsOptions, build_rocky_assets, rocky_assets
from dagster_rocky.component import RockyComponent
from dagster_rocky.failures import DEFAULT_RETRIES, RetryRule
from dagster_rocky.health import RockyHealth, branch_deploy_shadow_suffix, rocky_healthcheck, state_health
from dagster_rocky.jobs import RETRY_TAGS, define_rocky_job
from dagster_rocky.partitions import partitions_def_for_time_interval
from dagster_rocky.pipeline_assets import build_rocky_pipeline_assets
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyCheckProps, RockyModelProps
from dagster_rocky.resource import RockyResource, RockyResourceWithState, RunResult
from dagster_rocky.schedules import (
    build_partitioned_rocky_schedule,
    build_pipeline_schedule,
    build_rocky_schedule,
)
from dagster_rocky.seed_assets import build_rocky_seed_assets
from dagster_rocky.sensors import BacklogCap, SourceWatch, rocky_partition_sensor, rocky_source_sensor
from dagster_rocky.state_resources import RedisStateResource, S3StateResource, TieredStateResource
from dagster_rocky.translator import RockyDagsterTranslator

__all__ = [
    "DEFAULT_RETRIES",
    "RETRY_TAGS",
    "AlertRoutes",
    "BacklogCap",
    "RedisStateResource",
    "RetryRule",
    "RockyAssetsOptions",
    "RockyCheckProps",
    "RockyComponent",
    "RockyDagsterTranslator",
    "RockyHealth",
    "RockyModelProps",
    "RockyProject",
    "RockyResource",
    "RockyResourceWithState",
    "RunResult",
    "S3StateResource",
    "SourceWatch",
    "TieredStateResource",
    "branch_deploy_shadow_suffix",
    "build_partitioned_rocky_schedule",
    "build_pipeline_schedule",
    "build_rocky_assets",
    "build_rocky_pipeline_assets",
    "build_rocky_schedule",
    "build_rocky_seed_assets",
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
