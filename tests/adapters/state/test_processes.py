"""Many processes on one state: real ones, some of them killed or put to sleep."""

import random
import signal
import time
from collections import Counter

import pytest

from rocky_core.errors import StateLocked
from rocky_core.ir.state import TakeOver
from rocky_core.ir.world import Watermark
from rocky_core.state.hold_lease import hold_lease

from .conftest import heard, take, tell
from .worker import START, TABLE, lease_request

CROWDS = {"s3": 8, "gcs": 8}  # Each of its steps takes a request that waits for those of all others.


def outcomes_of(workers):
    for worker in workers:
        tell(worker)
    return Counter(heard(worker) for worker in workers)


@pytest.fixture
def size(kind):
    return CROWDS.get(kind, 20)


@pytest.fixture
def crowd(start_worker, size):
    def gather(action):
        workers = [start_worker(action, f"run-{number:02}") for number in range(size)]
        assert [heard(worker) for worker in workers] == ["ready"] * size
        return workers

    return gather


def test_of_many_that_claim_a_key_at_once_one_proceeds(crowd, size):
    workers = crowd("claim")

    assert outcomes_of(workers) == {"ready": size}
    assert outcomes_of(workers) == {"Proceed": 1, "SkipInFlight": size - 1}


def test_of_many_that_want_a_pipeline_at_once_one_has_it(crowd, size):
    workers = crowd("lease")

    assert outcomes_of(workers) == {"ready": size}
    assert outcomes_of(workers) == {"held": 1, "locked": size - 1}


def test_many_pipelines_run_side_by_side_each_with_a_token_of_its_own(crowd, real_store, size):
    tokens = outcomes_of(crowd("lease_own"))

    assert tokens == {str(token): 1 for token in range(1, size + 1)}
    assert len(real_store.watermarks()) == size
    assert real_store.leases() == ()


def test_of_many_that_create_a_branch_at_once_one_does(crowd, size):
    assert outcomes_of(crowd("branch")) == {"True": 1, "False": size - 1}


def test_no_increment_of_many_processes_is_lost(crowd, real_store, size):
    assert outcomes_of(crowd("increment")) == {"5": size}
    assert real_store.watermark(TABLE).last_value == str(size * 5)


def test_the_lease_of_a_killed_run_is_taken_over_at_once(start_worker, real_store):
    worker = start_worker("hold", "run-1")
    assert heard(worker) == "ready"
    with pytest.raises(StateLocked, match=r"state file locked: .* run run-1 \(process \d+ on "):
        take(real_store, "sales", "run-2")

    worker.kill()
    worker.wait()
    grant = take(real_store, "sales", "run-2")

    assert (grant.reason, grant.replaced.process.pid) == (TakeOver.PROCESS_GONE, worker.pid)
    assert f"run run-1 (process {worker.pid} on " in grant.warning


def test_a_run_that_slept_through_its_lease_cannot_write_late(start_worker, real_store):
    worker = start_worker("write_late", "run-1")
    assert heard(worker) == "ready"
    worker.send_signal(signal.SIGSTOP)
    time.sleep(1.6)

    grant = take(real_store, "sales", "run-2")
    real_store.set_watermark(grant.lease, TABLE, Watermark("second", START))
    worker.send_signal(signal.SIGCONT)
    tell(worker)

    assert (grant.reason, heard(worker)) == (TakeOver.EXPIRED, "LeaseLost")
    assert real_store.watermark(TABLE).last_value == "second"


def test_a_late_write_fails_too_after_the_next_run_has_given_the_lease_back(start_worker, real_store):
    worker = start_worker("write_late", "run-1")
    assert heard(worker) == "ready"
    worker.send_signal(signal.SIGSTOP)
    time.sleep(1.6)
    real_store.release_lease(take(real_store, "sales", "run-2").lease)
    worker.send_signal(signal.SIGCONT)
    tell(worker)

    assert heard(worker) == "LeaseLost"


def test_a_run_that_lives_keeps_its_lease_beyond_its_time(store, clock):
    with hold_lease(store, lease_request("sales", "run-1", ttl=0.2)) as held:
        for _ in range(3):
            clock.pass_time(0.15)
            assert wait_until(lambda: store.leases()[0].heartbeat_at == clock.now())
        with pytest.raises(StateLocked):
            take(store, "sales", "run-2")
        held.check()

    assert (held.is_lost, store.leases()) == (False, ())


def test_a_run_notices_by_itself_that_it_was_replaced(store):
    with hold_lease(store, lease_request("sales", "run-1", ttl=0.2)) as held:
        store.release_lease(held.lease)
        take(store, "sales", "run-2")

        assert wait_until(lambda: held.is_lost)

    assert [holder.lease.run_id for holder in store.leases()] == ["run-2"]


def wait_until(condition):
    give_up_at = time.monotonic() + 20
    while not condition() and time.monotonic() < give_up_at:
        time.sleep(0.005)
    return condition()


@pytest.mark.parametrize("attempt", range(8))
def test_a_kill_at_any_moment_leaves_no_half_of_a_transaction(start_worker, real_store, attempt):
    worker = start_worker("write_forever", "run-1")
    assert heard(worker) == "ready"
    tell(worker)
    time.sleep(random.Random(attempt).uniform(0.005, 0.15))
    worker.kill()
    worker.wait()

    grant = take(real_store, "sales", "run-2")  # From here on nothing of it lands that was still under way.
    entries = real_store.table_progress("run-1")
    numbers = [int(mark.last_value) for mark in real_store.watermarks().values()]
    intents = real_store.open_intents("sales")

    assert [entry.index for entry in entries] == list(range(1, len(entries) + 1))
    assert sorted(numbers) == [entry.index for entry in entries]
    assert [intent.table for intent in intents] in ([], [f"t{len(entries) + 1}"])
    assert (grant.reason, real_store.problems()) == (TakeOver.PROCESS_GONE, ())
