"""The example is what a newcomer sees first: it loads, it is green, and each of its switches shows what it promises."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from tools.example import ROOT, copy_example, loaded, run_everything

DAY = "2026-05-31"
COUNTS = "SELECT count(*), sum(birds), count(DISTINCT observed_on) FROM core.fct_sightings"


def play(folder: Path, environment=None, first_day=DAY):
    with loaded(folder, environment) as definitions, dg.DagsterInstance.ephemeral() as instance:
        return run_everything(definitions, instance, first_day, DAY)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The example, materialized once, and what Dagster has told of it."""
    folder = copy_example(tmp_path_factory.mktemp("example") / "birding")
    return folder, play(folder, first_day="2026-05-25")


def query(folder: Path, sql: str):
    with duckdb.connect(str(folder / "birding.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_everything_is_materialized_and_every_check_is_made(built):
    _, result = built
    checks = [one for one in result.get_asset_check_evaluations() if not one.passed]

    assert result.success
    assert len({event.asset_key for event in result.get_asset_materialization_events()}) == 23
    assert [(one.asset_key.path[-1], one.check_name, one.severity.value) for one in checks] == [
        ("stg_observers", "regex_match__email", "WARN")
    ]


def test_the_data_are_the_same_for_everybody(built):
    folder, _ = built

    assert query(folder, COUNTS) == [(29_945, 120_073, 92)]
    assert query(folder, "SELECT count(*) FROM raw.observations__quarantine") == [(55,)]
    assert query(folder, "SELECT count(DISTINCT observed_on), sum(birds) FROM core.fct_daily_counts") == [(7, 9_332)]


def test_names_of_people_are_masked_where_rows_are_shown(built):
    folder, result = built
    (failed,) = [one for one in result.get_asset_check_evaluations() if not one.passed]
    shown = str(failed.metadata["rocky/failed_sample"].value)
    people = query(folder, "SELECT full_name FROM raw.observers")

    assert [name for (name,) in people if name in shown] == []


@pytest.fixture(scope="module")
def again(built):
    """A second run, in which the warehouse is busy and the river agency has changed its columns."""
    folder, _ = built
    before = query(folder, COUNTS)
    return folder, before, play(folder, {"BIRDING_FLAKY": "1", "BIRDING_RIVER_DRIFT": "1"})


def test_a_second_run_adds_nothing_and_changes_nothing(again):
    folder, before, result = again

    assert result.success
    assert query(folder, COUNTS) == before


def test_a_busy_warehouse_is_tried_again_and_nothing_is_done_twice(again):
    *_, result = again
    keys = [event.asset_key for event in result.get_asset_materialization_events()]

    assert [event.step_key for event in result.all_events if event.is_step_up_for_retry] == ["birding_marts"]
    assert len(keys) == len(set(keys))


def test_a_source_that_drifts_is_followed(again):
    folder, _, result = again
    (copied,) = [e for e in result.get_asset_materialization_events() if e.asset_key.path == ["rivers", "streamflow"]]
    columns = dict(query(folder, "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'rivers'"))

    assert "discharge_m3s" in str(copied.materialization.metadata["rocky/drift"].value)
    assert (columns["discharge_m3s"], columns["water_c"]) == ("BIGINT", "DOUBLE")


def locations(file: str):
    """Which file, in which folder, each of the two has Dagster load."""
    stated = yaml.safe_load((ROOT / file).read_text())
    if file == "workspace.yaml":
        for one in stated["load_from"]:
            yield Path(one["python_file"]["relative_path"]), Path(one["python_file"]["working_directory"])
    else:
        for one in stated["locations"]:
            folder = Path(one["working_directory"])
            yield folder / one["code_source"]["python_file"], folder


@pytest.mark.slow
def test_both_files_load_the_example(tmp_path):
    """They state the same file in the same folder, so that what loads one loads the other."""
    assert list(locations("workspace.yaml")) == list(locations("dagster_cloud.yaml"))
    ended = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"],
        cwd=ROOT,
        env={**os.environ, "DAGSTER_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, [line for line in ended.stderr.splitlines() if "ERROR" in line]) == (0, []), ended.stderr
