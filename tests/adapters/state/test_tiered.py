"""A bucket with a Redis in front: the bucket is the truth, whatever becomes of the copies."""

from __future__ import annotations

import logging

import pytest

from rocky_core.errors import LeaseLost
from rocky_core.ir.replace import replace
from rocky_core.ir.world import Watermark
from rocky_core.state.object_backend import ObjectBackend
from rocky_core.state.object_head import HEAD
from rocky_core.state.object_namespace import ObjectNamespace
from rocky_core.state.open_redis import connect, copies_prefix
from rocky_core.state.open_tiered import open_tiered, open_tiered_objects
from rocky_core.state.record_store import RecordStore
from rocky_core.state.tiered_io import TieredIo

from .conftest import take
from .worker import START, TABLE, RealClock, open_s3, tiered_options

HELD_BACK = "secret-of-the-address"


@pytest.fixture
def options(tmp_path, valkey_url, s3_url):
    del valkey_url, s3_url  # They are running.
    return tiered_options(tmp_path)


@pytest.fixture
def opened(options, clock):
    """Opens the state as another process would; gives the store and its objects."""
    stores = []

    def again(changed=options):
        objects = open_tiered_objects(changed, RealClock())
        stores.append(RecordStore(ObjectBackend(ObjectNamespace(objects), RealClock()), clock))
        return stores[-1], objects

    yield again
    for store in stores:
        store.close()


@pytest.fixture
def front(options):
    client = connect(options.front, as_text=False)
    yield client
    client.close()


def head_key(options, objects: TieredIo) -> str:
    return copies_prefix(options.front, objects.location) + HEAD


def set_watermark(store, value):
    lease = take(store, "sales", f"run-{value}").lease
    store.set_watermark(lease, TABLE, Watermark(value, START))
    store.release_lease(lease)


def test_what_one_process_has_stored_another_reads_without_asking_the_bucket(opened):
    first, _ = opened()
    set_watermark(first, "2026-01-01")

    second, objects = opened()

    assert second.watermarks()[TABLE].last_value == "2026-01-01"
    assert (objects.round_trips, objects.copies_used > 0) == (0, True)


def test_a_flushed_redis_is_filled_again_from_the_bucket(opened, front, options):
    first, objects = opened()
    set_watermark(first, "2026-01-01")
    front.flushall()

    second, _ = opened()
    assert second.watermarks()[TABLE].last_value == "2026-01-01"

    third, asked = opened()
    assert third.watermarks()[TABLE].last_value == "2026-01-01"
    assert (asked.round_trips, front.exists(head_key(options, objects))) == (0, 1)


def test_what_is_written_is_in_the_bucket_before_the_answer(opened, tmp_path, clock):
    store, _ = opened()
    set_watermark(store, "2026-01-01")

    truth = open_s3(tmp_path, clock)

    assert truth.watermarks()[TABLE].last_value == "2026-01-01"
    truth.close()


def test_without_the_redis_the_bucket_does_everything_and_nobody_learns_the_address(opened, options, caplog):
    gone = replace(
        options, front=replace(options.front, url=f"redis://:{HELD_BACK}@127.0.0.1:1/0", timeout_seconds=0.2)
    )
    with caplog.at_level(logging.WARNING, logger="rocky_core.state"):
        store, objects = opened(gone)
        set_watermark(store, "2026-01-01")
        assert store.watermarks()[TABLE].last_value == "2026-01-01"

    assert objects.copies_used == 0
    (told,) = [record.getMessage() for record in caplog.records]  # Once, not with each request.
    assert "does not answer (ConnectionError)" in told
    assert HELD_BACK not in caplog.text


def test_an_old_copy_never_lets_a_holder_believe_that_it_still_has_its_lease(opened, front, options, clock):
    """Somebody took the lease over and died before the copy was renewed: all the old holder sees is its own lease."""
    first, objects = opened()
    lease = take(first, "sales", "run-1").lease
    stale = front.hgetall(head_key(options, objects))
    clock.pass_time(61)
    second, _ = opened()
    assert take(second, "sales", "run-2").lease.token > lease.token
    front.delete(head_key(options, objects))
    front.hset(head_key(options, objects), mapping=stale)

    old_holder, _ = opened()

    with pytest.raises(LeaseLost):
        old_holder.check_lease(lease)
    with pytest.raises(LeaseLost):
        old_holder.renew_lease(lease)


def test_a_process_never_goes_back_to_an_older_copy_than_it_has_seen(opened, front, options):
    store, objects = opened()
    set_watermark(store, "2026-01-01")
    stale = front.hgetall(head_key(options, objects))
    set_watermark(store, "2026-01-02")
    front.delete(head_key(options, objects))
    front.hset(head_key(options, objects), mapping=stale)

    assert store.watermarks()[TABLE].last_value == "2026-01-02"


def test_of_two_copies_the_newer_stays(opened, front, options):
    slow, objects = opened()
    set_watermark(slow, "2026-01-01")
    content = objects._objects.read(HEAD)
    set_watermark(slow, "2026-01-02")
    newest = front.hgetall(head_key(options, objects))

    objects._put_copy(HEAD, content)

    assert front.hgetall(head_key(options, objects)) == newest


def test_the_copies_of_a_head_do_not_live_long(opened, front, options):
    store, objects = opened()
    set_watermark(store, "2026-01-01")

    assert 0 < front.ttl(head_key(options, objects)) <= 60


def test_it_opens_as_rocky_toml_says(options):
    store = open_tiered(options, RealClock())

    assert store.watermarks() == {}
    store.close()
