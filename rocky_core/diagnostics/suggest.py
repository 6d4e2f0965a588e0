"""The did-you-mean of every message that names something unknown."""

from __future__ import annotations

from collections.abc import Iterable


def edit_distance(left: str, right: str) -> int:
    """Levenshtein distance, ignoring case."""
    left, right = left.lower(), right.lower()
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, start=1):
        current = [row]
        for column, b in enumerate(right, start=1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b)))
        previous = current
    return previous[-1]


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The closest candidate within a third of the name's length (at least 1, at most 3 edits)."""
    best: tuple[int, str] | None = None
    for candidate in candidates:
        limit = min(max(max(len(name), len(candidate)) // 3, 1), 3)
        if abs(len(name) - len(candidate)) > limit:
            continue
        distance = edit_distance(name, candidate)
        if distance <= limit and (best is None or (distance, candidate) < best):
            best = (distance, candidate)
    return best[1] if best else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """A tail for a message: ` — did you mean 'x'?`, or nothing."""
    found = nearest(name, candidates)
    return f" — did you mean '{found}'?" if found else ""
