"""Replication pipelines on a DuckDB file, as people and programs meet them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "lake.duckdb"

[pipeline.copy]
strategy = "full_refresh"
timestamp_column = "seen"
{pipeline}
[pipeline.copy.source.schema_pattern]
prefix = "src__"
separator = "__"
components = ["client", "regions..."]

[pipeline.copy.target]
catalog_template = "lake"
schema_template = "{schema}"

[pipeline.copy.target.governance]
auto_create_schemas = true
{more}
"""
SEED = """\
CREATE SCHEMA src__acme__north__east;
CREATE SCHEMA src__beta__south;
CREATE TABLE src__acme__north__east.orders AS
    SELECT * FROM (VALUES (1, 'ann', TIMESTAMP '2026-01-01'), (2, 'bob', TIMESTAMP '2026-01-02')) AS v(id, name, seen);
CREATE TABLE src__acme__north__east.people AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS seen;
CREATE TABLE src__beta__south.orders AS
    SELECT 7 AS id, 'cat' AS name, TIMESTAMP '2026-01-03' AS seen;
"""
ACME, PEOPLE, BETA = (
    ["duckdb", "acme", "north", "east", "orders"],
    ["duckdb", "acme", "north", "east", "people"],
    ["duckdb", "beta", "south", "orders"],
)


def config(pipeline: str = "", more: str = "", schema: str = "stage_{client}") -> dict[str, str]:
    text = ROCKY_TOML.replace("{pipeline}", pipeline).replace("{more}", more).replace('"{schema}"', f'"{schema}"')
    return {"rocky.toml": text}


def override(match: str, settings: str) -> str:
    return f"[[pipeline.copy.table_overrides]]\nmatch = {{ {match} }}\n{settings}\n"


@pytest.fixture
def lake(rocky, write, tmp_path):
    """A project with three source tables."""
    write(config())
    execute(tmp_path, SEED)
    return rocky


def execute(folder: Path, sql: str, file: str = "lake.duckdb") -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / file)) as connection:
        return connection.execute(sql).fetchall()


def tables(folder: Path) -> list[str]:
    found = execute(
        folder,
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT starts_with(schema_name, 'src__') "
        "ORDER BY 1",
    )
    return [str(name) for (name,) in found]


def validate(answer: object, schema: str = "run") -> None:
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))


def copied(answer) -> dict[str, str]:
    """How each table ended, by the end of its asset key."""
    told = {tuple(one["asset_key"]): one["metadata"]["strategy"] for one in answer.json["materializations"]}
    told |= {tuple(one["asset_key"]): one["failure_kind"] for one in answer.json["errors"]}
    return {f"{key[1]}.{key[-1]}": how for key, how in told.items()}


def test_every_table_of_every_source_is_copied_to_its_own_schema(lake, tmp_path):
    ran = lake("run", "-o", "json")

    validate(ran.json)
    assert (ran.code, ran.json["status"], ran.json["pipeline_type"]) == (0, "Success", "replication")
    assert (ran.json["tables_copied"], ran.json["models_built"]) == (3, 0)
    assert sorted(one["asset_key"] for one in ran.json["materializations"]) == [ACME, PEOPLE, BETA]
    assert ran.json["permissions"]["schemas_created"] == 2
    assert tables(tmp_path) == ["stage_acme.orders", "stage_acme.people", "stage_beta.orders"]
    assert execute(tmp_path, "SELECT id, name FROM stage_acme.orders ORDER BY id") == [(1, "ann"), (2, "bob")]
    assert "3 tables copied" in lake("run", "-o", "table").out


def test_added_columns_hold_the_components_of_the_source_they_came_from(lake, write, tmp_path):
    columns = (
        'metadata_columns = [{ name = "_client", type = "VARCHAR", value = "\'{client}\'" },'
        ' { name = "_where", type = "VARCHAR", value = "\'{regions:/}\'" }]'
    )
    write(config(columns))
    lake("run")

    assert execute(tmp_path, "SELECT DISTINCT _client, _where FROM stage_acme.orders") == [("acme", "north/east")]
    assert execute(tmp_path, "SELECT DISTINCT _client, _where FROM stage_beta.orders") == [("beta", "south")]


# What the copy holds after its source got a late row of the same instant and a changed one that is newer.
STRATEGIES = {
    "full_refresh": ('strategy = "full_refresh"', [(1, "ann"), (2, "bobby"), (9, "late")]),
    "view": ('strategy = "view"', [(1, "ann"), (2, "bobby"), (9, "late")]),
    "merge": ('strategy = "merge"\nmerge_keys = ["id"]', [(1, "ann"), (2, "bobby"), (9, "late")]),
    "incremental": ('strategy = "incremental"', [(1, "ann"), (2, "bob"), (2, "bobby")]),
    "incremental by key": (
        'strategy = "incremental"\nmerge_keys = ["id"]',
        [(1, "ann"), (2, "bobby"), (9, "late")],
    ),
}


@pytest.mark.parametrize(("settings", "expected"), STRATEGIES.values(), ids=list(STRATEGIES))
def test_a_copy_follows_its_source_and_holds_no_row_twice(lake, write, tmp_path, settings, expected):
    write(config(override('connector = "src__acme__north__east", table = "orders"', settings)))
    lake("run")
    execute(
        tmp_path,
        "INSERT INTO src__acme__north__east.orders VALUES (9, 'late', '2026-01-02');"
        "UPDATE src__acme__north__east.orders SET name = 'bobby', seen = '2026-01-05' WHERE id = 2",
    )
    for _ in range(2):
        ran = lake("run", "-o", "json")
        assert (ran.code, ran.json["status"]) == (0, "Success")
        assert execute(tmp_path, "SELECT id, name FROM stage_acme.orders ORDER BY ALL") == expected


def test_overrides_leave_tables_out_and_change_how_they_are_copied_the_most_specific_first(lake, write):
    write(
        config(
            override('table = "o*"', 'strategy = "view"')
            + override('connector = "src__beta__south"', 'strategy = "full_refresh"')
            + override('connector = "src__beta__south", table = "orders"', 'strategy = "merge"\nmerge_keys = ["id"]')
            + override('table = "people"', "enabled = false")
            + override('table = "nobody*"', "enabled = false")
            + override('connector = "src__gone"', "enabled = false")
        )
    )
    ran = lake("run", "-o", "json")

    validate(ran.json)
    assert copied(ran) == {"acme.orders": "view", "beta.orders": "full_refresh"}  # A first merge loads all.
    assert ran.json["excluded_tables"] == [
        {
            "asset_key": PEOPLE,
            "source_schema": "src__acme__north__east",
            "table_name": "people",
            "reason": "table_override_disabled",
        }
    ]
    assert [(one["rule_index"], one["kind"]) for one in ran.json["override_warnings"]] == [
        (4, "zero_match"),
        (5, "connector_match_empty"),
    ]
    assert copied(lake("run", "-o", "json"))["beta.orders"] == "merge"


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ("stage", "lake.stage.orders from src__acme__north__east.orders and src__beta__south.orders"),
        ("STAGE", "lake.STAGE.orders from src__acme__north__east.orders and src__beta__south.orders"),
        ("src__{client}__{regions}", "lake.src__beta__south.orders, which is a source itself"),
    ],
)
def test_sources_that_would_overwrite_each_other_are_refused_before_anything_is_written(
    lake, write, tmp_path, schema, complaint
):
    write(config(schema=schema))

    refused = lake("run")

    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err
    assert tables(tmp_path) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("client=acme", {"acme.orders", "acme.people"}),
        ("regions=east", {"acme.orders", "acme.people"}),
        ("id=src__beta__south", {"beta.orders"}),
        ("table=orders", {"acme.orders", "beta.orders"}),
        ("client=ACME", set()),
        ("nothing=acme", set()),
    ],
)
def test_a_filter_chooses_sources_or_tables(lake, wanted, expected):
    ran = lake("run", "-o", "json", "--filter", wanted)

    validate(ran.json)
    assert (ran.code, set(copied(ran)), ran.json["filter"]) == (0, expected, wanted)
    assert bool(expected) or ran.json["warnings"] == [f"--filter {wanted} matches nothing"]


@pytest.mark.parametrize("wanted", ["client", "=acme", "client="])
def test_a_filter_that_is_none_is_refused(lake, wanted):
    assert "is no filter" in lake("run", "--filter", wanted).err


def test_tables_that_are_listed_by_hand_and_are_not_there_are_left_out(lake, write):
    text = config()["rocky.toml"].replace("[adapter]", "[adapter.default]") + (
        '[pipeline.copy.source.discovery]\nadapter = "hand"\n'
        '[adapter.hand]\ntype = "manual"\nkind = "discovery"\n'
        '[[adapter.hand.sources]]\nschema = "src__beta__south"\ntables = ["orders", "coming_soon"]\n'
    )
    write({"rocky.toml": text})

    ran = lake("run", "-o", "json")

    validate(ran.json)
    assert [one["asset_key"] for one in ran.json["materializations"]] == [["manual", "beta", "south", "orders"]]
    assert [(one["table_name"], one["reason"]) for one in ran.json["excluded_tables"]] == [
        ("coming_soon", "missing_from_source")
    ]


def test_one_tables_failure_stays_its_own_and_is_told_under_its_whole_key(lake, write):
    write(config(override('table = "people"', 'strategy = "merge"\nmerge_keys = ["uid"]')))

    ran = lake("run", "-o", "json")

    validate(ran.json)
    assert (ran.code, ran.json["status"]) == (2, "PartialFailure")
    (error,) = ran.json["errors"]
    assert (error["asset_key"], error["failure_kind"]) == (PEOPLE, "compile-error")
    assert "column 'uid' is not in the result; it has id, seen" in error["error"]
    assert "Next: repair its settings in rocky.toml, then" in lake("run", "-o", "table").out
    assert copied(ran) == {
        "acme.orders": "full_refresh",
        "acme.people": "compile-error",
        "beta.orders": "full_refresh",
    }


def test_a_resumed_run_copies_only_what_is_left(lake, write):
    write(config(override('table = "people"', 'strategy = "merge"\nmerge_keys = ["uid"]')))
    lake("run")
    write(config(override('table = "people"', 'strategy = "merge"\nmerge_keys = ["id"]')))

    resumed = lake("run", "-o", "json", "--resume-latest")

    assert (resumed.code, copied(resumed), resumed.json["tables_skipped"]) == (0, {"acme.people": "full_refresh"}, 2)


def test_an_idempotency_key_copies_once(lake):
    lake("run", "--idempotency-key", "night")

    again = lake("run", "-o", "json", "--idempotency-key", "night")

    assert (again.code, again.json["status"], again.json["materializations"]) == (0, "SkippedIdempotent", [])


MODES = {
    "apply": ("", 0, "add_columns", ["id", "name", "seen", "extra"]),
    "warn": ('[pipeline.copy.drift]\nmode = "warn"\n', 0, "ignore", ["id", "name", "seen"]),
    "fail": ('[pipeline.copy.drift]\nmode = "fail"\n', 2, None, ["id", "name", "seen"]),
}


@pytest.mark.parametrize("mode", MODES)
def test_drift_is_handled_as_the_pipeline_says(lake, write, tmp_path, mode):
    section, code, action, columns = MODES[mode]
    merged = override('table = "orders"', 'strategy = "merge"\nmerge_keys = ["id"]')
    write(config(merged))
    lake("run")
    execute(tmp_path, "ALTER TABLE src__acme__north__east.orders ADD COLUMN extra INTEGER")
    write(config(merged, section))

    ran = lake("run", "-o", "json")

    assert (ran.code, [one["action"] for one in ran.json["drift"]["actions_taken"]]) == (
        code,
        [action] if action else [],
    )
    assert [str(name) for name, *_ in execute(tmp_path, "DESCRIBE stage_acme.orders")] == columns


def test_a_schema_that_nobody_may_make_is_missed_by_its_tables_only(lake, write, tmp_path):
    text = config()["rocky.toml"].replace("auto_create_schemas = true", "")
    write({"rocky.toml": text})
    execute(tmp_path, "CREATE SCHEMA stage_beta")

    ran = lake("run", "-o", "json")

    assert (ran.code, copied(ran)) == (
        2,
        {"acme.orders": "not-found", "acme.people": "not-found", "beta.orders": "full_refresh"},
    )
    assert "create it, or set auto_create_schemas = true" in ran.json["errors"][0]["error"]


def test_sources_that_are_new_since_the_last_run_are_told(lake, write, tmp_path):
    write(config(more='[pipeline.copy.source.discovery]\nadapter = "default"\nreport_new_sources = true\n'))
    assert lake("run").json["warnings"] == []
    execute(tmp_path, "CREATE SCHEMA src__cyd__west; CREATE TABLE src__cyd__west.orders AS SELECT 1 AS id")

    assert lake("run").json["warnings"] == ["new sources since the last run: src__cyd__west"]
    assert lake("run").json["warnings"] == []


CHECKED = """\
[pipeline.copy.checks]
row_count = true
column_match = true
freshness = { threshold_seconds = 60, overrides = { stage_beta = 3153600000, people = 3153600000 } }
null_rate = { columns = ["id"], threshold = 0.0, sample_percent = 100 }
custom = [{ name = "few", sql = "SELECT COUNT(*) FROM {table}", threshold = 1 }]
cross_source_overlap = { keys = ["id"] }
"""


def test_copies_are_checked_against_their_sources_and_each_other(lake, write, tmp_path):
    write(config(more=CHECKED))
    execute(tmp_path, "UPDATE src__beta__south.orders SET id = 1")

    ran = lake("run", "-o", "json")

    validate(ran.json)
    found = {
        (tuple(one["asset_key"]), check["name"]): check["status"]
        for one in ran.json["check_results"]
        for check in one["checks"]
    }
    failed = {key for key, status in found.items() if status != "Passed"}
    assert failed == {
        (tuple(ACME), "freshness"),
        (tuple(ACME), "few"),
        (tuple(ACME), "cross_source_overlap:duckdb.orders"),
    }
    assert len(found) == 16
    assert (ran.code, lake("run", "--fail-on-check-error").code) == (0, 2)


def test_a_column_that_its_source_has_lost_is_no_mismatch_while_it_is_kept(lake, write, tmp_path):
    write(config(more="[pipeline.copy.checks]\ncolumn_match = true\n"))
    lake("run")
    execute(tmp_path, "ALTER TABLE src__acme__north__east.orders DROP COLUMN name")

    ran = lake("run", "--fail-on-check-error")

    assert (ran.code, ran.json["status"]) == (0, "Success")
    assert execute(tmp_path, "SELECT id, name FROM stage_acme.orders ORDER BY id") == [(1, None), (2, None)]


def test_checks_that_are_switched_off_as_a_whole_are_not_made(lake, write):
    write(config(more="[pipeline.copy.checks]\nenabled = false\nrow_count = true\n"))

    assert lake("run").json["check_results"] == []


def test_a_row_count_far_from_those_of_earlier_runs_is_told(lake, write, tmp_path):
    write(config(more="[pipeline.copy.checks]\nrow_count = true\n"))
    assert lake("run").json["anomalies"] == []
    execute(tmp_path, "INSERT INTO src__beta__south.orders SELECT range, 'x', '2026-01-04' FROM range(9)")

    ran = lake("run", "-o", "json")

    validate(ran.json)
    assert ran.json["anomalies"] == [
        {
            "table": "lake.stage_beta.orders",
            "current_count": 10,
            "baseline_avg": 1.0,
            "deviation_pct": 900.0,
            "reason": "row count spiked 900.0% (expected ~1, got 10)",
        }
    ]


def test_models_are_built_after_the_copies_that_they_read_if_they_are_asked_for(lake, write, tmp_path):
    write(
        {
            "models/people.sql": "SELECT COUNT(*) AS n FROM stage_acme.people",
            "models/people.toml": '[target]\ncatalog = "lake"\nschema = "marts"\n',
            "models/alone.sql": "SELECT n FROM people",
            "models/alone.toml": '[target]\ncatalog = "lake"\nschema = "marts"\n',
            "models/inlined.sql": "SELECT * FROM stage_acme.people",
            "models/inlined.toml": '[strategy]\ntype = "ephemeral"\n',
            "models/through.sql": "SELECT COUNT(*) AS n FROM inlined",
            "models/through.toml": '[target]\ncatalog = "lake"\nschema = "marts"\n',
            "models/orders.sql": "SELECT COUNT(*) AS n FROM lake.stage_acme.orders",
            "models/orders.toml": '[target]\ncatalog = "lake"\nschema = "marts"\n',
        }
    )
    assert lake("run").json["models_built"] == 0
    assert lake("run", "--all").json["models_built"] == 4
    write(config(override('table = "people"', 'strategy = "merge"\nmerge_keys = ["uid"]')))
    execute(tmp_path, "DROP SCHEMA stage_acme CASCADE")

    ran = lake("run", "-o", "json", "--all")

    validate(ran.json)
    assert (ran.code, ran.json["models_built"], ran.json["tables_copied"]) == (2, 1, 2)
    blocked = {one["model"]: one["blocked_by"] for one in ran.json["contained"]}
    failed = ["lake.stage_acme.people"]
    assert blocked == {"people": failed, "through": failed, "alone": failed}
    assert execute(tmp_path, "SELECT n FROM marts.orders") == [(2,)]
    # What it reads itself was built earlier, and nobody asked for that to be done again.
    assert lake("run", "--all", "--model", "alone").json["models_built"] == 1


def test_models_that_are_asked_for_and_are_not_there_are_no_failure(lake):
    ran = lake("run", "--all")

    assert (ran.code, ran.json["warnings"]) == (0, ["there are no models to be built after the copies"])


def test_what_cannot_be_done_for_now_is_told(lake, write):
    write(
        config(
            "prune_unchanged = true", "tags = { team = 'data' }\n[pipeline.copy.checks.quarantine]\nenabled = true\n"
        )
    )

    assert lake("run").json["warnings"] == [
        "a replication pipeline never runs the check 'quarantine'",
        "duckdb has no tags: that part of 'governance' is not applied",
    ]


@pytest.mark.parametrize("strategy", ["full_refresh", "incremental"])
def test_what_has_not_changed_is_not_copied_again_where_it_need_not_be(lake, write, tmp_path, strategy):
    pruned = f'strategy = "{strategy}"\nprune_unchanged = true\n'
    text = config()["rocky.toml"].replace('strategy = "full_refresh"\n', pruned)
    write({"rocky.toml": text + CHECKED})
    first = lake("run")
    execute(tmp_path, "UPDATE src__beta__south.orders SET id = 1, seen = '2026-01-09'")

    second = lake("run", "-o", "json")
    third = lake("run", "-o", "json")

    validate(second.json)
    assert (set(copied(first)), set(copied(second)), copied(third)) == (
        {"acme.orders", "acme.people", "beta.orders"},
        {"beta.orders"},
        {},
    )
    assert {one["reason"] for one in second.json["excluded_tables"]} == {"unchanged_since_last_copy"}
    (checked,) = second.json["check_results"]  # Also against the copy that was not made again.
    assert {one["name"]: one["passed"] for one in checked["checks"]}["cross_source_overlap:duckdb.orders"] is False
    assert len(copied(lake("run", "--no-prune"))) == 3
    execute(tmp_path, "DROP TABLE stage_acme.people")
    assert set(copied(lake("run"))) == {"acme.people"}
    write(
        {
            "rocky.toml": text.replace(
                "prune_unchanged", 'metadata_columns = [{ name = "x", type = "INTEGER", value = "1" }]\nprune_unchanged'
            )
        }
    )
    assert len(copied(lake("run"))) == 3


def test_a_source_that_is_named_otherwise_is_told_and_not_copied(lake, tmp_path):
    execute(tmp_path, "CREATE SCHEMA src__odd; CREATE TABLE src__odd.t AS SELECT 1 AS id")

    (warning,) = lake("run").json["warnings"]

    assert warning.startswith("not copied, because it is named otherwise: schema 'src__odd' has too few parts")


def test_a_strategy_that_there_is_not_is_refused(lake, write):
    write(config(override('table = "orders"', 'strategy = "incremenal"')))

    refused = lake("run")

    assert (refused.code, refused.out) == (1, "")
    assert "unknown strategy 'incremenal'" in refused.err
    assert "incremental" in refused.err


def test_a_target_whose_name_is_none_fails_table_by_table(lake, write):
    write(config(schema="stage_{klient}"))
    ran = lake("run", "-o", "json")
    assert (ran.code, {one["failure_kind"] for one in ran.json["errors"]}) == (1, {"compile-error"})
    assert "'stage_{klient}' is not a valid name" in ran.json["errors"][0]["error"]


def test_tables_of_another_duckdb_file_are_copied_and_the_file_is_left_as_it_is(lake, write, tmp_path):
    (tmp_path / "lake.duckdb").rename(tmp_path / "app.duckdb")
    text = config()["rocky.toml"].replace("[adapter]", "[adapter.default]")
    write(
        {
            "rocky.toml": text
            + '[adapter.app]\ntype = "duckdb"\npath = "app.duckdb"\n'
            + '[pipeline.copy.source]\nadapter = "app"\ndiscovery = { adapter = "app" }\n'
        }
    )
    before = (tmp_path / "app.duckdb").read_bytes()

    planned = lake("plan", "-o", "json")
    assert planned.code == 0, planned.err
    ran = lake("apply", planned.json["plan_id"], "-o", "json")

    assert (ran.code, ran.json["tables_copied"]) == (0, 3), ran.json
    assert tables(tmp_path) == ["stage_acme.orders", "stage_acme.people", "stage_beta.orders"]
    assert (tmp_path / "app.duckdb").read_bytes() == before


def test_a_plan_of_copies_says_what_it_is_and_apply_does_just_that(lake, tmp_path):
    planned = lake("plan", "-o", "json")

    validate(planned.json, "plan")
    assert (planned.json["plan_kind"], {one["purpose"] for one in planned.json["statements"]}) == (
        "replication",
        {"create_schema", "full_refresh_copy"},
    )
    assert tables(tmp_path) == []
    assert lake("apply", planned.json["plan_id"]).code == 0
    assert tables(tmp_path) == ["stage_acme.orders", "stage_acme.people", "stage_beta.orders"]


def test_a_plan_tells_what_is_left_out_and_what_is_lost(lake, write, tmp_path):
    write(config(override('table = "people"', "enabled = false") + override('table = "nobody"', "enabled = false")))
    lake("run")
    merged = override('table = "orders"', 'strategy = "merge"\nmerge_keys = ["id"]')
    write(config(override('table = "people"', "enabled = false") + merged))
    execute(tmp_path, "ALTER TABLE src__beta__south.orders ALTER name TYPE INTEGER USING 5")

    planned = lake("plan", "-o", "json")
    text = lake("plan", "-o", "table").out

    assert planned.json["has_destructive_statements"] is True
    (lost,) = {one["destroys"] for one in planned.json["statements"] if one["destroys"]}
    assert lost.startswith("the rows of lake.stage_beta.orders that its query no longer yields")
    assert lost.endswith("the table is built anew, as column 'name' changed INTEGER → VARCHAR")
    assert "src__acme__north__east.people: left out, table_override_disabled" in text
    assert "DESTROYS the rows of lake.stage_beta.orders" in text


def test_a_stored_plan_whose_source_has_changed_its_shape_is_refused_with_the_table(lake, tmp_path):
    plan_id = lake("plan", "-o", "json").json["plan_id"]
    execute(tmp_path, "ALTER TABLE src__beta__south.orders ADD COLUMN extra INTEGER")

    refused = lake("apply", plan_id)

    assert (refused.code, refused.out, tables(tmp_path)) == (1, "", [])
    assert "lake.stage_beta.orders: its statements have changed" in refused.err
    assert "stage_acme" not in refused.err


def test_a_stored_plan_holds_though_time_passes_in_which_a_vanished_column_is_kept(lake, tmp_path):
    lake("run")
    execute(tmp_path, "ALTER TABLE src__beta__south.orders DROP COLUMN name")
    plan_id = lake("plan", "-o", "json").json["plan_id"]

    assert lake("apply", plan_id).code == 0
    assert execute(tmp_path, "SELECT id, name FROM stage_beta.orders") == [(7, None)]
