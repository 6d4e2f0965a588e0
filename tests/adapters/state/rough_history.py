"""What programs said of a shared state while they used it, and what is wrong with it.

Every instant is a reading of the machine's monotonic count, which all programs share. A grant is noted after its answer
and its end before it is asked for, so that a program certainly had what it had in between: what overlaps is a fault,
whatever the network did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a program."""

    who: str
    what: str
    about: str
    detail: str
    at: float

    def line(self) -> str:
        return f"{self.what} {self.about} {self.detail} {self.at!r} ."


def heard(who: str, lines: Iterable[str]) -> tuple[Said, ...]:
    """What a program has said; a line that its end has cut off does not count."""
    found = []
    for line in lines:
        match line.split():
            case [what, about, detail, at, "."]:
                found.append(Said(who, what, about, detail, float(at)))
    return tuple(found)


def faults(said: Sequence[Said], held: Mapping[str, Sequence[str]], ends: Mapping[str, float]) -> list[str]:
    """Everything that must not be; `held` is each list after everything, `ends` when programs were killed."""
    return [
        *_lost_or_double(said, held),
        *_granted_twice(said, ends),
        *_done_twice(said),
        *_stale_writes(held),
        *_tokens_given_twice(said),
        *_believed_too_long(said),
    ]


def _lost_or_double(said: Sequence[Said], held: Mapping[str, Sequence[str]]) -> list[str]:
    lost = [f"lost: {one.detail}" for one in said if one.what == "stored" and one.detail not in held[one.about]]
    times = Counter((name, entry) for name, entries in held.items() for entry in entries)
    return lost + [f"twice: {entry}" for (_, entry), count in times.items() if count > 1]


def _granted_twice(said: Sequence[Said], ends: Mapping[str, float]) -> list[str]:
    """Claims of one key whose times overlap."""
    given_back = {(one.who, one.about, one.detail): one.at for one in said if one.what == "key-ending"}
    spans: dict[str, list[tuple[float, float, str]]] = {}
    for one in said:
        if one.what == "key-granted":
            until = given_back.get((one.who, one.about, one.detail), ends.get(one.who, inf))
            spans.setdefault(one.about, []).append((one.at, until, one.detail))
    found = []
    for key, times in spans.items():
        for (_, until, first), (since, _, second) in pairwise(sorted(times)):
            if since < until:
                found.append(f"claimed by two at a time: {key} by {first} and {second}")
    return found


def _done_twice(said: Sequence[Said]) -> list[str]:
    """Claims that were granted after somebody was told that the key's work is done."""
    done = {one.about: one for one in said if one.what == "key-done"}
    return [
        f"done already: {one.about} by {done[one.about].detail}, again by {one.detail}"
        for one in said
        if one.what == "key-granted" and one.about in done and one.at > done[one.about].at
    ]


def _stale_writes(held: Mapping[str, Sequence[str]]) -> list[str]:
    """Writes under a token that came after one under a newer token."""
    found = []
    for name, entries in held.items():
        if name.startswith("fenced-"):
            tokens = [int(entry.partition(":")[0]) for entry in entries]
            found += [f"stale token {late} after {token} in {name}" for token, late in pairwise(tokens) if late < token]
    return found


def _tokens_given_twice(said: Sequence[Said]) -> list[str]:
    times = Counter(one.detail for one in said if one.what == "lease-granted")
    return [f"token given twice: {token}" for token, count in times.items() if count > 1]


def _believed_too_long(said: Sequence[Said]) -> list[str]:
    """Leases that were proven after somebody else had got a newer one."""
    granted = [one for one in said if one.what == "lease-granted"]
    return [
        f"lease proven after it was lost: {one.about} token {one.detail}"
        for one in said
        if one.what == "lease-proven"
        for newer in granted
        if newer.about == one.about and int(newer.detail) > int(one.detail) and newer.at < one.at
    ]
