"""The records that a head stands for, its shards overlaid with the changes since; only what is asked for is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from rocky_core.state.backend import Scan
from rocky_core.state.object_head import Change, Head, SegmentRef, ShardRecord, shard_of
from rocky_core.state.staged_transaction import Place, RawRecord, windowed

Scopes = dict[str, dict[str, "Kept"]]  # Records by scope, then by key.


class Kept(Struct, frozen=True):
    """A record with its place in the order of first puts; without a text it is gone.

    `is_new` says that an older record in the same place, if there is one, was deleted before.
    """

    position: int
    text: str | None
    is_new: bool = False


class Loader(Struct, frozen=True):
    """Fetches what a head names; what it has fetched it keeps, because it never changes."""

    segment: Callable[[SegmentRef], tuple[Change, ...]]
    shard: Callable[[str, str], Mapping[str, Mapping[str, Kept]]]  # The table and the object's name.


class ObjectView:
    """A `RawReader` over one head and the changes that are about to be committed on top of it."""

    def __init__(self, head: Head, loader: Loader) -> None:
        self._head = head
        self._loader = loader
        self._overlays: dict[str, Scopes] = {}
        self._later: list[Change] = []  # Committed or about to be, after the head was read.
        self.position = head.position

    def add(self, changes: Iterable[tuple[Place, str | None]]) -> tuple[Change, ...]:
        """Overlay further changes, and number them."""
        numbered = []
        for place, text in changes:
            self.position += 1
            numbered.append(Change(self.position, place.table, place.scope, place.key, text))
        for change in numbered:
            if change.table in self._overlays:
                _apply(self._overlays[change.table], change)
        self._later += numbered
        return tuple(numbered)

    def readd(self, changes: Iterable[Change]) -> None:
        """Overlay changes that were numbered before."""
        for change in changes:
            self.position = max(self.position, change.position)
            if change.table in self._overlays:
                _apply(self._overlays[change.table], change)
            self._later.append(change)

    def get(self, place: Place) -> str | None:
        overlaid = self._overlay(place.table).get(place.scope, {}).get(place.key)
        if overlaid is not None:
            return overlaid.text
        stored = self._shard(place.table, shard_of(place.scope)).get(place.scope, {}).get(place.key)
        return None if stored is None else stored.text

    def scan(self, table: str, which: Scan) -> tuple[RawRecord, ...]:
        found = [
            (kept.position, RawRecord(scope, key, kept.text))
            for scope, records in self._scopes(table, which.scope).items()
            for key, kept in records.items()
            if kept.text is not None
            and which.key in {None, key}
            and (which.key_prefix is None or key.startswith(which.key_prefix))
        ]
        found.sort(key=lambda one: one[0])
        return windowed((record for _, record in found), which)

    def places(self, table: str, which: Scan) -> tuple[tuple[str, str], ...]:
        return tuple((found.scope, found.key) for found in self.scan(table, which))

    def count(self, table: str) -> int:
        return len(self.scan(table, Scan()))

    def folded(self, table: str, shard: str) -> tuple[ShardRecord, ...]:
        """What a shard is to hold once all changes are folded into it."""
        merged = _merged(self._shard(table, shard), self._overlay(table), lambda scope: shard_of(scope) == shard)
        records = (
            ShardRecord(kept.position, scope, key, kept.text)
            for scope, inside in merged.items()
            for key, kept in inside.items()
            if kept.text is not None
        )
        return tuple(sorted(records, key=lambda one: one.position))

    def changed_shards(self, table: str) -> frozenset[str]:
        """The shards that changes are waiting to be folded into."""
        return frozenset(shard_of(scope) for scope in self._overlay(table))

    def _scopes(self, table: str, scope: str | None) -> Mapping[str, Mapping[str, Kept]]:
        overlay = self._overlay(table)
        if scope is not None:
            stored = self._shard(table, shard_of(scope))
            return _merged({scope: stored.get(scope, {})}, {scope: overlay.get(scope, {})}, lambda _: True)
        stored_scopes: dict[str, Mapping[str, Kept]] = {}
        for shard in self._head.shards.get(table, {}):
            stored_scopes.update(self._shard(table, shard))
        return _merged(stored_scopes, overlay, lambda _: True)

    def _shard(self, table: str, shard: str) -> Mapping[str, Mapping[str, Kept]]:
        name = self._head.shards.get(table, {}).get(shard)
        return {} if name is None else self._loader.shard(table, name)

    def _overlay(self, table: str) -> Scopes:
        if table not in self._overlays:
            overlay: Scopes = {}
            for segment in self._head.segments:
                if table in segment.tables:
                    _apply_all(overlay, table, self._loader.segment(segment))
            _apply_all(overlay, table, self._head.tail)
            _apply_all(overlay, table, self._later)
            self._overlays[table] = overlay
        return self._overlays[table]


def _apply_all(overlay: Scopes, table: str, changes: Iterable[Change]) -> None:
    for change in changes:
        if change.table == table:
            _apply(overlay, change)


def _apply(overlay: Scopes, change: Change) -> None:
    records = overlay.setdefault(change.scope, {})
    before = records.get(change.key)
    if change.text is None:
        records[change.key] = Kept(change.position, None, is_new=True)
    elif before is None:
        records[change.key] = Kept(change.position, change.text)
    elif before.text is None:
        records[change.key] = Kept(change.position, change.text, is_new=True)
    else:
        records[change.key] = Kept(before.position, change.text, before.is_new)


def _merged(
    stored: Mapping[str, Mapping[str, Kept]], overlay: Scopes, is_meant: Callable[[str], bool]
) -> dict[str, dict[str, Kept]]:
    merged = {scope: dict(records) for scope, records in stored.items()}
    for scope, records in overlay.items():
        if not is_meant(scope):
            continue
        own = merged.setdefault(scope, {})
        for key, kept in records.items():
            below = own.get(key)
            keeps_its_place = below is not None and not kept.is_new and kept.text is not None
            own[key] = Kept(below.position, kept.text) if below is not None and keeps_its_place else kept
    return merged
