"""Runs a command as a whole process and reports what the operating system says of it."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: wall and CPU seconds, and the largest resident size of it or a child of it."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


class CommandFailed(RuntimeError):
    """A measured command did not do its work, so its time means nothing."""


def run_once(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run the command to its end; raises CommandFailed with the tail of its output."""
    output = folder / ".bench-output"
    with output.open("wb") as sink:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdout=sink, stderr=subprocess.STDOUT, env={**_as_installed(), **(environment or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}:\n{output.read_text()[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _as_installed() -> dict[str, str]:
    """The environment with bytecode kept, as it is of installed packages: a checkout would be compiled each time."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def median_run(once: Callable[[], Run], times: int) -> Run:
    """The median of several runs, each figure on its own."""
    runs = [once() for _ in range(times)]
    return Run(
        statistics.median(r.seconds for r in runs),
        statistics.median(r.cpu_seconds for r in runs),
        max(r.peak_mb for r in runs),
    )
