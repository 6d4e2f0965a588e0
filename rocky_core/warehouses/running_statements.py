"""The statements of a service that run now, and who wants them to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from rocky_core.errors import ConnectionFailed, StatementCancelled, TransientFailure, WarehouseError

_CLOSING_SECONDS: Final = 30.0  # For statements that were told to stop.


class StopReason(Enum):
    """Who wanted a statement to stop."""

    CANCELLED = "cancelled"
    TIMED_OUT = "timed out"


@dataclass(slots=True, eq=False)
class Running:
    """A statement under way; whoever wants it to stop sets the event."""

    woken: threading.Event = field(default_factory=threading.Event)
    stopped_by: StopReason | None = None

    def failure(self, statement: str, timeout_seconds: float | None) -> WarehouseError | None:
        """What is to be said of a statement that was stopped; None if nobody wanted that."""
        match self.stopped_by:
            case StopReason.TIMED_OUT:
                return TransientFailure(
                    f"The statement was stopped because it ran longer than its timeout of {timeout_seconds:g} s.",
                    statement=statement,
                )
            case StopReason.CANCELLED:
                return StatementCancelled(
                    "The statement was stopped because the run was cancelled.", statement=statement
                )
            case None:
                return None


class RunningStatements:
    """All statements of a warehouse that run now, guarded by one lock."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._idle = threading.Condition()
        self._running: set[Running] = set()
        self._is_closing = False

    @contextmanager
    def watch(self) -> Iterator[Running]:
        """Let what happens inside be stopped. Raises ConnectionFailed once everything is being closed."""
        running = Running()
        with self._idle:
            if self._is_closing:
                raise ConnectionFailed(f"The connection to {self._service} has been closed.", never_sent=True)
            self._running.add(running)
        try:
            yield running
        finally:
            with self._idle:
                self._running.discard(running)
                self._idle.notify_all()

    def cancel(self) -> None:
        """Stop everything that runs now; statements that start later are not touched."""
        with self._idle:
            for running in self._running:
                running.stopped_by = running.stopped_by or StopReason.CANCELLED
                running.woken.set()

    def close(self) -> None:
        """Let nothing start any more, stop what runs, and wait a while for it."""
        with self._idle:
            self._is_closing = True
        self.cancel()
        with self._idle:
            self._idle.wait_for(lambda: not self._running, _CLOSING_SECONDS)
