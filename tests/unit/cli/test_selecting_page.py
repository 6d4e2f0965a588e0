"""Every command of docs/selecting.md does what the page says it does: it runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from rocky_core.ir.builds import DecisionReason

PAGE = (Path(__file__).parents[3] / "docs" / "selecting.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ rocky (.*)$", PAGE, re.MULTILINE)
ENDLESS = "run --watch"  # Carried out in tests/e2e/test_watch.py.


def test_the_commands_of_the_page_work_one_after_the_other(playground):
    assert ENDLESS in COMMANDS

    ran = {command: playground(*shlex.split(command)) for command in COMMANDS if command != ENDLESS}

    assert {command: (one.code, one.err) for command, one in ran.items() if one.code != 0} == {}


def test_the_page_names_every_reason_for_a_decision():
    assert [reason.value for reason in DecisionReason if f"`{reason.value}`" not in PAGE] == []
