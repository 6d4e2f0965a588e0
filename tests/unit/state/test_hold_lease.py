"""A lease lives as long as its block, whatever happens to single signs of life."""

import threading
import time
from datetime import timedelta

import pytest

from rocky_core.errors import LeaseLost, StateLocked, StateUnavailable
from rocky_core.ir.state import Lease, LeaseGrant, LeaseRequest
from rocky_core.state.hold_lease import hold_lease
from rocky_core.state.process import this_process

REQUEST = LeaseRequest("sales", "run-1", this_process(), timedelta(seconds=0.04))
LEASE = Lease("sales", "run-1", 1)


class ScriptedStore:
    """Answers signs of life with the given errors, one after the other, then with success."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.renewed = 0
        self.released = []

    def acquire_lease(self, request):
        return LeaseGrant(Lease(request.pipeline, request.run_id, 1))

    def renew_lease(self, _):
        self.renewed += 1
        if self.answers:
            raise self.answers.pop(0)

    def check_lease(self, _):
        raise LeaseLost("asked")

    def release_lease(self, lease):
        self.released.append(lease)
        raise StateUnavailable("the disk is full")


def wait_until(condition):
    give_up_at = time.monotonic() + 10
    while not condition() and time.monotonic() < give_up_at:
        time.sleep(0.005)
    return condition()


def test_a_full_disk_for_a_moment_does_not_end_the_lease():
    store = ScriptedStore(StateUnavailable("the disk is full"), StateLocked("busy"))
    with hold_lease(store, REQUEST) as held:
        assert wait_until(lambda: store.renewed >= 4)
        assert not held.is_lost


def test_signs_of_life_end_when_the_lease_is_lost():
    store = ScriptedStore(LeaseLost("taken"))
    with hold_lease(store, REQUEST) as held:
        assert wait_until(lambda: held.is_lost)
        time.sleep(0.1)

    assert store.renewed == 1


def test_a_lease_that_cannot_be_given_back_does_not_hide_the_error_of_the_block():
    store = ScriptedStore()
    with pytest.raises(RuntimeError, match="the block's own"), hold_lease(store, REQUEST):
        raise RuntimeError("the block's own")

    assert store.released == [LEASE]


def test_signs_of_life_end_with_the_block():
    store = ScriptedStore()
    with hold_lease(store, REQUEST):
        pass
    renewed = store.renewed
    time.sleep(0.1)

    assert store.renewed == renewed


def test_nothing_uses_the_store_after_the_block():
    class SlowStore(ScriptedStore):
        def renew_lease(self, lease):
            super().renew_lease(lease)
            time.sleep(0.2)

    store = SlowStore()
    with hold_lease(store, REQUEST):
        assert wait_until(lambda: store.renewed)

    assert [thread.name for thread in threading.enumerate() if thread.name == "lease-sales"] == []


def test_asking_goes_to_the_store():
    with hold_lease(ScriptedStore(), REQUEST) as held, pytest.raises(LeaseLost, match="asked"):
        held.check()
