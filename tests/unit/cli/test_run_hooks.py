"""Hooks in real runs: real commands, a real server; what fires when, and what an objection stops."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "run.schema.json").read_text())
BASE = '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n[pipeline.p]\ntype = "transformation"\n'
BASE += "[resilience]\ninitial_backoff_ms = 1\n"
TARGET = '[target]\ncatalog = "w"\nschema = "out"\n'
MODELS = {
    "models/a.sql": "SELECT 1 AS x",
    "models/a.toml": TARGET + '[[tests]]\ntype = "not_null"\ncolumn = "x"\n',
    "models/b.sql": "SELECT x FROM a",
    "models/b.toml": TARGET,
    "models/bad.sql": "SELECT CAST(x || 'text' AS INTEGER) AS y FROM a",
    "models/bad.toml": TARGET,
    "models/after_bad.sql": "SELECT y FROM bad",
    "models/after_bad.toml": TARGET,
}
GOOD = {name: text for name, text in MODELS.items() if "bad" not in name}
NOTE = 'python3 -c \'import json,sys; e=json.load(sys.stdin); print(e["event"], e.get("model") or "")\' >> fired.txt'
EVENTS = (
    *("pipeline_start", "compile_complete", "before_model_run", "after_model_run", "model_error", "before_checks"),
    *("check_result", "after_checks", "state_synced", "budget_breach", "pipeline_complete", "pipeline_error"),
)


def hooks(*events: str, command: str = NOTE, on_failure: str = "warn") -> str:
    return "".join(
        f'[[hook.on_{event}]]\ncommand = {json.dumps(command)}\non_failure = "{on_failure}"\n' for event in events
    )


def fired(folder: Path) -> list[str]:
    file = folder / "fired.txt"
    return [line.strip() for line in file.read_text().splitlines()] if file.exists() else []


def tables() -> list[str]:
    with duckdb.connect("w.duckdb") as connection:
        found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'out' ORDER BY 1")
        return [name for (name,) in found.fetchall()]


def run(rocky, *arguments):
    ran = rocky("run", "-o", "json", "--parallel", "1", *arguments)
    jsonschema.validate(ran.json, SCHEMA)
    return ran


def test_all_that_happens_in_a_run_is_told_in_its_order(rocky, write, tmp_path):
    write({"rocky.toml": BASE + hooks(*EVENTS), **MODELS})

    ran = run(rocky)

    assert (ran.code, ran.json["status"]) == (2, "PartialFailure")
    assert fired(tmp_path) == [
        "pipeline_start",
        "compile_complete",
        "before_model_run a",
        "after_model_run a",
        "before_checks",
        "check_result",
        "before_model_run b",
        "after_model_run b",
        "before_model_run bad",
        "model_error bad",
        "state_synced",
        "after_checks",
        "pipeline_error",
    ]
    results = ran.json["hook_results"]
    assert [result["event"] for result in results] == [line.split()[0] for line in fired(tmp_path)]
    assert {result["status"] for result in results} == {"Succeeded"}


def test_a_run_that_is_declined_fires_nothing(rocky, write, tmp_path):
    write({"rocky.toml": BASE + hooks(*EVENTS), **GOOD})
    run(rocky, "--idempotency-key", "k")
    (tmp_path / "fired.txt").unlink()

    ran = rocky("run", "-o", "json", "--idempotency-key", "k")

    assert (ran.code, ran.json["status"], ran.json["hook_results"], fired(tmp_path)) == (0, "SkippedIdempotent", [], [])


# The event whose hook aborts; then the exit code, the status, the tables that are there, and those that failed.
ABORTS = {
    "pipeline_start": (1, "Failure", [], []),
    "compile_complete": (1, "Failure", [], []),
    "before_model_run": (1, "Failure", [], ["a"]),
    "after_model_run": (1, "Failure", ["a"], ["a"]),
    "before_checks": (1, "PartialFailure", ["a", "b"], []),
    "check_result": (1, "PartialFailure", ["a"], []),
    "after_checks": (1, "PartialFailure", ["a", "b"], []),
    "state_synced": (1, "PartialFailure", ["a", "b"], []),
    "pipeline_complete": (1, "PartialFailure", ["a", "b"], []),
}


@pytest.mark.parametrize(("event", "expected"), ABORTS.items(), ids=ABORTS)
def test_a_hook_that_may_abort_stops_what_is_left_to_be_stopped(rocky, write, event, expected):
    code, status, there, failed = expected
    write({"rocky.toml": BASE + hooks(event, command="echo no >&2; exit 3", on_failure="abort"), **GOOD})

    ran = run(rocky)

    assert (ran.code, ran.json["status"]) == (code, status)
    assert (tables() if Path("w.duckdb").exists() else [], [one["model"] for one in ran.json["errors"]]) == (
        there,
        failed,
    )
    reasons = [ran.json.get("objection"), *(one["error"] for one in ran.json["errors"])]
    assert any(reason and f"hook on '{event}' failed" in reason for reason in reasons)
    assert [(one["status"], one["exit_code"], one["stderr"].strip()) for one in ran.json["hook_results"]] == [
        ("Failed", 3, "no")
    ]
    assert rocky("history", "-o", "json").json["runs"][0]["status"] == status


@pytest.mark.parametrize("on_failure", ["warn", "ignore"])
def test_a_hook_that_may_not_abort_changes_nothing(rocky, write, on_failure):
    write({"rocky.toml": BASE + hooks(*EVENTS, command="exit 1", on_failure=on_failure), **GOOD})

    ran = run(rocky)

    assert (ran.code, ran.json["status"], tables()) == (0, "Success", ["a", "b"])
    assert {result["status"] for result in ran.json["hook_results"]} == {"Failed"}


def test_a_table_whose_after_hook_objects_is_settled_by_the_next_run(rocky, write, tmp_path):
    sidecar = TARGET + '[strategy]\ntype = "incremental"\ntimestamp_column = "happened"\n'
    model = {"models/e.sql": "SELECT id, happened FROM raw.events", "models/e.toml": sidecar}
    write({"rocky.toml": BASE + hooks("after_model_run", command="test -e allowed", on_failure="abort"), **model})
    with duckdb.connect("w.duckdb") as connection:
        connection.execute(
            "CREATE SCHEMA raw; CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS happened"
        )

    stopped = run(rocky)
    (tmp_path / "allowed").touch()
    again = run(rocky)

    assert (stopped.code, again.code) == (1, 0)
    with duckdb.connect("w.duckdb") as connection:
        assert connection.execute("SELECT id FROM out.e").fetchall() == [(1,)]


def test_webhooks_are_delivered_before_the_run_ends(rocky, write):
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["event"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/told"
    entries = "".join(
        f'[[hook.webhooks.on_{event}]]\nurl = "{url}"\nasync = {asynchronous}\n'
        for event, asynchronous in (("pipeline_start", "false"), ("model_success", "true"), ("pipeline_end", "true"))
    )
    write({"rocky.toml": BASE + entries, **GOOD})
    try:
        ran = run(rocky)
    finally:
        server.shutdown()
        server.server_close()

    assert sorted(heard) == ["after_model_run", "after_model_run", "pipeline_complete", "pipeline_start"]
    assert [result["http_status"] for result in ran.json["hook_results"]] == [204] * 4


def test_a_budget_that_is_passed_is_told_and_stays_a_warning(rocky, write, tmp_path):
    budget = "[budget]\nmax_duration_ms = 0\n"
    write({"rocky.toml": BASE + budget + hooks("budget_breach"), **GOOD})

    ran = run(rocky)

    (breach,) = ran.json["budget_breaches"]
    assert (ran.code, ran.json["status"], fired(tmp_path)) == (0, "Success", ["budget_breach"])
    assert (breach["limit_type"], breach["limit"], breach["actual"] > 0) == ("max_duration_ms", 0, True)


# The project's budget, that of model `a`, further arguments; then the exit code and the status.
BUDGETS = {
    "passed, an error": ('max_duration_ms = 0\non_breach = "error"\n', "", (), 1, "PartialFailure"),
    "passed, enforced": ("max_duration_ms = 0\n", "", ("--enforce-budgets",), 2, "PartialFailure"),
    "kept, enforced": ("max_duration_ms = 600000\n", "", ("--enforce-budgets",), 0, "Success"),
    "nothing is known of bytes": (
        'max_bytes_scanned = 0\non_breach = "error"\n',
        "",
        ("--enforce-budgets",),
        0,
        "Success",
    ),
    "DuckDB costs nothing": ('max_usd_per_run = 0.0\non_breach = "error"\n', "", (), 0, "Success"),
    "of a model, an error": ("", '[budget]\nmax_duration_ms = 0\non_breach = "error"\n', (), 1, "PartialFailure"),
    "of a model, enforced": ("", "[budget]\nmax_duration_ms = 0\n", ("--enforce-budgets",), 2, "PartialFailure"),
}


@pytest.mark.parametrize("case", BUDGETS.values(), ids=BUDGETS)
def test_a_budget_fails_the_run_only_where_it_says_so_or_is_enforced(rocky, write, case):
    project, model, arguments, code, status = case
    slow = "SELECT COUNT(*) AS x FROM range(3000000) AS r(i) WHERE i % 7 = 3"
    write({"rocky.toml": BASE + (f"[budget]\n{project}" if project else ""), **GOOD, "models/a.sql": slow})
    write({"models/a.toml": TARGET + model})

    ran = run(rocky, *arguments)

    assert (ran.code, ran.json["status"], tables()) == (code, status, ["a", "b"])
    violated = {one["model"] for one in ran.json["materializations"] if "budget_violation" in one}
    assert violated == ({"a"} if model else set())
    assert rocky("history", "-o", "json").json["runs"][0]["status"] == status


def test_what_a_run_cost_and_how_it_went_is_in_the_answer(rocky, write):
    write({"rocky.toml": BASE, **MODELS})

    answer = run(rocky).json

    assert (answer["cost_summary"]["total_cost_usd"], answer["cost_summary"]["adapter_type"]) == (0.0, "duckdb")
    assert [one["asset_key"][-1] for one in answer["cost_summary"]["per_model"]] == ["a", "b"]
    metrics = answer["metrics"]
    assert (metrics["tables_processed"], metrics["tables_failed"], metrics["error_rate_pct"]) == (3, 1, 33.3)
    assert (metrics["statements_executed"], metrics["retries_attempted"]) == (3, 0)  # The schema is made once.
