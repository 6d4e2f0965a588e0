"""A run that is stopped for longer than its lease lasts, and wakes up: it writes nothing where another has taken over.

What is proven, and what is not:

- Processes with one DuckDB file: while the sleeper lives, DuckDB's lock on the file keeps every other process out of
  the warehouse, so its successor ends as `transient`, naming it, and has written nothing. The sleeper finds its lease
  taken; no rows and no state of it land any more, and the next run does the work once.
- Where both reach the tables (here two runs in one process; so it is with a warehouse on a server): rows that the
  sleeper was writing are rolled back, because the lease is proven again right before the commit.
- Not closed is the moment between that proof and the commit itself: state is fenced by its own transactions, but a
  warehouse knows nothing of leases. With a DuckDB file that does no harm, because nobody else can have written: rows
  that land in that moment are found by the next run. On a server they would be there twice.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import duckdb
import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.execution import run_pipeline as running
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelFailed, RunEvent, RunFinished
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.state.open_state import open_state_for_reading
from tests.faults.run_and_die import SUCCEEDED, Fuse, run_disturbed, run_to_end
from tests.faults.test_killed_runs import left_of_undisturbed, prepared, what_is_left
from tests.forked import Forked, run_rocky

TTL = timedelta(seconds=0.4)
IMPATIENT = "\n[resilience]\ntransient_max_retries = 0\n"


def with_a_short_lease(folder: Path, fuse: Fuse) -> None:
    running.DEFAULT_TTL = TTL
    run_disturbed(folder, fuse, "asleep")


def wait_until_stopped(process: Forked) -> bool:
    """Whether it stopped; it may have come to its end before."""
    while process.poll() is None:
        # It may end between a look at it and the next one, or while it is looked at.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
                return True
        time.sleep(0.01)
    return False


def remembered(folder: Path) -> dict[str, object]:
    """What a run stores of its tables and of itself."""
    with contextlib.closing(open_state_for_reading(folder / "models" / ".rocky-state.db", SystemClock())) as store:
        return {
            "watermarks": store.watermarks(),
            "partitions": store.partitions("warehouse.out.events"),
            "builds": store.builds(),
            "runs": store.run_records(),
        }


def asleep_before_call(call: int, start: Path, folder: Path, expected: dict[str, object]) -> str:
    """Put a process to sleep before a call, let another try meanwhile, and wake it up; how far it had come."""
    shutil.copytree(start, folder)
    rows_before, runs_before = what_is_left(folder)["tables"], remembered(folder)["runs"]
    sleeper = Forked(with_a_short_lease, folder, Fuse(call, signal.SIGSTOP), folder=folder)
    if not wait_until_stopped(sleeper):
        sleeper.communicate()
        return "over"
    before = remembered(folder)
    time.sleep(1.5 * TTL.total_seconds())
    successor = run_rocky(folder, "run", "--from", "2026-01-01", "--to", "2026-01-03", "-o", "table")
    was_kept_out = f"PID {sleeper.pid}" in successor.stdout + successor.stderr
    sleeper.send_signal(signal.SIGCONT)
    _, complaints = sleeper.communicate()
    lost = "no longer holds pipeline 'nightly'" in complaints

    if was_kept_out:
        assert successor.returncode == 1
        was_over = before["runs"] != runs_before  # Its outcome was stored, and nothing was left but to let go.
        assert lost or was_over, f"before call {call} it wrote on though its lease was taken: {complaints}"
        assert remembered(folder) == before
        rows = what_is_left(folder)["tables"]
        for name in ("events", "counted"):
            known = rows_before.get(name, []) + expected["tables"][name]
            found = rows.get(name, [])
            assert all(row in known for row in found), f"{name}, before call {call}"
            assert all(found.count(row) == 1 for row in found), f"{name}, before call {call}: rows are there twice"
    elif not lost:
        assert sleeper.returncode == SUCCEEDED, complaints
    assert run_to_end(folder, key="afterwards") == SUCCEEDED
    assert what_is_left(folder) == expected, f"asleep before call {call}"
    shutil.rmtree(folder)
    return "kept out" if was_kept_out else "beside"


@pytest.fixture
def start(tmp_path, request):
    folder = prepared(tmp_path / "start", request.param, has_run_before=True)
    with (folder / "rocky.toml").open("a") as config:
        config.write(IMPATIENT)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("start", ["incremental"], indirect=True)
def test_a_stopped_process_keeps_others_out_of_its_file_and_writes_nothing_once_it_was_replaced(start, tmp_path):
    expected = left_of_undisturbed(start, tmp_path / "undisturbed")

    found = [asleep_before_call(call, start, tmp_path / str(call), expected) for call in (8, 12, 15, 18, 20)]

    assert found.count("kept out") > 1


@pytest.mark.soak
@pytest.mark.parametrize("start", ["incremental", "time_interval"], indirect=True)
def test_the_same_before_every_call(start, tmp_path):
    expected = left_of_undisturbed(start, tmp_path / "undisturbed")

    call = 1
    while asleep_before_call(call, start, tmp_path / str(call), expected) != "over":
        call += 1

    assert call > 20


class _Asleep:
    """Where the sleeper stops: no heartbeat, and no word after the statement that writes the rows."""

    def __init__(self) -> None:
        self.fell_asleep, self.awake = Event(), Event()

    def warehouse(self, inner):
        return _SleepingWarehouse(inner, self)

    def store(self, inner):
        return _SleepingStore(inner, self)


class _SleepingStore:
    def __init__(self, store, asleep: _Asleep) -> None:
        self._store, self._asleep = store, asleep

    def __getattr__(self, name):
        return getattr(self._store, name)

    def renew_lease(self, lease):
        self._asleep.awake.wait()
        self._store.renew_lease(lease)


class _SleepingWarehouse:
    def __init__(self, warehouse, asleep: _Asleep) -> None:
        self._warehouse, self._asleep = warehouse, asleep

    def __getattr__(self, name):
        return getattr(self._warehouse, name)

    @contextlib.contextmanager
    def session(self, *, timeout_seconds=None, tag=None):
        with self._warehouse.session(timeout_seconds=timeout_seconds, tag=tag) as session:
            yield _SleepingSession(session, self._asleep)


class _SleepingSession:
    def __init__(self, session, asleep: _Asleep) -> None:
        self._session, self._asleep = session, asleep

    def __getattr__(self, name):
        return getattr(self._session, name)

    def execute(self, statement):
        result = self._session.execute(statement)
        if '"events"' in statement and statement.startswith(("INSERT", "MERGE")):
            self._asleep.fell_asleep.set()
            self._asleep.awake.wait()
        return result


def run_in_this_process(folder: Path, asleep: _Asleep | None = None) -> list[RunEvent]:
    site = open_project(ProjectOptions(config_file=folder / "rocky.toml")).site()
    if asleep is not None:
        awake = site

        def open_state(pipeline):
            store, warnings = awake.open_state(pipeline)
            return asleep.store(store), warnings

        site = replace(
            site,
            open_state=open_state,
            open_warehouse=lambda adapter, read_only: asleep.warehouse(awake.open_warehouse(adapter, read_only)),
        )
    wishes = RunOptions(partitions=PartitionChoice(first="2026-01-01", last="2026-01-03"))
    return list(run_pipeline(site, wishes, Event()))


@pytest.mark.parametrize(
    "start", ["incremental", "incremental_by_key", "delete_insert", "time_interval"], indirect=True
)
def test_rows_that_a_run_was_writing_when_it_was_replaced_are_rolled_back(start, tmp_path, monkeypatch):
    expected = left_of_undisturbed(start, tmp_path / "undisturbed")
    monkeypatch.setattr(running, "DEFAULT_TTL", TTL)
    asleep, late, rows_before = _Asleep(), [], events_of(start)
    sleeper = threading.Thread(target=lambda: late.extend(run_in_this_process(start, asleep)), daemon=True)
    sleeper.start()
    try:
        assert asleep.fell_asleep.wait(30)
        time.sleep(1.5 * TTL.total_seconds())
        assert events_of(start) == rows_before, "what is not proven to be still ours is not committed"
        meanwhile = run_in_this_process(start)
        rows_then = events_of(start)
    finally:
        asleep.awake.set()
        sleeper.join(60)

    ends = [event.error for event in late if isinstance(event, ModelFailed) and event.name == "events"]
    assert len(ends) == 1
    assert "no longer holds pipeline 'nightly'" in ends[0]
    assert events_of(start) == rows_then
    status = next(event.status.value for event in meanwhile if isinstance(event, RunFinished))
    # Two that change the same rows cannot: DuckDB refuses the second, which is done by the next run.
    assert status == "Success" or run_to_end(start, key="afterwards") == SUCCEEDED
    assert what_is_left(start) == expected


def events_of(folder: Path) -> list[tuple[object, ...]]:
    """The rows as this process sees them, whatever else it has open."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        return connection.execute("SELECT * FROM out.events ORDER BY ALL").fetchall()
