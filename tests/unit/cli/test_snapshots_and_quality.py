"""Snapshot and quality pipelines on a DuckDB file, as people and programs meet them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"

ADAPTER = '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n'
SNAPSHOT = """\
[pipeline.history]
type = "snapshot"
unique_key = ["id"]
updated_at = "changed"
invalidate_hard_deletes = true
source = { catalog = "shop", schema = "raw", table = "people" }

[pipeline.history.target]
catalog = "shop"
schema = "history"
table = "people"
governance = { auto_create_schemas = true }
"""
QUALITY = """\
[pipeline.watch]
type = "quality"
tables = [{ catalog = "shop", schema = "raw", table = "people" }]

[pipeline.watch.checks]
enabled = true
row_count = true
"""
PEOPLE = """\
CREATE SCHEMA raw;
CREATE TABLE raw.people AS SELECT * FROM (VALUES (1, 'ann', 10), (2, 'bob', 20)) AS v(id, name, changed);
"""
RULE = '[[pipeline.watch.checks.assertions]]\ntable = "people"\ntype = "in_range"\ncolumn = "changed"\nmax = "15"\n'


@pytest.fixture
def shop(rocky, write, tmp_path):
    write({"rocky.toml": ADAPTER + SNAPSHOT})
    execute(tmp_path, PEOPLE)
    return rocky


@pytest.fixture
def watched(shop, write):
    """The same file under a quality pipeline."""

    def watch(more: str = "", head: str = QUALITY):
        write({"rocky.toml": ADAPTER + head + more})
        return shop

    return watch


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def validate(answer: object, schema: str = "run") -> None:
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))


def versions(folder: Path) -> list[tuple[object, ...]]:
    return execute(folder, "SELECT id, name, valid_to IS NULL FROM history.people ORDER BY id, valid_from, name")


def statuses(answer) -> dict[str, str]:
    return {check["name"]: check["status"] for one in answer.json["check_results"] for check in one["checks"]}


def test_a_snapshot_keeps_every_version_of_a_row(shop, tmp_path):
    first = shop("run", "-o", "json")
    execute(
        tmp_path, "UPDATE raw.people SET name = 'bobby', changed = 21 WHERE id = 2; DELETE FROM raw.people WHERE id = 1"
    )
    for _ in range(2):
        assert shop("run").code == 0
        assert versions(tmp_path) == [(1, "ann", False), (2, "bob", False), (2, "bobby", True)]

    validate(first.json)
    assert (first.code, first.json["pipeline_type"], first.json["tables_copied"]) == (0, "snapshot", 1)
    (built,) = first.json["materializations"]
    assert (built["asset_key"], built["metadata"]["strategy"]) == (["shop", "history", "people"], "snapshot_scd2")


def test_a_snapshot_is_planned_and_applied(shop, tmp_path):
    planned = shop("plan", "-o", "json")
    validate(planned.json, "plan")
    assert (planned.json["plan_kind"], planned.json["has_destructive_statements"]) == ("run", False)
    assert shop("apply", planned.json["plan_id"]).code == 0
    assert versions(tmp_path) == [(1, "ann", True), (2, "bob", True)]


def test_a_key_that_is_not_unique_fails_the_snapshot_and_leaves_it_as_it_was(shop, tmp_path):
    shop("run")
    execute(tmp_path, "INSERT INTO raw.people VALUES (2, 'twin', 30)")

    failed = shop("run", "-o", "json")

    validate(failed.json)
    assert (failed.code, failed.json["status"]) == (1, "Failure")
    assert "a key (id) of shop.raw.people is NULL or not unique" in failed.json["errors"][0]["error"]
    assert versions(tmp_path) == [(1, "ann", True), (2, "bob", True)]


def test_a_new_column_of_the_source_is_added_to_the_history_and_reported(shop, tmp_path):
    shop("run")
    execute(tmp_path, "ALTER TABLE raw.people ADD COLUMN city VARCHAR")

    assert shop("run").json["drift"]["actions_taken"] == [
        {"table": "people", "action": "add_columns", "reason": "added column 'city' (VARCHAR)"}
    ]


def test_a_snapshot_is_checked(shop, write):
    write(
        {
            "rocky.toml": ADAPTER
            + SNAPSHOT
            + "[pipeline.history.checks]\nrow_count = true\n"
            + RULE.replace("watch", "history")
        }
    )

    assert statuses(shop("run")) == {"row_count": "Passed", "in_range:changed": "Failed"}
    assert shop("run", "--fail-on-check-error").code == 2


def test_a_snapshots_idempotency_key_is_spent_by_its_success(shop):
    shop("run", "--idempotency-key", "night")
    assert shop("run", "--idempotency-key", "night").json["status"] == "SkippedIdempotent"


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (SNAPSHOT.replace('"people" }', '"peo ple" }'), "'peo ple' is not a valid name in [source]"),
        (SNAPSHOT.replace('"people"\n', '"a.b"\n'), "'a.b' is not a valid name in [target]"),
    ],
)
def test_names_that_are_none_are_refused(shop, write, wrong, complaint):
    write({"rocky.toml": ADAPTER + wrong})
    refused = shop("run")
    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err


def test_models_cannot_be_chosen_where_there_are_none(shop):
    assert "builds no models" in shop("run", "--model", "people").err


def test_a_quality_pipeline_measures_and_builds_nothing(watched, tmp_path):
    ran = watched()("run", "-o", "json")

    validate(ran.json)
    assert (ran.code, ran.json["status"], ran.json["pipeline_type"]) == (0, "Success", "quality")
    assert (ran.json["materializations"], ran.json["tables_copied"], ran.json["models_built"]) == ([], 0, 0)
    assert statuses(ran) == {"row_count": "Passed"}
    assert execute(tmp_path, "SELECT table_name FROM duckdb_tables()") == [("people",)]
    assert "1 table measured" in watched()("run", "-o", "table").out


FAILING = {
    "by itself": ("", (), 1, "Failure"),
    "unless it is told not to": ("fail_on_error = false\n", (), 0, "Success"),
    "unless the command says so": ("", ("--no-fail-on-check-error",), 0, "Success"),
    "as a warning": ("", (), 0, "Success"),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_failing_check_fails_a_quality_pipeline(watched, case):
    setting, flags, code, status = FAILING[case]
    rule = RULE + ('severity = "warn"\n' if case == "as a warning" else "")
    ran = watched(setting + rule)("run", "-o", "json", *flags)

    validate(ran.json)
    assert (ran.code, ran.json["status"], ran.json["tables_failed"]) == (code, status, code)
    assert statuses(ran) == {"row_count": "Passed", "in_range:changed": "Failed"}


def test_a_table_that_is_not_there_fails_and_the_others_are_measured(watched):
    tables = '[{ catalog = "shop", schema = "raw", table = "nobody" }, { catalog = "shop", schema = "raw" }]'
    head = QUALITY.replace('[{ catalog = "shop", schema = "raw", table = "people" }]', tables)
    ran = watched(head=head)("run", "-o", "json")

    validate(ran.json)
    assert (ran.code, [one["failure_kind"] for one in ran.json["errors"]]) == (1, ["not-found"])
    assert statuses(ran) == {"row_count": "Passed"}


def test_a_quality_pipeline_sets_failing_rows_apart_and_does_not_measure_them_again(watched, tmp_path):
    head = QUALITY.replace(', table = "people"', "")
    execute(tmp_path, "CREATE TABLE raw._rocky_loaded_files (path VARCHAR)")  # Neither are tables of the engine's own.
    run = watched(RULE + "[pipeline.watch.checks.quarantine]\nenabled = true\n", head)
    planned = run("plan", "-o", "json").json["statements"]
    assert [(one["purpose"], one["sql"].partition(" AS")[0]) for one in planned] == [
        ("quarantine", 'CREATE OR REPLACE TABLE "shop"."raw"."people__quarantine"'),
        ("quarantine", 'CREATE OR REPLACE TABLE "shop"."raw"."people__valid"'),
    ]
    for _ in range(2):
        (apart,) = run("run").json["quarantine"]
        assert (apart["ok"], apart["valid_rows"], apart["quarantined_rows"]) == (True, 1, 1)
        assert [one["asset_key"][-1] for one in run("run").json["check_results"]] == ["people"]

    assert execute(tmp_path, "SELECT id FROM raw.people__quarantine") == [(2,)]


def test_what_a_quality_pipeline_does_not_do_is_told(watched):
    assert watched(head=QUALITY.replace("enabled = true\n", ""))("run").json["warnings"] == [
        "nothing is measured, because checks.enabled is not true"
    ]
    warnings = watched("column_match = true\n" + RULE.replace("people", "poeple"))("run").json["warnings"]
    assert warnings == [
        "a quality pipeline never runs the check 'column_match'",
        "the assertions of 'poeple' are not evaluated: no such table is looked at",
    ]


def test_a_quality_pipeline_is_planned_and_applied(watched):
    shop = watched(RULE)
    planned = shop("plan", "-o", "json")
    validate(planned.json, "plan")
    assert (planned.code, shop("apply", planned.json["plan_id"]).code) == (0, 1)
