"""Rocky projects as native Dagster definitions."""

from dagster_rocky.asset_specs import load_rocky_assets
from dagster_rocky.assets import RockyAssetsOptions, build_rocky_assets, rocky_assets
from dagster_rocky.failures import DEFAULT_RETRIES, RetryRule
from dagster_rocky.jobs import RETRY_TAGS, define_rocky_job
from dagster_rocky.partitions import partitions_def_for_time_interval
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyCheckProps, RockyModelProps
from dagster_rocky.resource import RockyResource, RunResult
from dagster_rocky.translator import RockyDagsterTranslator

__all__ = [
    "DEFAULT_RETRIES",
    "RETRY_TAGS",
    "RetryRule",
    "RockyAssetsOptions",
    "RockyCheckProps",
    "RockyDagsterTranslator",
    "RockyModelProps",
    "RockyProject",
    "RockyResource",
    "RunResult",
    "build_rocky_assets",
    "define_rocky_job",
    "load_rocky_assets",
    "partitions_def_for_time_interval",
    "rocky_assets",
]
