"""Commands that look and tell, on a project whose tables are really there."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import jsonschema
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import LeaseRequest
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process

SCHEMAS = Path(__file__).parents[2] / "schemas"
ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"

[mask]
pii = "redact"
[mask.prod]
secret = "hash"
[classifications]
allow_unmasked = ["public"]
"""
SEED = """\
CREATE SCHEMA raw;
CREATE TABLE raw.orders AS SELECT * FROM (VALUES
    (1, 'ada@example.org', 10, 'new', TIMESTAMP '2020-01-01 08:00:00'),
    (2, 'bob@example.org', -5, 'new', now()::TIMESTAMP),
    (3, NULL, 7, 'old', now()::TIMESTAMP)
) AS t(id, email, amount, status, ordered_at);
"""
TARGET = '[target]\ncatalog = "shop"\nschema = "out"\n'
PROJECT = {
    "rocky.toml": ROCKY_TOML,
    "models/orders.sql": "SELECT id, email, amount, status, ordered_at FROM raw.orders",
    "models/orders.toml": 'intent = "every order"\nretention = "30d"\n'
    + TARGET
    + '[strategy]\ntype = "incremental"\ntimestamp_column = "ordered_at"\n'
    '[classification]\nemail = "pii"\nstatus = "public"\namount = "secret"\n'
    '[tags]\nowner = "sales"\n[freshness]\nmax_lag_seconds = 60\n[columns.id]\ndescription = "the order"\n'
    '[[tests]]\ntype = "not_null"\ncolumn = "id"\n'
    '[[tests]]\ntype = "not_null"\ncolumn = "email"\n'
    '[[tests]]\ntype = "in_range"\ncolumn = "amount"\nmin = "0"\nseverity = "warn"\n'
    '[[tests]]\ntype = "expression"\nexpression = "no_such_column > 1"\n',
    "models/slim.sql": "SELECT id FROM orders",
    "models/slim.toml": '[strategy]\ntype = "ephemeral"\n',
    "models/totals.sql": "SELECT COUNT(*) AS orders, SUM(o.amount) AS total FROM orders o JOIN slim s ON s.id = o.id",
    "models/totals.toml": 'retention = "1y"\n' + TARGET,
}


@pytest.fixture
def shop(rocky, write, tmp_path):
    """A project that was run once."""
    write(PROJECT)
    execute(tmp_path, SEED)
    assert rocky("run").code == 0
    return rocky


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def answered(rocky, schema: str, *arguments: str, code: int = 0):
    """The answer, which keeps to its schema and is all that is printed."""
    ran = rocky(*arguments, "-o", "json")
    assert (ran.code, ran.err) == (code, "")
    jsonschema.validate(ran.json, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))
    return ran.json


# --- test --declarative ----------------------------------------------------------------------------------------------


def test_declarative_tests_are_made_on_the_tables_and_nothing_is_built(shop, tmp_path):
    execute(tmp_path, "DROP TABLE out.totals")

    answer = answered(shop, "test", "test", "--declarative", code=1)

    results = answer["declarative"]["results"]
    assert [(one["name"], one["status"], one["failing_rows"]) for one in results] == [
        ("not_null:id", "pass", 0),
        ("not_null:email", "fail", 1),
        ("in_range:amount", "warn", 1),
        ("expression:-", "error", 0),
    ]
    summary = answer["declarative"]
    assert {key: summary[key] for key in ("total", "passed", "failed", "warned", "errored")} == {
        "total": 4,
        "passed": 1,
        "failed": 1,
        "warned": 1,
        "errored": 1,
    }
    assert (answer["total"], answer["passed"], answer["failed"]) == (4, 2, 2)
    assert "no_such_column" in results[3]["sql"]
    assert execute(tmp_path, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'out'") == [("orders",)]


def test_failing_rows_are_shown_under_the_masks_of_the_environment(shop):
    failing = answered(shop, "test", "test", "--declarative", code=1)["declarative"]["results"][2]["failed_sample"]
    in_prod = answered(shop, "test", "test", "--declarative", "--env", "prod", code=1)["declarative"]["results"][2]

    assert (failing[0]["email"], failing[0]["amount"]) == ("***", -5)
    assert len(in_prod["failed_sample"][0]["amount"]) == 64
    assert "ada@" not in json.dumps(in_prod)


def test_declarative_tests_pass_when_all_rows_do(shop, tmp_path, write):
    write({"models/orders.toml": PROJECT["models/orders.toml"].replace("no_such_column > 1", "id > 0")})
    execute(tmp_path, "UPDATE out.orders SET email = 'x', amount = 1")

    assert answered(shop, "test", "test", "--declarative", "--model", "orders")["failed"] == 0
    assert answered(shop, "test", "test", "--declarative", "--model", "totals")["declarative"]["total"] == 0
    assert shop("test", "--declarative", "--model", "oders").err.startswith("error: model 'oders' not found")


def test_tables_that_are_not_there_are_errors_not_passes(rocky, write):
    write(PROJECT)

    results = answered(rocky, "test", "test", "--declarative", code=1)["declarative"]["results"]

    assert {one["status"] for one in results} == {"error"}


# --- profile ---------------------------------------------------------------------------------------------------------


def test_a_profile_measures_every_column_and_masks_classified_ones(shop):
    answer = answered(shop, "profile", "profile", "orders")

    assert answer["profiled_table"] == "shop.out.orders"
    columns = {one["name"]: one for one in answer["columns"]}
    assert columns["id"] == {
        "name": "id",
        "type": "INTEGER",
        "rows": 3,
        "nulls": 0,
        "null_rate": 0.0,
        "distinct": 3,
        "observed_values": ["1", "2", "3"],
        "min": "1",
        "max": "3",
        "masked": None,
    }
    email = columns["email"]
    assert (email["nulls"], email["distinct"], email["masked"]) == (1, 2, "redact")
    assert (email["min"], email["max"], email["observed_values"]) == ("***", "***", [])
    assert columns["status"]["observed_values"] == ["new", "old"]
    assert columns["amount"]["min"] == "-5"
    assert (
        len(
            {one["name"]: one for one in answered(shop, "profile", "profile", "orders", "--env", "prod")["columns"]}[
                "amount"
            ]["min"]
        )
        == 64
    )


@pytest.mark.parametrize("name", ["shop.out.orders", "out.orders", "OUT.Orders"])
def test_a_table_that_a_model_writes_stays_masked_under_its_own_name(shop, name):
    columns = {one["name"]: one for one in answered(shop, "profile", "profile", name)["columns"]}

    assert columns["email"]["min"] == "***"


def test_tables_of_every_type_can_be_profiled(shop, tmp_path):
    execute(
        tmp_path,
        "CREATE TABLE raw.types AS SELECT {'a': 1} AS s, [1, 2] AS l, MAP {'k': 1} AS m, 'x'::BLOB AS b, true AS t, "
        'uuid() AS u, INTERVAL 1 DAY AS i, \'{}\'::JSON AS j, NULL AS n, 1.5 AS "odd "" name" FROM range(40)',
    )

    columns = answered(shop, "profile", "profile", "raw.types")["columns"]

    assert [(one["distinct"], one["rows"]) for one in columns] == [(1, 40)] * 5 + [(40, 40)] + [(1, 40)] * 2 + [
        (0, 40),
        (1, 40),
    ]
    assert [one["observed_values"] for one in columns if one["name"] in {"u", "t"}] == [["true"], []]


def test_an_empty_table_has_no_rates_to_divide_by(shop, tmp_path):
    execute(tmp_path, "CREATE TABLE raw.nothing (a INTEGER)")

    (column,) = answered(shop, "profile", "profile", "raw.nothing")["columns"]

    assert (column["rows"], column["null_rate"], column["min"]) == (0, 0.0, None)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("slim", "ephemeral"), ("raw.absent", "there is no table raw.absent"), ("oders", "there is no table oders")],
)
def test_what_cannot_be_profiled_says_why(shop, name, reason):
    answer = answered(shop, "profile", "profile", name, code=1)

    assert (reason in answer["unavailable"], answer["columns"]) == (True, [])


def test_a_hostile_name_is_a_name(shop, tmp_path):
    answered(shop, "profile", "profile", 'x"; DROP TABLE out.orders; --', code=1)

    assert execute(tmp_path, "SELECT count(*) FROM out.orders") == [(3,)]


# --- compliance ------------------------------------------------------------------------------------------------------


def test_compliance_counts_columns_per_environment(shop):
    answer = answered(shop, "compliance", "compliance")

    assert answer["summary"] == {"total_classified": 6, "total_masked": 3, "total_exceptions": 1}
    assert {
        one["column"]: [(env["env"], env["masking_strategy"], env["enforced"]) for env in one["envs"]]
        for one in answer["per_column"]
    } == {
        "email": [("default", "redact", True), ("prod", "redact", True)],
        "status": [("default", "unresolved", False), ("prod", "unresolved", False)],
        "amount": [("default", "unresolved", False), ("prod", "hash", True)],
    }
    assert [(one["model"], one["column"], one["env"]) for one in answer["exceptions"]] == [
        ("orders", "amount", "default")
    ]


def test_compliance_fails_only_when_asked_to_and_only_on_exceptions(shop):
    answered(shop, "compliance", "compliance", "--fail-on", "exception", code=1)
    answered(shop, "compliance", "compliance", "--fail-on", "exception", "--env", "prod")
    only = answered(shop, "compliance", "compliance", "--exceptions-only")

    assert [one["column"] for one in only["per_column"]] == ["amount"]
    assert only["summary"]["total_classified"] == 6


def test_an_environment_without_masks_of_its_own_is_told_on_stderr(shop):
    ran = shop("compliance", "--env", "prd", "-o", "json")

    assert (ran.code, "there is no [mask.prd]" in ran.err) == (0, True)
    assert ran.json["summary"]["total_exceptions"] == 1


# --- retention -------------------------------------------------------------------------------------------------------


def test_retention_status_tells_what_is_configured_and_with_drift_what_is_overdue(shop):
    plain = answered(shop, "retention_status", "retention-status")
    found = {one["model"]: one for one in answered(shop, "retention_status", "retention-status", "--drift")["models"]}

    assert {one["model"]: one["configured_days"] for one in plain["models"]} == {
        "orders": 30,
        "slim": None,
        "totals": 365,
    }
    assert (found["orders"]["rows_overdue"], found["orders"]["in_sync"]) == (1, False)
    assert found["orders"]["oldest"].startswith("2020-01-01")
    assert found["slim"]["in_sync"] is True
    assert "no column says how old a row is" in found["totals"]["reason"]
    assert len(answered(shop, "retention_status", "retention-status", "--model", "orders")["models"]) == 1


def swept(answer) -> dict[str, tuple[bool, int]]:
    return {one["model"]: (one["success"], one["rows_deleted"]) for one in answer.json["models"]}


def test_a_dry_sweep_deletes_nothing_and_a_real_one_only_what_is_too_old(shop, tmp_path):
    dry = shop("retention-sweep", "--dry-run", "-o", "json")
    before = execute(tmp_path, "SELECT count(*) FROM out.orders")
    real = shop("retention-sweep", "-o", "json")
    again = shop("retention-sweep", "-o", "json")

    assert (swept(dry), swept(real)) == ({"orders": (True, 1), "totals": (False, 0)},) * 2
    assert (before, execute(tmp_path, "SELECT id FROM out.orders ORDER BY id")) == ([(3,)], [(2,), (3,)])
    assert swept(again) == {"orders": (True, 0), "totals": (False, 0)}
    assert (dry.code, real.code, real.err) == (2, 2, "")
    (orders, totals) = real.json["models"]
    cutoff = datetime.fromisoformat(orders["cutoff"])
    assert timedelta(days=29) < datetime.now(UTC) - cutoff < timedelta(days=31)
    assert orders["column"] == "ordered_at"
    assert "declare [freshness] time_column" in totals["error"]
    assert shop("run").code == 0


def test_one_table_that_cannot_be_swept_stops_no_other(shop, write, tmp_path):
    days = 'retention = "1d"\n' + TARGET + '[freshness]\nmax_lag_seconds = 60\ntime_column = "at"\n'
    write(
        {
            "models/a_text.sql": "SELECT 'x' AS at",
            "models/a_text.toml": days,
            "models/b_view.sql": "SELECT TIMESTAMP '2020-01-01' AS at",
            "models/b_view.toml": days + '[strategy]\ntype = "view"\n',
            "models/c_zoned.sql": "SELECT TIMESTAMPTZ '2020-01-01 00:00:00+00' AS at",
            "models/c_zoned.toml": days,
            "models/d_day.sql": "SELECT DATE '2020-01-01' AS at UNION ALL SELECT NULL",
            "models/d_day.toml": days,
            "models/e_gone.sql": "SELECT DATE '2020-01-01' AS other",
            "models/e_gone.toml": days,
        }
    )
    shop("run")
    execute(tmp_path, "ALTER TABLE out.e_gone RENAME COLUMN other TO another")

    ran = shop("retention-sweep", "-o", "json")

    assert (ran.code, swept(ran)) == (
        2,
        {
            "orders": (True, 1),
            "totals": (False, 0),
            "a_text": (False, 0),
            "b_view": (False, 0),
            "c_zoned": (True, 1),
            "d_day": (True, 1),
            "e_gone": (False, 0),
        },
    )
    assert execute(tmp_path, "SELECT * FROM out.d_day") == [(None,)]
    errors = {one["model"]: one["error"] for one in ran.json["models"] if not one["success"]}
    assert "which is no point in time" in errors["a_text"]
    assert "a view has no rows of its own" in errors["b_view"]
    assert "has no column 'at'" in errors["e_gone"]


def test_a_sweep_waits_for_no_run_and_disturbs_none(shop, tmp_path):
    store = open_state(tmp_path / "models" / ".rocky-state.db", SystemClock()).store
    store.acquire_lease(LeaseRequest("shop", "run-1", this_process(), timedelta(seconds=60)))
    try:
        ran = shop("retention-sweep", "-o", "json")
    finally:
        store.close()

    assert (ran.code, {success for success, _ in swept(ran).values()}) == (1, {False})
    assert "pipeline 'shop' is being run by run run-1" in ran.json["models"][0]["error"]
    assert execute(tmp_path, "SELECT count(*) FROM out.orders") == [(3,)]


# --- catalog ---------------------------------------------------------------------------------------------------------


def test_the_catalog_tells_of_every_table_what_the_compiler_and_the_state_know(shop):
    answer = answered(shop, "catalog", "catalog")

    assets = {one["model_name"]: one for one in answer["assets"]}
    assert list(assets) == ["raw.orders", "orders", "slim", "totals"]
    assert (assets["raw.orders"]["kind"], assets["raw.orders"]["downstream_models"]) == ("Source", ["orders"])
    orders = assets["orders"]
    assert (orders["fqn"], orders["owner"], orders["intent"], orders["strategy"]) == (
        *("shop.out.orders", "sales", "every order", "incremental"),
    )
    assert orders["columns"][0] == {"name": "id", "data_type": None, "nullable": None, "description": "the order"}
    assert orders["columns"][1]["classification"] == "pii"
    assert orders["freshness"] == {"max_lag_seconds": 60, "time_column": None}
    assert (orders["last_status"], orders["last_run_id"]) == ("success", answer["last_run_id"])
    assert orders["last_materialized_at"].startswith(f"{datetime.now(UTC):%Y-}")
    assert orders["watermark"].startswith("20")
    assert (orders["downstream_models"], assets["totals"]["upstream_models"]) == (
        ["slim", "totals"],
        ["orders", "slim"],
    )
    assert "last_run_id" not in assets["slim"]
    assert {"source_model": "raw.orders", "source_column": "id", "target_model": "orders"}.items() <= answer["edges"][
        0
    ].items()
    assert answer["stats"]["asset_count"] == 4


def test_the_catalog_of_a_project_that_was_never_run_knows_what_the_compiler_knows(rocky, write):
    write(PROJECT)

    answer = answered(rocky, "catalog", "catalog")

    assert ("last_run_id" in answer, answer["stats"]["edge_count"] > 0) == (False, True)


# --- estimate --------------------------------------------------------------------------------------------------------


def test_an_estimate_is_what_the_warehouse_says_and_lists_what_it_cannot_say(shop, write):
    write({"models/broken.sql": "SELECT nothing FROM raw.nowhere", "models/broken.toml": TARGET})

    answer = answered(shop, "estimate", "estimate")

    found = {one["model_name"]: one for one in answer["estimates"]}
    assert sorted(found) == ["orders", "totals"]
    assert (found["orders"]["estimated_rows"], found["orders"]["estimated_cost_usd"]) == (3, 0.0)
    assert "HASH_JOIN" in found["totals"]["raw_explain"]
    assert "estimated_bytes_scanned" not in found["orders"]
    left_out = {one["model_name"]: one["reason"] for one in answer["not_estimated"]}
    assert ("ephemeral" in left_out["slim"], "nowhere" in left_out["broken"]) == (True, True)
    assert (answer["total_models"], answer["total_estimated_cost_usd"]) == (4, 0.0)
    assert all(name in answer["message"] for name in ("slim", "broken"))


def test_a_time_partitioned_model_is_estimated_for_the_present_window(shop, write):
    write(
        {
            "models/daily.sql": "SELECT id, ordered_at FROM raw.orders "
            "WHERE ordered_at >= @start_date AND ordered_at < @end_date",
            "models/daily.toml": TARGET
            + '[strategy]\ntype = "time_interval"\ntime_column = "ordered_at"\ngranularity = "day"\n',
        }
    )

    answer = answered(shop, "estimate", "estimate", "--model", "daily")

    assert f"{datetime.now(UTC):%Y-%m-%d}" in answer["estimates"][0]["raw_explain"]


# --- state -----------------------------------------------------------------------------------------------------------


def test_a_watermark_is_set_by_the_name_of_the_model_or_of_the_table(shop):
    by_model = answered(shop, "state", "state", "set", "orders", "--watermark", "2026-01-01T12:00:00+02:00")
    by_table = answered(shop, "state", "state", "set", "SHOP.out.orders", "--watermark", "2026-01-02T12:00:00Z")

    assert [(one["table"], one["last_value"], one["is_set_by_hand"]) for one in by_model["watermarks"]] == [
        ("shop.out.orders", "2026-01-01T10:00:00+00:00", True)
    ]
    assert by_table["watermarks"][0]["last_value"] == "2026-01-02T12:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("orders", "--watermark", "2026-01-01T12:00:00"), "has no time zone"),
        (("orders", "--watermark", "2026-01-01"), "has no time zone"),
        (("orders", "--watermark", "yesterday"), "is no point in time"),
        (("orders", "--watermark", "2999-01-01T12:00:00Z"), "lies in the future"),
        (("totals", "--watermark", "2026-01-01T12:00:00Z"), "has no watermark"),
        (("oders", "--watermark", "2026-01-01T12:00:00Z"), "did you mean 'orders'"),
        (("out.nothing", "--watermark", "2026-01-01T12:00:00Z"), "these have one: shop.out.orders"),
    ],
    ids=str,
)
def test_what_cannot_be_a_watermark_is_refused_and_nothing_changes(shop, arguments, told):
    before = shop("state", "-o", "json").json["watermarks"]

    refused = shop("state", "set", *arguments)

    assert (refused.code, refused.out, told in refused.err) == (1, "", True)
    assert shop("state", "-o", "json").json["watermarks"] == before


def test_the_future_can_be_forced(shop):
    forced = answered(shop, "state", "state", "set", "orders", "--watermark", "2999-01-01T12:00:00Z", "--force")

    assert forced["watermarks"][0]["last_value"] == "2999-01-01T12:00:00+00:00"


@pytest.mark.parametrize("name", ["orders", "shop.out.orders", "Shop.Out.Orders"])
def test_a_watermark_is_deleted_and_the_next_run_leaves_the_same_rows(shop, tmp_path, name):
    before = execute(tmp_path, "SELECT * FROM out.orders ORDER BY id")

    left = answered(shop, "state", "state", "delete", name)
    again = shop("state", "delete", name)
    assert shop("run").code == 0

    assert left["watermarks"] == []
    assert (again.code, "has no watermark" in again.err) == (1, True)
    assert execute(tmp_path, "SELECT * FROM out.orders ORDER BY id") == before


def test_deleting_where_there_is_no_state_makes_none(rocky, write, tmp_path):
    write(PROJECT)

    refused = rocky("state", "delete", "orders")

    assert (refused.code, "no table has one" in refused.err) == (1, True)
    assert not (tmp_path / "models" / ".rocky-state.db").exists()


def test_among_several_pipelines_a_model_knows_its_own(rocky, write, tmp_path):
    write({**PROJECT, "rocky.toml": ROCKY_TOML + '[pipeline.other]\ntype = "transformation"\nmodels = "other/**"\n'})
    write({"other/alone.sql": "SELECT 1 AS one", "other/alone.toml": TARGET})
    execute(tmp_path, SEED)
    assert rocky("run", "--pipeline", "shop").code == 0

    assert rocky("state", "set", "orders", "--watermark", "2026-01-01T12:00:00Z").code == 0
    wrong = rocky("state", "set", "orders", "--watermark", "2026-01-01T12:00:00Z", "--pipeline", "other")

    assert (wrong.code, "pipeline 'shop' builds it" in wrong.err) == (1, True)


def test_the_sweep_and_the_schema_cache_answer_as_their_schemas_say(shop, tmp_path):
    with sqlite3.connect(tmp_path / "models" / ".rocky-state.db") as connection:
        (count,) = connection.execute("SELECT count(*) FROM run_history").fetchone()

    swept_state = answered(shop, "state_retention_sweep", "state", "retention", "sweep", "--dry-run")
    cleared = answered(shop, "state_clear_schema_cache", "state", "clear-schema-cache", "--dry-run")

    assert (swept_state["runs_kept"], swept_state["runs_deleted"], count) == (1, 0, 1)
    assert (cleared["dry_run"], cleared["command"]) == (True, "state clear-schema-cache")
