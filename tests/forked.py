"""Real processes that are forked from one that has imported everything: a start costs milliseconds, not imports."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from rocky_core.cli.main import main

_FORKS = multiprocessing.get_context("forkserver")
_FRESH = multiprocessing.get_context("spawn")
_FORKS.set_forkserver_preload(["tests.everything_imported"])


class Forked:
    """A process of its own, used as one uses `subprocess.Popen` in text mode; nobody is its parent but the fork server.

    `work` is a function of a module, called with `arguments` in `folder` and with just this environment. With
    `is_fresh` it is not forked but started anew, for drivers whose own threads do not outlive a fork.
    """

    def __init__(
        self,
        work: Callable[..., object],
        *arguments: object,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        is_fresh: bool = False,
    ) -> None:
        context = _FRESH if is_fresh else _FORKS
        pipes = [_FORKS.Pipe(duplex=False) for _ in range(3)]
        theirs = (pipes[0][0], pipes[1][1], pipes[2][1])
        ours = (pipes[0][1], pipes[1][0], pipes[2][0])
        settings = dict(os.environ if environment is None else environment)
        self._process = context.Process(
            target=_live, args=(work, arguments, str(folder or Path.cwd()), settings, theirs), daemon=False
        )
        self._process.start()
        for end in theirs:
            end.close()
        self.stdin, self.stdout, self.stderr = (
            os.fdopen(os.dup(end.fileno()), mode) for end, mode in zip(ours, ("w", "r", "r"), strict=True)
        )
        for end in ours:
            end.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.exitcode is None:
            # It may have ended, and the fork server not have said so yet; `subprocess` takes that for granted too.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """Close its input and hear it out; what it said, and what it complained of."""
        complaints: list[str] = []
        if not self.stdin.closed:
            self.stdin.close()
        listener = Thread(target=lambda: complaints.append(self.stderr.read()))
        listener.start()
        said = self.stdout.read()
        listener.join()
        self.close()
        return said, complaints[0]

    def close(self) -> None:
        """Wait for its end and let go of it."""
        self.wait()
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()


def start_rocky(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, is_fresh: bool = False
) -> Forked:
    """The program `rocky`, running in a folder."""
    return Forked(main, list(arguments), folder=folder, environment=environment, is_fresh=is_fresh)


def run_rocky(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The program `rocky`, run to its end."""
    program = start_rocky(folder, *arguments, environment=environment)
    said, complaints = program.communicate()
    return subprocess.CompletedProcess(arguments, program.returncode, said, complaints)


def _live(
    work: Callable[..., object],
    arguments: Sequence[object],
    folder: str,
    environment: Mapping[str, str],
    ends: tuple[Connection, ...],
) -> None:
    for number, end in enumerate(ends):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, closefd=False) for number, mode in enumerate(("r", "w", "w"))
    )
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    work(*arguments)
