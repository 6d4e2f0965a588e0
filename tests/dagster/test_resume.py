"""Whoever goes on with a run does only what is left, whatever ended it."""

from threading import Event

import dagster as dg
import pytest
from dagster._core.definitions.reconstruct import ReconstructableJob
from dagster._core.instance_for_test import instance_for_test

from dagster_rocky import build_rocky_assets
from rocky_core.ir.state import WorkLink
from rocky_core.orchestration import BuildRequest, build_models
from tests.dagster.scripted import AT_ONCE, Script, scripted_project

RUN_ID = "5cf64c7e-0000-4000-8000-000000000001"


def job_of(project, *names):
    selection = [dg.AssetKey(["db", "main", name]) for name in names] if names else None
    job = dg.define_asset_job("job", selection=selection or dg.AssetSelection.all())
    definitions = dg.Definitions(assets=build_rocky_assets(project, retries=AT_ONCE), jobs=[job])
    return definitions.resolve_job_def("job")


def told_of(result):
    return sorted(event.asset_key.path[-1] for event in result.get_asset_materialization_events())


def build_without_telling(project, models, run_id):
    request = BuildRequest("scripted", models, work=WorkLink(run_id, run_id))
    return list(build_models(project.opened, project.compilation, request, Event()))


def test_what_was_written_by_an_attempt_that_died_is_told_and_checked_but_not_written_again(tmp_path):
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script)
    build_without_telling(project, ("a",), RUN_ID)

    with dg.DagsterInstance.ephemeral() as instance:
        result = job_of(project).execute_in_process(instance=instance, run_id=RUN_ID)

    (a,) = [event for event in result.get_asset_materialization_events() if event.asset_key.path[-1] == "a"]
    assert (told_of(result), dict(script.built)) == (["a", "b"], {"a": 1, "b": 1})
    assert a.materialization.metadata["rocky/announced_late"].value is True

    evaluated = {
        one.asset_key.path[-1]: one.passed
        for one in result.get_asset_check_evaluations()
        if one.check_name == "not_null__id"
    }
    assert evaluated == {"a": True, "b": True}


def test_a_table_that_was_never_told_of_still_has_to_pass_its_checks(tmp_path):
    script = Script(failing_checks={"a"})
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script)
    build_without_telling(project, ("a",), RUN_ID)

    with dg.DagsterInstance.ephemeral() as instance:
        result = job_of(project).execute_in_process(instance=instance, run_id=RUN_ID, raise_on_error=False)

    assert (result.success, told_of(result), dict(script.built)) == (False, ["a"], {"a": 1})


def test_what_has_changed_since_is_written_again(tmp_path):
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script)
    build_without_telling(project, ("a", "b"), RUN_ID)
    (tmp_path / "p" / "models" / "a.sql").write_text("SELECT 2 AS id")

    with dg.DagsterInstance.ephemeral() as instance:
        changed = type(project)(project.project_dir, script=script)
        result = job_of(changed).execute_in_process(instance=instance, run_id=RUN_ID)

    assert (told_of(result), dict(script.built)) == (["a", "b"], {"a": 2, "b": 2})


@pytest.mark.parametrize(("resumes", "built"), [(True, {"a": 1, "b": 1}), (False, {"a": 2, "b": 1})])
def test_only_a_run_that_goes_on_with_another_takes_over_what_that_one_did(resumes, built, tmp_path):
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script)
    build_without_telling(project, ("a",), RUN_ID)
    tags = {"dagster/root_run_id": RUN_ID, "dagster/parent_run_id": RUN_ID}
    if resumes:
        tags["dagster/is_asset_resume_retry"] = "true"

    with dg.DagsterInstance.ephemeral() as instance:
        job_of(project).execute_in_process(instance=instance, tags=tags)

    assert dict(script.built) == built


def test_budgets_are_those_of_the_whole_piece_of_work(tmp_path):
    script = Script(failures={"a": ["transient"] * 9})
    project = scripted_project(tmp_path / "p", {"a": ()}, script)

    with dg.DagsterInstance.ephemeral() as instance:
        first = job_of(project).execute_in_process(instance=instance, raise_on_error=False)
        tags = {"dagster/root_run_id": first.run_id, "dagster/is_asset_resume_retry": "true"}
        tried = script.attempts["a"]
        job_of(project).execute_in_process(instance=instance, tags=tags, raise_on_error=False)

    assert (tried, script.attempts["a"]) == (4, 5)


def test_a_run_that_succeeded_leaves_nothing_behind_in_the_ledger(tmp_path):
    project = scripted_project(tmp_path / "p", {"a": ()}, Script())

    with dg.DagsterInstance.ephemeral() as instance:
        result = job_of(project).execute_in_process(instance=instance)

    assert project.opened.site().read_state("scripted").ledger(result.run_id) == ()


_DEFINITIONS = """
from pathlib import Path
import dagster as dg
from dagster_rocky import build_rocky_assets, define_rocky_job

defs = dg.Definitions(assets=build_rocky_assets(Path(__file__).parent), jobs=[define_rocky_job("everything")])


def everything():
    return defs.resolve_job_def("everything")
"""


@pytest.mark.slow
def test_in_processes_of_their_own_a_re_execution_from_asset_failure_does_just_the_rest(project):
    (project / "definitions.py").write_text(_DEFINITIONS)
    weather = project / "models" / "staging" / "stg_weather.sql"
    good = weather.read_text()
    weather.write_text(good.replace("raw.weather", "raw.not_loaded_yet"))
    job = ReconstructableJob.for_file(str(project / "definitions.py"), "everything")
    with instance_for_test() as instance:
        first = dg.execute_job(job, instance)
        weather.write_text(good)
        second = dg.execute_job(job, instance, **_as_the_daemon_would(instance, first.run_id))

        assert (first.success, second.success) == (False, True)
        assert [_materialized(instance, run.run_id) for run in (first, second)] == [
            ["stg_observations", "stg_observers", "top_observers"],
            ["fct_sightings", "species_by_day", "stg_weather"],
        ]


def _materialized(instance, run_id):
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    return sorted(key.path[-1] for key in instance.get_asset_keys_for_run(run_id, of_type=kind))


def _as_the_daemon_would(instance, run_id):
    """The selection and tags of a re-execution with the strategy that the job's tag names."""
    run = instance.get_run_by_id(run_id)
    assert run.tags["dagster/retry_strategy"] == "FROM_ASSET_FAILURE"
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    assets, _ = instance.run_domain.get_keys_to_reexecute(run_id, plan)
    tags = dict.fromkeys(("dagster/root_run_id", "dagster/parent_run_id"), run_id)
    return {"asset_selection": sorted(assets), "tags": {**tags, "dagster/is_asset_resume_retry": "true"}}
