"""`run`, `plan`, `apply`, `state` and `history` on a DuckDB file, as people and programs meet them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import jsonschema
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import LeaseRequest, WriteIntent
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process

SCHEMAS = Path(__file__).parents[2] / "schemas"

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"

[resilience]
initial_backoff_ms = 1

[mask]
pii = "redact"
"""
SEED = """\
CREATE SCHEMA raw;
CREATE TABLE raw.orders AS SELECT * FROM (VALUES
    (1, 'ada@example.org', 10, TIMESTAMP '2026-01-01 08:00:00'),
    (2, 'bob@example.org', -5, TIMESTAMP '2026-01-02 08:00:00')
) AS t(id, email, amount, ordered_at);
"""
TARGET = '[target]\ncatalog = "shop"\nschema = "out"\n'
PROJECT = {
    "rocky.toml": ROCKY_TOML,
    "models/stg_orders.sql": "SELECT id, email, amount, ordered_at FROM raw.orders",
    "models/stg_orders.toml": f'{TARGET}[strategy]\ntype = "incremental"\ntimestamp_column = "ordered_at"\n',
    "models/totals.sql": "SELECT SUM(amount) AS total, COUNT(*) AS orders FROM stg_orders",
    "models/totals.toml": TARGET,
    "models/apart.sql": "SELECT 1 AS one",
    "models/apart.toml": TARGET + '[tags]\nteam = "ops"\n',
}
BROKEN = {"models/stg_orders.sql": "SELECT id, email, amount / 'x' AS amount, ordered_at FROM raw.orders"}
TESTED = {
    "models/stg_orders.toml": PROJECT["models/stg_orders.toml"]
    + '[classification]\nemail = "pii"\n'
    + '[[tests]]\ntype = "in_range"\ncolumn = "amount"\nmin = "0"\n[[tests]]\ntype = "not_null"\ncolumn = "id"\n'
}


@pytest.fixture
def shop(rocky, write, tmp_path):
    """A project whose DuckDB file holds its source."""
    write(PROJECT)
    execute(tmp_path, SEED)
    return rocky


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def validate(answer: object, schema: str) -> None:
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))


def models(answer) -> dict[str, str]:
    """How each model ended."""
    return {
        **{one["model"]: one["metadata"]["strategy"] for one in answer.json["materializations"]},
        **{one["model"]: one["failure_kind"] for one in answer.json["errors"]},
        **{one["model"]: f"blocked by {one['blocked_by']}" for one in answer.json["contained"]},
    }


def test_a_run_builds_every_model_and_answers_with_clean_json(shop, tmp_path):
    ran = shop("run", "-o", "json")

    assert (ran.code, ran.err) == (0, "")
    validate(ran.json, "run")
    assert ran.json["status"] == "Success"
    assert models(ran) == {"stg_orders": "full_refresh", "totals": "full_refresh", "apart": "full_refresh"}
    assert execute(tmp_path, "SELECT * FROM out.totals") == [(5, 2)]


def test_an_incremental_model_appends_what_is_new_and_nothing_twice(shop, tmp_path):
    shop("run")
    execute(tmp_path, "INSERT INTO raw.orders VALUES (3, 'cyd@example.org', 7, '2026-01-03 08:00:00')")

    second = shop("run", "-o", "json")
    third = shop("run", "-o", "json")

    assert models(second)["stg_orders"] == "incremental"
    assert [one["rows_copied"] for one in second.json["materializations"] if one["model"] == "stg_orders"] == [1]
    assert [one["rows_copied"] for one in third.json["materializations"] if one["model"] == "stg_orders"] == [0]
    assert execute(tmp_path, "SELECT id FROM out.stg_orders ORDER BY id") == [(1,), (2,), (3,)]


def test_a_failure_blocks_only_what_reads_it_and_the_rest_is_built(shop, write, tmp_path):
    write(BROKEN)

    ran = shop("run", "-o", "json")

    assert ran.code == 2
    validate(ran.json, "run")
    assert ran.json["status"] == "PartialFailure"
    assert models(ran) == {
        "stg_orders": "query-rejected",
        "totals": "blocked by ['stg_orders']",
        "apart": "full_refresh",
    }
    assert ran.json["errors"][0]["asset_key"] == ["shop", "out", "stg_orders"]
    assert execute(tmp_path, "SELECT * FROM out.apart") == [(1,)]


def test_fail_fast_starts_nothing_more(shop, write):
    write({**BROKEN, "models/apart.sql": "SELECT 1 / 'x' AS one"})

    ran = shop("run", "-o", "json", "--fail-fast", "--parallel", "1")

    assert (ran.code, ran.json["status"]) == (1, "Failure")
    assert models(ran) == {
        "apart": "query-rejected",
        "stg_orders": "blocked by ['apart']",
        "totals": "blocked by ['apart']",
    }


def test_a_model_that_does_not_compile_is_its_own_failure(shop, write):
    write({"models/totals.sql": "SELECT no_such_column FROM stg_orders"})

    ran = shop("run", "-o", "json")

    assert (ran.code, models(ran)["totals"], models(ran)["stg_orders"]) == (2, "compile-error", "full_refresh")


def test_the_text_names_each_failure_its_kind_and_the_next_command(shop, write):
    write(BROKEN)

    ran = shop("run", "-o", "table")

    assert "stg_orders (query-rejected)" in ran.out
    assert "Could not convert string 'x'" in ran.out
    assert "- totals: it reads 'stg_orders', which could not be built" in ran.out
    assert "Next: repair the model, then `rocky run --resume-latest`" in ran.out
    assert "Partial failure: 1 model built, 1 failed, 1 blocked" in ran.out
    assert "Traceback" not in ran.out + ran.err


def test_a_resumed_run_does_only_what_is_left_however_often_it_is_resumed(shop, write):
    write(BROKEN)
    first = shop("run", "-o", "json")
    second = shop("run", "-o", "json", "--resume-latest")
    write({"models/stg_orders.sql": PROJECT["models/stg_orders.sql"]})
    third = shop("run", "-o", "json", "--resume-latest")
    fourth = shop("run", "-o", "json", "--resume-latest")

    assert (second.json["resumed_from"], second.json["tables_skipped"]) == (first.json["run_id"], 1)
    assert (third.code, third.json["status"], third.json["resumed_from"]) == (0, "Success", second.json["run_id"])
    assert models(third) == {"stg_orders": "full_refresh", "totals": "full_refresh"}
    assert "resumed_from" not in fourth.json
    assert fourth.json["warnings"] == ["pipeline 'shop' has no unfinished run; everything is built"]


def test_a_model_that_has_changed_since_is_not_left_out_of_a_resumed_run(shop, write):
    write(BROKEN)
    shop("run")
    write({"models/apart.sql": "SELECT 2 AS one"})

    assert models(shop("run", "-o", "json", "--resume-latest"))["apart"] == "full_refresh"


def test_failed_checks_are_shown_with_masked_samples_and_decide_when_they_are_told_to(shop, write):
    write(TESTED)

    plain = shop("run", "-o", "json")
    strict = shop("run", "-o", "json", "--fail-on-check-error")

    validate(plain.json, "run")
    assert (plain.code, plain.json["status"]) == (0, "Success")
    (found,) = plain.json["check_results"]
    failed, passed = found["checks"]
    assert found["status"] == "Failed"
    assert (failed["name"], failed["status"], failed["failure_count"]) == ("in_range:amount", "Failed", 1)
    assert [(row["id"], row["email"]) for row in failed["failed_sample"]] == [(2, "***")]
    assert (passed["name"], passed["status"], passed["passed"]) == ("not_null:id", "Passed", True)
    assert (strict.code, strict.json["status"]) == (2, "PartialFailure")


def test_a_resumed_run_is_no_success_while_the_checks_of_what_was_finished_do_not_pass(shop, write, tmp_path):
    write(TESTED)
    assert shop("run", "--fail-on-check-error").code == 2

    resumed = shop("run", "-o", "json", "--resume-latest", "--fail-on-check-error")

    validate(resumed.json, "run")
    assert (resumed.code, resumed.json["status"], resumed.json["materializations"]) == (1, "Failure", [])
    assert [one["status"] for one in resumed.json["check_results"]] == ["Failed"]
    execute(tmp_path, "UPDATE out.stg_orders SET amount = 5 WHERE amount < 0")
    repaired = shop("run", "-o", "json", "--resume-latest", "--fail-on-check-error")
    assert (repaired.code, repaired.json["status"], repaired.json["tables_skipped"]) == (0, "Success", 3)


def test_what_a_transformation_does_not_do_is_told(shop, write):
    more = 'target = { governance = { grants = [{ principal = "a", permissions = ["SELECT"] }] } }\n'
    write({"rocky.toml": ROCKY_TOML.replace('type = "transformation"\n', f'type = "transformation"\n{more}')})

    assert shop("run").json["warnings"] == ["duckdb has no grants: that part of 'governance' is not applied"]


def test_selectors_choose_models_and_a_wrong_one_is_answered_with_a_suggestion(shop):
    assert set(models(shop("run", "-o", "json", "--model", "+totals"))) == {"stg_orders", "totals"}
    assert set(models(shop("run", "-o", "json", "--model", "tag:team=ops"))) == {"apart"}

    wrong = shop("run", "--model", "total")
    assert (wrong.code, wrong.out) == (1, "")
    assert "totals" in wrong.err


def test_a_plan_writes_nothing_and_apply_does_just_that(shop, tmp_path):
    planned = shop("plan", "-o", "json")

    validate(planned.json, "plan")
    assert planned.code == 0
    assert planned.json["execution_layers"] == [["apart", "stg_orders"], ["totals"]]
    assert execute(tmp_path, "SELECT table_name FROM information_schema.tables") == [("orders",)]
    assert not (tmp_path / "models" / ".rocky-state.db").exists()
    assert shop("plan", "-o", "json").json["plan_id"] == planned.json["plan_id"]

    applied = shop("apply", planned.json["plan_id"][:12], "-o", "json")
    validate(applied.json, "run")
    assert (applied.code, applied.json["status"]) == (0, "Success")
    assert execute(tmp_path, "SELECT * FROM out.totals") == [(5, 2)]


def test_the_sql_of_a_plan_is_what_runs(shop, tmp_path):
    script = shop("plan", "--sql").out

    execute(tmp_path, script)
    assert execute(tmp_path, "SELECT * FROM out.totals") == [(5, 2)]


def test_a_stale_plan_is_refused_with_what_has_changed(shop, write, tmp_path):
    plan_id = shop("plan", "-o", "json").json["plan_id"]
    write({"models/totals.sql": "SELECT MAX(amount) AS total FROM stg_orders"})

    refused = shop("apply", plan_id)

    assert (refused.code, refused.out) == (1, "")
    assert "is stale, and nothing was changed: totals: its SQL or settings have changed" in refused.err
    assert execute(tmp_path, "SELECT table_name FROM information_schema.tables") == [("orders",)]


def test_a_plan_that_somebody_has_edited_is_refused(shop, tmp_path):
    plan_id = shop("plan", "-o", "json").json["plan_id"]
    file = tmp_path / ".rocky" / "plans" / f"{plan_id}.json"
    file.write_text(file.read_text().replace("raw.orders", "raw.others"))

    assert "has been changed" in shop("apply", plan_id).err


def test_a_dry_run_is_a_plan(shop, tmp_path):
    dry = shop("run", "--dry-run", "-o", "json")

    validate(dry.json, "plan")
    assert execute(tmp_path, "SELECT table_name FROM information_schema.tables") == [("orders",)]


def test_a_plan_for_a_warehouse_file_that_is_not_there_does_not_make_it(rocky, write, tmp_path):
    write(PROJECT)

    assert rocky("plan").code == 0
    assert not (tmp_path / "shop.duckdb").exists()


def test_an_idempotency_key_is_used_once(shop):
    first = shop("run", "-o", "json", "--idempotency-key", "night-7")
    again = shop("run", "-o", "json", "--idempotency-key", "night-7")

    validate(again.json, "run")
    assert (first.json["status"], again.json["status"], again.code) == ("Success", "SkippedIdempotent", 0)
    assert again.json["skipped_by_run_id"] == first.json["run_id"]
    assert (again.json["materializations"], shop("history").json["count"]) == ([], 1)


def test_a_failed_run_frees_its_idempotency_key(shop, write, monkeypatch):
    monkeypatch.setenv("ROCKY_IDEMPOTENCY_KEY", "night-8")
    write({"rocky.toml": ROCKY_TOML.replace("shop.duckdb", "no/such/folder.duckdb")})
    assert shop("run").code == 1
    write({"rocky.toml": ROCKY_TOML, **BROKEN})
    assert shop("run").code == 2
    write({"models/stg_orders.sql": PROJECT["models/stg_orders.sql"]})

    assert shop("run").json["status"] == "Success"
    assert shop("run").json["status"] == "SkippedIdempotent"


def test_state_shows_watermarks_and_set_makes_the_next_run_load_again(shop, tmp_path):
    assert shop("state", "-o", "table").out == "  There is no state yet: nothing was run.\n"
    shop("run")
    known = shop("state", "-o", "json")
    validate(known.json, "state")
    assert [(one["table"], one["last_value"]) for one in known.json["watermarks"]] == [
        ("shop.out.stg_orders", "2026-01-02T08:00:00+00:00")
    ]
    execute(tmp_path, "UPDATE raw.orders SET amount = 50 WHERE id = 2")

    changed = shop("state", "set", "stg_orders", "--watermark", "2026-01-01T12:00:00Z", "-o", "json")
    validate(changed.json, "state")
    shop("run")

    assert execute(tmp_path, "SELECT id, amount FROM out.stg_orders ORDER BY id") == [(1, 10), (2, 50)]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("stg_orders", "--watermark", "yesterday"), "'yesterday' is no point in time"),
        (("stg_orders", "--watermark", "2199-01-01T00:00:00Z"), "lies in the future"),
        (("totals", "--watermark", "2026-01-01T00:00:00Z"), "has no watermark"),
        (("nothing", "--watermark", "2026-01-01T00:00:00Z"), "model 'nothing' not found"),
    ],
)
def test_a_watermark_that_makes_no_sense_is_refused(shop, arguments, complaint):
    refused = shop("state", "set", *arguments)

    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err


def test_history_shows_runs_and_the_builds_of_a_model(shop, write):
    shop("run")
    write({"models/stg_orders.sql": PROJECT["models/stg_orders.sql"].replace("raw.orders", "raw.gone")})
    shop("run")

    runs = shop("history", "-o", "json")
    builds = shop("history", "--model", "stg_orders", "-o", "json")

    validate(runs.json, "history")
    validate(builds.json, "model_history")
    assert [(run["status"], run["models_executed"]) for run in runs.json["runs"]] == [
        ("PartialFailure", 2),
        ("Success", 3),
    ]
    assert [one["status"] for one in builds.json["executions"]] == ["failed", "success"]
    assert "PartialFailure" in shop("history", "-o", "table").out
    assert shop("history", "--since", "2026-01-01").json["count"] == 2
    assert shop("history", "--since", "2199-01-01").json["count"] == 0
    assert "'soon' is no point in time" in shop("history", "--since", "soon").err


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("", "declares no pipeline"),
        (
            '[pipeline.files]\ntype = "load"\nsource_dir = ".."\ntarget = { catalog = "shop", schema = "raw" }\n',
            "source_dir '..' leads out of the project",
        ),
        ('[pipeline.a]\ntype = "transformation"\n[pipeline.b]\ntype = "transformation"\n', "several pipelines: a, b"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_touched(rocky, write, tmp_path, toml, complaint):
    write({"rocky.toml": '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n' + toml, "models/a.sql": "SELECT 1 AS a"})

    refused = rocky("run")

    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err
    assert not (tmp_path / "shop.duckdb").exists()


def test_a_warehouse_that_cannot_be_opened_is_told_with_its_kind(shop, tmp_path):
    (tmp_path / "shop.duckdb").write_text("this is no database")

    failed = shop("run", "-o", "json")

    assert (failed.code, failed.out) == (1, "")
    envelope = json.loads(failed.err)
    assert envelope["code"] == "connection-failed"
    validate(envelope, "error_envelope")


AUDITED = {**TESTED, "rocky.toml": ROCKY_TOML + '[execution]\npublish = "audited"\n'}


def test_an_audited_table_is_published_only_if_its_checks_pass(shop, write, tmp_path):
    write(AUDITED)

    refused = shop("run", "-o", "json")
    validate(refused.json, "run")
    assert (refused.code, models(refused)["stg_orders"]) == (2, "query-rejected")
    assert refused.json["errors"][0]["error"].startswith("not published, because its checks did not pass")
    assert execute(tmp_path, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'out'") == [("apart",)]

    execute(tmp_path, "UPDATE raw.orders SET amount = 5 WHERE id = 2")
    assert shop("run", "-o", "json").json["status"] == "Success"
    execute(tmp_path, "INSERT INTO raw.orders VALUES (3, 'cyd@example.org', -7, '2026-01-03 08:00:00')")
    assert shop("run", "-o", "json").code == 2
    assert execute(tmp_path, "SELECT id FROM out.stg_orders ORDER BY id") == [(1,), (2,)]

    execute(tmp_path, "UPDATE raw.orders SET amount = 7 WHERE id = 3")
    last = shop("run", "-o", "json")
    assert (last.json["status"], models(last)["stg_orders"]) == ("Success", "incremental")
    assert execute(tmp_path, "SELECT id, amount FROM out.stg_orders ORDER BY id") == [(1, 10), (2, 5), (3, 7)]
    assert execute(tmp_path, "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%staging%'") == []


PIPELINE_CHECKS = """\
[pipeline.shop.checks]
row_count = true
[[pipeline.shop.checks.custom]]
name = "few_orders"
sql = "SELECT COUNT(*) FROM {target}"
threshold = 1
[[pipeline.shop.checks.assertions]]
table = "stg_orders"
type = "in_range"
column = "amount"
min = "0"
[pipeline.shop.checks.quarantine]
enabled = true
"""


def test_the_checks_of_a_pipeline_are_made_of_its_tables_and_failing_rows_set_apart(shop, write, tmp_path):
    write({"rocky.toml": ROCKY_TOML + PIPELINE_CHECKS})

    ran = shop("run", "-o", "json")

    validate(ran.json, "run")
    checks = {
        one["asset_key"][-1]: {c["name"]: c["status"] for c in one["checks"]} for one in ran.json["check_results"]
    }
    assert checks["apart"] == {"row_count": "Passed", "few_orders": "Passed"}
    assert checks["stg_orders"] == {"row_count": "Passed", "few_orders": "Failed", "in_range:amount": "Failed"}
    (quarantined,) = ran.json["quarantine"]
    assert (quarantined["ok"], quarantined["valid_rows"], quarantined["quarantined_rows"]) == (True, 1, 1)
    assert execute(tmp_path, "SELECT id FROM out.stg_orders__quarantine") == [(2,)]


def test_models_of_another_adapter_are_not_run_on_the_pipelines(shop, write):
    other = '[adapter.other]\ntype = "duckdb"\npath = "other.duckdb"\n'
    toml = ROCKY_TOML.replace("[adapter]", "[adapter.default]")
    write({"rocky.toml": toml + other, "models/apart.toml": 'adapter = "other"\n' + TARGET})

    refused = shop("run")

    assert (refused.code, refused.out) == (1, "")
    assert "these models are for another: 'apart' (adapter 'other')" in refused.err


def test_a_fault_of_ours_in_a_worker_is_one_tables_failure_with_its_traceback_in_the_debug_log(shop, monkeypatch):
    from rocky_core.execution import run_table  # noqa: PLC0415 — broken for this test only

    whole = run_table.success_outcome

    def broken(task, *rest):
        if task.table.name == "apart":
            raise ZeroDivisionError("a fault of ours")
        return whole(task, *rest)

    monkeypatch.setattr(run_table, "success_outcome", broken)

    plain = shop("run", "-o", "json")
    debug = shop("run", "-o", "json", "--debug")

    assert (plain.code, models(plain)["apart"], models(plain)["totals"]) == (2, "unknown", "full_refresh")
    assert "unexpected ZeroDivisionError: a fault of ours" in plain.json["errors"][0]["error"]
    assert plain.err == ""
    assert "Traceback" in debug.err
    assert debug.json["status"] == "PartialFailure"


def test_old_history_is_swept_when_asked_and_only_counted_in_a_dry_run(shop, write):
    write({"rocky.toml": ROCKY_TOML + "[state.retention]\nmax_age_days = 0\nmin_runs_kept = 1\n"})
    for _ in range(3):
        shop("run")

    dry = shop("state", "retention", "sweep", "--dry-run", "-o", "json")
    swept = shop("state", "retention", "sweep", "-o", "json")

    validate(swept.json, "state_retention_sweep")
    assert dry.json["runs_deleted"] == swept.json["runs_deleted"] > 0
    assert shop("history", "-o", "json").json["count"] == swept.json["runs_kept"]


def test_the_schema_cache_can_be_cleared(shop):
    cleared = shop("state", "clear-schema-cache", "-o", "json")

    validate(cleared.json, "state_clear_schema_cache")
    assert (cleared.code, cleared.json["entries_deleted"]) == (0, 0)


def test_a_damaged_state_is_named_and_a_backup_takes_its_place_without_loading_rows_twice(shop, tmp_path):
    shop("run")
    state = tmp_path / "models" / ".rocky-state.db"
    backup = tmp_path / "backup.db"
    backup.write_bytes(state.read_bytes())
    execute(tmp_path, "INSERT INTO raw.orders VALUES (3, 'cyd@example.org', 7, '2026-01-03 08:00:00')")
    shop("run")
    state.write_bytes(b"no state at all" * 100)

    broken = shop("run", "-o", "table")
    restored = shop("state", "restore", "--from", "backup.db", "-o", "table")
    after = shop("run", "-o", "json")

    assert (broken.code, "state file corrupted" in broken.err) == (1, True)
    assert (restored.code, restored.err) == (0, "")
    assert "Restored" in restored.out
    assert after.json["status"] == "Success"
    assert execute(tmp_path, "SELECT id FROM out.stg_orders ORDER BY id") == [(1,), (2,), (3,)]
    assert "is not damaged" in shop("state", "restore", "--from", "backup.db").err


def test_a_warehouse_file_that_another_process_has_for_a_moment_is_waited_for(shop, write, tmp_path):
    write({"rocky.toml": ROCKY_TOML.replace("initial_backoff_ms = 1", "initial_backoff_ms = 3000\njitter = false")})
    program = "import duckdb, sys, time; c = duckdb.connect('shop.duckdb'); print('has it', flush=True); time.sleep(2)"
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "has it\n"

        ran = shop("run", "-o", "json")

    assert (ran.code, ran.json["status"]) == (0, "Success")
    assert ran.json["warnings"][0].startswith("the warehouse cannot be opened yet, again in 3.0 s:")


def test_a_listener_that_goes_away_gives_the_lease_back_and_the_next_run_is_whole(shop):
    from rocky_core.api import ProjectOptions, open_project  # noqa: PLC0415 — this test alone is below the commands
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — same

    project = open_project(ProjectOptions())
    events = project.run(RunOptions())
    next(events)
    events.close()

    store = project.site().read_state(None)
    assert store.leases() == ()
    store.close()
    assert shop("history").json["runs"][0]["status"] == "Failure"
    assert shop("run").json["status"] == "Success"


def test_an_unknown_environment_is_told(shop):
    warnings = shop("run", "--env", "pord").json["warnings"]

    assert warnings == ["there is no [mask.pord] in rocky.toml, so the general masks hold"]


def test_the_answer_tells_how_many_models_were_built_at_once(shop, write):
    assert shop("run").json["execution"]["concurrency"] == 4
    assert shop("run", "--parallel", "2").json["execution"]["concurrency"] == 2
    write({"rocky.toml": ROCKY_TOML + "[execution]\nconcurrency = 3\n"})
    assert shop("run").json["execution"]["concurrency"] == 3


def announce_a_write(folder: Path) -> None:
    """What a run that was killed leaves behind."""
    clock = SystemClock()
    store = open_state(folder / "models" / ".rocky-state.db", clock).store
    lease = store.acquire_lease(LeaseRequest("shop", "run-killed", this_process(), timedelta(minutes=1))).lease
    intent = WriteIntent("shop", "run-killed", "shop.out.stg_orders", "incremental", clock.now())
    store.begin_tables(lease, (intent,))
    store.release_lease(lease)
    store.close()


@pytest.mark.parametrize(
    ("landed", "proven"), [(True, "2026-01-03T08:00:00+00:00"), (False, "2026-01-02T08:00:00+00:00")]
)
def test_a_write_that_was_cut_short_is_found_out_from_its_table_whatever_runs_next(shop, tmp_path, landed, proven):
    shop("run")
    announce_a_write(tmp_path)
    if landed:
        execute(tmp_path, "INSERT INTO out.stg_orders VALUES (3, 'cyd@example.org', 7, '2026-01-03 08:00:00')")

    told = shop("run", "--model", "apart").json["warnings"]

    assert told == [
        "an earlier run was cut short; what it had written was found out from the tables: shop.out.stg_orders"
    ]
    assert shop("state").json["watermarks"][0]["last_value"] == proven
    assert shop("run", "--model", "apart").json["warnings"] == []


def test_a_watermark_set_by_hand_survives_a_run_that_was_cut_short(shop, tmp_path):
    shop("run")
    shop("state", "set", "stg_orders", "--watermark", "2026-01-01T12:00:00Z")
    announce_a_write(tmp_path)

    shop("run", "--model", "apart")

    (mark,) = shop("state").json["watermarks"]
    assert (mark["last_value"], mark["is_set_by_hand"]) == ("2026-01-01T12:00:00+00:00", True)
