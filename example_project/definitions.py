"""The birding warehouse as Dagster sees it: ingestion in Python, models in SQL, one graph."""

import os
from pathlib import Path

import dagster as dg
from dagster_duckdb import DuckDBResource

from birding.agency import agency_asset
from birding.automation import DAILY_COUNTS, NIGHTLY, NIGHTLY_SCHEDULE, sensors_of
from birding.comfort import comfort
from birding.ingestion import RAW_ASSETS
from birding.pipelines import PIPELINE_ASSETS
from dagster_rocky import RockyProject, RockyResource, build_rocky_assets
from dagster_rocky.testing import scripted

FOLDER = Path(__file__).parent
PROJECT = RockyProject(FOLDER, with_seed=True)
if os.environ.get("BIRDING_FLAKY") == "1":  # A warehouse that is busy now and then, to watch what retries do.
    PROJECT = scripted(PROJECT, {"daily_rivers": ["transient", "transient"]})

defs = dg.Definitions(
    assets=[
        *RAW_ASSETS,
        agency_asset(FOLDER),
        *PIPELINE_ASSETS,
        comfort,
        *build_rocky_assets(PROJECT, name="birding", granularity="group"),
    ],
    jobs=[NIGHTLY],
    schedules=[NIGHTLY_SCHEDULE, DAILY_COUNTS],
    sensors=sensors_of(PROJECT),
    resources={
        "rocky": RockyResource(project_dir=str(FOLDER)),
        "warehouse": DuckDBResource(database=str(FOLDER / "birding.duckdb")),
    },
    executor=dg.in_process_executor,  # A DuckDB file has one writing process.
)
