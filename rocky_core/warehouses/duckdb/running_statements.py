"""Stops statements from outside: when they are cancelled, and when their time is up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Final

import duckdb
from msgspec import Struct

from rocky_core.errors import ConnectionFailed

# DuckDB forgets an interrupt that arrives just before a statement starts, so it is repeated until the statement ends.
_REPEAT_SECONDS: Final = 0.01


class StopReason(Enum):
    """Who wanted a statement to stop."""

    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


class RunningStatement(Struct, eq=False):
    """A statement that is being executed; `stopped_by` is set before its first interrupt."""

    cursor: duckdb.DuckDBPyConnection
    deadline: float | None
    stopped_by: StopReason | None = None


class RunningStatements:
    """All statements of a warehouse that run now, guarded by one lock, and the thread that interrupts them."""

    def __init__(self) -> None:
        lock = threading.Lock()
        self._earlier = threading.Condition(lock)  # The watcher must wake before the time it has chosen.
        self._idle = threading.Condition(lock)
        self._running: set[RunningStatement] = set()
        self._watcher: threading.Thread | None = None
        self._wakes_at: float | None = None
        self._closing = False  # Nothing may start any more.
        self._closed = False  # Nothing is watched any more.

    @contextmanager
    def watch(
        self, cursor: duckdb.DuckDBPyConnection, timeout_seconds: float | None = None
    ) -> Iterator[RunningStatement]:
        """Let what happens inside be stopped; once this is left, no interrupt can reach the cursor any more.

        Raises ConnectionFailed once everything is being closed.
        """
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        statement = RunningStatement(cursor, deadline)
        with self._earlier:
            if self._closing:
                raise ConnectionFailed("The connection to DuckDB has been closed.")
            self._running.add(statement)
            if deadline is not None:
                self._wake_watcher_by(deadline)
        try:
            yield statement
        finally:
            with self._earlier:
                self._running.discard(statement)
                if not self._running:
                    self._idle.notify_all()

    def cancel(self) -> None:
        """Stop everything that runs now; statements that start later are not touched."""
        with self._earlier:
            for statement in self._running:
                statement.stopped_by = statement.stopped_by or StopReason.CANCELLED
            if self._running:
                self._wake_watcher_by(time.monotonic())

    def close(self, patience_seconds: float) -> None:
        """Let nothing start any more, cancel what runs, wait a while for it to end, and stop the watching."""
        with self._earlier:
            self._closing = True
        self.cancel()
        with self._earlier:
            self._idle.wait_for(lambda: not self._running, patience_seconds)
            self._closed = True
            self._earlier.notify_all()
            watcher = self._watcher
        if watcher is not None:
            watcher.join()

    def _wake_watcher_by(self, moment: float) -> None:
        if self._watcher is None and not self._closed:
            self._watcher = threading.Thread(target=self._interrupt_in_time, name="duckdb-watcher", daemon=True)
            self._watcher.start()
        if self._wakes_at is None or moment < self._wakes_at:
            self._wakes_at = moment
            self._earlier.notify_all()

    def _interrupt_in_time(self) -> None:
        with self._earlier:
            while not self._closed:
                wait = self._interrupt_what_is_due()
                self._wakes_at = None if wait is None else time.monotonic() + wait
                self._earlier.wait(wait)

    def _interrupt_what_is_due(self) -> float | None:
        """Interrupt what must stop; the seconds until there is something to do again."""
        now = time.monotonic()
        waits = []
        for statement in self._running:
            if statement.stopped_by is None and statement.deadline is not None:
                if statement.deadline > now:
                    waits.append(statement.deadline - now)
                    continue
                statement.stopped_by = StopReason.TIMED_OUT
            if statement.stopped_by is not None:
                with suppress(duckdb.Error):  # The cursor was closed meanwhile, so nothing runs on it.
                    statement.cursor.interrupt()
                waits.append(_REPEAT_SECONDS)
        return min(waits, default=None)
