"""Schedules run what they say when they say it; a sick project is told apart from a healthy one."""

import datetime as dt

import dagster as dg
import pytest

from dagster_rocky import (
    RockyResource,
    branch_deploy_shadow_suffix,
    build_partitioned_rocky_schedule,
    build_pipeline_schedule,
    build_rocky_assets,
    build_rocky_schedule,
    rocky_healthcheck,
    state_health,
)
from dagster_rocky.testing import in_memory_project
from rocky_core.errors import UserError


@pytest.fixture
def shop(tmp_path):
    daily = (
        '[strategy]\ntype = "time_interval"\ntime_column = "day"\ngranularity = "day"\nfirst_partition = "2026-03-01"\n'
    )
    query = "SELECT DATE '2026-03-01' AS day WHERE day >= @start_date AND day < @end_date"
    return in_memory_project(tmp_path, {"orders": "SELECT 1 AS id", "daily": query}, sidecars={"daily": daily})


def fired(schedule, project, when):
    definitions = dg.Definitions(assets=build_rocky_assets(project), schedules=[schedule])
    repository = definitions.get_repository_def()
    found = repository.get_schedule_def(schedule.name)
    context = dg.build_schedule_context(scheduled_execution_time=when, repository_def=repository)
    job = repository.get_job(found.job_name)
    (request,) = found.evaluate_tick(context).run_requests
    return request, {key.path[-1] for key in job.asset_layer.executable_asset_keys}


def test_a_schedule_runs_its_selection_in_a_job_that_resumes(shop):
    orders = dg.AssetSelection.assets(["memory", "main", "orders"])
    schedule = build_rocky_schedule("nightly", "0 6 * * *", orders, execution_timezone="Europe/Madrid")

    request, assets = fired(schedule, shop, dt.datetime(2026, 3, 2, tzinfo=dt.UTC))

    assert (schedule.execution_timezone, assets) == ("Europe/Madrid", {"orders"})
    assert schedule.job.tags["dagster/retry_strategy"] == "FROM_ASSET_FAILURE"
    assert request.tags["dagster/schedule_name"] == "nightly"


# Dagster's own partitioned schedules still call it.
@pytest.mark.filterwarnings("ignore:Function `JobDefinition.run_request_for_partition`:DeprecationWarning")
def test_a_partitioned_schedule_runs_the_day_that_is_over(shop):
    selection = dg.AssetSelection.assets(["memory", "main", "daily"])
    schedule = build_partitioned_rocky_schedule("daily_counts", selection, hour_of_day=6)

    request, assets = fired(schedule, shop, dt.datetime(2026, 3, 5, 6, tzinfo=dt.UTC))

    assert (request.partition_key, assets) == ("2026-03-04", {"daily"})


def test_a_pipeline_runs_as_rocky_toml_says(shop):
    file = shop.project_dir / "rocky.toml"
    name = shop.pipelines[0].name
    with pytest.raises(UserError, match="has no schedule"):
        build_pipeline_schedule(shop.project_dir, name)
    file.write_text(file.read_text() + f'\n[pipeline.{name}.schedule]\ncron = "5 4 * * *"\ntimezone = "Asia/Tokyo"\n')

    schedule = build_pipeline_schedule(shop.project_dir, name)

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("5 4 * * *", "Asia/Tokyo")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    with pytest.raises(UserError, match="there is no pipeline 'nigthly'"):
        build_pipeline_schedule(shop.project_dir, "nigthly")


def test_health_names_what_is_wrong(project):
    rocky = RockyResource(project_dir=str(project))
    assert (rocky_healthcheck(rocky).is_healthy, rocky_healthcheck(rocky).problems) == (True, {})
    assert set(state_health(rocky).findings) == {"state of birding"}

    (project / "models" / "staging" / "stg_weather.sql").write_text("SELECT 1 AS")
    sick = RockyResource(project_dir=str(project))

    assert list(rocky_healthcheck(sick).problems) == ["compile"]
    with pytest.raises(dg.Failure, match="compile: E039 column"):
        rocky_healthcheck(sick, strict=True)


@pytest.mark.parametrize(
    ("environment", "suffix"),
    [
        ({}, ""),
        ({"DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT": "0", "DAGSTER_CLOUD_PULL_REQUEST_ID": "12"}, ""),
        ({"DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT": "1", "DAGSTER_CLOUD_PULL_REQUEST_ID": "12"}, "__pr_12"),
        (
            {"DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT": "1", "DAGSTER_CLOUD_GIT_BRANCH": "feat/New-Birds!"},
            "__feat_new_birds",
        ),
        ({"DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT": "1"}, "__branch"),
    ],
)
def test_a_branch_deployment_has_a_suffix_of_its_own(environment, suffix):
    assert branch_deploy_shadow_suffix(environment) == suffix
