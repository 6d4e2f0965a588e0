"""A run that is asked for twice under one key is done once, and a key never stays stuck."""

from datetime import timedelta

import pytest

from rocky_core.errors import StateUnavailable
from rocky_core.ir.idempotency import (
    UNREADABLE,
    DedupOn,
    KeyClaim,
    KeyEntry,
    KeyState,
    Proceed,
    SkipCompleted,
    SkipInFlight,
)
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import RunProgress, RunRecord
from rocky_core.state.backend import Table
from rocky_core.state.idempotency import claim_run
from rocky_core.state.process import this_process
from rocky_core.state.tables import IDEMPOTENCY_KEYS

from .conftest import take
from .worker import START

HERE = this_process()
GONE = replace(HERE, pid=2**22 + 1)
ELSEWHERE = replace(HERE, host="other")
DAY = timedelta(days=1)
FIRST = KeyClaim("order-17", "run-1", HERE)
SECOND = replace(FIRST, run_id="run-2")
ANY = {"dedup_on": DedupOn.ANY}

# What the first run of the key came to (None: it is still at work) and what it asked for; seconds that pass; what the
# second asks for; its verdict.
VERDICTS = {
    "at work": (None, {}, 86_399, {}, SkipInFlight("run-1")),
    "at work too long": (None, {}, 86_400, {}, Proceed("run-1")),
    "at work, killed": (None, {"process": GONE}, 0, {}, Proceed("run-1")),
    "at work elsewhere": (None, {"process": ELSEWHERE}, 0, {}, SkipInFlight("run-1")),
    "succeeded": (RunStatus.SUCCESS, {}, 0, {}, SkipCompleted("run-1")),
    "succeeded, expired but not swept": (RunStatus.SUCCESS, {}, 86_400 * 31, {}, SkipCompleted("run-1")),
    "failed": (RunStatus.FAILURE, {}, 0, {}, Proceed()),
    "failed in part": (RunStatus.PARTIAL_FAILURE, {}, 0, {}, Proceed()),
    "failed, any outcome counts": (RunStatus.FAILURE, ANY, 0, ANY, SkipCompleted("run-1")),
    "failed, any outcome counted once": (RunStatus.FAILURE, ANY, 0, {}, Proceed("run-1")),
    "failed in part, any outcome counts": (RunStatus.PARTIAL_FAILURE, ANY, 0, ANY, SkipCompleted("run-1")),
}


@pytest.mark.parametrize("case", VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_on_a_second_claim(store, clock, case):
    outcome, first, seconds, second, verdict = case
    earlier = replace(FIRST, **first)
    assert store.claim_key(earlier) == Proceed()
    if outcome is not None:
        assert store.finalize_key(earlier, outcome)
    clock.pass_time(seconds)

    assert store.claim_key(replace(SECOND, **second)) == verdict
    owner = "run-2" if isinstance(verdict, Proceed) else "run-1"
    assert store.key_entry("order-17").run_id == owner


# A run that claimed the key, took the lease and was never heard of again: where it ran, seconds since, whether its
# lease was given back, how it ended (None: nobody knows); what the next asks for; the verdict.
LEFT_BEHIND = {
    "killed": (GONE, 0, False, None, {}, Proceed("run-1")),
    "killed after it had succeeded": (GONE, 0, False, RunStatus.SUCCESS, {}, SkipCompleted("run-1")),
    "killed after it had failed": (GONE, 0, False, RunStatus.FAILURE, {}, Proceed("run-1")),
    "killed after it had failed, any counts": (GONE, 0, False, RunStatus.FAILURE, ANY, SkipCompleted("run-1")),
    "at work here": (HERE, 59, False, None, {}, SkipInFlight("run-1")),
    "at work here, its lease was taken": (HERE, 59, True, None, {}, SkipInFlight("run-1")),
    "about to finalize": (HERE, 59, True, RunStatus.SUCCESS, {}, SkipInFlight("run-1")),
    "elsewhere, gives signs of life": (ELSEWHERE, 59, False, None, {}, SkipInFlight("run-1")),
    "elsewhere, silent": (ELSEWHERE, 60, False, None, {}, Proceed("run-1")),
    "elsewhere, its lease was taken": (ELSEWHERE, 0, True, None, {}, Proceed("run-1")),
    "elsewhere, gone after it had succeeded": (ELSEWHERE, 60, False, RunStatus.SUCCESS, {}, SkipCompleted("run-1")),
}


@pytest.mark.parametrize("case", LEFT_BEHIND.values(), ids=LEFT_BEHIND)
def test_the_verdict_on_a_key_that_was_left_behind(store, clock, case):
    process, seconds, is_given_back, outcome, second, verdict = case
    store.claim_key(replace(FIRST, process=process))
    lease = take(store, "sales", "run-1", process).lease
    store.start_run(lease, RunProgress("run-1", "sales", START, 1))
    if outcome is not None:
        store.finish_run(lease, RunRecord("run-1", START, START, outcome))
    if is_given_back:
        store.release_lease(lease)
    clock.pass_time(seconds)

    assert store.claim_key(replace(SECOND, **second)) == verdict


def test_a_key_is_free_when_another_run_has_the_lease_of_its_run(store):
    store.claim_key(replace(FIRST, process=ELSEWHERE))
    lease = take(store, "sales", "run-1", ELSEWHERE).lease
    store.start_run(lease, RunProgress("run-1", "sales", START, 1))
    store.release_lease(lease)
    take(store, "sales", "run-3")

    assert store.claim_key(SECOND) == Proceed("run-1")


STORED = {
    "success": (RunStatus.SUCCESS, DedupOn.SUCCESS, KeyState.SUCCEEDED),
    "success, any": (RunStatus.SUCCESS, DedupOn.ANY, KeyState.SUCCEEDED),
    "failure": (RunStatus.FAILURE, DedupOn.SUCCESS, None),
    "failure, any": (RunStatus.FAILURE, DedupOn.ANY, KeyState.FAILED),
}


@pytest.mark.parametrize(("outcome", "dedup_on", "state"), STORED.values(), ids=STORED)
def test_what_is_left_of_a_key_after_its_run(store, clock, outcome, dedup_on, state):
    claim = replace(FIRST, dedup_on=dedup_on)
    store.claim_key(claim)
    clock.pass_time(60)
    store.finalize_key(claim, outcome)

    now = clock.now()
    expected = state and KeyEntry("order-17", "run-1", state, now, now + 30 * DAY, dedup_on)
    assert store.key_entry("order-17") == expected


def test_a_claim_is_stored_with_its_owner_and_its_time(store):
    store.claim_key(FIRST)

    assert store.key_entry("order-17") == KeyEntry(
        "order-17", "run-1", KeyState.IN_FLIGHT, START, START + DAY, DedupOn.SUCCESS, HERE
    )


def test_a_run_cannot_end_a_key_that_another_has_adopted(store, clock):
    store.claim_key(FIRST)
    clock.pass_time(86_400)
    store.claim_key(SECOND)

    assert (store.finalize_key(FIRST, RunStatus.FAILURE), store.key_entry("order-17").run_id) == (False, "run-2")


def test_a_key_that_is_not_there_cannot_be_ended(store):
    assert (store.finalize_key(FIRST, RunStatus.SUCCESS), store.key_entry("order-17")) == (False, None)


def test_an_error_that_escapes_the_run_frees_the_key_at_once(store):
    with pytest.raises(RuntimeError), claim_run(store, FIRST):
        raise RuntimeError("no adapter")

    assert claim_run(store, SECOND).adopted_from is None


def test_an_interrupted_run_frees_the_key_too(store):
    with pytest.raises(KeyboardInterrupt), claim_run(store, FIRST):
        raise KeyboardInterrupt

    assert store.key_entry("order-17") is None


def test_an_error_after_the_verdict_does_not_take_it_back(store):
    def run():
        with claim_run(store, FIRST) as claim:
            claim.finalize(RunStatus.SUCCESS)
            raise RuntimeError("over budget")

    with pytest.raises(RuntimeError, match="over budget"):
        run()

    assert store.key_entry("order-17").state is KeyState.SUCCEEDED


def test_only_the_first_finalize_counts(store):
    claim = claim_run(store, FIRST)
    claim.finalize(RunStatus.SUCCESS)
    claim.finalize(RunStatus.FAILURE)

    assert store.key_entry("order-17").state is KeyState.SUCCEEDED


def test_a_second_run_is_told_whose_key_it_is(store):
    claim = claim_run(store, FIRST)

    assert claim_run(store, SECOND) == SkipInFlight("run-1")
    claim.finalize(RunStatus.SUCCESS)
    assert claim_run(store, SECOND) == SkipCompleted("run-1")


def spoil(store, key):
    """Make what is stored of a key something that is no entry."""
    spoiled = Table(IDEMPOTENCY_KEYS.name, str)
    store.backend.write(lambda t: t.put(spoiled, "", key, "no entry"))


def test_a_key_whose_entry_cannot_be_read_is_taken_and_rewritten(store):
    store.claim_key(FIRST)
    spoil(store, "order-17")

    assert store.claim_key(SECOND) == Proceed(UNREADABLE)
    assert store.key_entry("order-17").run_id == "run-2"
    assert store.finalize_key(FIRST, RunStatus.FAILURE) is False
    assert store.finalize_key(SECOND, RunStatus.SUCCESS)
    assert store.claim_key(FIRST) == SkipCompleted("run-2")


def test_a_run_whose_entry_was_spoiled_is_warned_of_it_and_changes_nothing(store):
    claim = claim_run(store, FIRST)
    spoil(store, "order-17")
    claim.finalize(RunStatus.SUCCESS)

    assert claim.warning.startswith("idempotency key 'order-17' could not be finalized: state file corrupted: ")
    assert len(store.problems()) == 1


def test_a_sweep_passes_over_what_it_cannot_read(store, clock):
    for key in ("old", "spoiled"):
        store.claim_key(replace(FIRST, key=key))
        store.finalize_key(replace(FIRST, key=key), RunStatus.SUCCESS)
    spoil(store, "spoiled")
    clock.pass_time(86_400 * 31)

    assert (store.sweep_keys(DAY), store.key_entry("old"), len(store.problems())) == (1, None, 1)


class Unwritable:
    """A store whose disk is full when a run ends."""

    def __init__(self, store):
        self._store = store

    def claim_key(self, claim):
        return self._store.claim_key(claim)

    def finalize_key(self, *_):
        raise StateUnavailable("the disk is full")


def test_a_finalize_that_fails_is_a_warning(store):
    claim = claim_run(Unwritable(store), FIRST)
    claim.finalize(RunStatus.SUCCESS)

    assert claim.warning == "idempotency key 'order-17' could not be finalized: the disk is full"


def test_a_sweep_deletes_what_has_expired(store, clock):
    ended = replace(FIRST, key="ended", retention=DAY)
    kept = replace(FIRST, key="kept", retention=2 * DAY)
    for claim in (ended, kept):
        store.claim_key(claim)
        store.finalize_key(claim, RunStatus.SUCCESS)
    store.claim_key(replace(FIRST, key="at work", process=ELSEWHERE, in_flight_ttl=2 * DAY))
    clock.pass_time(3_600)
    store.claim_key(replace(FIRST, key="at work since an hour"))
    clock.pass_time(86_400 - 3_600)

    swept = store.sweep_keys(DAY)

    left = [key for key in ("ended", "kept", "at work", "at work since an hour") if store.key_entry(key)]
    assert (swept, left) == (2, ["kept", "at work since an hour"])
