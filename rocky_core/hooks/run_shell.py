"""Runs a command in `sh`, in a process group of its own that can be killed as a whole."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from typing import IO, Final

from msgspec import Struct, field

from rocky_core.ports.command_runner import Command, CommandEnd

KEPT_BYTES: Final = 64 * 1024  # Far more than is ever shown, so that covering secrets works on whole ones.
_CHUNK: Final = 64 * 1024
_LONGEST_PAUSE: Final = 0.05


class ShellRunner:
    """`sh -c` on this machine."""

    def run(self, command: Command) -> CommandEnd:
        """Wait for the shell itself; what it leaves running in the background goes on, unheard."""
        deadline = time.monotonic() + command.timeout_seconds
        with subprocess.Popen(  # noqa: S603 — running the user's own line is what a hook is
            ["/bin/sh", "-c", command.line],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(command.environment),
            cwd=command.folder,
            start_new_session=True,
            bufsize=0,
        ) as process:
            try:
                return _converse(process, command.stdin, deadline)
            except BaseException:
                _kill(process)
                raise


def _converse(process: subprocess.Popen[bytes], stdin: bytes, deadline: float) -> CommandEnd:
    """Feed and listen until the shell ends or the time is up; a command that reads nothing is no fault."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise OSError("the command has no pipes")
    unsent = memoryview(stdin)
    out, err = _Ear(process.stdout), _Ear(process.stderr)
    open_pipes: set[IO[bytes]] = {process.stdin, process.stdout, process.stderr}
    pause = 0.001
    with selectors.DefaultSelector() as selector:
        for pipe in open_pipes:
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_WRITE if pipe is process.stdin else selectors.EVENT_READ)
        while (exit_code := process.poll()) is None and (left := deadline - time.monotonic()) > 0:
            pause = min(pause * 2, _LONGEST_PAUSE)
            if not open_pipes:
                time.sleep(min(pause, left))
                continue
            ready = {key.fd for key, _ in selector.select(min(pause, left))}
            for pipe in [pipe for pipe in open_pipes if pipe.fileno() in ready]:
                if pipe is process.stdin:
                    unsent = _write(pipe, unsent)
                    is_done = not unsent
                else:
                    is_done = not (out if pipe is process.stdout else err).listen()
                if is_done:
                    selector.unregister(pipe)
                    open_pipes.discard(pipe)
                    pipe.close()
    if exit_code is None:
        _kill(process)
    for ear in (out, err):
        ear.hear_the_rest()
    return CommandEnd(exit_code, bytes(out.heard), bytes(err.heard))


class _Ear(Struct):
    """Listens to a pipe, and keeps the beginning of what comes."""

    pipe: IO[bytes]
    heard: bytearray = field(default_factory=bytearray)

    def listen(self) -> bool:
        """Take what is there; false at the end."""
        try:
            chunk = os.read(self.pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return True
        self.heard += chunk[: max(KEPT_BYTES - len(self.heard), 0)]
        return bool(chunk)

    def hear_the_rest(self) -> None:
        """Take what the command left in the pipe; something in the background may hold it open for ever."""
        before = -1
        while not self.pipe.closed and before < len(self.heard) < KEPT_BYTES:
            before = len(self.heard)
            self.listen()


def _write(pipe: IO[bytes], unsent: memoryview) -> memoryview:
    """What is left to be sent; nothing when nobody reads any more."""
    try:
        return unsent[os.write(pipe.fileno(), unsent[:_CHUNK]) :]
    except BlockingIOError:
        return unsent
    except BrokenPipeError:
        return unsent[len(unsent) :]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the shell and everything it started that is still in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
