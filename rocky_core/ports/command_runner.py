"""How a command is run in a shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class Command:
    """A line for `sh -c`, with everything it is given."""

    line: str = field(repr=False)
    stdin: bytes = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    timeout_seconds: float


class CommandEnd(Struct, frozen=True):
    """How it ended, and the beginning of what it printed; a negative code is a signal, none means out of time."""

    exit_code: int | None
    stdout: bytes
    stderr: bytes


class CommandRunner(Protocol):
    """Runs one command to its end, or to its time limit."""

    def run(self, command: Command) -> CommandEnd:
        """Leave nothing of the command behind when its time is up.

        Raises:
            OSError: it cannot be started.
            ValueError: the line or a variable cannot be passed on.

        """
        ...
