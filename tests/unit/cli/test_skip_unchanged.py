"""`run --skip-unchanged`: what is skipped is what provably would not change, and everything says why."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"
TARGET = '[target]\ncatalog = "shop"\nschema = "out"\n'
PROJECT = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n\n[pipeline.shop]\ntype = "transformation"\n',
    "models/_defaults.toml": TARGET,
    "models/stg.sql": "SELECT id, amount FROM raw.orders",
    "models/big.sql": "WITH rich AS (SELECT id, amount FROM stg WHERE amount > 5)\nSELECT * FROM rich",
    "models/looked.sql": "SELECT count(*) AS n FROM seen",
    "models/seen.sql": "SELECT * FROM stg UNION ALL SELECT id, 0 FROM inlined",
    "models/seen.toml": '[strategy]\ntype = "view"\n',
    "models/inlined.sql": "SELECT id FROM raw.more",
    "models/inlined.toml": '[strategy]\ntype = "ephemeral"\n',
    "models/apart.sql": "SELECT 1 AS one",
}
SEED = """\
CREATE SCHEMA raw;
CREATE TABLE raw.orders AS SELECT i AS id, i * 2 AS amount FROM range(6) r(i);
CREATE TABLE raw.more AS SELECT 7 AS id;
"""
BUILT = {"stg", "big", "looked", "seen", "apart"}
SKIP = ("run", "--skip-unchanged", "-o", "json")


def execute(sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect("shop.duckdb") as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def shop(rocky, write):
    """A project that was built once, by a run that knew nothing of skipping."""
    write(PROJECT)
    execute(SEED)
    assert rocky("run").code == 0
    return rocky


def built(ran) -> set[str]:
    assert ran.code == 0, ran
    jsonschema.validate(ran.json, json.loads((SCHEMAS / "run.schema.json").read_text()))
    return {one["model"] for one in ran.json["materializations"]}


def reasons(ran) -> dict[str, str]:
    return {one["model"]: one["reason"] for one in ran.json["model_decisions"]}


def test_when_nothing_has_changed_nothing_is_built_and_the_run_is_a_success(shop):
    ran = shop(*SKIP)

    assert built(ran) == set()
    assert (ran.json["status"], ran.json["tables_skipped"]) == ("Success", 6)
    assert reasons(ran) == dict.fromkeys(BUILT, "skipped_unchanged")
    assert {one["decision"] for one in ran.json["model_decisions"]} == {"skip"}


def test_without_the_wish_everything_is_built_and_nothing_is_decided(shop, write):
    assert built(shop("run", "-o", "json")) == BUILT
    write({"rocky.toml": PROJECT["rocky.toml"] + "[run]\nskip_unchanged = true\n"})

    assert built(shop("run", "-o", "json")) == set()
    assert built(shop("run", "--no-skip-unchanged", "-o", "json")) == BUILT
    forced = shop(*SKIP, "--force-rebuild")
    assert built(forced) == BUILT
    assert forced.json["model_decisions"] == []


@pytest.mark.parametrize(
    ("files", "sql", "expected"),
    [
        ({"models/stg.sql": "-- a remark\nselect ID, amount\n  from raw.ORDERS"}, "", {}),
        ({}, "CREATE TABLE raw.other (a INT)", {}),
        (
            {},
            "UPDATE raw.orders SET amount = amount + 1 WHERE id = 1",
            {
                "stg": "upstream_changed",
                "big": "upstream_changed",
                "seen": "upstream_changed",
                "looked": "upstream_changed",
            },
        ),
        ({}, "INSERT INTO raw.more VALUES (8)", {"seen": "upstream_changed", "looked": "upstream_changed"}),
        ({}, "ALTER TABLE raw.more ALTER id TYPE BIGINT", {"seen": "upstream_changed", "looked": "upstream_changed"}),
        ({"models/big.sql": "SELECT id FROM stg"}, "", {"big": "logic_changed"}),
        (
            {"models/inlined.sql": "SELECT id + 1 AS id FROM raw.more"},
            "",
            {"seen": "logic_changed", "looked": "upstream_changed"},
        ),
        ({"models/apart.toml": '[strategy]\ntype = "view"\n'}, "", {"apart": "logic_changed"}),
        ({"models/apart.toml": "[skip]\neligible = false\n"}, "", {"apart": "not_eligible"}),
        ({"models/apart.sql": "SELECT now() AS at"}, "", {"apart": "not_eligible"}),
        ({"models/new.sql": "SELECT 2 AS two"}, "", {"new": "no_prior_build"}),
        ({}, "DROP TABLE out.apart", {"apart": "target_missing"}),
        ({}, "ALTER TABLE out.apart ADD COLUMN mine INT", {"apart": "target_changed"}),
        ({"models/apart.toml": '[[tests]]\ntype = "not_null"\ncolumn = "one"\n'}, "", {"apart": "logic_changed"}),
        (
            {"models/apart.toml": '[[tests]]\ntype = "expression"\nexpression = "one < 2"\n'},
            "",
            {"apart": "not_eligible"},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else value,
)
def test_exactly_what_a_change_reaches_is_built(shop, write, files, sql, expected):
    write(files)
    if sql:
        execute(sql)

    ran = shop(*SKIP)

    assert {name: reason for name, reason in reasons(ran).items() if reason != "skipped_unchanged"} == expected
    assert built(ran) == set(expected)


def test_a_model_that_was_built_on_an_older_build_of_its_upstream_is_built(shop):
    execute("UPDATE raw.orders SET amount = 100")
    assert built(shop(*SKIP, "--model", "stg")) == {"stg"}

    later = shop(*SKIP)

    assert reasons(later)["stg"] == "skipped_unchanged"
    assert built(later) == {"big", "seen", "looked"}
    assert execute("SELECT count(*) FROM out.big") == [(6,)]


def test_a_view_that_was_not_asked_for_is_looked_through(shop):
    assert built(shop(*SKIP, "--model", "looked")) == set()
    execute("DELETE FROM raw.more")

    assert built(shop(*SKIP, "--model", "looked")) == {"looked"}
    assert execute("SELECT n FROM out.looked") == [(6,)]


def test_nothing_is_skipped_after_a_build_that_failed(shop, write):
    write({"models/apart.sql": "SELECT error('no') AS one"})
    assert shop(*SKIP).code == 1
    write({"models/apart.sql": PROJECT["models/apart.sql"]})

    ran = shop(*SKIP)

    assert (built(ran), reasons(ran)["apart"]) == ({"apart"}, "last_build_not_success")


def test_a_check_that_failed_is_not_hidden_by_a_skip(shop, write):
    write({"models/apart.toml": '[[tests]]\ntype = "in_range"\ncolumn = "one"\nmin = "2"\n'})
    strict = (*SKIP, "--fail-on-check-error")
    assert shop(*strict).code == 2

    again = shop(*strict)

    assert (again.code, reasons(again)["apart"]) == (2, "checks_not_passed")


def test_a_check_that_passed_need_not_be_made_again(shop, write):
    write({"models/apart.toml": '[[tests]]\ntype = "in_range"\ncolumn = "one"\nmin = "1"\n'})
    assert built(shop(*SKIP, "--fail-on-check-error")) == {"apart"}

    assert built(shop(*SKIP, "--fail-on-check-error")) == set()


def test_a_watermark_that_was_set_by_hand_has_its_table_built(shop, write):
    write(
        {
            "models/late.sql": "SELECT i AS id, TIMESTAMP '2026-01-01' + INTERVAL (i) DAY AS at FROM raw.numbers",
            "models/late.toml": '[strategy]\ntype = "incremental"\ntimestamp_column = "at"\n',
        }
    )
    execute("CREATE TABLE raw.numbers AS SELECT i FROM range(3) r(i)")
    assert built(shop(*SKIP)) == {"late"}
    assert built(shop(*SKIP)) == set()
    assert shop("state", "set", "late", "--watermark", "2026-01-02T00:00:00Z").code == 0

    ran = shop(*SKIP)

    assert (built(ran), reasons(ran)["late"]) == ({"late"}, "watermark_changed")


def test_another_database_is_not_taken_for_the_one_that_was_built(shop, write):
    Path("copy.duckdb").write_bytes(Path("shop.duckdb").read_bytes())
    moved = PROJECT["rocky.toml"].replace("shop.duckdb", "copy.duckdb")
    write({"rocky.toml": moved, "models/_defaults.toml": TARGET.replace("shop", "copy")})

    assert built(shop(*SKIP)) == BUILT


def test_a_source_that_is_a_file_is_never_proven(shop, write):
    write({"numbers.csv": "a\n1\n", "models/apart.sql": "SELECT a FROM 'numbers.csv'"})
    assert built(shop(*SKIP)) == {"apart"}

    ran = shop(*SKIP)

    assert (built(ran), reasons(ran)["apart"]) == ({"apart"}, "no_logic_key")


def test_a_plan_shows_what_a_run_would_skip_and_apply_keeps_to_it(shop):
    execute("INSERT INTO raw.more VALUES (8)")
    planned = shop("plan", "--skip-unchanged", "-o", "json")
    assert {one["target"] for one in planned.json["statements"]} == {"shop.out.seen", "shop.out.looked"}

    assert built(shop("apply", planned.json["plan_id"], "-o", "json")) == {"seen", "looked"}


def test_text_output_says_how_much_was_skipped(shop):
    ran = shop("run", "--skip-unchanged", "-o", "table")

    assert "0 models built, 6 skipped" in ran.out


def test_another_value_of_a_run_variable_is_another_recipe(shop, write):
    write({"models/apart.sql": "SELECT @var(n, 5) AS one"})
    assert built(shop(*SKIP)) == {"apart"}
    assert built(shop(*SKIP)) == set()

    assert built(shop(*SKIP, "--var", "n=2")) == {"apart"}
    assert execute("SELECT one FROM out.apart") == [(2,)]


def test_a_plan_says_how_many_models_it_leaves_out(shop):
    assert "5 models would not be built: nothing has changed" in shop("plan", "--skip-unchanged", "-o", "table").out
