"""How a namespace lies in an object store: one small head that every commit replaces, and objects that never change.

The head lists everything else. `tail` holds the newest changes; when it grows, it becomes a segment, an object of its
own; when there are many segments, their changes are folded into shards, the records of a table that share the hash of
their scope. Segments and shards are never changed, only left behind by a head that names others.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

import msgspec

from rocky_core.ir.replace import replace
from rocky_core.state.corruption import corrupted
from rocky_core.state.remote_format import FORMAT, require_our_format

HEAD: Final = "head.json"
SHARDS_PER_TABLE: Final = 16
_REMEMBERED_COMMITS: Final = 256


class Change(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A record that was stored, or, without a text, deleted; positions count the changes of a namespace."""

    position: int
    table: str
    scope: str
    key: str
    text: str | None


class SegmentRef(msgspec.Struct, frozen=True, gc=False):
    """A segment, and the tables that it has changes of."""

    name: str
    tables: tuple[str, ...]


class Head(msgspec.Struct, frozen=True, gc=False):
    """The state of a namespace; `commits` are the newest ones, so that a lost answer can be found out."""

    format: int = FORMAT
    position: int = 0
    commits: tuple[str, ...] = ()
    shards: dict[str, dict[str, str]] = {}  # By table, then by shard: the object's name.
    segments: tuple[SegmentRef, ...] = ()
    tail: tuple[Change, ...] = ()
    generation: int = 0  # Counts the heads, so that of two copies the newer one is known.

    @property
    def object_names(self) -> frozenset[str]:
        """Everything that must not be removed."""
        shards = (name for named in self.shards.values() for name in named.values())
        return frozenset((*shards, *(segment.name for segment in self.segments)))


class ShardRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A record in a shard; its position is that of its first put."""

    position: int
    scope: str
    key: str
    text: str


class _Format(msgspec.Struct):
    format: int = 0


def with_commit(head: Head, commit: str, changes: Iterable[Change]) -> Head:
    """The head after one more commit."""
    tail = (*head.tail, *changes)
    position = tail[-1].position if tail else head.position
    commits = (*head.commits, commit)[-_REMEMBERED_COMMITS:]
    return replace(head, position=max(position, head.position), commits=commits, tail=tail)


def shard_of(scope: str) -> str:
    """The shard that holds a scope's records."""
    return format(blake2b(scope.encode(), digest_size=1).digest()[0] % SHARDS_PER_TABLE, "x")


def encode(value: object) -> bytes:
    """The stored form of heads, segments and shards."""
    return msgspec.json.encode(value)


def decode_head(data: bytes, location: str) -> Head:
    """A head. Raises StateTooNew, or StateCorrupted."""
    try:
        stored = msgspec.json.decode(data, type=_Format).format
        if stored != FORMAT:
            require_our_format(str(stored), location)
        return msgspec.json.decode(data, type=Head)
    except msgspec.DecodeError as error:
        raise corrupted(location, None, f"the object {HEAD} cannot be read: {error}") from error


def decode_segment(data: bytes, name: str, location: str) -> tuple[Change, ...]:
    """A segment. Raises StateCorrupted."""
    try:
        return msgspec.json.decode(data, type=tuple[Change, ...])
    except msgspec.DecodeError as error:
        raise corrupted(location, None, f"the object {name} cannot be read: {error}") from error


def decode_shard(data: bytes, table: str, name: str, location: str) -> tuple[ShardRecord, ...]:
    """A shard. Raises StateCorrupted."""
    try:
        return msgspec.json.decode(data, type=tuple[ShardRecord, ...])
    except msgspec.DecodeError as error:
        raise corrupted(location, table, f"the object {name} cannot be read: {error}") from error
