"""The world as hooks need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rocky_core.ports.clock import Clock
from rocky_core.ports.command_runner import CommandRunner
from rocky_core.ports.http_sender import HttpSender


@dataclass(frozen=True, slots=True)
class Outside:
    """Time, commands, requests, and the environment that commands inherit."""

    clock: Clock
    runner: CommandRunner
    sender: HttpSender
    environment: Mapping[str, str] = field(repr=False)
