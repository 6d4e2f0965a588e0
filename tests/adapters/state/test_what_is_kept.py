"""What is stored comes back whole, in the promised order, also to the next process."""

from datetime import timedelta

import pytest

from rocky_core.errors import StateError
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    Branch,
    CachedColumn,
    CachedSchema,
    DagSnapshot,
    LoadedFile,
    ModelExecution,
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
from rocky_core.ir.world import GracePeriod, Watermark

from .conftest import take
from .worker import START

ORDERS = "shop.main.orders"
LATER = START + timedelta(minutes=1)
WATERMARK = Watermark("2026-02-28T23:59:59.123456Z", START)
GRACE = GracePeriod("fax", "VARCHAR", START, START + timedelta(days=7))
PROGRESS = TableProgress(0, ORDERS, ("shop", "main", "orders"), TableStatus.SUCCESS, LATER, 1500)
EXECUTION = ModelExecution(
    model_name="orders",
    asset_key=("shop", "main", "orders"),
    started_at=START,
    finished_at=LATER,
    duration_ms=60_000,
    status="success",
    sql_hash="ab12",
    strategy="incremental",
    rows_affected=7,
    upstream_freshness=(("raw.orders", "2026-02-28"),),
)
BUILD = PartitionBuild(ORDERS, "2026-02-28", PartitionStatus.COMPUTED, LATER, "run-1", "ab12", 7, 20)
OUTCOME = TableOutcome(PROGRESS, EXECUTION, WATERMARK, (BUILD,), (GRACE,), "v17")
INTENT = WriteIntent("sales", "run-1", ORDERS, "incremental", START, partitions=("2026-02-28",))
RUN = RunProgress("run-1", "sales", START, 2)
RECORD = RunRecord("run-1", START, LATER, RunStatus.SUCCESS, pipeline="sales", check_outcomes=(("rows", True),))


def test_a_new_store_knows_nothing(store):
    known = (
        store.leases(),
        store.open_intents("sales"),
        store.run_progress("run-1"),
        store.table_progress("run-1"),
        store.resumable_run("sales"),
        store.run_record("run-1"),
        store.run_records(),
        store.model_executions("orders"),
        store.watermark(ORDERS),
        store.row_counts(ORDERS),
        store.branches(),
        store.key_entry("k"),
        store.metadata("m"),
        store.problems(),
        dict(store.watermarks()) | dict(store.grace_periods()) | dict(store.source_markers()),
    )

    assert known == ((), (), None, (), None, None, (), (), None, (), (), None, None, (), {})


def test_all_that_is_known_of_a_finished_table_is_stored_together(store, lease, reopen):
    store.start_run(lease, RUN)
    store.begin_tables(lease, [INTENT])
    store.finish_tables(lease, [OUTCOME])

    after = reopen()
    assert (
        after.table_progress("run-1"),
        after.model_executions("orders"),
        dict(after.watermarks()),
        after.partitions(ORDERS),
        dict(after.grace_periods()),
        dict(after.source_markers()),
        after.open_intents("sales"),
    ) == ((PROGRESS,), (EXECUTION,), {ORDERS: WATERMARK}, (BUILD,), {ORDERS: (GRACE,)}, {ORDERS: "v17"}, ())


def test_what_an_outcome_leaves_out_stays_as_it_was(store, lease):
    store.finish_tables(lease, [OUTCOME])

    store.finish_tables(lease, [TableOutcome(replace(PROGRESS, status=TableStatus.FAILED, error="no"))])

    assert (dict(store.watermarks()), dict(store.grace_periods()), dict(store.source_markers())) == (
        {ORDERS: WATERMARK},
        {ORDERS: (GRACE,)},
        {ORDERS: "v17"},
    )


def test_grace_periods_are_replaced_as_a_whole(store, lease):
    other = replace(GRACE, column="telex")
    store.finish_tables(lease, [OUTCOME])

    store.finish_tables(lease, [replace(OUTCOME, grace_periods=(other,))])
    replaced = dict(store.grace_periods())
    store.finish_tables(lease, [replace(OUTCOME, grace_periods=())])

    assert (replaced, dict(store.grace_periods())) == ({ORDERS: (other,)}, {})


def test_a_finished_run_is_history_with_its_executions_newest_first(store, lease):
    second = replace(EXECUTION, started_at=LATER, rows_affected=8)
    store.start_run(lease, RUN)
    store.finish_tables(lease, [OUTCOME])
    store.finish_run(lease, RECORD)
    store.release_lease(lease)
    next_lease = take(store, "sales", "run-2").lease
    store.start_run(next_lease, replace(RUN, run_id="run-2", started_at=LATER))
    store.finish_run(next_lease, replace(RECORD, run_id="run-2", started_at=LATER, models_executed=(second,)))

    first_run = replace(RECORD, models_executed=(EXECUTION,))
    second_run = replace(RECORD, run_id="run-2", started_at=LATER, models_executed=(second,))
    assert (
        store.run_records(),
        store.run_records(limit=1),
        store.run_records(since=LATER),
        store.run_record("run-1"),
        store.model_executions("orders"),
        store.model_executions("orders", limit=1),
        store.run_progress("run-1"),
    ) == (
        (second_run, first_run),
        (second_run,),
        (second_run,),
        first_run,
        (second, EXECUTION),
        (second,),
        replace(RUN, outcome=RunStatus.SUCCESS, finished_at=LATER),
    )


def test_tables_of_one_name_and_partitions_of_one_table_are_executions_of_their_own(store, lease):
    several = tuple(
        replace(EXECUTION, asset_key=key, partition=partition)
        for key, partition in ((("a", "orders"), None), (("b", "orders"), "2026-01"), (("b", "orders"), "2026-02"))
    )
    store.start_run(lease, RUN)
    store.finish_run(lease, replace(RECORD, models_executed=several))

    assert store.run_record("run-1").models_executed == several


def test_the_executions_of_a_run_are_not_mixed_up_with_those_of_a_run_with_a_longer_id(store, lease):
    for run_id in ("run-1", "run-10"):
        store.start_run(lease, replace(RUN, run_id=run_id))
        store.finish_run(lease, replace(RECORD, run_id=run_id, models_executed=(EXECUTION,)))

    assert store.run_record("run-1").models_executed == (EXECUTION,)


def test_an_id_is_given_to_one_run_only(store, lease):
    store.start_run(lease, RUN)
    other = take(store, "stock", "run-1").lease

    with pytest.raises(StateError, match="there is a run run-1 already"):
        store.start_run(other, replace(RUN, pipeline="stock"))


def test_a_run_that_was_never_started_cannot_finish(store, lease):
    with pytest.raises(StateError, match="was never started"):
        store.finish_run(lease, RECORD)

    assert store.run_records() == ()


def test_a_watermark_can_be_set_and_deleted_by_hand(store, lease):
    store.set_watermark(lease, ORDERS, WATERMARK)
    stored = store.watermark(ORDERS)

    assert (stored, store.delete_watermark(lease, ORDERS), store.delete_watermark(lease, ORDERS)) == (
        WATERMARK,
        True,
        False,
    )
    assert dict(store.watermarks()) == {}


def test_the_last_ten_row_counts_are_kept(store, lease):
    counts = [RowCount(START + timedelta(days=day), day) for day in range(12)]
    for count in counts:
        store.add_row_counts(lease, {ORDERS: count})

    assert store.row_counts(ORDERS) == tuple(counts[-10:])


def test_quality_comes_back_newest_first(store, lease):
    first = QualitySnapshot("orders", "run-1", START, 7, (("email", 0.25),), 60)
    second = replace(first, run_id="run-2", timestamp=LATER)
    store.add_quality(lease, [first, second])

    assert (store.quality_history("orders"), store.quality_history("orders", limit=1)) == ((second, first), (second,))


def test_dag_snapshots_come_back_newest_first(store, lease):
    first = DagSnapshot(START, "aa", 3, 2, ("added orders",))
    second = DagSnapshot(LATER, "bb", 4, 3)
    store.add_dag_snapshot(lease, first)
    store.add_dag_snapshot(lease, second)

    assert store.dag_snapshots() == (second, first)


def test_loaded_files_belong_to_a_pipeline(store, lease):
    file = LoadedFile("sales", "in/a.csv", START, 7, 512, 20, "ff00")
    store.add_loaded_files(lease, [file, replace(file, pipeline="stock")])

    assert store.loaded_files("sales") == (file,)


def test_described_tables_are_believed_for_a_time(store, clock):
    schema = CachedSchema("raw.main.orders", (CachedColumn("id", "BIGINT", nullable=False),), START)
    store.cache_schemas([schema])
    clock.pass_time(60)
    a_minute, less = timedelta(minutes=1), timedelta(seconds=59)

    assert (dict(store.cached_schemas(a_minute)), dict(store.cached_schemas(less))) == ({schema.table: schema}, {})


def test_clearing_the_schema_cache_can_be_tried_first(store):
    store.cache_schemas([CachedSchema("a", (), START), CachedSchema("b", (), START)])
    tried = (store.clear_schema_cache(dry_run=True), len(store.cached_schemas(timedelta(days=1))))

    assert (tried, store.clear_schema_cache(), store.clear_schema_cache()) == ((2, 2), 2, 0)


def test_a_branch_is_created_once(store):
    branch = Branch("fix", "branch__fix", "ana", START, "a fix")
    created = (store.create_branch(branch), store.create_branch(replace(branch, created_by="bo")))

    assert (created, store.branch("fix"), store.branches()) == ((True, False), branch, (branch,))
    assert (store.delete_branch("fix"), store.delete_branch("fix"), store.branches()) == (True, False, ())


def test_what_was_discovered_before_is_given_back(store, lease):
    assert (store.swap_discovered(lease, "sales", ("a",)), store.swap_discovered(lease, "sales", ("a", "b"))) == (
        None,
        ("a",),
    )


def test_metadata_does_not_reach_what_the_store_keeps_for_itself(store, lease):
    store.set_metadata("last_lease_token", "0")

    assert store.metadata("last_lease_token") == "0"
    assert take(store, "stock", "run-2").lease.token > lease.token


@pytest.mark.parametrize("text", ["", "é\u2028\U0001f680", 'a"b\\c', "a\tb\nc", "'; DROP TABLE branches; --"])
def test_any_text_comes_back_as_it_was(store, text):
    store.set_metadata(text, text)

    assert store.metadata(text) == text
