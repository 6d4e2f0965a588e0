"""`rocky hooks list` and `rocky hooks test`."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"
PROJECT = """
[adapter]
type = "duckdb"
[pipeline.nightly]
type = "transformation"
target = { adapter = "default" }
[hook.on_pipeline_end]
command = "cat; echo ${CHAT_TOKEN} >&2"
env = { TEAM = "data", A_TOKEN = "hush-hush-2" }
[[hook.on_before_model_run]]
command = "exit 3"
on_failure = "abort"
[[hook.on_before_model_run]]
command = "true"
[[hook.on_pipeline_start]]
command = "exit 4"
[hook.webhooks.on_model_failure]
url = "https://me:hush-hush-3@hooks.example.com/services/${CHAT_TOKEN}?k=hush-hush-4"
secret = "hush-hush-5"
preset = "slack"
async = true
retry_count = 2
"""


@pytest.fixture
def project(rocky, write, monkeypatch):
    monkeypatch.setenv("CHAT_TOKEN", "hush-hush-1")
    write({"rocky.toml": PROJECT})
    return rocky


def valid(answer, name):
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{name}.schema.json").read_text()))
    return {key: value for key, value in answer.items() if key not in {"version", "command"}}


def command(event, line, on_failure="Warn", env_keys=()):
    return {
        "event": event,
        "kind": "command",
        "command": line,
        "timeout_ms": 30000,
        "on_failure": on_failure,
        "env_keys": list(env_keys),
    }


def test_list_shows_every_hook_without_its_secrets(project):
    answer = project("hooks", "list", "-o", "json")

    assert (answer.code, answer.err) == (0, "")
    assert answer.json["command"] == "hooks_list"
    assert valid(answer.json, "hooks_list") == {
        "hooks": [
            command("on_pipeline_start", "exit 4"),
            command("on_pipeline_end", "cat; echo ${CHAT_TOKEN} >&2", env_keys=["A_TOKEN", "TEAM"]),
            command("on_before_model_run", "exit 3", "Abort"),
            command("on_before_model_run", "true"),
            {
                "event": "on_model_failure",
                "kind": "webhook",
                "command": "https://hooks.example.com/services/***",
                "timeout_ms": 10000,
                "on_failure": "Warn",
                "env_keys": [],
                "method": "POST",
                "preset": "slack",
                "is_async": True,
                "retry_count": 2,
                "signed": True,
            },
        ],
        "total": 5,
    }


def test_list_as_a_table(project):
    assert project("hooks", "list", "-o", "table").out == (
        "  Event                Kind     Target                                  Timeout   On failure\n"
        "  on_pipeline_start    command  exit 4                                  30000 ms  warn\n"
        "  on_pipeline_end      command  cat; echo ${CHAT_TOKEN} >&2             30000 ms  warn\n"
        "  on_before_model_run  command  exit 3                                  30000 ms  abort\n"
        "  on_before_model_run  command  true                                    30000 ms  warn\n"
        "  on_model_failure     webhook  https://hooks.example.com/services/***  10000 ms  warn\n"
    )


def test_a_project_without_hooks_lists_none(rocky, write):
    write({"rocky.toml": '[adapter]\ntype = "duckdb"\n'})

    assert valid(rocky("hooks", "list").json, "hooks_list") == {"hooks": [], "total": 0}
    assert rocky("hooks", "list", "-o", "table").out == "  (none)\n"


def test_test_fires_the_hooks_of_both_events_of_an_alias(project):
    answer = project("hooks", "test", "on_pipeline_end")

    results = valid(answer.json, "hooks_test")["hook_results"]
    told = [json.loads(one["stdout"]) for one in results]
    assert (answer.code, answer.json["event"], answer.json["status"]) == (0, "on_pipeline_end", "continue")
    assert answer.json["message"] == "2 hooks: 2 succeeded"
    assert [one.pop("timestamp")[-1] for one in told] == ["Z", "Z"]
    made_up = {
        "run_id": "test-run-id",
        "pipeline": "nightly",
        "model": "example_model",
        "table": "catalog.schema.table",
        "duration_ms": 1234,
        "metadata": {"test": True},
    }
    assert told == [
        {"event": "pipeline_complete", **made_up},
        {"event": "pipeline_error", "error": "example error", **made_up},
    ]
    assert [one["stderr"] for one in results] == ["***\n"] * 2


@pytest.mark.parametrize(
    ("event", "code", "status", "message", "statuses", "result"),
    [
        ("pipeline_start", 1, "continue", "1 hook: 1 failed", ["Failed"], None),
        ("on_state_synced", 0, "no_hooks", "no hooks are configured for on_state_synced", [], None),
        (
            "on_before_model_run",
            1,
            "abort",
            "2 hooks: 1 failed, 1 skipped",
            ["Failed", "Skipped"],
            "hook on 'before_model_run' failed: exit 3: exit code 3",
        ),
    ],
)
def test_test_says_what_would_become_of_the_event(project, *, event, code, status, message, statuses, result):
    answer = project("hooks", "test", event)

    said = valid(answer.json, "hooks_test")
    assert (answer.code, said["status"], said["message"], said.get("result")) == (code, status, message, result)
    assert [one["status"] for one in said.get("hook_results", ())] == statuses


def test_test_in_words(project):
    shown = project("hooks", "test", "before_model_run", "-o", "table").out

    assert [line.rpartition("  (")[0] or line for line in shown.splitlines()] == [
        "  failed  before_model_run  exit 3",
        "      exit code 3",
        "  skipped  before_model_run  true",
        "2 hooks: 1 failed, 1 skipped",
        'in a run this would abort: its hook says on_failure = "abort"',
    ]


def test_an_asynchronous_webhook_is_waited_for(rocky, write, monkeypatch):
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/x"
        write({"rocky.toml": f'[hook.webhooks.on_drift_detected]\nurl = "{url}"\nasync = true\n'})
        answer = rocky("hooks", "test", "drift_detected")

    (result,) = answer.json["hook_results"]
    assert (answer.code, result["http_status"], result["target"]) == (0, 202, url)
    assert (received[0]["event"], received[0]["pipeline"]) == ("drift_detected", "test")


def test_commands_run_in_the_folder_of_the_project(rocky, write):
    root = write({"sub/rocky.toml": '[hook.on_state_synced]\ncommand = "pwd"\n'})

    answer = rocky("-c", "sub/rocky.toml", "hooks", "test", "state_synced")
    assert answer.json["hook_results"][0]["stdout"] == f"{root / 'sub'}\n"


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        ("on_pipelin_start", " — did you mean 'on_pipeline_start'?"),
        ("model_sucess", " — did you mean 'on_model_success'?"),
        ("xyz", ""),
    ],
)
def test_an_unknown_event_is_a_mistake(project, event, hint):
    failed = project("hooks", "test", event)

    assert (failed.code, failed.out) == (1, "")
    assert f"error: there is no event '{event}'{hint}\n" in failed.err
    assert "hint: the events are on_pipeline_start, " in failed.err


def test_nothing_that_is_printed_holds_a_secret(project):
    commands = [
        ("hooks", "list"),
        ("hooks", "list", "-o", "table"),
        ("hooks", "list", "-o", "markdown"),
        ("hooks", "test", "pipeline_end"),
        ("hooks", "test", "pipeline_end", "-o", "table"),
        ("hooks", "test", "pipeline_end", "-o", "markdown"),
        ("hooks", "test", "nothing"),
    ]

    assert [text for one in commands for ran in [project(*one)] for text in (ran.out, ran.err) if "hush" in text] == []
