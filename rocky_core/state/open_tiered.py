"""Opens the state in a bucket with a Redis in front of it."""

from __future__ import annotations

from msgspec import Struct

from rocky_core.ports.clock import Clock
from rocky_core.state.object_backend import ObjectBackend
from rocky_core.state.object_namespace import ObjectNamespace
from rocky_core.state.open_object_store import ObjectStoreOptions, open_objects
from rocky_core.state.open_redis import RedisOptions, connect, copies_prefix
from rocky_core.state.record_store import RecordStore
from rocky_core.state.server_clock import synchronised
from rocky_core.state.tiered_io import TieredIo


class TieredOptions(Struct, frozen=True):
    """The truth, and what stands in front of it."""

    objects: ObjectStoreOptions
    front: RedisOptions


def open_tiered(options: TieredOptions, clock: Clock) -> RecordStore:
    """Look at the bucket, and prove that what is there is of our format; the Redis may be away.

    Raises:
        UserError: an address or a name is not valid.
        StateError: the bucket cannot be used.

    """
    io = open_objects(options.objects, clock)
    backend = ObjectBackend(ObjectNamespace(open_tiered_objects(options, clock)), clock)
    _ = backend.schema_version  # Refuses what a later version has written.
    return RecordStore(backend, synchronised(clock, lambda: io.server_now("clock")))


def open_tiered_objects(options: TieredOptions, clock: Clock) -> TieredIo:
    """The objects with their copies; nothing is asked of either yet."""
    objects = open_objects(options.objects, clock)
    return TieredIo(
        objects, connect(options.front, as_text=False), copies_prefix(options.front, objects.location), clock
    )
