"""A project as a component: YAML alone says everything, its state needs no compiler, and an old state is refused."""

import json
import subprocess
import sys
from importlib.metadata import entry_points

import click
import dagster as dg
import duckdb
import pytest
import yaml
from dagster.components.testing import create_defs_folder_sandbox

from dagster_rocky import RockyComponent

# A test component in a folder of its own is written by Dagster with means that it calls beta.
pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning", "ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore:`parse_obj_as` is deprecated"),  # Dagster reads defs.yaml with it.
]


def component(project, **attributes):
    return RockyComponent.from_attributes_dict(
        attributes={"project_dir": str(project), "with_seed": True, **attributes}
    )


def loaded(made, state=None):
    return made.build_defs_from_state(dg.ComponentTree.for_test().load_context, state)


def specs(definitions):
    return {spec.key.path[-1]: spec for one in definitions.assets for spec in one.specs}


def test_a_defs_yaml_is_a_project_with_its_resource_and_schedules(project):
    with create_defs_folder_sandbox() as sandbox:
        folder = sandbox.defs_folder_path / "warehouse"
        folder.mkdir(parents=True)
        (folder / "defs.yaml").write_text(
            yaml.safe_dump(
                {
                    "type": "dagster_rocky.RockyComponent",
                    "attributes": {
                        "project_dir": str(project),
                        "granularity": "group",
                        "retries": {"transient": {"retries": 5}},
                        "translation": {"tags": {"model": "{{ model.name }}"}},
                        "schedules": [{"name": "marts_daily", "cron": "0 6 * * *", "selection": "group:marts"}],
                    },
                }
            )
        )
        with sandbox.build_all_defs() as definitions:
            nodes = definitions.resolve_asset_graph()
            job = definitions.resolve_job_def("marts_daily_job")

            assert nodes.get(dg.AssetKey(["birding", "staging", "stg_weather"])).tags["model"] == "stg_weather"
            assert {key.path[1] for key in job.asset_layer.executable_asset_keys} == {"marts"}
            assert "rocky" in definitions.resources


def test_the_models_that_a_component_makes_can_be_materialized(project):
    definitions = loaded(component(project, name="birding"))
    result = dg.materialize(definitions.assets)

    assert result.success
    assert {event.step_key for event in result.get_step_success_events()} == {"birding"}


@pytest.mark.parametrize("pipelines", ["whole", "tables"])
def test_pool_and_op_tags_are_those_of_every_step(project, pipelines):
    (project / "seeds").mkdir()
    (project / "seeds" / "countries.csv").write_text("code,name\nch,Switzerland\n")
    with (project / "rocky.toml").open("a") as file:
        file.write(
            '[pipeline.intake]\ntype = "quality"\n'
            'tables = [{ catalog = "birding", schema = "raw", table = "species" }]\n'
            "[pipeline.intake.checks]\nenabled = true\nrow_count = true\n"
        )
    made = component(
        project, name="birding", seeds=True, pipelines=pipelines, pool="warehouse", op_tags={"queue": "large"}
    )

    assert {one.op.name: (one.op.pool, dict(one.op.tags)) for one in loaded(made).assets} == {
        name: ("warehouse", {"queue": "large"}) for name in ("birding", "rocky_birding_seeds", "rocky_birding_intake")
    }


def test_definitions_come_from_the_state_without_compiling(project, tmp_path, monkeypatch):
    state = tmp_path / "state"
    made = component(project)
    made.write_state_to_path(state)
    compiled = specs(loaded(made))
    monkeypatch.setattr("rocky_core.api.Project.compile", lambda _: pytest.fail("nothing needs to be compiled"))

    assert specs(loaded(component(project), state)) == compiled
    assert json.loads(state.read_text())["models"][0]["file"].startswith("models/")


@pytest.mark.parametrize(
    ("change", "attributes", "told"),
    [
        (("models/staging/stg_weather.sql", "SELECT 1 AS station_id"), {}, "files of the project have changed since"),
        (("rocky.toml", "# nothing"), {}, "files of the project have changed since"),
        (("models/marts/new.sql", "SELECT 1 AS id"), {}, "files of the project have changed since"),
        (None, {"environment": "prod"}, "the component's attributes have changed since"),
    ],
)
def test_a_stale_state_is_refused_and_says_how_to_renew_it(project, tmp_path, change, attributes, told):
    component(project).write_state_to_path(tmp_path / "state")
    if change is not None:
        (project / change[0]).write_text(change[1])

    with pytest.raises(dg.DagsterInvalidDefinitionError, match=f"{told}; write it anew with `dg utils refresh-defs-"):
        loaded(component(project, **attributes), tmp_path / "state")


def test_a_state_of_another_version_or_of_nonsense_is_refused(project, tmp_path):
    state = tmp_path / "state"
    component(project).write_state_to_path(state)
    state.write_text(json.dumps({**json.loads(state.read_text()), "version": "1.74"}))
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="written by another version"):
        loaded(component(project), state)
    for nonsense in ("{", "[]", "null"):
        state.write_text(nonsense)
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="cannot be read"):
            loaded(component(project), state)


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"binary_path": "/usr/bin/rocky"}, "there is no binary"),
        ({"server_url": "http://127.0.0.1:9000"}, "there is no server"),
        ({"execution_mode": "pipes"}, "told live"),
        ({"config_path": "rocky.toml"}, "write `project_dir`"),
        ({"dag_mode": True}, "every model is an asset"),
    ],
)
def test_what_only_the_binary_needed_is_refused_with_what_to_write(project, attributes, told):
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=f"{told}.*docs/migrating.md"):
        component(project, **attributes)


def test_a_translator_is_named_not_given(project):
    made = component(project, translator="tests.dagster.own_translator:Owned")

    assert {tuple(spec.owners) for spec in specs(loaded(made)).values()} == {("team:birds",)}
    for wrong, told in (("tests.nowhere:Owned", "cannot be found"), ("tests.dagster.own_translator:NOT_ONE", "is no")):
        with pytest.raises(Exception, match=told):
            loaded(component(project, translator=wrong))


def test_dg_finds_the_component():
    (found,) = [one for one in entry_points(group="dagster_dg_cli.registry_modules") if one.name == "dagster_rocky"]

    assert found.load().RockyComponent is RockyComponent


def test_projects_scaffolded_side_by_side_are_green_at_once():
    with create_defs_folder_sandbox() as sandbox:
        for name in ("numbers", "more_numbers"):
            sandbox.scaffold_component(RockyComponent, defs_path=name, scaffold_params={"init": True})
        stated = yaml.safe_load((sandbox.defs_folder_path / "numbers" / "defs.yaml").read_text())
        with sandbox.build_all_defs() as definitions:
            result = definitions.resolve_implicit_global_asset_job_def().execute_in_process()

    attributes = {"project_dir": "numbers", "resource_key": "numbers"}
    assert stated == {"type": "dagster_rocky.component.RockyComponent", "attributes": attributes}
    assert {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()} == {
        f"{name}/main/{model}" for name in ("numbers", "more_numbers") for model in ("numbers", "squares")
    }


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "give either --project-dir .* or --init true"),
        ({"init": True, "project_dir": "."}, "give either"),
        ({"project_dir": "nowhere"}, "no rocky.toml in 'nowhere'"),
    ],
)
def test_what_cannot_be_scaffolded_is_told_as_dg_tells_wrong_words(parameters, told):
    """A `ClickException` is a line on the terminal, any other one a traceback."""
    with create_defs_folder_sandbox() as sandbox, pytest.raises(click.ClickException, match=told):
        sandbox.scaffold_component(RockyComponent, defs_path="numbers", scaffold_params=parameters)


def test_the_package_loads_neither_a_driver_nor_the_compiler():
    heavy = ("snowflake", "redis", "rocky_core.compiler.analyse_model")
    code = f"import sys, dagster_rocky; print([one for one in {heavy!r} if one in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("attributes", "keys"),
    [
        ({}, set()),
        ({"seeds": True}, {"rates"}),
        ({"pipelines": "whole"}, {"shop/history"}),
        ({"pipelines": "tables", "seeds": True}, {"shop/history/prices", "rates"}),
    ],
    ids=["neither", "seeds", "whole pipelines", "tables and seeds"],
)
def test_what_is_no_model_is_an_asset_where_that_is_stated(tmp_path, attributes, keys):
    folder = tmp_path / "shop"
    (folder / "seeds").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "seeds" / "rates.csv").write_text("day,rate\n2026-01-01,1.5\n")
    (folder / "models" / "one.sql").write_text("SELECT 1 AS id\n")
    (folder / "models" / "one.toml").write_text('[target]\ncatalog = "shop"\nschema = "main"\ntable = "one"\n')
    (folder / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n\n'
        '[pipeline.models]\ntype = "transformation"\n\n'
        '[pipeline.history]\ntype = "snapshot"\nunique_key = ["id"]\nupdated_at = "at"\n'
        'source = { catalog = "shop", schema = "raw", table = "prices" }\n'
        'target = { catalog = "shop", schema = "history", table = "prices" }\n'
    )
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw; CREATE SCHEMA history")
        connection.execute("CREATE TABLE raw.prices AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS at")

    definitions = loaded(component(folder, with_seed=False, **attributes))

    found = {spec.key.to_user_string() for one in definitions.assets for spec in one.specs}
    assert found == {"shop/main/one", *keys}
