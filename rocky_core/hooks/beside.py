"""Delivers asynchronous webhooks beside the run, and waits for them at its end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from rocky_core.ir.hooks import HookResult

WORKERS: Final = 4


class _Job(Struct):
    work: Callable[[], HookResult]
    result: HookResult  # What holds as long as it is not done.
    is_dropped: bool = False
    done: threading.Event = field(default_factory=threading.Event)


class Beside:
    """A few threads that never keep the program from ending."""

    def __init__(self) -> None:
        self._jobs: list[_Job] = []
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._workers = 0

    def add(self, work: Callable[[], HookResult], unless_done: HookResult) -> None:
        """Do the work soon; at the end `unless_done` stands for it if there was no time."""
        job = _Job(work, unless_done)
        with self._lock:
            self._jobs.append(job)
            self._waiting.put(job)
            if self._workers < WORKERS:
                self._workers += 1
                threading.Thread(target=self._deliver, name="webhooks", daemon=True).start()

    def wait(self, seconds: float) -> tuple[HookResult, ...]:
        """The results in the order in which the work was added; what is not begun by then is dropped."""
        deadline = time.monotonic() + seconds
        with self._lock:
            jobs, self._jobs = self._jobs, []
            for _ in range(self._workers):
                self._waiting.put(None)
            self._workers = 0
        for job in jobs:
            job.done.wait(max(deadline - time.monotonic(), 0))
        for job in jobs:
            job.is_dropped = True
        return tuple(job.result for job in jobs)

    def _deliver(self) -> None:
        while (job := self._waiting.get()) is not None:
            if not job.is_dropped:
                job.result = job.work()
            job.done.set()
