"""Ctrl-C and SIGTERM during a run: the first ends it in good order, the second at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final

import click

_STOPS: Final = (signal.SIGINT, signal.SIGTERM)
EXIT_INTERRUPTED: Final = 130


@contextlib.contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that is set when the program is asked to stop."""
    interrupted = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        if interrupted.is_set():
            os._exit(EXIT_INTERRUPTED)  # The lease is taken from a dead process at once, and tables are as they were.
        interrupted.set()
        click.echo("stopping: running statements are cancelled (once more to end at once)", err=True)

    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = {number: signal.signal(number, stop) for number in _STOPS}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
