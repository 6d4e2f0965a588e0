"""A program that changes shared records, claims keys and takes leases, and says what it was told.

`main` says each thing as a line of `rough_history`, after it was acknowledged.
"""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from rocky_core.errors import LeaseLost, StateError, StateLocked
from rocky_core.ir.idempotency import KeyClaim, Proceed
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import LeaseRequest
from rocky_core.state import leases, object_io, redis_backend
from rocky_core.state.patience import Patience
from rocky_core.state.process import this_process
from rocky_core.state.record_store import _guarded
from rocky_core.state.tables import METADATA

from .rough_history import Said
from .worker import RealClock, gcs_options, namespace_of, s3_options, tiered_options

LISTS = 3
PIPELINES = 2
PATIENCE = Patience(max_retries=6, initial_backoff_seconds=0.05, max_backoff_seconds=0.8, breaker_threshold=0)
REQUEST_SECONDS = 1.5
LONG_SECONDS = 4.0  # Nobody need come.
CERTAIN_SECONDS = 60.0  # Somebody will come, however slow the machine is.
PACE_SECONDS = 0.25  # So that programs meet, and are still at work when they are killed.


@dataclass(frozen=True, slots=True)
class Part:
    """What one program does; `switched_off` is the guarantee that its store is to be without."""

    name: str
    changes: int
    shift_minutes: int
    ttl_seconds: float
    is_elsewhere: bool = False  # It passes for a program on another machine.
    sleeps_first: bool = False  # It takes a lease and writes under it when somebody else has had it.
    replaces: bool = False  # It is that somebody.
    switched_off: str = ""


class ShiftedClock(RealClock):
    """The machine's clock, wrong by some minutes."""

    def __init__(self, minutes):
        self._shift = timedelta(minutes=minutes)

    def now(self):
        return super().now() + self._shift


def open_server(kind, directory, clock):
    """The store as runs open it: with the server's clock."""
    from rocky_core.state.open_object_store import open_object_store  # noqa: PLC0415 — workers start faster
    from rocky_core.state.open_redis import RedisOptions, open_redis  # noqa: PLC0415 — same
    from rocky_core.state.open_tiered import open_tiered  # noqa: PLC0415 — same

    manner = {"timeout_seconds": REQUEST_SECONDS, "patience": PATIENCE}
    match kind:
        case "valkey":
            address, namespace = os.environ["ROCKY_TEST_VALKEY_URL"], namespace_of(directory)
            return open_redis(RedisOptions(address, namespace=namespace, **manner), clock)
        case "tiered":
            both = tiered_options(directory)
            front = replace(both.front, timeout_seconds=0.2)
            return open_tiered(replace(both, objects=replace(both.objects, **manner), front=front), clock)
        case _:
            options = s3_options(directory) if kind == "s3" else gcs_options(directory)
            return open_object_store(replace(options, **manner), clock)


def switch_off(guarantee):
    """What the stores would be without one of their guarantees."""
    match guarantee:
        case "comparison":
            commit = redis_backend.RedisBackend._commit

            def careless(self, reader, changes, name):
                reader.records, reader.groups = {}, {}
                return commit(self, reader, changes, name)

            redis_backend.RedisBackend._commit = careless
            put = object_io.ObjectIo._put
            object_io.ObjectIo._put = lambda self, name, data, _mode: put(self, name, data, "overwrite")
        case "fence":
            leases.fence = lambda transaction, lease: transaction.get(leases.LEASES, "", lease.pipeline)


class Worker:
    """One program at work on the store."""

    def __init__(self, store, part):
        self.store = store
        self.part = part
        self.chance = random.Random(part.name)
        here = this_process()
        self.process = replace(here, host=part.name, boot=part.name) if part.is_elsewhere else here

    def say(self, what, about, detail, at=None):
        print(Said("", what, about, detail, time.monotonic() if at is None else at).line(), flush=True)

    def change(self, number):
        """Add an entry to a list that all programs add to, as often as it takes."""
        where, entry = f"list-{number % LISTS}", f"{self.part.name}:{number}"
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            early = f"{entry}~"  # Nobody waits for it, but what is waited for afterwards vouches for it.
            try:
                self.store.backend.write_later(partial(add, where, early))
                self.store.backend.write(partial(add, where, entry))
            except StateError:
                time.sleep(0.05)  # It may have been stored or not: not acknowledged, and tried under another number.
                entry += "+"
                continue
            self.say("stored", where, early)
            self.say("stored", where, entry)
            return

    def claim(self, number):
        """Take a key that all want, do a moment's work, and end it; every other time the work fails."""
        key, run_id = f"key-{number}", f"{self.part.name}-{number}"
        claim = KeyClaim(key, run_id, self.process)
        if not isinstance(self.store.claim_key(claim), Proceed):
            return
        self.say("key-granted", key, run_id)
        time.sleep(0.01)
        outcome = self.chance.choice((RunStatus.SUCCESS, RunStatus.FAILURE))
        self.say("key-ending", key, run_id)
        if self.store.finalize_key(claim, outcome) and outcome is RunStatus.SUCCESS:
            self.say("key-done", key, run_id)

    def hold(self, pipeline, entry, *, sleeps=0.0):
        """Take a pipeline and write under its lease, twice, perhaps after a long sleep; whether it was free.

        It sleeps until somebody else has written, or at most so many seconds beyond its lease.
        """
        ttl = timedelta(seconds=self.part.ttl_seconds)
        try:
            lease = self.store.acquire_lease(LeaseRequest(pipeline, entry, self.process, ttl)).lease
        except StateLocked:
            return False
        self.say("lease-granted", pipeline, str(lease.token))
        try:
            self._write_under(lease, f"{entry}a")
            if sleeps:
                self._sleep_until_replaced(lease, sleeps)
            before = time.monotonic()
            self.store.check_lease(lease)
            self.say("lease-proven", pipeline, str(lease.token), before)
            self._write_under(lease, f"{entry}b")
        except LeaseLost:
            return True
        self.store.release_lease(lease)
        return True

    def _write_under(self, lease, entry):
        where, fenced = f"fenced-{lease.pipeline}", f"{lease.token}:{entry}"
        self.store.backend.write_later(_guarded(lease, partial(add, where, f"{fenced}~")))
        self.store.backend.write(_guarded(lease, partial(add, where, fenced)))
        self.say("stored", where, f"{fenced}~")
        self.say("stored", where, fenced)

    def _sleep_until_replaced(self, lease, at_most):
        give_up_at = time.monotonic() + self.part.ttl_seconds + at_most
        time.sleep(self.part.ttl_seconds)
        while time.monotonic() < give_up_at:
            newest = self.store.backend.read(lambda t: t.get(METADATA, "", f"fenced-{lease.pipeline}") or "").split()
            if newest and int(newest[-1].partition(":")[0]) > lease.token:
                return
            time.sleep(0.05)


def add(where, entry, transaction):
    held = transaction.get(METADATA, "", where) or ""
    transaction.put(METADATA, "", where, f"{held} {entry}".strip())


def main(kind, directory, part):
    if part.switched_off:
        switch_off(part.switched_off)
    worker = Worker(open_patiently(kind, directory, part), part)
    print("ready", flush=True)
    sys.stdin.readline()
    if part.sleeps_first:
        patiently(lambda: worker.hold("pipeline-0", "sleeper", sleeps=CERTAIN_SECONDS))
    for number in range(part.changes):
        time.sleep(worker.chance.uniform(0, PACE_SECONDS))
        worker.change(number)
        if number % 3 == 0:
            patiently(lambda number=number: worker.claim(number))
        if number % 3 == 1:
            pipeline = f"pipeline-{number % PIPELINES}"
            sleeps = LONG_SECONDS if worker.chance.random() < 0.02 else 0.0
            patiently(
                lambda number=number, pipeline=pipeline, sleeps=sleeps: worker.hold(
                    pipeline, f"{part.name}-{number}", sleeps=sleeps
                )
            )
    give_up_at = time.monotonic() + 4 * part.ttl_seconds
    while part.replaces and time.monotonic() < give_up_at:
        if patiently(lambda: worker.hold("pipeline-0", f"{part.name}-last")):
            break
        time.sleep(0.05)
    patiently(worker.store.close)
    print("over", flush=True)


def open_patiently(kind, directory, part):
    give_up_at = time.monotonic() + 60
    while True:
        try:
            return open_server(kind, directory, ShiftedClock(part.shift_minutes))
        except StateError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


def patiently(act):
    """Do it; a store that cannot be used is no news here."""
    try:
        return act()
    except StateError:
        time.sleep(0.05)
        return None
