"""Which table may start, and which may not any more."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocky_core.execution.schedule import Blocked, Schedule
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import PlannedTable


def table(name: str, *depends_on: str) -> PlannedTable:
    return PlannedTable((name,), name, TargetName("", "", name), "full_refresh", (), depends_on)


def startable(schedule: Schedule) -> list[int]:
    found = []
    while (index := schedule.start_next()) is not None:
        found.append(index)
    return found


def test_tables_start_when_everything_they_read_has_succeeded():
    schedule = Schedule([table("a"), table("b"), table("c", "a", "b"), table("d", "c")])

    assert startable(schedule) == [0, 1]
    schedule.succeed(0)
    assert startable(schedule) == []
    schedule.succeed(1)
    assert startable(schedule) == [2]
    schedule.succeed(2)
    assert startable(schedule) == [3]
    schedule.succeed(3)
    assert schedule.is_done


def test_a_failure_blocks_all_that_reads_it_and_names_it():
    schedule = Schedule([table("a"), table("b", "a"), table("c", "b"), table("x"), table("y", "x", "c")])
    startable(schedule)

    assert schedule.fail(0) == (Blocked(1, "a", "a"), Blocked(2, "a", "b"), Blocked(4, "a", "c"))
    schedule.succeed(3)
    assert (startable(schedule), schedule.is_done) == ([], True)


def test_partitions_of_a_table_follow_each_other_and_one_that_fails_does_not_stop_the_next():
    schedule = Schedule([table("p"), table("p"), table("p"), table("reader", "p")])

    assert startable(schedule) == [0]
    schedule.succeed(0)
    assert startable(schedule) == [1]
    assert schedule.fail(1) == (Blocked(3, "p", "p"),)
    assert startable(schedule) == [2]
    schedule.succeed(2)
    assert schedule.is_done


def test_what_reads_partitions_waits_for_all_of_them():
    schedule = Schedule([table("p"), table("p"), table("reader", "p")])
    startable(schedule)
    schedule.succeed(0)

    assert startable(schedule) == [1]
    schedule.succeed(1)
    assert startable(schedule) == [2]


def test_what_is_withdrawn_is_never_started_nor_blocked_again():
    schedule = Schedule([table("a"), table("b"), table("c", "a")])
    assert schedule.start_next() == 0

    assert schedule.withdraw() == (1, 2)
    assert schedule.fail(0) == ()
    assert (schedule.start_next(), schedule.is_done) == (None, True)


def test_names_that_are_not_planned_are_taken_to_be_there():
    assert startable(Schedule([table("a", "elsewhere")])) == [0]


@given(st.data())
def test_every_table_of_any_graph_ends_exactly_once(data):
    count = data.draw(st.integers(1, 12))
    tables = [
        table(f"t{i % 8}", *(f"t{up}" for up in data.draw(st.sets(st.integers(0, i % 8 - 1))) if up < i % 8))
        if i % 8
        else table("t0")
        for i in range(count)
    ]
    names = [one.name for one in tables]
    ordered = [one for _, one in sorted(enumerate(tables), key=lambda pair: (names.index(pair[1].name), pair[0]))]
    failing = data.draw(st.sets(st.integers(0, count - 1)))
    chance = random.Random(data.draw(st.integers(0, 100)))
    schedule, running, ended = Schedule(ordered), [], []

    while not schedule.is_done:
        running += startable(schedule)
        assert running, "nothing runs and not everything has ended"
        index = running.pop(chance.randrange(len(running)))
        ended.append(index)
        if index in failing:
            ended += [blocked.index for blocked in schedule.fail(index)]
        else:
            reads = {up for one in ordered if one.name == ordered[index].name for up in one.depends_on}
            assert all(j in ended and j not in failing for j, one in enumerate(ordered) if one.name in reads)
            schedule.succeed(index)

    assert sorted(ended) == list(range(count))


@pytest.mark.parametrize("count", [2_000])
def test_a_long_chain_is_no_burden(count):
    schedule = Schedule([table(f"t{i}", *([f"t{i - 1}"] if i else [])) for i in range(count)])
    assert schedule.start_next() == 0

    assert len(schedule.fail(0)) == count - 1
