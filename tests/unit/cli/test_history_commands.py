"""What runs leave behind, as `history`, `cost`, `trace`, `metrics` and `optimize` tell it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"
TOML = '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n[pipeline.p]\ntype = "transformation"\n'
CHECKS = "[pipeline.p.checks]\nenabled = true\nrow_count = true\n"
TARGET = '[target]\ncatalog = "w"\nschema = "out"\n'
PROJECT = {
    "rocky.toml": TOML + CHECKS,
    "models/a.sql": "SELECT * FROM range(10) AS r(x)",
    "models/a.toml": TARGET,
    "models/b.sql": "SELECT x FROM a WHERE x > 3",
    "models/b.toml": TARGET,
}


@pytest.fixture
def project(rocky, write):
    write(PROJECT)
    return rocky


def answer(rocky, schema: str, *arguments: str):
    ran = rocky(*arguments, "-o", "json")
    assert (ran.code, ran.err) == (0, ""), ran.err
    jsonschema.validate(ran.json, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))
    return ran.json


@pytest.mark.parametrize("command", ["cost", "trace"])
def test_without_a_run_there_is_nothing_to_tell(project, command):
    ran = project(command)

    assert ran.code == 1
    assert "no run history available" in ran.err


def test_without_a_run_nothing_is_recommended_or_measured(project):
    optimize, metrics = answer(project, "optimize", "optimize"), answer(project, "metrics", "metrics", "a")

    assert (optimize["recommendations"], optimize["message"]) == ([], "no run history available")
    assert (metrics["snapshots"], metrics["message"]) == (
        [],
        "no run has measured it: its pipeline needs the check row_count",
    )


def test_a_run_that_is_not_there_is_named_with_what_may_be_meant(project):
    run_id = answer(project, "run", "run")["run_id"]

    ran = project("cost", run_id[:-1])

    assert ran.code == 1
    assert f"there is no run '{run_id[:-1]}'" in ran.err
    assert run_id in ran.err


def test_a_run_is_told_by_what_it_took(project):
    run_id = answer(project, "run", "run")["run_id"]

    cost = answer(project, "cost", "cost", "--by", "schema")
    one = answer(project, "cost", "cost", run_id, "--model", "b")

    assert (cost["run_id"], cost["adapter_type"], cost["total_cost_usd"]) == (run_id, "duckdb", 0.0)
    assert [(model["model_name"], model["rows_affected"]) for model in cost["per_model"]] == [("a", 10), ("b", 6)]
    assert [(group["key"], group["model_count"]) for group in cost["groups"]] == [("out", 2)]
    assert [model["model_name"] for model in one["per_model"]] == ["b"]


def test_a_run_is_told_by_when_what_ran(project):
    answer(project, "run", "run")

    trace = answer(project, "trace", "trace", "latest")

    assert [(model["model_name"], model["lane"]) for model in trace["models"]] == [("a", 0), ("b", 0)]
    first, second = trace["models"]
    assert (trace["lane_count"], first["start_offset_ms"] <= second["start_offset_ms"]) == (1, True)


def test_what_checks_measure_is_kept_and_what_is_unusual_is_told(project, write):
    for _ in range(2):
        answer(project, "run", "run")
    write({"models/b.sql": "SELECT x FROM a, range(100)"})
    answer(project, "run", "run")

    metrics = answer(project, "metrics", "metrics", "b", "--column", "x")

    assert [one["row_count"] for one in metrics["snapshots"]] == [1000, 6, 6]
    assert [one["type"] for one in metrics["alerts"]] == ["row_count"]
    assert [point["row_count"] for point in metrics["column_trend"]] == [1000, 6, 6]


def test_what_is_quick_and_hardly_read_need_not_be_stored(project, write):
    write({"rocky.toml": TOML + "[cost]\nmin_history_runs = 3\n"})
    answer(project, "run", "run")
    few = answer(project, "optimize", "optimize", "--model", "A")
    for _ in range(2):
        answer(project, "run", "run")
    enough = answer(project, "optimize", "optimize")

    assert [one["reasoning"] for one in few["recommendations"]] == ["insufficient history: 1 of 3 builds"]
    assert {(one["model_name"], one["recommended_strategy"]) for one in enough["recommendations"]} == {
        ("a", "ephemeral"),
        ("b", "ephemeral"),
    }


def test_history_tells_where_a_run_came_from_when_it_is_asked(project, tmp_path, monkeypatch):
    for command in (["init", "-q", "-b", "trunk"], ["add", "."], ["commit", "-qm", "first"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=tmp_path, check=True, capture_output=True, text=True)
    monkeypatch.setenv("ROCKY_RUN_TRIGGER", "schedule")
    monkeypatch.setenv("ROCKY_IDENTITY", "ada")
    answer(project, "run", "run", "--idempotency-key", "k")

    (plain,) = answer(project, "history", "history")["runs"]
    (audited,) = answer(project, "history", "history", "--audit")["runs"]

    assert "git_commit" not in plain
    told = ("trigger", "triggering_identity", "session_source", "git_commit", "git_branch", "idempotency_key")
    assert [audited[name] for name in told] == ["Schedule", "ada", "cli", head.stdout.strip(), "trunk", "k"]
    assert audited["target_catalog"] == "w"


def test_the_builds_of_a_model_are_told_with_how_unusual_the_last_one_was(project, write):
    for _ in range(4):
        answer(project, "run", "run")
    write({"models/a.sql": "SELECT * FROM range(500) AS r(x)"})
    answer(project, "run", "run")

    history = answer(project, "model_history", "history", "--model", "a", "--rolling-stats", "--window", "5")
    recipe = history["executions"][0]["recipe_identity"]["recipe_hash"]
    same = answer(project, "model_history", "history", "--model", "a", "--recipe", recipe)

    stats = history["rolling_stats"]
    assert (stats["samples"], stats["rows_affected"]["mean"], stats["rows_affected"]["latest_z_score"]) == (
        5,
        108.0,
        2.0,
    )
    assert (history["count"], same["count"]) == (5, 1)
    assert 0.0 <= stats["health_score"] <= 1.0


def test_statistics_are_of_a_model(project):
    ran = project("history", "--rolling-stats")

    assert ran.code != 0
    assert "--rolling-stats needs --model NAME" in ran.err
