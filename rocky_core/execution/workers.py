"""Threads that run tables and report back to the one thread that decides."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, Generic, TypeVar

from msgspec import Struct

Task = TypeVar("Task")
Report = TypeVar("Report")

_LISTEN_SECONDS: Final = 0.2  # How long the deciding thread may fail to notice an interrupt.


class _Fallen(Struct, frozen=True):
    """The end of a thread that was not to end."""

    fault: BaseException


class Workers(Generic[Task, Report]):
    """A fixed number of threads; started when there is work for them."""

    def __init__(self, most: int, work: Callable[[Task], Report]) -> None:
        self._most = max(most, 1)
        self._work = work
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._reports: SimpleQueue[Report | _Fallen] = SimpleQueue()
        self._threads: list[Thread] = []
        self.busy = 0

    @property
    def has_room(self) -> bool:
        return self.busy < self._most

    def submit(self, task: Task) -> None:
        """Hand out a task; call only while there is room."""
        self.busy += 1
        if len(self._threads) < self.busy:
            # Daemons, so that a second Ctrl-C ends the program even if a driver does not come back.
            thread = Thread(target=self._run, name=f"rocky-worker-{len(self._threads) + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._tasks.put(task)

    def post(self, report: Report) -> None:
        """Put in a report from any thread, in its turn."""
        self._reports.put(report)

    def next_report(self) -> Report | None:
        """The next report; None if there is none for a moment. Raises what ended a worker's thread."""
        with contextlib.suppress(Empty):
            found = self._reports.get(timeout=_LISTEN_SECONDS)
            if isinstance(found, _Fallen):
                raise found.fault
            return found
        return None

    def remaining_reports(self) -> Iterator[Report]:
        """What was reported and not yet taken."""
        while not self._reports.empty():
            found = self._reports.get()
            if not isinstance(found, _Fallen):
                yield found

    def close(self) -> None:
        """Let the threads end after what they are doing, and wait for them."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                report: Report | _Fallen = self._work(task)
            except BaseException as fault:  # noqa: BLE001 — else whoever waits for the report would wait for ever
                report = _Fallen(fault)
            self._reports.put(report)
