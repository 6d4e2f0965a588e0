"""The hooks of rocky.toml: every key, what is warned of, and what each key's hook becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.config.hooks import EVENT_ALIASES, EVENTS, HOOK_KEYS, PRESET_NAMES
from rocky_core.config.rocky_toml import parse_config
from rocky_core.hooks.definition import CommandHook, WebhookHook
from rocky_core.hooks.presets import PRESETS
from rocky_core.ir.hooks import OnFailure

URL = 'url = "https://example.com/x"\n'


def test_a_command_has_the_documented_defaults(hooks):
    table = hooks('[hook.on_model_error]\ncommand = "true"\n')

    assert table.configured == (
        CommandHook("on_model_error", "true", OnFailure.WARN, 30_000, line="true", environment={}, secrets=()),
    )


def test_a_webhook_has_the_documented_defaults(hooks):
    (one,) = hooks(f"[hook.webhooks.on_model_error]\n{URL}").configured

    assert isinstance(one, WebhookHook)
    assert (one.method, one.timeout_ms, one.runs_async, one.on_failure) == ("POST", 10_000, False, OnFailure.WARN)
    assert (one.retry_count, one.retry_delay_ms, one.template, one.secret) == (0, 1000, None, None)
    assert one.headers == {"Content-Type": "application/json"}


def test_a_header_of_the_user_replaces_that_of_the_preset_however_it_is_spelled(hooks):
    (one,) = hooks(f'[hook.webhooks.on_model_error]\n{URL}headers = {{ content-type = "text/x" }}\n').configured

    assert isinstance(one, WebhookHook)
    assert one.headers == {"content-type": "text/x"}


@pytest.mark.parametrize("text", ["[hooks.on_model_error]\n", "[[hook.on_model_error]]\n", "[hook.on_model_error]\n"])
def test_one_hook_or_a_list_under_either_name(hooks, text):
    assert [one.key for one in hooks(text + 'command = "true"\n').configured] == ["on_model_error"]


@pytest.mark.parametrize("key", HOOK_KEYS)
def test_every_key_stands_for_its_events(hooks, key):
    table = hooks(f'[hook.{key}]\ncommand = "true"\n[hook.webhooks.{key}]\n{URL}')

    name = key.removeprefix("on_")
    assert tuple(table.by_event) == tuple(event for event in EVENTS if event in EVENT_ALIASES.get(name, (name,)))
    assert all([one.kind for one in group] == ["command", "webhook"] for group in table.by_event.values())


def test_hooks_are_listed_in_the_order_of_a_run(hooks):
    keys = ("on_pipeline_end", "on_model_success", "on_pipeline_start", "on_budget_breach")
    table = hooks("".join(f'[hook.{key}]\ncommand = "true"\n' for key in keys))

    assert [one.key for one in table.configured] == [
        "on_pipeline_start",
        "on_pipeline_end",
        "on_model_success",
        "on_budget_breach",
    ]


def test_the_presets_are_those_that_may_be_written():
    assert tuple(sorted(PRESETS)) == tuple(sorted(PRESET_NAMES))


FINDINGS = [
    (
        f'[hook.webhooks.on_model_error]\n{URL}preset = "slak"\n',
        ("W020", 3, f"unknown preset 'slak': known are {', '.join(PRESET_NAMES)} — did you mean 'slack'?"),
        True,
    ),
    (
        f"[[hook.webhooks.on_model_error]]\n{URL}[[hook.webhooks.on_model_error]]\n{URL}preset = 'x'\n",
        ("W020", 5, "unknown preset 'x': known are slack, pagerduty, datadog, teams, generic"),
        True,
    ),
    (
        f"[hook.webhooks.on_model_error]\n{URL}body_template = '{{{{modl}}}} {{{{metadata.any}}}} {{{{modl}}}}'\n",
        ("W020", 3, "body_template: no event has a 'modl' — did you mean 'model'?; it is left empty"),
        True,
    ),
    (
        f"[[hook.webhooks.on_model_error]]\n{URL}body_template = '{{{{#if model}}}}'\n",
        ("E055", 3, "body_template: {{#if model}} is not closed by {{/if}}"),
        False,
    ),
    (
        f"[hook.webhooks.on_model_eror]\n{URL}",
        ("W020", 1, "unknown event 'on_model_eror' in [hook.webhooks] — did you mean 'on_model_error'?"),
        True,
    ),
    (
        '[hook.on_model_error]\ncommand = "x"\non_failure = "stop"\n',
        ("E055", 3, "'on_failure' in [hook.on_model_error] must be 'abort', 'warn' or 'ignore', not 'stop'"),
        False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "finding", "is_usable"), FINDINGS)
def test_what_is_wrong_is_said_with_its_place(text, finding, is_usable):
    checked = parse_config(text, "rocky.toml", {})

    assert [(one.code, one.span.line, one.message) for one in checked.diagnostics[:1]] == [finding]
    assert (checked.value is not None) is is_usable


def test_what_was_filled_in_is_shown_by_its_name(hooks):
    text = '[hook.on_model_error]\ncommand = "say ${WHO} ${WHO:-you} ${NOT_SET:-them}"\n'
    (one,) = hooks(text, {"WHO": "everybody"}).configured

    assert isinstance(one, CommandHook)
    assert (one.line, one.target) == ("say everybody everybody them", "say ${WHO} ${WHO} ${NOT_SET}")


def test_commands_run_where_the_project_lies(hooks):
    assert hooks("", folder=Path("/project")).folder == Path("/project")
