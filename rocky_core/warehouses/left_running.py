"""Ends what a process that is gone has left running at a service."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

_T = TypeVar("_T")


def end_all(find: Callable[[], Mapping[str, _T]], end: Callable[[_T], object], *, late_seconds: float) -> int:
    """End everything that is found, by its id; how many there were.

    It is looked twice. Whoever has sent these statements sends no more, but a service tells of one somewhat late, and
    the last may still have been on its way: `late_seconds` after the first look all of them can be found.
    """
    looks_again_at = time.monotonic() + late_seconds
    ended: set[str] = set()
    for pauses in (False, True):
        if pauses:
            time.sleep(max(looks_again_at - time.monotonic(), 0.0))
        for statement_id, statement in find().items():
            if statement_id not in ended:
                end(statement)
                ended.add(statement_id)
    return len(ended)
