"""The count that leases run out by goes on while a machine sleeps."""

import sys
import time

import pytest

from rocky_core.execution.system_clock import SystemClock


@pytest.mark.skipif(sys.platform != "linux", reason="other systems name their clocks otherwise")
def test_time_passes_while_the_machine_sleeps(monkeypatch):
    slept_seconds = 3600.0
    awake = time.clock_gettime
    monkeypatch.setattr(
        time, "clock_gettime", lambda clock: awake(clock) + slept_seconds * (clock == time.CLOCK_BOOTTIME)
    )

    assert SystemClock().monotonic() - time.monotonic() >= slept_seconds - 1
