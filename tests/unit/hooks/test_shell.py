"""Command hooks: the event on standard input, the result as published, secrets covered."""

from __future__ import annotations

import json

import pytest

from rocky_core.hooks.fire import fire
from rocky_core.hooks.shell import SHOWN_CHARACTERS
from rocky_core.ir.hooks import HookKind, HookResult, HookStatus, OnFailure
from rocky_core.ir.replace import replace


def result(target, status, **values):
    known = {"duration_ms": 0, "on_failure": OnFailure.WARN, "stdout": "", "stderr": ""}
    return HookResult("pipeline_error", HookKind.COMMAND, target, status, **{**known, **values})


OUTCOMES = [
    ("echo hi", HookStatus.SUCCEEDED, {"exit_code": 0, "stdout": "hi\n"}),
    ("echo no >&2; exit 3", HookStatus.FAILED, {"exit_code": 3, "stderr": "no\n", "error": "exit code 3"}),
    ("kill -KILL $$", HookStatus.FAILED, {"exit_code": -9, "error": "killed by signal 9"}),
    (
        "echo a; sleep 60",
        HookStatus.FAILED,
        {"stdout": "a\n", "error": "not done after 500 ms; it and what it started were killed"},
    ),
]


@pytest.mark.parametrize(("line", "status", "values"), OUTCOMES, ids=str)
def test_the_result_says_what_became_of_the_command(hooks, outside, payload, line, status, values):
    table = hooks(f"[hook.on_pipeline_error]\ncommand = '{line}'\ntimeout_ms = 500\n")

    assert fire(table, payload, outside).results == (result(line, status, **values),)


def test_the_event_stands_on_standard_input_as_indented_json(hooks, outside, payload, tmp_path):
    fire(hooks("[hook.on_pipeline_error]\ncommand = 'cat > told.json'\n"), payload, outside)

    told = (tmp_path / "told.json").read_text(encoding="utf-8")
    assert json.loads(told) == {
        "event": "pipeline_error",
        "run_id": "run-1",
        "pipeline": "daily",
        "timestamp": "2026-01-02T03:04:05Z",
        "model": "orders",
        "error": 'no "table"\n',
        "duration_ms": 7,
        "metadata": {},
    }
    assert told.startswith('{\n  "event": "pipeline_error",\n')


def test_the_environment_of_the_hook_goes_over_the_inherited_one(hooks, outside, payload):
    text = "[hook.on_pipeline_error]\ncommand = 'echo $ONE $TWO'\nenv = { TWO = \"own\" }\n"
    inherited = {**outside.environment, "ONE": "1", "TWO": "2"}

    assert fire(hooks(text), payload, replace(outside, environment=inherited)).results[0].stdout == "1 own\n"


def test_output_is_cut_after_its_secrets_are_covered(hooks, outside, payload):
    line = f'printf "%{SHOWN_CHARACTERS - 3}s$API_TOKEN-more" ""'
    text = f"[hook.on_pipeline_error]\ncommand = '{line}'\nenv = {{ API_TOKEN = \"hush-hush\" }}\n"

    assert fire(hooks(text), payload, outside).results[0].stdout == " " * (SHOWN_CHARACTERS - 3) + "***"


def test_output_that_is_no_text_is_shown_as_far_as_it_is(hooks, outside, payload):
    table = hooks("[hook.on_pipeline_error]\ncommand = '''printf 'a\\377b' '''\n")

    assert fire(table, payload, outside).results[0].stdout == "a\ufffdb"


def test_nothing_of_the_event_is_read_by_the_shell(hooks, outside, payload, tmp_path):
    table = hooks("[hook.on_pipeline_error]\ncommand = 'cat >/dev/null'\n")
    fire(table, replace(payload, error="$(touch pwned); `touch pwned`", model="'; touch pwned; '"), outside)

    assert not (tmp_path / "pwned").exists()


def test_a_folder_that_is_gone_is_the_failure_of_the_hook(hooks, outside, payload, tmp_path):
    table = hooks("[hook.on_pipeline_error]\ncommand = 'true'\n", folder=tmp_path / "gone")

    (one,) = fire(table, payload, outside).results
    assert (one.status, one.exit_code) == (HookStatus.FAILED, None)
    assert one.error.startswith("cannot be started: ")
