"""Keeps a namespace small: a long tail becomes a segment, many segments become shards."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from rocky_core.ir.replace import replace
from rocky_core.state.object_head import Head, SegmentRef
from rocky_core.state.object_io import Outrun
from rocky_core.state.object_namespace import ObjectNamespace
from rocky_core.state.object_view import ObjectView

_LONGEST_TAIL_CHARACTERS: Final = 128 * 1024
_MOST_SEGMENTS: Final = 24


def roll_tail(namespace: ObjectNamespace) -> None:
    """Move a tail that has grown long into an object of its own. Raises Outrun, and nothing is different then."""
    head = namespace.head
    if sum(len(change.text or "") + len(change.key) for change in head.tail) < _LONGEST_TAIL_CHARACTERS:
        return
    segment = SegmentRef(f"segments/{_unique()}.json", tuple(sorted({change.table for change in head.tail})))
    namespace.add_object(segment.name, head.tail)
    _replace_or_remove(namespace, replace(head, segments=(*head.segments, segment), tail=()), (segment.name,))


def compact(namespace: ObjectNamespace) -> None:
    """Fold segments into shards once there are many. Raises Outrun, and nothing is different then."""
    head = namespace.head
    if len(head.segments) < _MOST_SEGMENTS:
        return
    view = ObjectView(head, namespace.loader)
    shards = {table: dict(named) for table, named in head.shards.items()}
    made: list[str] = []
    left: list[str] = [segment.name for segment in head.segments]
    for table in sorted({table for segment in head.segments for table in segment.tables}):
        for shard in sorted(view.changed_shards(table)):
            records = view.folded(table, shard)
            before = shards.setdefault(table, {}).pop(shard, None)
            if before is not None:
                left.append(before)
            if records:
                name = f"shards/{table}/{shard}-{_unique()}.json"
                namespace.add_object(name, records)
                shards[table][shard] = name
                made.append(name)
    _replace_or_remove(namespace, replace(head, segments=(), shards=shards), made)
    namespace.remove_objects(left)


def _replace_or_remove(namespace: ObjectNamespace, head: Head, made: Sequence[str]) -> None:
    try:
        namespace.replace_head(head)
    except Outrun:
        # The answer to a put that landed may have been lost; then the head names what was made.
        namespace.refresh(is_proof=True)
        namespace.remove_objects(set(made).difference(namespace.head.object_names))
        raise


def _unique() -> str:
    return secrets.token_hex(8)
