"""The world outside as this machine has it."""

from __future__ import annotations

import os

from rocky_core.hooks.outside import Outside
from rocky_core.hooks.run_shell import ShellRunner
from rocky_core.hooks.send_http import RequestsSender
from rocky_core.ports.clock import Clock


def local_outside(clock: Clock) -> Outside:
    """Real commands in the environment of this process, and real requests."""
    return Outside(clock, ShellRunner(), RequestsSender(), dict(os.environ))
