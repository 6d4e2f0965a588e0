"""A program that uses a store like one run among others: `work` is its main function.

It says `ready`, waits for a line on its standard input, does its part, and says what came of it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rocky_core.errors import StateError, StateLocked
from rocky_core.ir.idempotency import KeyClaim
from rocky_core.ir.state import (
    Branch,
    LeaseRequest,
    RunProgress,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
)
from rocky_core.ir.world import Watermark
from rocky_core.state.gathered_writes import GatheredWrites
from rocky_core.state.hold_lease import hold_lease
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process
from rocky_core.state.record_store import RecordStore

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TABLE = "shop.main.orders"


class RealClock:
    """The machine's clock."""

    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()

    def sleep(self, seconds):
        time.sleep(seconds)


def open_sqlite(directory, clock):
    return open_state(Path(directory) / "models" / ".rocky-state.db", clock).store


def open_valkey(directory, clock):
    """A store of this test's own on the server that all tests share; its instants are the test's."""
    from rocky_core.state.open_redis import RedisOptions, open_redis_backend  # noqa: PLC0415 — workers start faster

    options = RedisOptions(os.environ["ROCKY_TEST_VALKEY_URL"], namespace=namespace_of(directory))
    return RecordStore(GatheredWrites(open_redis_backend(options, RealClock())), clock)


def open_s3(directory, clock):
    """The same in a bucket."""
    return open_bucket(s3_options(directory), clock)


def open_gcs(directory, clock):
    """The same in a bucket of the other cloud."""
    return open_bucket(gcs_options(directory), clock)


def open_bucket(options, clock):
    from rocky_core.state.object_backend import ObjectBackend  # noqa: PLC0415 — workers start faster
    from rocky_core.state.object_namespace import ObjectNamespace  # noqa: PLC0415 — same
    from rocky_core.state.open_object_store import open_objects  # noqa: PLC0415 — same

    objects = open_objects(options, RealClock())
    return RecordStore(ObjectBackend(ObjectNamespace(objects), RealClock()), clock)


def s3_options(directory):
    from rocky_core.state.open_object_store import Cloud, ObjectStoreOptions  # noqa: PLC0415 — workers start faster

    return ObjectStoreOptions(
        Cloud.S3,
        "rocky-state",
        namespace=namespace_of(directory),
        endpoint=os.environ["ROCKY_TEST_S3_URL"],
        region="us-east-1",
        access_key_id="key",
        secret_access_key="secret",  # noqa: S106 — the emulator takes any
    )


def gcs_options(directory):
    from rocky_core.state.open_object_store import Cloud, ObjectStoreOptions  # noqa: PLC0415 — workers start faster

    endpoint = os.environ["ROCKY_TEST_GCS_URL"]
    return ObjectStoreOptions(Cloud.GCS, "rocky-state", namespace=namespace_of(directory), endpoint=endpoint)


def namespace_of(directory):
    return hashlib.sha256(str(directory).encode()).hexdigest()[:16]


def open_tiered(directory, clock):
    """The same bucket with the server in front of it."""
    from rocky_core.state.object_backend import ObjectBackend  # noqa: PLC0415 — workers start faster
    from rocky_core.state.object_namespace import ObjectNamespace  # noqa: PLC0415 — same
    from rocky_core.state.open_tiered import open_tiered_objects  # noqa: PLC0415 — same

    objects = open_tiered_objects(tiered_options(directory), RealClock())
    return RecordStore(ObjectBackend(ObjectNamespace(objects), RealClock()), clock)


def tiered_options(directory):
    from rocky_core.state.open_redis import RedisOptions  # noqa: PLC0415 — workers start faster
    from rocky_core.state.open_tiered import TieredOptions  # noqa: PLC0415 — same

    front = RedisOptions(os.environ["ROCKY_TEST_VALKEY_URL"], namespace=namespace_of(directory))
    return TieredOptions(s3_options(directory), front)


OPENERS = {"sqlite": open_sqlite, "valkey": open_valkey, "s3": open_s3, "gcs": open_gcs, "tiered": open_tiered}


def lease_request(pipeline, name, ttl=60.0):
    return LeaseRequest(pipeline, name, this_process(), timedelta(seconds=ttl))


def wait_for_word():
    print("ready", flush=True)
    sys.stdin.readline()


def claim(store, name):
    """Whoever has the key lives until all have tried: the key of a dead process is free."""
    wait_for_word()
    outcome = type(store.claim_key(KeyClaim("order-17", name, this_process()))).__name__
    wait_for_word()
    return outcome


def lease(store, name):
    """Everybody wants the same pipeline, and whoever has it keeps it until all have tried."""
    wait_for_word()
    try:
        store.acquire_lease(lease_request("sales", name))
    except StateLocked:
        outcome = "locked"
    else:
        outcome = "held"
    wait_for_word()
    return outcome


def lease_own(store, name):
    wait_for_word()
    with hold_lease(store, lease_request(name, name)) as held:
        store.set_watermark(held.lease, f"table-{name}", Watermark(name, START))
        return held.lease.token


def branch(store, name):
    wait_for_word()
    return store.create_branch(Branch("fix", "branch__fix", name, START))


def increment(store, name):
    """Reads, adds one and writes, five times, each time under the lease."""
    wait_for_word()
    done = 0
    while done < 5:
        try:
            grant = store.acquire_lease(lease_request("sales", name))
        except StateLocked:
            time.sleep(0.005)
            continue
        before = store.watermark(TABLE)
        count = 1 if before is None else int(before.last_value) + 1
        store.set_watermark(grant.lease, TABLE, Watermark(str(count), START))
        store.release_lease(grant.lease)
        done += 1
    return done


def hold(store, name):
    with hold_lease(store, lease_request("sales", name)):
        wait_for_word()


def write_late(store, name):
    """Holds the pipeline by a short lease, and writes when told to."""
    with hold_lease(store, lease_request("sales", name, ttl=1.5)) as held:
        store.set_watermark(held.lease, TABLE, Watermark("first", START))
        wait_for_word()
        try:
            store.set_watermark(held.lease, TABLE, Watermark("late", START))
        except StateError as error:
            return type(error).__name__
        return "written"


def write_forever(store, name):
    """Table after table: announced, then stored with the number of tables as the watermark."""
    lease = store.acquire_lease(lease_request("sales", name)).lease
    store.start_run(lease, RunProgress(name, "sales", START, 0))
    wait_for_word()
    number = 0
    while True:
        number += 1
        intent = WriteIntent("sales", name, f"t{number}", "incremental", START, is_repeatable=number % 2 == 0)
        store.begin_tables(lease, [intent])
        progress = TableProgress(number, f"t{number}", (f"t{number}",), TableStatus.SUCCESS, START)
        # The watermark of one table stands for all of them, so that a torn transaction would show.
        store.finish_tables(lease, [TableOutcome(progress, watermark=Watermark(str(number), START))])


ACTIONS = {
    action.__name__: action for action in (claim, lease, lease_own, branch, increment, hold, write_late, write_forever)
}


def work(kind, location, action, name):
    opened = OPENERS[kind](location, RealClock())
    outcome = ACTIONS[action](opened, name)
    opened.close()
    print(outcome, flush=True)
