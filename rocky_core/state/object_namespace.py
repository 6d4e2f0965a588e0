"""The objects of one namespace: its head as last seen, and what the head names."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final, TypeVar

from rocky_core.errors import StateCorrupted, StateUnavailable
from rocky_core.ir.replace import replace
from rocky_core.state.corruption import corrupted
from rocky_core.state.object_head import (
    HEAD,
    Change,
    Head,
    SegmentRef,
    ShardRecord,
    decode_head,
    decode_segment,
    decode_shard,
    encode,
    with_commit,
)
from rocky_core.state.object_io import Objects, Unchanged, Version
from rocky_core.state.object_view import Kept, Loader

T = TypeVar("T")

_MOST_KEPT: Final = 512  # Objects that are remembered because they never change.


class LeftBehind(StateCorrupted):
    """An object that the head named is gone: a newer head names others, or something is really lost."""


class ObjectNamespace:
    """Reads and replaces the head, for one thread at a time; what the head names is read by any."""

    def __init__(self, io: Objects) -> None:
        self._io = io
        self._version: Version | None = None  # None while there is no head.
        self._turn = Lock()  # Guards what is remembered of objects.
        self._segments: OrderedDict[str, tuple[Change, ...]] = OrderedDict()
        self._shards: OrderedDict[str, Mapping[str, Mapping[str, Kept]]] = OrderedDict()
        self.head = Head()
        self.loader = Loader(self.segment, self.shard)

    @property
    def location(self) -> str:
        return self._io.location

    @property
    def round_trips(self) -> int:
        return self._io.round_trips

    def close(self) -> None:
        """Give up connections."""
        self._io.close()

    def refresh(self, *, is_proof: bool = False) -> bool:
        """Look at the head, or, as a proof, at what is surely stored now; whether it is another one than before."""
        found = self._io.read(HEAD, self._version, is_proof=is_proof)
        if isinstance(found, Unchanged):
            return False
        if found is None:
            if self._version is not None:
                raise StateUnavailable(f"the state in {self.location} was deleted while it was in use")
            return False
        is_new = found.version != self._version
        self.head, self._version = decode_head(found.data, self.location), found.version
        return is_new

    def commit(self, commit: str, changes: Iterable[Change]) -> None:
        """Replace the head by one with these changes. Raises Outrun."""
        self.replace_head(with_commit(self.head, commit, changes))

    def replace_head(self, head: Head) -> None:
        """Put a head in the place of the one that was last seen. Raises Outrun."""
        head = replace(head, generation=self.head.generation + 1)
        data = encode(head)
        known = self._version
        self._version = self._io.create(HEAD, data) if known is None else self._io.replace(HEAD, data, known)
        self.head = head

    def add_object(self, name: str, content: object) -> None:
        """Store something that a later head will name."""
        self._io.create(name, encode(content))

    def remove_objects(self, names: Iterable[str]) -> None:
        """Remove what no head names any more; what cannot be removed is only clutter."""
        for name in names:
            with self._turn:
                self._segments.pop(name, None)
                self._shards.pop(name, None)
            self._io.delete(name)

    def segment(self, ref: SegmentRef) -> tuple[Change, ...]:
        """The changes in a segment."""
        with self._turn:
            if ref.name not in self._segments:
                _keep(self._segments, ref.name, decode_segment(self._load(ref.name, None), ref.name, self.location))
            return self._segments[ref.name]

    def shard(self, table: str, name: str) -> Mapping[str, Mapping[str, Kept]]:
        """The records in a shard, by scope and key."""
        with self._turn:
            if name not in self._shards:
                records = decode_shard(self._load(name, table), table, name, self.location)
                _keep(self._shards, name, _by_scope(records))
            return self._shards[name]

    def _load(self, name: str, table: str | None) -> bytes:
        found = self._io.read(name)
        if found is None or isinstance(found, Unchanged):
            raise LeftBehind(str(corrupted(self.location, table, f"the object {name} is gone")), table=table)
        return found.data


def _by_scope(records: Iterable[ShardRecord]) -> Mapping[str, Mapping[str, Kept]]:
    found: dict[str, dict[str, Kept]] = {}
    for record in records:
        found.setdefault(record.scope, {})[record.key] = Kept(record.position, record.text)
    return found


def _keep(kept: OrderedDict[str, T], name: str, content: T) -> None:
    kept[name] = content
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
