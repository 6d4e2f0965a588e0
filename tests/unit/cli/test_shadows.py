"""Shadows, branches and deferred reads: built beside the real tables, which nothing of it ever touches."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"
PROJECT = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n\n[pipeline.shop]\ntype = "transformation"\n',
    "models/_defaults.toml": '[target]\ncatalog = "shop"\nschema = "out"\n',
    "models/stg.sql": "SELECT id, amount, stamp FROM raw.orders",
    "models/stg.toml": '[strategy]\ntype = "incremental"\ntimestamp_column = "stamp"\n',
    "models/big.sql": "SELECT stg.id, amount FROM stg JOIN inlined USING (id) WHERE amount > 5",
    "models/inlined.sql": "SELECT id FROM stg",
    "models/inlined.toml": '[strategy]\ntype = "ephemeral"\n',
}
SEED = """\
CREATE SCHEMA raw;
CREATE TABLE raw.orders AS
SELECT i AS id, i * 2 AS amount, TIMESTAMP '2026-01-01' + INTERVAL (i) DAY AS stamp FROM range(100) r(i);
"""


def execute(sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect("shop.duckdb") as connection:
        return connection.execute(sql).fetchall()


def tables() -> dict[str, int]:
    """How many rows each table has that a run may have written."""
    names = execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema <> 'raw' ORDER BY 1"
    )
    return {name: execute('SELECT count(*) FROM "' + name.replace(".", '"."') + '"')[0][0] for (name,) in names}


def validate(answer: object, schema: str) -> None:
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))


@pytest.fixture
def shop(rocky, write):
    """A project that was built, and whose source and query have changed since."""
    write(PROJECT)
    execute(SEED)
    assert rocky("run").code == 0
    execute("INSERT INTO raw.orders SELECT id + 100, amount, stamp + INTERVAL 1 YEAR FROM raw.orders")
    write({"models/big.sql": PROJECT["models/big.sql"].replace("amount > 5", "amount > 50")})
    return rocky


REAL = {"out.big": 97, "out.stg": 100}


@pytest.mark.parametrize(
    ("wishes", "shadows"),
    [
        (("--shadow",), {"out.big_rocky_shadow": 148, "out.stg_rocky_shadow": 200}),
        (("--shadow", "--shadow-suffix", "_mine"), {"out.big_mine": 148, "out.stg_mine": 200}),
        (("--shadow", "--shadow-schema", "beside"), {"beside.big": 148, "beside.stg": 200}),
        (("--shadow", "--model", "big"), {"out.big_rocky_shadow": 74}),
    ],
)
def test_a_shadow_reads_shadows_and_the_real_tables_stay(shop, wishes, shadows):
    ran = shop("run", *wishes, "-o", "json")
    again = shop("run", *wishes, "-o", "json")

    assert (ran.code, again.code, ran.json["shadow"]) == (0, 0, True)
    validate(ran.json, "run")
    assert tables() == REAL | shadows


def test_nothing_of_a_shadow_is_remembered_as_if_it_were_real(shop):
    before = shop("state", "-o", "json").json["watermarks"]
    history = shop("history", "--model", "stg", "-o", "json").json

    assert shop("run", "--shadow", "-o", "json").code == 0

    after = {one["table"]: one for one in shop("state", "-o", "json").json["watermarks"]}
    assert [after[one["table"]] for one in before] == before
    assert shop("history", "--model", "stg", "-o", "json").json == history
    # The real run goes on where the last real one ended.
    real = shop("run", "-o", "json").json["materializations"]
    assert {one["model"]: one["rows_copied"] for one in real} == {"stg": 100, "big": 148}


def test_a_shadow_that_failed_is_not_what_resuming_means(shop, write):
    write({"models/big.sql": "SELECT error('no') AS id FROM stg"})
    assert shop("run", "--shadow").code == 2
    write({"models/big.sql": PROJECT["models/big.sql"]})

    ran = shop("run", "--resume-latest", "-o", "json")

    assert ran.json["warnings"] == ["pipeline 'shop' has no unfinished run; everything is built"]


@pytest.mark.parametrize(
    ("files", "wishes", "message"),
    [
        ({}, ("--shadow-suffix", "_x"), "--shadow-suffix and --shadow-schema need --shadow"),
        ({}, ("--shadow", "--branch", "b"), "--branch and --shadow exclude each other"),
        ({}, ("--shadow", "--shadow-schema", "a b"), "--shadow-schema: 'a b' is not a name"),
        ({}, ("--defer-to", "prod"), "--defer-to needs --defer"),
        (
            {},
            ("--shadow", "--shadow-schema", "OUT"),
            "the shadow of 'stg' would be shop.OUT.stg, which is a real table",
        ),
        (
            {"models/big_rocky_shadow.sql": "SELECT 1 AS one"},
            ("--shadow", "--model", "big"),
            "the shadow of 'big' would be shop.out.big_rocky_shadow, which is a real table",
        ),
        (
            {
                "models/days.sql": "SELECT stamp FROM raw.orders WHERE stamp >= @start_date AND stamp < @end_date",
                "models/days.toml": '[strategy]\ntype = "time_interval"\ntime_column = "stamp"\ngranularity = "day"\n',
            },
            ("--shadow",),
            "model 'days' has the strategy 'time_interval', which has no shadow",
        ),
        ({}, ("--branch", "unknown"), "there is no branch 'unknown'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_would_touch_real_tables_or_means_nothing_is_refused(shop, write, files, wishes, message):
    write(files)
    before = tables()

    ran = shop("run", *wishes)

    assert (ran.code, message in ran.err, tables()) == (1, True, before), ran.err


def test_a_branch_is_made_built_compared_and_forgotten(shop):
    made = shop("branch", "create", "fix-1.2", "--description", "less", "-o", "json")
    validate(made.json, "branch")
    assert made.json["branch"]["schema_prefix"] == "branch__fix_1_2"
    assert "there is a branch 'fix-1.2' already" in shop("branch", "create", "FIX-1.2").err
    assert "is not a name for a branch" in shop("branch", "create", "a/b").err

    ran = shop("run", "--branch", "fix-1.2", "-o", "json")
    assert (ran.code, ran.json["shadow"]) == (0, True)
    assert tables() == REAL | {"branch__fix_1_2.big": 148, "branch__fix_1_2.stg": 200}

    compared = shop("compare", "--branch", "fix-1.2", "-o", "json")
    validate(compared.json, "compare")
    assert (compared.code, compared.json["overall_verdict"], compared.json["tables_failed"]) == (1, "fail", 2)

    listed = shop("branch", "list", "-o", "json")
    validate(listed.json, "branch_list")
    assert [one["name"] for one in listed.json["branches"]] == ["fix-1.2"]
    gone = shop("branch", "delete", "fix-1.2", "-o", "json")
    validate(gone.json, "branch_delete")
    assert gone.json["removed"] is True
    assert "branch__fix_1_2.big" in tables()
    assert "there is no branch" in shop("branch", "delete", "fix-1.2").err


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        ("SELECT 1", "pass", 0),
        ("DELETE FROM out.stg_rocky_shadow WHERE id >= 199", "pass", 0),
        ("DELETE FROM out.stg_rocky_shadow WHERE id >= 198", "warn", 0),
        ("DELETE FROM out.stg_rocky_shadow WHERE id >= 190", "fail", 1),
        ("ALTER TABLE out.stg_rocky_shadow ADD COLUMN mine INT", "fail", 1),
        ("ALTER TABLE out.stg_rocky_shadow DROP COLUMN stamp", "fail", 1),
        ("ALTER TABLE out.stg_rocky_shadow ALTER id TYPE INTEGER", "fail", 1),
        ("CREATE OR REPLACE TABLE out.stg_rocky_shadow AS SELECT stamp, amount, id FROM out.stg", "pass", 0),
        ("DROP TABLE out.stg_rocky_shadow", "fail", 1),
    ],
)
def test_a_comparison_warns_at_one_percent_and_fails_at_five_or_at_another_column(shop, change, verdict, code):
    assert shop("run").code == shop("run", "--shadow").code == 0
    execute(change)

    compared = shop("compare", "--model", "stg", "-o", "json")

    assert (compared.json["overall_verdict"], compared.code) == (verdict, code), compared.json


def test_a_model_reads_what_is_not_built_in_the_schema_that_is_deferred_to(shop):
    execute("CREATE SCHEMA prod; CREATE TABLE prod.stg AS SELECT 1 AS id, 1000 AS amount")

    deferred = shop("run", "--model", "big", "--shadow", "--defer", "--defer-to", "prod", "-o", "json")

    assert deferred.code == 0
    assert tables() == REAL | {"prod.stg": 1, "out.big_rocky_shadow": 1}
    assert shop("run", "--model", "big", "--defer", "-o", "json").code == 0
    assert tables()["out.big"] == 74


def test_a_plan_of_a_shadow_is_applied_as_a_shadow(shop):
    planned = shop("plan", "--shadow", "-o", "json").json

    applied = shop("apply", planned["plan_id"], "-o", "json")

    assert (applied.code, applied.json["shadow"]) == (0, True)
    assert tables() == REAL | {"out.big_rocky_shadow": 148, "out.stg_rocky_shadow": 200}


def promoted(ran) -> dict[str, bool]:
    validate(ran.json, "branch_promote")
    return {one["target"]: one["succeeded"] for one in ran.json["targets"]}


def kinds(ran) -> list[str]:
    return [one["kind"] for one in ran.json["audit"]]


def test_a_branch_that_is_promoted_takes_the_place_of_the_real_tables(shop, write):
    write({"models/seen.sql": "SELECT id FROM big", "models/seen.toml": '[strategy]\ntype = "view"\n'})
    assert shop("branch", "create", "b").code == shop("run", "--branch", "b").code == 0

    ran = shop("branch", "promote", "b", "-o", "json")

    assert (ran.code, ran.json["success"]) == (0, True)
    assert promoted(ran) == {"shop.out.stg": True, "shop.out.big": True, "shop.out.seen": True}
    assert kinds(ran) == ["approval_skipped", "promote_started", "promote_completed"]
    assert tables().items() >= {"out.stg": 200, "out.big": 148, "out.seen": 148}.items()
    # The view reads real tables, and the next run goes on where the promoted table ends.
    execute("DROP SCHEMA branch__b CASCADE; INSERT INTO raw.orders SELECT 999, 1000, TIMESTAMP '2030-01-01'")
    later = shop("run", "-o", "json").json["materializations"]
    assert {one["model"]: one["rows_copied"] for one in later if one["model"] == "stg"} == {"stg": 1}
    assert tables() == {"out.stg": 201, "out.big": 149, "out.seen": 149}


def test_a_branch_that_would_break_readers_is_not_promoted_unless_that_is_wanted(shop, write):
    write({"models/big.sql": "SELECT stg.id::INTEGER AS id, 'new' AS extra FROM stg"})
    assert shop("branch", "create", "b").code == shop("run", "--branch", "b", "--model", "big").code == 0

    refused = shop("branch", "promote", "b", "-o", "json")
    validate(refused.json, "branch_promote")
    assert (refused.code, refused.json["success"], refused.json["targets"]) == (1, False, [])
    assert kinds(refused) == ["approval_skipped", "breaking_changes_blocked"]
    assert {
        (one["change"]["kind"], one["change"]["column"], one["severity"]) for one in refused.json["breaking_changes"]
    } == {
        ("column_dropped", "amount", "breaking"),
        ("column_type_changed", "id", "breaking"),
        ("column_added", "extra", "info"),
    }
    assert tables().items() >= REAL.items()

    allowed = shop("branch", "promote", "b", "--allow-breaking", "-o", "json")
    assert (allowed.code, promoted(allowed)) == (0, {"shop.out.big": True})
    assert kinds(allowed) == ["approval_skipped", "breaking_changes_allowed", "promote_started", "promote_completed"]


def test_what_cannot_be_promoted_says_why(shop):
    assert "there is no branch 'b'" in shop("branch", "promote", "b").err
    shop("branch", "create", "b")
    assert "nothing of branch 'b' has been built" in shop("branch", "promote", "b").err
    assert "nothing of branch 'b' has been built" in shop("branch", "approve", "b").err
    assert tables() == REAL


def test_a_shadow_shows_what_the_query_yields_now_and_nothing_of_an_earlier_shadow(shop):
    assert shop("run", "--shadow", "--model", "stg").code == 0
    execute("DELETE FROM raw.orders WHERE id < 150")

    assert shop("run", "--shadow", "--model", "stg").code == 0

    assert tables() == REAL | {"out.stg_rocky_shadow": 50}
