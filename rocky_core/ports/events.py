"""Where the events of a run go while it is running."""

from __future__ import annotations

from typing import Protocol

from rocky_core.ir.run import RunEvent


class EventSink(Protocol):
    """A listener; it must not raise and must not wait long, because the run waits for it."""

    def emit(self, event: RunEvent) -> None: ...
