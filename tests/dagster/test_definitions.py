"""A code location loads whatever is wrong with a model, and models take their place among other assets."""

import dagster as dg
import pytest

from dagster_rocky import RockyDagsterTranslator, RockyProject, build_rocky_assets
from tests.dagster.scripted import Script, scripted_project


def key(name):
    return dg.AssetKey(["db", "main", name])


def materialize(assets, **options):
    return dg.materialize(assets, raise_on_error=False, **options)


def told(result):
    return sorted(event.asset_key.path[-1] for event in result.get_asset_materialization_events())


def verdicts(result, check="rocky_compile"):
    return {
        one.asset_key.path[-1]: one.passed for one in result.get_asset_check_evaluations() if one.check_name == check
    }


def test_a_model_that_does_not_compile_is_one_red_asset_and_holds_back_what_reads_it(tmp_path):
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",), "c": (), "d": ("b",)}, script)
    (tmp_path / "p" / "models" / "a.sql").write_text("SELECT FROM WHERE")

    result = materialize(build_rocky_assets(project))

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    failures = failed.step_failure_data.user_failure_data.metadata["rocky/failures"].value
    assert (result.success, told(result), dict(script.built)) == (False, ["c"], {"c": 1})
    assert verdicts(result) == {"a": False, "c": True}
    assert {one["model"]: one["status"] for one in failures} == {"a": "failed", "b": "blocked", "d": "blocked"}


def test_models_that_read_each_other_in_a_circle_are_red_and_the_others_run(tmp_path):
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": ("b",), "b": ("a",), "c": ("b",), "d": ()}, script)

    result = materialize(build_rocky_assets(project))

    assert (result.success, told(result), dict(script.built)) == (False, ["d"], {"d": 1})
    assert verdicts(result) == {"a": False, "b": False, "d": True}


def test_words_for_dagster_that_mean_nothing_are_their_models_error(tmp_path):
    script = Script()
    sidecar = {"a": '[meta.dagster]\nautomation_condition = "sometimes"\nownars = ["team:x"]\n'}
    project = scripted_project(tmp_path / "p", {"a": (), "b": ()}, script, sidecar=sidecar)

    result = materialize(build_rocky_assets(project))

    (a,) = [one for one in result.get_asset_check_evaluations() if one.asset_key.path[-1] == "a"]
    assert (told(result), dict(script.built)) == (["b"], {"b": 1})
    assert "write one of" in a.description
    assert "knows no 'ownars' — did you mean 'owners'?" in a.description


def test_the_sidecars_word_for_dagster_is_the_assets(tmp_path):
    sidecar = {
        "a": """[freshness]
max_lag_seconds = 3600
[meta.dagster]
asset_key = "team/orders"
owners = ["team:data"]
group = "finance"
automation_condition = { on_cron = "0 6 * * *" }
[meta.dagster.tags]
tier = "gold"
""",
        "b": '[meta.dagster]\nautomation_condition = "eager"\nfreshness = { fail_minutes = 90, warn_minutes = 60 }\n',
    }
    (assets,) = build_rocky_assets(scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, Script(), sidecar=sidecar))
    a, b = assets.specs_by_key[dg.AssetKey(["team", "orders"])], assets.specs_by_key[key("b")]

    assert (list(a.owners), a.group_name, a.tags["tier"]) == (["team:data"], "finance", "gold")
    assert a.freshness_policy.fail_window.to_timedelta().total_seconds() == 3600
    assert a.automation_condition == dg.AutomationCondition.on_cron("0 6 * * *")
    assert b.automation_condition == dg.AutomationCondition.eager()
    assert [dep.asset_key for dep in b.deps] == [a.key]
    assert b.metadata["dagster/column_lineage"].deps_by_column["id"][0].asset_key == a.key


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[pipeline.x\n", "rocky.toml"),
        ('[pipeline.x]\ntype = "transformtion"\n', "transformtion"),
    ],
)
def test_a_broken_rocky_toml_leaves_one_asset_that_says_so(toml, said, tmp_path):
    project = scripted_project(tmp_path / "p", {"a": ()}, Script())
    (tmp_path / "p" / "rocky.toml").write_text(toml)

    @dg.asset
    def somebody_elses(): ...

    definitions = dg.Definitions(assets=[*build_rocky_assets(RockyProject(project.project_dir)), somebody_elses])
    (broken,) = [one for one in definitions.resolve_asset_graph().get_all_asset_keys() if one.path[-1] == "rocky_toml"]
    result = materialize(list(definitions.assets))

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert said in failed.step_failure_data.user_failure_data.description
    assert said in definitions.resolve_asset_graph().get(broken).description


def test_a_python_asset_may_stand_between_two_models(tmp_path):
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script)
    (tmp_path / "p" / "models" / "b.sql").write_text("SELECT id FROM features.scored")

    @dg.asset(key=["features", "scored"], deps=[key("a")])
    def scored():
        assert dict(script.built) == {"a": 1}

    result = materialize([*build_rocky_assets(project), scored])

    assert (result.success, told(result), dict(script.built)) == (True, ["a", "b", "scored"], {"a": 1, "b": 1})


def test_one_mapping_gives_sources_the_keys_of_other_teams(tmp_path):
    project = scripted_project(tmp_path / "p", {"a": ()}, Script())
    (tmp_path / "p" / "models" / "a.sql").write_text("SELECT id FROM raw_ebird.sightings, raw.other")
    mapped = RockyProject(project.project_dir, sources={"raw_ebird.*": "dlt/{schema}/{table}"})

    (assets,) = build_rocky_assets(mapped)

    assert {dep.asset_key.to_user_string() for dep in assets.specs_by_key[key("a")].deps} == {
        "dlt/raw_ebird/sightings",
        "raw/other",
    }


@pytest.mark.parametrize(("granularity", "steps"), [("project", 1), ("group", 2), ("model", 4)])
def test_steps_are_as_coarse_as_asked_for(granularity, steps, tmp_path):
    script = Script()
    sidecar = {"c": '[meta.dagster]\ngroup = "other"\n'}
    reads = {"a": (), "b": ("a",), "c": ("b",), "d": ()}
    assets = build_rocky_assets(
        scripted_project(tmp_path / "p", reads, script, sidecar=sidecar), granularity=granularity
    )

    result = materialize(assets)

    assert (len(assets), result.success, told(result)) == (steps, True, ["a", "b", "c", "d"])
    assert dict(script.built) == dict.fromkeys("abcd", 1)


def test_ephemeral_models_are_looked_through(tmp_path):
    script = Script()
    sidecar = {"b": '[strategy]\ntype = "ephemeral"\n'}
    (assets,) = build_rocky_assets(
        scripted_project(tmp_path / "p", {"a": (), "b": ("a",), "c": ("b",)}, script, sidecar=sidecar)
    )
    c = assets.specs_by_key[key("c")]

    assert set(assets.specs_by_key) == {key("a"), key("c")}
    assert [dep.asset_key for dep in c.deps] == [key("a")]
    assert [dep.asset_key for dep in c.metadata["dagster/column_lineage"].deps_by_column["id"]] == [key("a")]
    assert (materialize([assets]).success, set(script.built)) == (True, {"a", "c"})


def test_checks_can_be_made_without_building(tmp_path):
    script = Script(failing_checks={"b"})
    assets = build_rocky_assets(scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script))

    result = materialize(assets, selection=dg.AssetSelection.all_asset_checks())

    assert (result.success, told(result), dict(script.built)) == (False, [], {})
    assert verdicts(result, "not_null__id") == {"a": True, "b": False}
    assert verdicts(result) == {"a": True, "b": True}


def test_a_translator_may_leave_checks_out(tmp_path):
    class Quiet(RockyDagsterTranslator):
        def get_asset_check_spec(self, props, spec):
            return None if spec.name == "rocky_compile" else super().get_asset_check_spec(props, spec)

    project = scripted_project(tmp_path / "p", {"a": ()}, Script())
    result = materialize(build_rocky_assets(project, translator=Quiet()))

    assert [one.check_name for one in result.get_asset_check_evaluations()] == ["not_null__id"]


def test_a_reload_with_nothing_changed_compiles_nothing(project):
    build_rocky_assets(project)
    again = RockyProject.of(project)
    build_rocky_assets(again)

    assert again.compilation.files.compiled == 0
