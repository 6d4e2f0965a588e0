"""docs/hooks.md names every event, key and preset there is, and its examples are valid."""

from __future__ import annotations

import re
from pathlib import Path

from rocky_core.config.hooks import HOOK_KEYS, PRESET_NAMES
from rocky_core.config.rocky_toml import parse_config
from rocky_core.config.settings import ShellHook, Webhook
from rocky_core.hooks.webhook import SIGNATURE_HEADER

PAGE = (Path(__file__).parents[3] / "docs" / "hooks.md").read_text(encoding="utf-8")


def test_the_page_names_everything_that_may_be_written():
    keys = [info.alias or name for section in (ShellHook, Webhook) for name, info in section.model_fields.items()]

    assert [one for one in (*HOOK_KEYS, *keys, *PRESET_NAMES, SIGNATURE_HEADER) if f"{one}" not in PAGE] == []


def test_the_page_names_no_event_that_is_not_there():
    assert set(re.findall(r"\bon_[a-z_]+", PAGE)) - {"on_failure"} == set(HOOK_KEYS)


def test_the_first_example_is_valid():
    (example,) = re.findall(r"```toml\n(\[hook.*?)```", PAGE, re.DOTALL)

    assert parse_config(example, "rocky.toml", {"SLACK_PATH": "T0/B0/x"}).diagnostics == ()
