"""Order among models: the same algorithms for compile, run and display."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping


class Cycle(Exception):
    """The graph cannot be ordered; `members` are those that remain, in the given order."""

    def __init__(self, members: tuple[str, ...]) -> None:
        super().__init__(f"circular dependency detected involving: {list(members)}")
        self.members = members


def topological_order(dependencies: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Dependencies first, alphabetical among the ready; names that are not keys are ignored."""
    waiting: dict[str, int] = {}
    readers: dict[str, list[str]] = {}
    for name, upstream in dependencies.items():
        known = {dependency for dependency in upstream if dependency in dependencies}
        waiting[name] = len(known)
        for dependency in known:
            readers.setdefault(dependency, []).append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        for reader in readers.get(name, ()):
            waiting[reader] -= 1
            if waiting[reader] == 0:
                heapq.heappush(ready, reader)
    if len(order) < len(waiting):
        done = set(order)
        raise Cycle(tuple(name for name in dependencies if name not in done))
    return tuple(order)


def layers(dependencies: Mapping[str, Iterable[str]], order: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Models grouped by the length of the longest path to a root; order kept inside a layer."""
    level: dict[str, int] = {}
    grouped: list[list[str]] = []
    for name in order:
        depth = 0
        for dependency in dependencies[name]:
            if dependency in level and level[dependency] >= depth:
                depth = level[dependency] + 1
        level[name] = depth
        if depth == len(grouped):
            grouped.append([])
        grouped[depth].append(name)
    return tuple(tuple(group) for group in grouped)
