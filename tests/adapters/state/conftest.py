"""The stores that the conformance suite is run against; a new store is one more row."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rocky_core.ir.state import LeaseRequest
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self.instant = START
        self.count = 1000.0

    def now(self):
        return self.instant

    def monotonic(self):
        return self.count

    def sleep(self, seconds):
        self.pass_time(seconds)

    def pass_time(self, seconds):
        self.instant += timedelta(seconds=seconds)
        self.count += seconds


class RealClock:
    """The machine's clock."""

    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()

    def sleep(self, seconds):
        time.sleep(seconds)


def sqlite_opener(directory, clock) -> Callable:
    return lambda: open_state(directory / "models" / ".rocky-state.db", clock).store


OPENERS = {"sqlite": sqlite_opener}


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture(params=sorted(OPENERS))
def reopen(request, tmp_path, clock):
    """Opens the same state again, as the next process would."""
    opened = []
    opener = OPENERS[request.param](tmp_path, clock)

    def again():
        opened.append(opener())
        return opened[-1]

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen):
    return reopen()


@pytest.fixture
def lease(store):
    """The lease of a run of the pipeline `sales`."""
    return take(store, "sales", "run-1").lease


def take(store, pipeline, run_id, process=None, ttl=60.0):
    request = LeaseRequest(pipeline, run_id, process or this_process(), timedelta(seconds=ttl))
    return store.acquire_lease(request)
