"""A store of a later format is refused by name; looking at a store stores nothing."""

from __future__ import annotations

import msgspec
import obstore
import pytest
import redis

from rocky_core.errors import StateTooNew
from rocky_core.state.object_head import HEAD
from rocky_core.state.open_object_store import open_object_store, open_objects
from rocky_core.state.open_redis import RedisOptions, open_redis
from rocky_core.state.open_tiered import TieredOptions, open_tiered
from rocky_core.state.remote_format import FORMAT

from .conftest import take
from .worker import RealClock, namespace_of, s3_options


def redis_options(url, directory):
    return RedisOptions(url, namespace=namespace_of(directory))


@pytest.fixture(params=["valkey", "s3", "tiered"])
def place(request, tmp_path, valkey_url, s3_url):
    """How the store is opened, and how a later version writes its format there."""
    del s3_url  # It is running.
    objects, front = s3_options(tmp_path), redis_options(valkey_url, tmp_path)

    def later_in_redis():
        client = redis.Redis.from_url(valkey_url, decode_responses=True)
        (key,) = client.scan_iter(f"*{front.namespace}*meta")
        client.hset(key, "format", str(FORMAT + 1))
        client.close()

    def later_in_the_bucket():
        io = open_objects(objects, RealClock())
        head = msgspec.json.decode(io.read(HEAD).data)
        obstore.put(io._store, HEAD, msgspec.json.encode({**head, "format": FORMAT + 1}))
        client = redis.Redis.from_url(valkey_url)
        client.flushdb()
        client.close()

    return {
        "valkey": (lambda: open_redis(front, RealClock()), later_in_redis),
        "s3": (lambda: open_object_store(objects, RealClock()), later_in_the_bucket),
        "tiered": (lambda: open_tiered(TieredOptions(objects, front), RealClock()), later_in_the_bucket),
    }[request.param]


def test_a_store_of_a_later_format_is_refused_with_its_place_and_what_to_do(place):
    opens, becomes_later = place
    store = opens()
    take(store, "sales", "run-1")
    store.close()
    becomes_later()

    with pytest.raises(StateTooNew) as raised:
        opens()

    assert str(FORMAT + 1) in str(raised.value)
    assert "upgrade" in str(raised.value)


def test_looking_at_a_bucket_stores_nothing(tmp_path, s3_url):
    del s3_url
    options = s3_options(tmp_path)
    store = open_object_store(options, RealClock())

    assert (store.watermarks(), store.run_records(limit=5), store.leases()) == ({}, (), ())

    store.close()
    assert list(obstore.list(open_objects(options, RealClock())._store).collect()) == []
