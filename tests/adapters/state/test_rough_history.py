"""The check of histories can fail, in each of its ways."""

from __future__ import annotations

import pytest

from .rough_history import Said, faults, heard

LATE = 10.0
CLAIMED = Said("a", "key-granted", "k", "run-a", 1.0)
ENDED = Said("a", "key-ending", "k", "run-a", 2.0)
DONE = Said("a", "key-done", "k", "run-a", 3.0)
HELD = Said("a", "lease-granted", "p", "4", 1.0)

# What was said, what is held, who was killed when, and what is wrong with it.
HISTORIES = {
    "stored and there": ([Said("a", "stored", "list-0", "x", 1.0)], {"list-0": ["y", "x"]}, {}, []),
    "stored and not there": ([Said("a", "stored", "list-0", "x", 1.0)], {"list-0": ["y"]}, {}, ["lost: x"]),
    "there twice": ([], {"list-0": ["x", "x"]}, {}, ["twice: x"]),
    "there without having been acknowledged": ([], {"list-0": ["x"]}, {}, []),
    "claimed one after the other": ([CLAIMED, ENDED, Said("b", "key-granted", "k", "run-b", 2.5)], {}, {}, []),
    "claimed by two at a time": (
        [CLAIMED, ENDED, Said("b", "key-granted", "k", "run-b", 1.5)],
        {},
        {},
        ["claimed by two at a time: k by run-a and run-b"],
    ),
    "claimed and never given back": (
        [CLAIMED, Said("b", "key-granted", "k", "run-b", LATE)],
        {},
        {},
        ["claimed by two at a time: k by run-a and run-b"],
    ),
    "claimed by one that was killed": ([CLAIMED, Said("b", "key-granted", "k", "run-b", LATE)], {}, {"a": 5.0}, []),
    "done and claimed again": (
        [CLAIMED, ENDED, DONE, Said("b", "key-granted", "k", "run-b", LATE)],
        {},
        {},
        ["done already: k by run-a, again by run-b"],
    ),
    "written in the order of tokens": ([], {"fenced-p": ["1:x", "1:y", "3:z"]}, {}, []),
    "written under a stale token": ([], {"fenced-p": ["1:x", "3:z", "1:y"]}, {}, ["stale token 1 after 3 in fenced-p"]),
    "a token for two": ([HELD, Said("b", "lease-granted", "q", "4", LATE)], {}, {}, ["token given twice: 4"]),
    "proven while it was held": ([HELD, Said("a", "lease-proven", "p", "4", 2.0)], {}, {}, []),
    "proven before it was lost": (
        [HELD, Said("a", "lease-proven", "p", "4", 2.0), Said("b", "lease-granted", "p", "5", 3.0)],
        {},
        {},
        [],
    ),
    "proven after it was lost": (
        [HELD, Said("b", "lease-granted", "p", "5", 3.0), Said("a", "lease-proven", "p", "4", 4.0)],
        {},
        {},
        ["lease proven after it was lost: p token 4"],
    ),
    "another pipeline was taken": (
        [HELD, Said("b", "lease-granted", "q", "5", 3.0), Said("a", "lease-proven", "p", "4", 4.0)],
        {},
        {},
        [],
    ),
}


@pytest.mark.parametrize(("said", "held", "ends", "wrong"), HISTORIES.values(), ids=HISTORIES)
def test_what_is_wrong_with_a_history(said, held, ends, wrong):
    assert faults(said, held, ends) == wrong


def test_a_line_is_heard_as_it_was_said_and_half_a_line_is_not():
    assert heard("a", [CLAIMED.line(), ENDED.line()[:-2], "ready", ""]) == (CLAIMED,)
