"""Runs that are resumed, and writes that were announced and never heard of again."""

import inspect
from datetime import timedelta

import pytest

from rocky_core.errors import LeaseLost
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    DagSnapshot,
    LoadedFile,
    PartitionBuild,
    PartitionStatus,
    QualitySnapshot,
    RowCount,
    RunProgress,
    RunRecord,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
)
from rocky_core.ir.world import Watermark
from rocky_core.ports.state_store import StateStore

from .conftest import settle, take
from .worker import START

LATER = START + timedelta(minutes=1)
WATERMARK = Watermark("2026-02-28T00:00:00Z", START)


def progress(run_id, resumed_from=None, selection="", pipeline="sales"):
    return RunProgress(run_id, pipeline, START, 3, selection, resumed_from)


def entry(index, status=TableStatus.SUCCESS):
    return TableProgress(index, f"t{index}", (f"t{index}",), status, START)


def intent(table, run_id="run-1", partitions=(), is_repeatable=False):
    return WriteIntent("sales", run_id, table, "incremental", START, None, partitions, is_repeatable)


def record(run_id, status):
    return RunRecord(run_id, START, START, status, pipeline="sales")


def test_a_chain_of_resumes_keeps_what_each_finished(store, lease):
    store.start_run(lease, progress("run-1"))
    store.finish_tables(lease, [TableOutcome(entry(0)), TableOutcome(entry(1, TableStatus.FAILED))])
    store.release_lease(lease)

    second = take(store, "sales", "run-2").lease
    carried_to_second = store.start_run(second, progress("run-2", "run-1"))
    store.finish_tables(second, [TableOutcome(entry(1)), TableOutcome(entry(2, TableStatus.INTERRUPTED))])
    store.release_lease(second)

    third = take(store, "sales", "run-3").lease
    carried_to_third = store.start_run(third, progress("run-3", "run-2"))

    assert carried_to_second == (entry(0, TableStatus.SKIPPED),)
    assert carried_to_third == (entry(0, TableStatus.SKIPPED), entry(1, TableStatus.SKIPPED))
    assert store.table_progress("run-3") == carried_to_third
    assert store.table_progress("run-1") == (entry(0), entry(1, TableStatus.FAILED))


def test_resuming_from_a_run_that_is_not_known_carries_nothing_over(store, lease):
    assert store.start_run(lease, progress("run-1", "run-0")) == ()


S, F, P = RunStatus.SUCCESS, RunStatus.FAILURE, RunStatus.PARTIAL_FAILURE

# Runs in their order: id, pipeline, selection, resumed from, outcome (None: it died); then what can be resumed.
RESUMABLE = {
    "no run": ((), None),
    "a run that succeeded": ((("a", "sales", "", None, S),), None),
    "a run that failed": ((("a", "sales", "", None, F),), "a"),
    "a run that failed in part": ((("a", "sales", "", None, P),), "a"),
    "a run that died": ((("a", "sales", "", None, None),), "a"),
    "the newest of two": ((("a", "sales", "", None, F), ("b", "sales", "", None, P)), "b"),
    "not another pipeline's": ((("a", "sales", "", None, F), ("b", "stock", "", None, F)), "a"),
    "not one that was resumed": ((("a", "sales", "", None, F), ("b", "sales", "", "a", S)), None),
    "not one that was resumed otherwise": ((("a", "sales", "id=7", None, F), ("b", "sales", "", "a", S)), None),
    "the end of a chain": ((("a", "sales", "", None, F), ("b", "sales", "", "a", F)), "b"),
    "not one that was done again": ((("a", "sales", "", None, F), ("b", "sales", "", None, S)), None),
    "one that a smaller run left": ((("a", "sales", "", None, F), ("b", "sales", "id=7", None, S)), "a"),
    "not one from before a success": (
        (("a", "sales", "", None, F), ("b", "sales", "", None, S), ("c", "sales", "id=7", None, S)),
        None,
    ),
}


@pytest.mark.parametrize(("runs", "expected"), RESUMABLE.values(), ids=RESUMABLE)
def test_the_newest_run_without_a_successor_is_resumed(store, runs, expected):
    for run_id, pipeline, selection, resumed_from, outcome in runs:
        lease = take(store, pipeline, run_id).lease
        store.start_run(lease, progress(run_id, resumed_from, selection, pipeline))
        if outcome is not None:
            store.finish_run(lease, record(run_id, outcome))
        store.release_lease(lease)

    found = store.resumable_run("sales")

    assert (found and found.run_id) == expected


def test_the_newest_run_is_the_one_that_started_last_whatever_the_clock_says(store, lease):
    store.start_run(lease, progress("run-1"))
    store.start_run(lease, replace(progress("run-2"), started_at=START.replace(year=2020)))

    assert store.resumable_run("sales").run_id == "run-2"
    assert store.resumable_run("sales", before_run="run-2").run_id == "run-1"


DEAD = {
    "before any table": ((), F, START),
    "after a failed table": ((entry(0, TableStatus.FAILED),), F, START),
    "after a finished table": ((replace(entry(0), completed_at=LATER), entry(1, TableStatus.FAILED)), P, LATER),
}


@pytest.mark.parametrize(("done", "status", "ended_at"), DEAD.values(), ids=DEAD)
def test_a_run_that_died_is_in_history_when_the_next_begins(store, lease, done, status, ended_at):
    died = replace(progress("run-1"), trigger="Schedule")
    store.start_run(lease, died)
    store.finish_tables(lease, [TableOutcome(one) for one in done])
    before = store.run_records()
    store.release_lease(lease)

    other = take(store, "stock", "run-2").lease
    store.start_run(other, progress("run-2", pipeline="stock"))
    unchanged = store.run_records()
    store.start_run(take(store, "sales", "run-3").lease, progress("run-3"))

    dead = RunRecord("run-1", START, ended_at, status, trigger="Schedule", pipeline="sales")
    assert (before, unchanged, store.run_records()) == ((), (), (dead,))
    assert store.run_progress("run-1") == replace(died, outcome=status, finished_at=ended_at)
    assert store.resumable_run("sales", before_run="run-3").run_id == "run-1"


def test_a_write_stays_open_until_it_is_finished(store, lease, reopen):
    store.begin_tables(lease, [intent("t0"), intent("t1", is_repeatable=True), intent("t2")])
    store.finish_tables(lease, [TableOutcome(entry(1)), TableOutcome(entry(2, TableStatus.FAILED), is_settled=False)])

    assert reopen().open_intents("sales") == (intent("t0"), intent("t2"))
    assert store.open_intents("stock") == ()


def test_settling_closes_a_write_with_the_watermark_that_the_target_proves(store, lease):
    store.begin_tables(lease, [intent("t0"), intent("t1"), intent("t2")])
    store.set_watermark(lease, "t1", WATERMARK)

    proven = replace(WATERMARK, last_value="2026-03-01T00:00:00Z")
    store.settle_intents(lease, {"t0": proven, "t1": None, "unheard-of": WATERMARK})

    assert store.open_intents("sales") == (intent("t2"),)
    assert dict(store.watermarks()) == {"t0": proven, "t1": WATERMARK}


def test_partitions_of_an_announced_write_are_in_progress_and_then_interrupted(store, lease):
    done = PartitionBuild("t0", "2026-01", PartitionStatus.COMPUTED, START, "run-1")
    store.begin_tables(lease, [intent("t0", partitions=("2026-01", "2026-02"))])
    begun = store.partitions("t0")
    store.finish_tables(lease, [TableOutcome(entry(0), partitions=(done,), is_settled=False)])
    store.settle_intents(lease, {"t0": None})

    assert begun == tuple(
        PartitionBuild("t0", key, PartitionStatus.IN_PROGRESS, START, "run-1") for key in ("2026-01", "2026-02")
    )
    assert store.partitions("t0") == (done, replace(begun[1], status=PartitionStatus.INTERRUPTED))


def test_the_last_build_of_a_table_is_void_from_the_announcement_of_the_next_one(store, lease):
    build = BuildRecord("run-1", "b1", succeeded=True, recipe="r", inputs=(("raw.a", "3 rows"),))
    store.finish_tables(lease, [TableOutcome(entry(0), build=build), TableOutcome(entry(1))])
    stored = dict(store.builds())
    store.begin_tables(lease, [intent("t0")])

    assert stored == {"t0": build}
    assert dict(store.builds()) == {"t0": BuildRecord(intent("t0").run_id)}


def test_checks_are_confirmed_of_the_build_that_they_were_made_of_and_of_no_other(store, lease):
    builds = {f"t{i}": BuildRecord("run-1", f"b{i}", succeeded=True) for i in range(2)}
    store.finish_tables(lease, [TableOutcome(entry(i), build=builds[f"t{i}"]) for i in range(2)])

    store.confirm_builds(lease, {"t0": "b0", "t1": "an earlier one", "t2": "b2"})

    assert dict(store.builds()) == {"t0": replace(builds["t0"], checks_hold=True), "t1": builds["t1"]}


# Everything that is written under a lease.
WRITES = {
    "start_run": lambda store, lease: store.start_run(lease, progress("run-9")),
    "begin_tables": lambda store, lease: store.begin_tables(lease, [intent("t0", partitions=("p",))]),
    "finish_tables": lambda store, lease: store.finish_tables(lease, [TableOutcome(entry(0), watermark=WATERMARK)]),
    "confirm_builds": lambda store, lease: store.confirm_builds(lease, {"t0": "b1"}),
    "finish_run": lambda store, lease: store.finish_run(lease, record("run-1", S)),
    "settle_intents": lambda store, lease: store.settle_intents(lease, {"t": WATERMARK}),
    "set_watermark": lambda store, lease: store.set_watermark(lease, "t", WATERMARK),
    "delete_watermark": lambda store, lease: store.delete_watermark(lease, "kept"),
    "add_row_counts": lambda store, lease: store.add_row_counts(lease, {"t": RowCount(START, 1)}),
    "add_quality": lambda store, lease: store.add_quality(lease, [QualitySnapshot("m", "run-1", START, 1)]),
    "swap_discovered": lambda store, lease: store.swap_discovered(lease, "sales", ("a",)),
    "add_dag_snapshot": lambda store, lease: store.add_dag_snapshot(lease, DagSnapshot(START, "aa", 1, 0)),
    "add_loaded_files": lambda store, lease: store.add_loaded_files(lease, [LoadedFile("sales", "a", START, 1, 1)]),
    "renew_lease": lambda store, lease: store.renew_lease(lease),
    "check_lease": lambda store, lease: store.check_lease(lease),
}


def test_everything_that_is_written_under_a_lease_is_in_the_table():
    methods = inspect.getmembers(StateStore, inspect.isfunction)
    leased = {name for name, method in methods if "lease" in inspect.signature(method).parameters}

    assert leased - {"release_lease"} == set(WRITES)


def told(store, write):
    """Write, and wait until it is known what became of it; a server may be told a moment later."""
    write()
    settle(store)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whoever_was_replaced_writes_nothing(store, lease, write):
    store.start_run(lease, progress("run-1"))
    store.set_watermark(lease, "kept", WATERMARK)
    store.release_lease(lease)
    new_lease = take(store, "sales", "run-2").lease

    with pytest.raises(LeaseLost, match=r"^run run-1 no longer holds pipeline 'sales' \(taken over by run run-2"):
        told(store, lambda: write(store, lease))

    assert (
        dict(store.watermarks()),
        store.table_progress("run-1"),
        store.run_records(),
        store.open_intents("sales"),
        store.partitions("t0"),
        store.row_counts("t"),
        store.quality_history("m"),
        store.run_progress("run-9"),
        store.dag_snapshots(),
        store.loaded_files("sales"),
        store.swap_discovered(new_lease, "sales", ()),
    ) == ({"kept": WATERMARK}, (), (), (), (), (), (), None, (), (), None)


def test_a_lease_of_one_pipeline_does_not_stand_for_another(store, lease):
    take(store, "stock", "run-2")

    with pytest.raises(LeaseLost):
        store.set_watermark(replace(lease, pipeline="stock"), "t", WATERMARK)
