"""Writes that nobody waits for: put together, in their order, before whatever is read or reported afterwards."""

from __future__ import annotations

import contextlib
from threading import Event, Thread

import pytest

from rocky_core.errors import LeaseLost, StateError, StateUnreachable
from rocky_core.state import gathered_writes
from rocky_core.state.backend import Scan
from rocky_core.state.gathered_writes import GatheredWrites
from rocky_core.state.sqlite_backend import SqliteBackend
from rocky_core.state.sqlite_file import connect_for_writing
from rocky_core.state.tables import METADATA


class Counting:
    """A state file that says which commits it has made, and that can be away."""

    def __init__(self, backend):
        self._backend = backend
        self.commits = []
        self.is_away = False
        self.has_committed = Event()

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def write(self, work, **options):
        if self.is_away:
            raise StateUnreachable("nobody answers")
        before = self._names()
        answer = self._backend.write(work, **options)
        self.commits.append([name for name in self._names() if name not in before])
        self.has_committed.set()
        return answer

    def _names(self):
        return [one.key for one in self._backend.read(lambda t: t.scan(METADATA, Scan(scope="")))]


@pytest.fixture
def inner(tmp_path):
    path = tmp_path / "state.db"
    return Counting(SqliteBackend(path, connect_for_writing(path), None, read_only=False))


@pytest.fixture
def store(inner, monkeypatch):
    """It stores only when it has to, and not because time has passed."""
    monkeypatch.setattr(gathered_writes, "_GATHER_SECONDS", 3600)
    with contextlib.closing(GatheredWrites(inner)) as opened:
        yield opened


def put(name):
    return lambda transaction: transaction.put(METADATA, "", name, name)


def object_to(transaction):
    put("half done")(transaction)
    raise LeaseLost("somebody else has it")


def names(store):
    return store.read(lambda t: [one.key for one in t.scan(METADATA, Scan(scope=""))])


def test_what_is_waited_for_carries_along_what_came_before_it(store, inner):
    for name in "abc":
        store.write_later(put(name))
    assert inner.commits == []

    store.write(put("d"))

    assert inner.commits == [["a", "b", "c", "d"]]


def test_whoever_reads_sees_what_was_written_before(store, inner):
    store.write_later(put("a"))

    assert (names(store), inner.commits) == (["a"], [["a"]])


def test_what_nobody_waits_for_is_stored_a_moment_later(inner, monkeypatch):
    monkeypatch.setattr(gathered_writes, "_GATHER_SECONDS", 0.01)
    with contextlib.closing(GatheredWrites(inner)) as store:
        store.write_later(put("a"))
        assert inner.has_committed.wait(20)

    assert inner.commits == [["a"]]


def test_many_are_not_kept_waiting(store, inner, monkeypatch):
    monkeypatch.setattr(gathered_writes, "_MOST_GATHERED", 3)
    for name in "abc":
        store.write_later(put(name))

    assert inner.has_committed.wait(20)
    assert inner.commits == [["a", "b", "c"]]


def break_down(transaction):
    put("half done")(transaction)
    raise KeyError("a mistake of ours")


@pytest.mark.parametrize(("work", "error"), [(object_to, LeaseLost), (break_down, StateError)])
def test_one_that_cannot_be_done_takes_nothing_else_with_it_and_whoever_reports_next_hears(work, error, store):
    store.write_later(put("a"))
    store.write_later(work)
    store.write_later(put("b"))

    with pytest.raises(error):
        store.write(put("c"))
    assert names(store) == ["a", "b", "c"]
    store.write(put("d"))
    assert names(store) == ["a", "b", "c", "d"]


def test_an_objection_to_what_is_waited_for_is_told_at_once_and_what_came_before_it_stays(store):
    store.write_later(put("a"))

    with pytest.raises(LeaseLost):
        store.write(object_to)
    assert names(store) == ["a"]


@pytest.mark.parametrize("is_seen_to", [True, False])
def test_what_a_store_that_went_away_has_not_got_is_asked_about_in_its_order(is_seen_to, store, inner):
    asked = []

    def lost(name):
        return lambda error: asked.append((name, type(error))) or is_seen_to

    for name in "ab":
        store.write_later(put(name), if_lost=lost(name))
    inner.is_away = True
    with pytest.raises(StateUnreachable):
        store.write(put("c"))
    inner.is_away = False

    assert asked == [("a", StateUnreachable), ("b", StateUnreachable)]
    with contextlib.nullcontext() if is_seen_to else pytest.raises(StateUnreachable):
        store.flush()
    assert names(store) == []


def test_what_waits_is_stored_before_the_store_is_closed(inner):
    store = GatheredWrites(inner)
    store.write_later(put("a"))
    store.close()

    assert inner.commits == [["a"]]


def test_threads_that_write_at_once_lose_nothing(store):
    def write(number):
        for at in range(20):
            write_one = store.write if at % 5 == 0 else store.write_later
            write_one(put(f"{number}-{at}"))

    threads = [Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = names(store)
    assert len(found) == 80
    for number in range(4):
        own = [name for name in found if name.startswith(f"{number}-")]
        assert own == [f"{number}-{at}" for at in range(20)], "each thread's in its order"
