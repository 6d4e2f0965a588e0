"""Objects of a store with copies of them in a Redis in front: the store is the truth, the copies only spare requests.

Every commit replaces the head in the store on the condition that it is the one which the work was run on, so a copy
that is old makes a commit fail and be run again, never something false be stored; and whatever proves something asks
the store. The copy of the head is taken away before the store's is replaced and put back afterwards: who dies in
between leaves none. Of two copies the one of the later generation stays, and none is used that is older than what
this process has seen already. A Redis that is gone, empty or full costs requests, nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, TypeVar

import msgspec
import redis

from rocky_core.ports.clock import Clock
from rocky_core.state.object_head import HEAD
from rocky_core.state.object_io import Content, Objects, Unchanged, Version

T = TypeVar("T")

_LOG: Final = logging.getLogger("rocky_core.state")
_HEAD_SECONDS: Final = 60  # So old a copy can get that was put there by someone who was overtaken and then died.
_OBJECT_SECONDS: Final = 7 * 86_400
_LARGEST_COPY: Final = 4 * 1024 * 1024
_PAUSE_SECONDS: Final = 30.0  # A Redis that failed is not asked for a while.

_PUT_IF_NEWER: Final = """
local there = redis.call('HGET', KEYS[1], 'generation')
if there and tonumber(there) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'e_tag', ARGV[2], 'version', ARGV[3], 'data', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
"""


class _Generation(msgspec.Struct):
    generation: int = 0


class TieredIo:
    """The objects of one place, and a Redis that holds copies; used by all threads of a process."""

    def __init__(self, objects: Objects, front: redis.Redis, prefix: str, clock: Clock) -> None:
        self._objects = objects
        self._front: Any = front
        self._prefix = prefix
        self._clock = clock
        self._turn = Lock()
        self._newest = -1  # The generation of the newest head that was seen.
        self._asks_again_at = 0.0
        self.copies_used = 0

    @property
    def location(self) -> str:
        return self._objects.location

    @property
    def round_trips(self) -> int:
        """Those to the store."""
        return self._objects.round_trips

    def read(self, name: str, known: Version | None = None, *, is_proof: bool = False) -> Content | Unchanged | None:
        """The object, from its copy if there is one and nothing is to be proven by it."""
        if not is_proof:
            copy = self._head_copy() if name == HEAD else self._object_copy(name)
            if copy is not None:
                self.copies_used += 1
                return Unchanged.UNCHANGED if copy.version == known else copy
        found = self._objects.read(name, known, is_proof=is_proof)
        if isinstance(found, Content):
            self._put_copy(name, found)
        return found

    def create(self, name: str, data: bytes) -> Version:
        """Make an object that is not there. Raises Outrun."""
        version = self._objects.create(name, data)
        self._put_copy(name, Content(data, version))
        return version

    def replace(self, name: str, data: bytes, known: Version) -> Version:
        """Put an object in the place of its known version. Raises Outrun."""
        self._take_away(name)
        version = self._objects.replace(name, data, known)
        self._put_copy(name, Content(data, version))
        return version

    def delete(self, name: str) -> None:
        self._take_away(name)
        self._objects.delete(name)

    def close(self) -> None:
        """Give up the connections to the Redis."""
        self._front.connection_pool.disconnect()
        self._objects.close()

    def _head_copy(self) -> Content | None:
        fields = self._ask(lambda: self._front.hmget(self._key(HEAD), "generation", "e_tag", "version", "data"))
        if fields is None or fields[0] is None or fields[3] is None:
            return None
        if not self._is_newest(int(fields[0])):
            return None  # Somebody who was slow has put it there; the store knows better.
        return Content(fields[3], Version(_text(fields[1]), _text(fields[2])))

    def _object_copy(self, name: str) -> Content | None:
        """An object that never changes; whose version nobody needs."""
        data = self._ask(lambda: self._front.get(self._key(name)))
        return None if data is None else Content(data, Version(None, None))

    def _put_copy(self, name: str, content: Content) -> None:
        if name == HEAD:
            generation = msgspec.json.decode(content.data, type=_Generation).generation
            self._is_newest(generation)
            told = (generation, content.version.e_tag or "", content.version.version or "", content.data, _HEAD_SECONDS)
            self._ask(lambda: self._front.eval(_PUT_IF_NEWER, 1, self._key(HEAD), *told))
        elif len(content.data) <= _LARGEST_COPY:
            self._ask(lambda: self._front.set(self._key(name), content.data, ex=_OBJECT_SECONDS))

    def _take_away(self, name: str) -> None:
        self._ask(lambda: self._front.delete(self._key(name)))

    def _is_newest(self, generation: int) -> bool:
        with self._turn:
            self._newest = max(self._newest, generation)
            return generation == self._newest

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def _ask(self, ask: Callable[[], T]) -> T | None:
        """The answer of the Redis; None where it does not give one."""
        if self._clock.monotonic() < self._asks_again_at:
            return None
        try:
            return ask()
        except redis.RedisError as error:
            self._asks_again_at = self._clock.monotonic() + _PAUSE_SECONDS
            # Its message may name the address, and that a password.
            kind = type(error).__name__
            _LOG.warning("the Redis in front of %s does not answer (%s); the state is read there", self.location, kind)
            return None


def _text(value: bytes) -> str | None:
    return value.decode() or None
