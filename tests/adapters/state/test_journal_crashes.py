"""Any run, whose store goes away at any moment, and any number of crashes while its journal is stored: one end."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rocky_core.errors import StateUnreachable
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.idempotency import DedupOn, KeyClaim
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    LedgerEntry,
    LoadedFile,
    ModelExecution,
    PartitionBuild,
    PartitionStatus,
    RunProgress,
    RunRecord,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
)
from rocky_core.ir.world import GracePeriod, Watermark
from rocky_core.state.backend import Scan
from rocky_core.state.journal import JOURNALS, Journal, find_journals
from rocky_core.state.process import this_process
from rocky_core.state.record_store import RecordStore
from rocky_core.state.sqlite_backend import SqliteBackend
from rocky_core.state.sqlite_file import connect_for_writing
from rocky_core.state.tables import ALL_TABLES, LEASES, METADATA

from .conftest import SetClock, take
from .worker import START

TABLES = ("orders", "items", "prices")


class Killed(BaseException):
    """The process ends here."""


class Flaky:
    """A backend whose fates a script decides, request by request; `lost` is stored, and only the answer is lost."""

    def __init__(self, backend):
        self._backend, self.script = backend, iter(())

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def read(self, work):
        return self._backend.read(work)

    def write(self, work, **options):
        fate = next(self.script, "ok")
        if fate == "down":
            raise StateUnreachable("nobody answers")
        if fate == "killed before":
            raise Killed
        answer = self._backend.write(work, **options)
        if fate == "lost":
            raise StateUnreachable("the answer was lost")
        if fate == "killed after":
            raise Killed
        return answer

    def write_later(self, work, *, if_lost=None):
        del if_lost  # The answer comes after the commit.
        self.write(work, survives_power_cut=False)


def outcome(table, attempt, is_success):
    status = TableStatus.SUCCESS if is_success else TableStatus.FAILED
    at = START + timedelta(minutes=attempt)
    partition = PartitionStatus.COMPUTED if is_success else PartitionStatus.FAILED
    return TableOutcome(
        TableProgress(TABLES.index(table), table, (table,), status, at),
        execution=ModelExecution(table, (table,), START, at, attempt, "success" if is_success else "failed"),
        watermark=Watermark(f"2026-02-0{attempt}", at) if is_success else None,
        partitions=(PartitionBuild(table, "p1", partition, at, "run-1"),),
        grace_periods=(GracePeriod(f"old_{attempt}", "INTEGER", at, at),),
        source_marker=f"marker {attempt}",
        ledger=(LedgerEntry("job", table, "", 1, "step", "run-1", at),),
        build=BuildRecord("run-1", f"build {attempt}", succeeded=is_success, recipe="r"),
        loaded_files=(LoadedFile("sales", f"{table}-{attempt}.csv", at, 3, 30),),
        is_settled=is_success,
    )


@st.composite
def runs(draw):
    """The tries of tables, some more than once, with the verdict; and whether there is a key."""
    tries = draw(st.lists(st.tuples(st.sampled_from(TABLES), st.booleans()), min_size=1, max_size=5))
    return tuple(tries), draw(st.sampled_from([RunStatus.SUCCESS, RunStatus.PARTIAL_FAILURE])), draw(st.booleans())


class Site:
    """One store on disk, its journals, and the processes that open it one after the other."""

    def __init__(self, folder):
        self.folder, self.clock = Path(folder), SetClock()
        self.opened = []

    def open(self):
        path = self.folder / "state.db"
        backend = Flaky(SqliteBackend(path, connect_for_writing(path), None, read_only=False))
        store = RecordStore(backend, self.clock)
        store.keep_journal(Journal(self.folder / JOURNALS, store.location, self.clock))
        self.opened.append(store)
        return store

    def close(self):
        for store in self.opened:
            store.close()

    def end(self):
        """Every record, but not who holds what at the moment and what the store notes of itself."""
        store = self.open()
        return {
            table.name: store.backend.read(lambda t, table=table: t.scan(table, Scan()))
            for table in ALL_TABLES
            if table.name not in {LEASES.name, METADATA.name}
        }


def work(store, run, script):
    """A run; from its first end of a table on, the script decides what becomes of its requests."""
    tries, status, has_key = run
    claim = KeyClaim("monday", "run-1", this_process(), dedup_on=DedupOn.ANY)
    if has_key:
        store.claim_key(claim)
    lease = take(store, "sales", "run-1").lease
    store.start_run(lease, RunProgress("run-1", "sales", START, len(TABLES)))
    fates = iter(script)
    try:
        for attempt, (table, is_success) in enumerate(tries, 1):
            store.backend.script = iter(())  # A write is announced to a server that answers, or it is not made.
            store.begin_tables(lease, [WriteIntent("sales", "run-1", table, "incremental", START)])
            store.backend.script = fates
            store.finish_tables(lease, [outcome(table, attempt, is_success)])
        store.confirm_builds(lease, {table: f"build {attempt}" for attempt, (table, _) in enumerate(tries, 1)})
        store.finish_run(lease, RunRecord("run-1", START, START, status, pipeline="sales"))
        if has_key:
            store.finalize_key(claim, status)
    finally:
        store.backend.script = iter(())


def left_by(run, script):
    """What a run leaves that nothing happens to but this."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        work(site.open(), run, script)
        end = site.end()
        site.close()
        return end


FATES = st.lists(st.sampled_from(["ok", "down", "lost"]), max_size=12)
CRASHES = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["killed before", "killed after", "down", "lost"])))


@given(run=runs(), script=FATES, crashes=CRASHES)
@settings(max_examples=100, deadline=None)
def test_the_end_is_the_one_of_a_run_that_nothing_happens_to(run, script, crashes):
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        first = site.open()
        work(first, run, script)
        first.close()
        for at, fate in crashes:
            site.clock.pass_time(61)
            next_one = site.open()
            next_one.backend.script = iter(("ok",) * at + (fate,))
            with contextlib.suppress(Killed, StateUnreachable):
                next_one.settle_journals("sales")
            next_one.backend.script = iter(())
            next_one.close()  # A process that is gone has no lock any more.
        site.clock.pass_time(61)
        site.open().settle_journals("sales")
        end = site.end()
        site.close()

        assert find_journals(Path(folder) / JOURNALS) == ()
        assert end == left_by(run, ())
