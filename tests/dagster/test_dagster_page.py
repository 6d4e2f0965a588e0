"""What the page on Dagster shows works as it stands."""

import re
import shutil
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster.components.testing import create_defs_folder_sandbox

from dagster_rocky import RockyComponent, RockyResource, build_rocky_assets
from dagster_rocky.failures import DEFAULT_RETRIES
from rocky_core.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dagster.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TOML = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
YAML = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
README = (ROOT / "README.md").read_text(encoding="utf-8")
MIGRATING = (ROOT / "docs" / "migrating.md").read_text(encoding="utf-8")
ROCKY_TOML = '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.marts]\ntype = "transformation"\n'
TARGET = '[target]\ncatalog = "w"\nschema = "main"\n'


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    """A project `warehouse` in the working directory, as the page supposes it."""
    folder = tmp_path / "warehouse"
    (folder / "models").mkdir(parents=True)
    (folder / "rocky.toml").write_text(ROCKY_TOML)
    (folder / "models" / "_defaults.toml").write_text(TARGET)
    (folder / "models" / "customers.sql").write_text("SELECT 1 AS customer_id\n")
    (folder / "models" / "orders.sql").write_text("SELECT customer_id, 10 AS amount FROM customers\n")
    with duckdb.connect(str(folder / "w.duckdb")):
        pass
    monkeypatch.chdir(tmp_path)
    return folder


def run(block, **names):
    shown = {"__name__": "shown", "dg": dg, "Path": Path, **names}
    exec(compile(block, "docs/dagster.md", "exec"), shown)  # noqa: S102 — the page is ours
    return shown


def test_the_first_definitions_load_and_run(warehouse):
    definitions = run(PYTHON[0], __file__=str(warehouse / "definitions.py"))["defs"]

    result = definitions.resolve_job_def("everything").execute_in_process()

    assert result.success
    assert {event.asset_key.path[-1] for event in result.get_asset_materialization_events()} == {"orders", "customers"}


def test_the_retries_of_the_page_are_the_default_ones():
    rows = re.findall(r"^\| (`[a-z`, -]+) \| (\d+) \|", PAGE, re.MULTILINE)

    told = {kind: int(retries) for kinds, retries in rows for kind in re.findall(r"`([a-z-]+)`", kinds)}

    assert told == {kind.value: rule.retries for kind, rule in DEFAULT_RETRIES.items()}


def test_a_sidecar_says_what_the_page_says(warehouse):
    (warehouse / "models" / "orders.toml").write_text(TOML[0])
    definitions = run(PYTHON[0], __file__=str(warehouse / "definitions.py"))["defs"]

    node = definitions.resolve_asset_graph().get(dg.AssetKey(["finance", "orders"]))

    assert node.owners == ["team:finance"]
    assert (node.group_name, node.kinds >= {"gold"}, node.tags["tier"]) == ("finance", True, "gold")
    assert node.description == "Orders as finance counts them."
    assert node.automation_condition == dg.AutomationCondition.eager()
    assert node.freshness_policy is not None


def test_steps_and_assets_of_ones_own_run_pipelines(warehouse):
    shown = run(PYTHON[1])
    resources = {"rocky": RockyResource(project_dir=str(warehouse))}

    result = dg.materialize([shown["warehouse"], shown["report"]], resources=resources)

    assert result.success
    assert result.output_for_node("report") == 1


def test_an_adapter_is_connected_with_a_resource(warehouse, tmp_path, monkeypatch):
    (warehouse / "rocky.toml").write_text(ROCKY_TOML.replace('path = "w.duckdb"\n', ""))
    project = run(PYTHON[2])["project"]
    monkeypatch.setenv("WAREHOUSE_FILE", str(tmp_path / "w.duckdb"))

    assert dg.materialize(build_rocky_assets(project)).success
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        assert connection.execute("FROM w.main.orders").fetchall() == [(1, 10)]


def test_the_state_on_a_server_is_stated_without_its_address(warehouse, monkeypatch):
    monkeypatch.setenv("ROCKY_REDIS_URL", "redis://:hush@127.0.0.1:1/0")

    project = run(PYTHON[3])["project"]

    assert "hush" not in repr(project)
    assert project.project_dir.name == warehouse.name


@pytest.mark.filterwarnings("ignore::dagster.BetaWarning", "ignore::dagster.PreviewWarning")
@pytest.mark.filterwarnings("ignore:`parse_obj_as` is deprecated")  # Dagster reads defs.yaml with it.
def test_a_defs_yaml_says_what_the_page_says(warehouse):
    with create_defs_folder_sandbox() as sandbox:
        place = sandbox.defs_folder_path / "shop"
        place.mkdir(parents=True)
        (place / "defs.yaml").write_text(YAML[0])
        shutil.copytree(warehouse, (place / "../../warehouse").resolve())
        with sandbox.build_all_defs() as definitions:
            resources = definitions.resources
            (schedule,) = definitions.schedules
            node = definitions.resolve_asset_graph().get(dg.AssetKey(["w", "main", "orders"]))
            result = definitions.resolve_job_def(schedule.job_name).execute_in_process()

    assert isinstance(resources["warehouse"], RockyResource)
    assert (schedule.cron_schedule, node.tags["layer"]) == ("0 3 * * *", "orders")
    assert {event.asset_key.path[-1] for event in result.get_asset_materialization_events()} == {"orders", "customers"}


def test_the_lines_of_the_readme_load_and_run(warehouse):
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    definitions = run(block.replace("path/to/project", str(warehouse)))["defs"]

    assert definitions.resolve_implicit_global_asset_job_def().execute_in_process().success


def test_what_the_page_on_migrating_names_is_refused_and_its_command_is_there(capsys):
    rows = re.findall(r"^\| (`[^|]+) \|", MIGRATING, re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`(\w+)", row)}
    (command,) = re.findall(r"`rocky (state set) MODEL --watermark INSTANT`", MIGRATING)
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])

    for key in named:
        with pytest.raises(dg.DagsterInvalidDefinitionError, match=f"'{key}'"):
            RockyComponent(project_dir=".", **{key: "anything"})
    assert len(named) == 7
    assert "--watermark" in capsys.readouterr().out


def test_every_block_of_the_page_is_run_here():
    assert (len(PYTHON), len(TOML), len(YAML)) == (4, 1, 1)


def test_no_other_process_is_started_to_load_or_to_run(warehouse):
    """What is started is heard of by Python itself, whoever starts it."""
    started = []

    def hear(event, arguments):
        if hear.listens and event in {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec"}:
            started.append((event, arguments))

    hear.listens = True
    sys.addaudithook(hear)
    try:
        definitions = run(PYTHON[0], __file__=str(warehouse / "definitions.py"))["defs"]
        assert definitions.resolve_job_def("everything").execute_in_process().success
    finally:
        hear.listens = False

    assert started == []


def test_declared_and_evaluated_checks_are_the_same(warehouse):
    (warehouse / "models" / "orders.toml").write_text('[[tests]]\ntype = "not_null"\ncolumn = "amount"\n')
    definitions = run(PYTHON[0], __file__=str(warehouse / "definitions.py"))["defs"]

    result = definitions.resolve_job_def("everything").execute_in_process()

    declared = {key for one in definitions.assets for key in one.check_keys}
    assert {one.asset_check_key for one in result.get_asset_check_evaluations()} == declared
    assert len(declared) == 3
