"""A state file, a clock that stands still, and a lease to write under."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rocky_core.ir.state import LeaseRequest
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class StillClock:
    """Always the same moment."""

    def now(self):
        return START

    def monotonic(self):
        return 1000.0

    def sleep(self, seconds):
        raise AssertionError(f"nothing waits {seconds} seconds here")


CLOCK = StillClock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "models" / ".rocky-state.db"


@pytest.fixture
def opened():
    """Opens state files and closes them at the end."""
    stores = []

    def open_one(path, **options):
        found = open_state(path, CLOCK, **options)
        stores.append(found.store)
        return found.store

    yield open_one
    for store in stores:
        store.close()


def take(store, pipeline="sales", run_id="run-1"):
    return store.acquire_lease(LeaseRequest(pipeline, run_id, this_process(), timedelta(seconds=60))).lease
