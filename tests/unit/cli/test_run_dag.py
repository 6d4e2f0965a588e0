"""`run --dag`: all pipelines of a project, in the order in which they read each other."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "dag_run.schema.json").read_text())

# Named so that the alphabet is the wrong order: only what they read puts them right.
ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.a_checks]
type = "quality"
tables = [{ catalog = "w", schema = "marts", table = "totals" }]
checks = { enabled = true, row_count = true }

[pipeline.b_marts]
type = "transformation"
models = "models/marts/**"

[pipeline.c_staging]
type = "transformation"
models = "models/staging/**"

[pipeline.d_inbox]
type = "load"
source_dir = "data"
target = { catalog = "w", schema = "raw" }

[pipeline.e_apart]
type = "transformation"
models = "models/apart/**"
"""
TARGET = '[target]\ncatalog = "w"\nschema = "{}"\n'
PROJECT = {
    "rocky.toml": ROCKY_TOML,
    "data/orders.csv": "id,amount\n1,10\n2,20\n",
    "models/staging/_defaults.toml": TARGET.format("staging"),
    "models/staging/stg_orders.sql": "SELECT id, amount FROM raw.orders",
    "models/marts/_defaults.toml": TARGET.format("marts"),
    "models/marts/totals.sql": "SELECT SUM(amount) AS total FROM stg_orders",
    "models/apart/_defaults.toml": TARGET.format("apart"),
    "models/apart/one.sql": "SELECT 1 AS one",
}


@pytest.fixture
def dag(rocky, write):
    """A function that writes files, runs everything, and gives the answer."""

    def run(files: dict[str, str], *arguments: str):
        write({**PROJECT, **files})
        ran = rocky("run", "--dag", "-o", "json", *arguments)
        if ran.out:
            jsonschema.validate(ran.json, SCHEMA)
        return ran

    return run


def ends(ran) -> dict[str, tuple[int, str]]:
    return {one["label"]: (one["layer"], one["status"]) for one in ran.json["nodes"]}


def errors(ran) -> dict[str, str]:
    return {one["label"]: one["error"] for one in ran.json["nodes"] if "error" in one}


def test_pipelines_run_in_the_order_in_which_they_read_each_other(dag, tmp_path):
    ran = dag({})

    assert (ran.code, ran.err, errors(ran)) == (0, "", {})
    assert ends(ran) == {
        "d_inbox": (0, "completed"),
        "e_apart": (0, "completed"),
        "c_staging": (1, "completed"),
        "b_marts": (2, "completed"),
        "a_checks": (3, "completed"),
    }
    totals = {name: ran.json[name] for name in ("total_layers", "total_nodes", "completed", "failed", "skipped")}
    assert totals == {"total_layers": 4, "total_nodes": 5, "completed": 5, "failed": 0, "skipped": 0}
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        assert connection.execute("SELECT total FROM marts.totals").fetchall() == [(30,)]


def test_a_failure_skips_what_waits_for_it_with_the_reason_and_nothing_else(dag):
    ran = dag({"models/staging/stg_orders.sql": "SELECT id, error('broken') AS amount FROM raw.orders"})

    assert ran.code == 2
    assert ends(ran) == {
        "d_inbox": (0, "completed"),
        "e_apart": (0, "completed"),
        "c_staging": (1, "failed"),
        "b_marts": (2, "skipped"),
        "a_checks": (3, "skipped"),
    }
    assert errors(ran)["c_staging"].startswith("stg_orders: ")
    assert errors(ran)["b_marts"] == "not started, because pipeline 'c_staging' failed"
    assert errors(ran)["a_checks"] == (
        "not started, because pipeline 'b_marts' was skipped, because pipeline 'c_staging' failed"
    )


def test_a_part_that_fails_is_a_failure(dag):
    ran = dag({"data/broken.csv": "id\n1,2\n"})

    assert ends(ran)["d_inbox"] == (0, "failed")
    assert ends(ran)["c_staging"] == (1, "skipped")
    assert next(one["run_status"] for one in ran.json["nodes"] if one["label"] == "d_inbox") == "PartialFailure"


def test_with_fail_fast_nothing_more_is_started(dag):
    ran = dag({"data/orders.csv": "id\n1,2\n"}, "--fail-fast", "--parallel", "1")

    assert (ran.code, ends(ran)["e_apart"]) == (1, (0, "skipped"))
    assert errors(ran)["e_apart"] == (
        "not started, because pipeline 'd_inbox' failed, and the run stops at the first failure (fail_fast)"
    )


def test_what_rocky_toml_says_counts_too_and_an_order_that_cannot_be_is_told(dag):
    text = ROCKY_TOML.replace('models = "models/apart/**"', 'models = "models/apart/**"\ndepends_on = ["a_checks"]')
    turned = text.replace('type = "load"', 'type = "load"\ndepends_on = ["c_staging"]')

    ran = dag({"rocky.toml": turned})

    assert ends(ran)["e_apart"][0] > ends(ran)["a_checks"][0]
    assert (
        "pipeline 'c_staging' reads what 'd_inbox' writes, which is to run after it; see depends_on"
        in (ran.json["warnings"])
    )


MISTAKES = {
    "a circle": (
        ROCKY_TOML.replace('"models/apart/**"', '"models/apart/**"\ndepends_on = ["b_marts"]').replace(
            '"models/marts/**"', '"models/marts/**"\ndepends_on = ["e_apart"]'
        ),
        "circle",
    ),
    "nothing": (ROCKY_TOML.partition("[pipeline")[0], "declares no pipeline"),
    "nobody": (ROCKY_TOML + 'depends_on = ["e_appart"]\n', "e_appart"),
}


@pytest.mark.parametrize(("toml", "told"), MISTAKES.values(), ids=MISTAKES)
def test_pipelines_that_cannot_be_ordered_are_a_mistake(toml, told, dag, tmp_path):
    ran = dag({"rocky.toml": toml})

    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err
    assert not (tmp_path / "w.duckdb").exists()


@pytest.mark.parametrize(
    "option", [("--pipeline", "b_marts"), ("--model", "totals"), ("--resume-latest",), ("--dry-run",)]
)
def test_what_is_about_one_pipeline_does_not_go_with_all(option, dag):
    ran = dag({}, *option)

    assert (ran.code, ran.out) == (1, "")
    assert f"{option[0]} is about one pipeline" in ran.err


def test_a_key_is_spent_by_each_pipeline_that_succeeds(dag):
    broken = dag(
        {"models/marts/totals.sql": "SELECT error('x') AS total FROM stg_orders"}, "--idempotency-key", "night"
    )
    repaired = dag({}, "--idempotency-key", "night")

    statuses = {one["label"]: one.get("run_status") for one in repaired.json["nodes"]}
    assert (broken.code, repaired.code) == (2, 0)
    assert statuses == {
        "d_inbox": "SkippedIdempotent",
        "e_apart": "SkippedIdempotent",
        "c_staging": "SkippedIdempotent",
        "b_marts": "Success",
        "a_checks": "Success",
    }


def test_pipelines_that_write_to_one_schema_of_one_database_do_not_disturb_each_other(dag, tmp_path):
    names = [f"p{number}" for number in range(8)]
    toml = '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n' + "".join(
        f'[pipeline.{name}]\ntype = "load"\nsource_dir = "{name}"\ntarget = {{ catalog = "w", schema = "raw" }}\n'
        for name in names
    )
    files = {f"{name}/{name}_{number}.csv": "id\n1\n" for name in names for number in range(3)}

    ran = dag({"rocky.toml": toml, **files})

    assert (ran.code, ran.json["completed"], ran.json["total_layers"]) == (0, 8, 1)
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        assert connection.execute("SELECT COUNT(*), SUM(rows_loaded) FROM raw._rocky_loaded_files").fetchone() == (
            24,
            24,
        )


HOOKS = """
[hook.on_pipeline_complete]
command = "cat >> told.txt"
"""


def test_hooks_fire_for_each_pipeline(dag, tmp_path):
    dag({"rocky.toml": ROCKY_TOML + HOOKS})

    told = (tmp_path / "told.txt").read_text()
    assert all(f'"pipeline": "{name}"' in told for name in ("a_checks", "b_marts", "c_staging", "d_inbox", "e_apart"))


def test_text_shows_whose_line_it_is_and_how_each_pipeline_ended(dag, rocky):
    dag({})
    ran = rocky("run", "--dag", "-o", "table")

    assert ran.code == 0
    assert "  [b_marts] ✓ totals" in ran.out
    assert "  ✓ pipeline b_marts" in ran.out
    assert "Success: 5 pipelines completed in " in ran.out
