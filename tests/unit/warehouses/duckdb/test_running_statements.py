"""Interrupts reach the statements they are meant for, however unlucky the moment, and no other."""

import threading
import time

import duckdb
import pytest

from rocky_core.errors import ConnectionFailed
from rocky_core.warehouses.duckdb.running_statements import RunningStatements, StopReason


class Cursor:
    """Counts its interrupts; the first ones come too early, as DuckDB forgets those before a statement starts."""

    def __init__(self, forgotten: int = 0) -> None:
        self.interrupts = 0
        self.noticed = threading.Event()
        self._forgotten = forgotten

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts > self._forgotten:
            self.noticed.set()


class ClosedCursor(Cursor):
    def interrupt(self) -> None:
        super().interrupt()
        raise duckdb.ConnectionException("Connection already closed!")


def test_an_interrupt_is_repeated_until_it_is_noticed():
    running, cursor = RunningStatements(), Cursor(forgotten=5)

    with running.watch(cursor) as statement:
        running.cancel()
        assert cursor.noticed.wait(10)

    assert statement.stopped_by is StopReason.CANCELLED
    running.close(1)


def test_a_statement_that_has_ended_is_interrupted_no_more():
    running, cursor = RunningStatements(), Cursor()
    with running.watch(cursor):
        running.cancel()
        cursor.noticed.wait(10)
    counted = cursor.interrupts

    time.sleep(0.1)

    assert cursor.interrupts == counted
    running.close(1)


def test_a_statement_that_starts_after_a_cancel_is_left_alone():
    running, earlier, later = RunningStatements(), Cursor(), Cursor()

    with running.watch(earlier) as first:
        running.cancel()
        with running.watch(later) as second:
            assert earlier.noticed.wait(10)
            time.sleep(0.05)

    assert (first.stopped_by, second.stopped_by, later.interrupts) == (StopReason.CANCELLED, None, 0)
    running.close(1)


def test_a_statement_in_time_is_left_alone_and_one_that_is_late_is_stopped():
    running, quick, slow = RunningStatements(), Cursor(), Cursor()

    with running.watch(quick, 30) as in_time, running.watch(slow, 0.05) as late:
        assert slow.noticed.wait(10)

    assert (in_time.stopped_by, quick.interrupts, late.stopped_by) == (None, 0, StopReason.TIMED_OUT)
    running.close(1)


def test_a_cursor_that_was_closed_meanwhile_does_not_stop_the_watching():
    running, closed, cursor = RunningStatements(), ClosedCursor(), Cursor()

    with running.watch(closed), running.watch(cursor):
        running.cancel()
        assert closed.noticed.wait(10)
        assert cursor.noticed.wait(10)
    running.close(1)


def test_closing_waits_for_what_it_stops_and_leaves_no_thread():
    running, cursor, ended = RunningStatements(), Cursor(forgotten=3), []

    def work() -> None:
        with running.watch(cursor):
            cursor.noticed.wait(10)
            ended.append("ended")

    worker = threading.Thread(target=work)
    worker.start()
    while not running._running:
        time.sleep(0.001)
    running.close(10)

    assert ended == ["ended"]
    worker.join()
    assert [thread.name for thread in threading.enumerate() if thread.name == "duckdb-watcher"] == []


def test_nothing_starts_once_everything_is_being_closed():
    running = RunningStatements()
    running.close(1)

    with pytest.raises(ConnectionFailed, match="closed"), running.watch(Cursor()):
        pass


def test_closing_does_not_wait_for_ever():
    running, cursor = RunningStatements(), Cursor()

    with running.watch(cursor):
        before = time.monotonic()
        running.close(0.1)

        assert 0.1 <= time.monotonic() - before < 5


def test_without_timeouts_and_cancels_there_is_no_thread():
    running = RunningStatements()

    with running.watch(Cursor()):
        assert running._watcher is None
    running.close(1)
