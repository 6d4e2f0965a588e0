"""Who this process is, and whether another one still lives."""

from __future__ import annotations

import os
import socket
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Final

from rocky_core.ir.state import ProcessIdentity

_PROC: Final = Path("/proc")
_DEAD_STATES: Final = frozenset({"Z", "X", "x"})  # Ended; a zombie only waits for its parent to notice.


class Liveness(Enum):
    """What is known of a process."""

    RUNNING = auto()
    GONE = auto()
    UNKNOWN = auto()  # It is on another machine, or in another container.


def this_process() -> ProcessIdentity:
    """The identity of the caller's process."""
    pid = os.getpid()
    host, boot, pid_namespace = _machine()
    return ProcessIdentity(host, boot, pid_namespace, pid, _started(pid) or "")


def liveness(process: ProcessIdentity) -> Liveness:
    """Whether the process lives; a later process with its number is another one."""
    if (process.host, process.boot, process.pid_namespace) != _machine():
        return Liveness.UNKNOWN
    if not _PROC.joinpath("self", "stat").exists():
        return _liveness_by_signal(process.pid)
    started = _started(process.pid)
    return Liveness.RUNNING if started is not None and started == process.started else Liveness.GONE


def is_this_boot(process: ProcessIdentity) -> bool:
    """Whether the process counts monotonic time as we do."""
    return process.boot != "" and process.boot == _machine()[1]


@cache
def _machine() -> tuple[str, str, str]:
    return socket.gethostname(), _read(_PROC / "sys" / "kernel" / "random" / "boot_id"), _pid_namespace()


def _pid_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """When the process began, as the kernel counts; None if it has ended."""
    # The name, in parentheses, may hold anything, so fields are counted after its end.
    fields = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()
    if len(fields) < 20 or fields[0] in _DEAD_STATES:
        return None
    return fields[19]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _liveness_by_signal(pid: int) -> Liveness:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return Liveness.GONE
    except PermissionError:
        return Liveness.RUNNING
    return Liveness.RUNNING
