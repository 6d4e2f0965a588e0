"""Who may have a pipeline, when its last holder did not give it back."""

from datetime import timedelta

import pytest

from rocky_core.errors import StateLocked
from rocky_core.ir.replace import replace
from rocky_core.ir.state import Lease, LeaseGrant, TakeOver
from rocky_core.state.process import this_process

from .conftest import take
from .worker import START

HERE = this_process()
REUSED_NUMBER = replace(HERE, started="1")  # This process lives, but it is not the one that took the lease.
ELSEWHERE = replace(HERE, host="other", boot="another boot")
OTHER_CONTAINER = replace(HERE, pid_namespace="another namespace", pid=2**22 + 1)

# Who holds the lease for 60 seconds; how the clock and the monotonic count have moved since; the verdict.
HOLDERS = {
    "this process": (HERE, 0, 0, None),
    "this process, just in time": (HERE, 59, 59, None),
    "this process, silent too long": (HERE, 60, 60, TakeOver.EXPIRED),
    "this process, the clock was put forward": (HERE, 86_400, 1, None),
    "this process, the clock was put back": (HERE, -86_400, 1, None),
    "this process, silent too long, the clock was put back": (HERE, -86_400, 60, TakeOver.EXPIRED),
    "a process that ended, its number in use again": (REUSED_NUMBER, 0, 0, TakeOver.PROCESS_GONE),
    "a process that never was": (replace(HERE, pid=2**22 + 1), 0, 0, TakeOver.PROCESS_GONE),
    "another machine": (ELSEWHERE, 59, 9_999, None),
    "another machine, silent too long": (ELSEWHERE, 60, 0, TakeOver.EXPIRED),
    "another machine, its clock a little ahead": (ELSEWHERE, -3_600, 0, None),
    "another machine, its clock was wrong": (ELSEWHERE, -3_601, 0, TakeOver.CLOCK_WRONG),
    "another container, whose processes are not seen": (OTHER_CONTAINER, 59, 59, None),
    "another container, silent too long": (OTHER_CONTAINER, 60, 60, TakeOver.EXPIRED),
}


@pytest.mark.parametrize(("holder", "clock_seconds", "seconds", "verdict"), HOLDERS.values(), ids=HOLDERS)
def test_a_lease_is_taken_over_only_from_a_dead_or_silent_holder(store, clock, holder, clock_seconds, seconds, verdict):
    first = take(store, "sales", "run-1", holder)
    held = store.leases()
    clock.instant += timedelta(seconds=clock_seconds)
    clock.count += seconds

    if verdict is None:
        with pytest.raises(
            StateLocked, match=r"^state file locked: pipeline 'sales' is being run by run run-1"
        ) as info:
            take(store, "sales", "run-2")
        assert (info.value.holder, store.leases()) == ("run-1", held)
    else:
        grant = take(store, "sales", "run-2")
        assert grant == LeaseGrant(Lease("sales", "run-2", first.lease.token + 1), held[0], verdict)
        assert grant.warning == (
            f"took over pipeline 'sales' from run run-1 (process {holder.pid} on {holder.host}, "
            f"last sign of life 2026-03-01 12:00:00 UTC): {verdict.value}"
        )


def test_a_sign_of_life_prolongs_a_lease(store, lease, clock):
    clock.pass_time(59)
    store.renew_lease(lease)
    clock.pass_time(59)

    with pytest.raises(StateLocked, match=r"last sign of life 2026-03-01 12:00:59 UTC"):
        take(store, "sales", "run-2")

    (holder,) = store.leases()
    assert (holder.acquired_at, holder.heartbeat_at - START) == (START, timedelta(seconds=59))


def test_a_lease_that_was_given_back_is_free_and_its_token_is_not_given_again(store, lease):
    released = (store.release_lease(lease), store.release_lease(lease))
    grant = take(store, "sales", "run-2")

    assert (released, grant.warning, grant.lease.token > lease.token) == ((True, False), None, True)


def test_nobody_gives_back_a_lease_of_somebody_else(store, lease):
    store.release_lease(lease)
    second = take(store, "sales", "run-2").lease

    assert (store.release_lease(lease), [holder.lease for holder in store.leases()]) == (False, [second])


def test_unrelated_pipelines_do_not_see_each_other(store, lease):
    other = take(store, "stock", "run-2").lease

    store.check_lease(lease)
    store.check_lease(other)
    assert [holder.lease for holder in store.leases()] == [lease, other]
