"""A commit whose answer was lost counts once, and what others wrote meanwhile is not overwritten."""

from __future__ import annotations

from functools import partial
from threading import Event

import pytest

from rocky_core.state.object_head import HEAD
from rocky_core.state.object_io import Outrun
from rocky_core.state.tables import METADATA

from .worker import RealClock, open_s3


def add(entry, transaction):
    held = transaction.get(METADATA, "", "list") or ""
    transaction.put(METADATA, "", "list", f"{held} {entry}".strip())


def test_what_others_wrote_after_a_commit_with_a_lost_answer_stays(s3_url, tmp_path):
    assert s3_url
    ours, theirs = open_s3(tmp_path, RealClock()), open_s3(tmp_path, RealClock())
    ours.backend.write(partial(add, "first"))
    io = ours.backend._namespace._io
    put = io._put

    def lose_one_answer(name, data, mode):
        done = put(name, data, mode)
        if name != HEAD:
            return done
        io._put = put
        theirs.backend.write(partial(add, "theirs"))
        raise Outrun  # What the retry is told, since the head is no longer the one that it was sent for.

    io._put = lose_one_answer
    ours.backend.write(partial(add, "lost-answer"))
    ours.backend.write(partial(add, "last"))

    assert theirs.backend.read(lambda t: t.get(METADATA, "", "list")) == "first lost-answer theirs last"
    ours.close()
    theirs.close()


LONG = "x" * 130 * 1024  # A tail that holds it is moved into a segment.


@pytest.mark.parametrize(("made", "long_writes"), [("segments/", 1), ("shards/", 24)])
def test_what_others_wrote_while_the_head_was_being_kept_small_stays(s3_url, tmp_path, made, long_writes):
    assert s3_url
    ours, theirs = open_s3(tmp_path, RealClock()), open_s3(tmp_path, RealClock())
    theirs.backend._tidy = lambda: None  # Only ours keeps it small, so that theirs writes nothing else.
    ours.backend.write(partial(add, "first"))
    io, has_written = ours.backend._namespace._io, Event()
    put = io._put

    def let_them_write_first(name, data, mode):
        done = put(name, data, mode)
        if name.startswith(made):
            io._put = put
            theirs.backend.write(partial(add, "theirs"))
            has_written.set()
        return done

    io._put = let_them_write_first
    for number in range(long_writes):
        ours.backend.write(lambda t, number=number: t.put(METADATA, "", f"long-{number}", LONG))
    assert has_written.wait(30)
    ours.backend.write(partial(add, "last"))

    assert theirs.backend.read(lambda t: t.get(METADATA, "", "list")) == "first theirs last"
    ours.close()
    theirs.close()
