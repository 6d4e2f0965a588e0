"""What failed is tried again by its kind, on a budget of its own; what succeeded is never done again."""

import dagster as dg
import pytest

from dagster_rocky import build_rocky_assets
from tests.dagster.scripted import AT_ONCE, Script, scripted_project


def run(folder, reads, script, **options):
    assets = build_rocky_assets(
        scripted_project(folder, reads, script), retries={**AT_ONCE, **options.pop("retries", {})}, **options
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(assets, instance=instance, raise_on_error=False)
        events = [event.asset_key.path[-1] for event in result.get_asset_materialization_events()]
        return result, sorted(events)


def test_one_run_retries_each_model_as_its_kind_deserves(tmp_path):
    script = Script(failures={"b": ["transient"] * 2, "d": ["quota-exceeded"], "x": ["query-rejected"]})
    reads = {"a": (), "b": ("a",), "c": ("b",), "d": (), "x": (), "y": ("x",)}

    result, materialized = run(tmp_path / "p", reads, script)

    assert not result.success
    assert dict(script.attempts) == {"a": 1, "b": 3, "c": 1, "d": 2, "x": 1}
    assert materialized == ["a", "b", "c", "d"]
    assert len([event for event in result.all_events if event.is_step_restarted]) == 2


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        ("transient", 4),
        ("connection-failed", 4),
        ("quota-exceeded", 3),
        ("auth-failed", 1),
        ("query-rejected", 1),
        ("not-found", 1),
        ("unknown", 1),
    ],
)
def test_every_kind_has_its_budget_and_the_run_is_red_when_it_is_used_up(kind, attempts, tmp_path):
    script = Script(failures={"a": [kind] * 20})

    result, materialized = run(tmp_path / "p", {"a": ()}, script)

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    (told,) = failed.step_failure_data.user_failure_data.metadata["rocky/failures"].value
    assert (result.success, materialized, script.attempts["a"]) == (False, [], attempts)
    assert (told["model"], told["failure_kind"]) == ("a", kind)


def test_a_component_and_a_model_may_say_otherwise(tmp_path):
    script = Script(failures={"a": ["unknown"] * 2, "b": ["transient"] * 2})
    project = scripted_project(
        tmp_path / "p", {"a": (), "b": ()}, script, sidecar={"b": "[meta.dagster.retries]\ntransient = 0\n"}
    )
    assets = build_rocky_assets(project, retries={**AT_ONCE, "unknown": {"retries": 2, "wait_seconds": 0}})

    dg.materialize(assets, raise_on_error=False)

    assert dict(script.attempts) == {"a": 3, "b": 1}


def test_nothing_is_tried_for_ever(tmp_path):
    script = Script(failures={"a": ["transient"] * 99})

    result, _ = run(tmp_path / "p", {"a": ()}, script, retries={"transient": {"retries": 50, "wait_seconds": 0}})

    assert (result.success, script.attempts["a"]) == (False, 10)


def test_a_check_that_decides_holds_back_what_reads_the_table_through_all_attempts(tmp_path):
    script = Script(failures={"d": ["transient"]}, failing_checks={"b"})
    reads = {"a": (), "b": ("a",), "c": ("b",), "d": ()}

    result, materialized = run(tmp_path / "p", reads, script)

    assert not result.success
    assert dict(script.built) == {"a": 1, "b": 1, "d": 1}
    assert materialized == ["a", "b", "d"]
    evaluated = {(one.asset_key.path[-1], one.check_name): one.passed for one in result.get_asset_check_evaluations()}
    assert {key: passed for key, passed in evaluated.items() if key[1] != "rocky_compile"} == {
        ("a", "not_null__id"): True,
        ("b", "not_null__id"): False,
        ("d", "not_null__id"): True,
    }


def test_what_was_not_done_is_observed_with_its_cause_and_what_to_do(tmp_path):
    script = Script(failures={"a": ["not-found"]})

    result, _ = run(tmp_path / "p", {"a": (), "b": ("a",)}, script)

    observed = {
        event.asset_observation_data.asset_observation.asset_key.path[-1]: {
            name: value.value for name, value in event.asset_observation_data.asset_observation.metadata.items()
        }
        for event in result.all_events
        if event.is_asset_observation
    }
    assert observed == {
        "a": {
            "rocky/model": "a",
            "rocky/failure_kind": "not-found",
            "rocky/error": "a will not",
            "rocky/next_step": "build or load the missing table first, then re-execute from asset failure",
        },
        "b": {
            "rocky/model": "b",
            "rocky/error": "it reads 'a', which could not be built",
            "rocky/blocked_by": "a",
            "rocky/next_step": "repair 'a', then re-execute from asset failure",
        },
    }


def test_to_continue_is_a_choice_and_is_told_as_checks(tmp_path):
    script = Script(failures={"a": ["query-rejected"]})

    result, materialized = run(tmp_path / "p", {"a": (), "b": ("a",), "c": ()}, script, on_partial_failure="continue")

    built = {
        one.asset_key.path[-1]: (one.passed, one.blocking)
        for one in result.get_asset_check_evaluations()
        if one.check_name == "rocky_build"
    }
    assert (result.success, materialized) == (True, ["c"])
    assert built == {"a": (False, False), "b": (False, False)}
    assert result.dagster_run.tags["rocky/partial"] == "true"


def test_the_engine_tries_within_the_attempt_but_leaves_waiting_for_a_quota_to_dagster(tmp_path):
    script = Script(failures={"a": ["transient"], "b": ["quota-exceeded"]})
    project = scripted_project(tmp_path / "p", {"a": (), "b": ()}, script, engine_retries="true")

    result = dg.materialize(build_rocky_assets(project, retries={**AT_ONCE, "transient": 0}), raise_on_error=False)

    assert (result.success, dict(script.attempts)) == (True, {"a": 2, "b": 2})
    assert len([event for event in result.all_events if event.is_step_restarted]) == 1


def test_a_model_has_its_whole_budget_however_often_another_one_has_failed_before(tmp_path):
    script = Script(failures={"a": ["transient"] * 3, "b": ["transient"] * 3})

    result, materialized = run(tmp_path / "p", {"a": (), "b": ("a",)}, script)

    assert (result.success, materialized, dict(script.attempts)) == (True, ["a", "b"], {"a": 4, "b": 4})
