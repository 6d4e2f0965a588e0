"""Tables are written in order, failures stay where they happen, and everything is remembered."""

from __future__ import annotations

import threading
import time

import pytest
from fake_outside import FakeWarehouse, plan_of, planned, running, until_cancelled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    LeaseLost,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    TransientFailure,
)
from rocky_core.execution.apply_plan import ApplyRules, apply_plan
from rocky_core.execution.retry import RetryRules
from rocky_core.execution.verdict import verdict
from rocky_core.ir.plan import NewWatermark, PlannedPartition, Refusal, Step
from rocky_core.ir.run import (
    ModelBlocked,
    ModelFailed,
    ModelRetried,
    ModelSkipped,
    ModelStarted,
    ModelSucceeded,
    RunStarted,
    RunStatus,
)
from rocky_core.ir.state import PartitionStatus, TableStatus
from rocky_core.ports.warehouse import QueryResult


def ends(events) -> dict[str, str]:
    """How each table ended."""
    found = {}
    for event in events:
        match event:
            case ModelSucceeded():
                found[event.name] = "built"
            case ModelFailed():
                found[event.name] = event.kind.value
            case ModelBlocked():
                found[event.name] = f"blocked by {event.blocked_by or 'nothing'}"
            case _:
                pass
    return found


def failing(errors):
    """Behaviour that raises what belongs to a statement."""

    def behave(statement):
        if statement in errors:
            raise errors[statement]

    return behave


def apply(tmp_path, warehouse, *tables, rules=None, retry=None):
    with running(warehouse, tmp_path, retry) as context:
        events = list(apply_plan(plan_of(*tables), context, rules or ApplyRules()))
        return events, context.store.table_progress("run-1"), context.store.open_intents("nightly")


def test_a_failure_blocks_its_readers_by_name_and_nothing_else(tmp_path):
    warehouse = FakeWarehouse(failing({"b": QueryRejected("no such function")}))
    tables = (planned("a"), planned("b", "a"), planned("c", "b"), planned("d", "c"), planned("e", "a"))

    events, progress, intents = apply(tmp_path, warehouse, *tables)

    assert ends(events) == {
        "a": "built",
        "b": "query-rejected",
        "c": "blocked by b",
        "d": "blocked by b",
        "e": "built",
    }
    assert {one.table: one.status for one in progress} == {
        "a": TableStatus.SUCCESS,
        "b": TableStatus.FAILED,
        "e": TableStatus.SUCCESS,
    }
    assert intents == ()


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (TransientFailure("busy"), 3),
        (QuotaExceeded("later", cooldown_seconds=90), 3),
        (QueryRejected("no"), 1),
        (ObjectNotFound("no"), 1),
        (AuthFailed("no"), 1),
        (ValueError("a fault of ours"), 1),
    ],
)
def test_each_kind_of_failure_is_tried_as_often_as_it_deserves(error, attempts, tmp_path):
    events, _, _ = apply(tmp_path, FakeWarehouse(failing({"a": error})), planned("a"))

    failed = events[-1]
    kind = getattr(error, "failure_kind", FailureKind.UNKNOWN)
    assert (failed.kind, failed.attempts) == (kind, attempts)
    assert sum(isinstance(event, ModelRetried) for event in events) == attempts - 1


def test_a_retry_goes_on_from_the_step_that_failed(tmp_path):
    tries = iter([TransientFailure("busy"), None])

    def behave(statement):
        if statement == "write" and (error := next(tries)) is not None:
            raise error

    warehouse = FakeWarehouse(behave)
    steps = (Step("create_schema", ("schema",)), Step("merge", ("write",)))

    events, _, _ = apply(tmp_path, warehouse, planned("a", steps=steps))

    assert ends(events) == {"a": "built"}
    assert warehouse.statements == ["schema", "write"]
    assert next(event.attempts for event in events if isinstance(event, ModelSucceeded)) == 2


def test_an_append_whose_connection_broke_is_not_repeated_but_left_for_the_next_run_to_find_out(tmp_path):
    warehouse = FakeWarehouse(failing({"INSERT": ConnectionFailed("gone")}))

    events, _, intents = apply(tmp_path, warehouse, planned("a", steps=(Step("incremental", ("INSERT",)),)))

    assert (ends(events), events[-1].attempts) == ({"a": "connection-failed"}, 1)
    assert [intent.table for intent in intents] == ["a"]


def test_a_watermark_that_cannot_be_read_back_fails_the_table_and_keeps_its_write_announced(tmp_path):
    warehouse = FakeWarehouse()
    statement = 'SELECT CAST(MAX("at") AS VARCHAR) FROM "a"'
    warehouse.answers[statement] = QueryResult(("max",), (("not a time",),))
    table = planned("a", watermark_column="at", new_watermark=NewWatermark.MAX_OF_TARGET)

    events, _, intents = apply(tmp_path, warehouse, table)

    assert ends(events) == {"a": "unknown"}
    assert [intent.table for intent in intents] == ["a"]


def test_the_watermark_is_what_the_table_says(tmp_path):
    warehouse = FakeWarehouse()
    statement = 'SELECT CAST(MAX("at") AS VARCHAR) FROM "a"'
    warehouse.answers[statement] = QueryResult(("max",), (("2026-01-31 08:00:00.123456789+02",),))
    table = planned("a", watermark_column="at", new_watermark=NewWatermark.MAX_OF_TARGET)

    with running(warehouse, tmp_path) as context:
        list(apply_plan(plan_of(table), context, ApplyRules()))

        assert context.store.watermarks()["a"].last_value == "2026-01-31T06:00:00.123456789+00:00"


def test_what_the_planner_refuses_fails_without_a_statement(tmp_path):
    warehouse = FakeWarehouse()
    refused = planned("a", steps=(), refusal=Refusal(FailureKind.COMPILE_ERROR, "E039: no such column"))

    events, _, _ = apply(tmp_path, warehouse, refused, planned("b", "a"))

    assert (ends(events), warehouse.statements) == ({"a": "compile-error", "b": "blocked by a"}, [])


def test_fail_fast_starts_nothing_after_the_first_failure(tmp_path):
    warehouse = FakeWarehouse(failing({"a": QueryRejected("no")}))

    events, _, _ = apply(
        tmp_path, warehouse, planned("a"), planned("b"), planned("c"), rules=ApplyRules(parallel=1, fail_fast=True)
    )

    assert ends(events) == {"a": "query-rejected", "b": "blocked by a", "c": "blocked by a"}


def test_a_run_ends_early_when_too_large_a_share_of_its_tables_fail(tmp_path):
    warehouse = FakeWarehouse(failing({"b": QueryRejected("no"), "d": QueryRejected("no")}))
    rules = ApplyRules(parallel=1, error_rate_abort_pct=50)

    events, _, _ = apply(tmp_path, warehouse, *map(planned, "abcdef"), rules=rules)

    assert ends(events)["e"] == ends(events)["f"] == "blocked by b"
    assert "aborted_error_rate: 2 of 4 tables failed" in events[-1].reason


def test_the_circuit_breaker_stops_a_run_on_a_warehouse_that_is_down(tmp_path):
    def behave(_):
        raise TransientFailure("down")

    rules = RetryRules(max_retries=0, breaker_threshold=2)

    events, _, _ = apply(tmp_path, FakeWarehouse(behave), *map(planned, "abcd"), rules=ApplyRules(1), retry=rules)

    assert [ends(events)[name] for name in "abcd"] == ["transient", "transient", "blocked by a", "blocked by a"]


@pytest.mark.parametrize("fault", [SystemExit(3), KeyboardInterrupt()])
def test_what_ends_a_thread_ends_the_run_and_never_leaves_it_waiting(fault, tmp_path):
    with pytest.raises(type(fault)):
        apply(tmp_path, FakeWarehouse(failing({"a": fault})), planned("a"), planned("b", "a"))


def test_independent_tables_are_written_side_by_side(tmp_path):
    together = threading.Barrier(3, timeout=10)
    warehouse = FakeWarehouse(lambda _: together.wait())

    events, _, _ = apply(tmp_path, warehouse, *map(planned, "abc"), rules=ApplyRules(parallel=3))

    assert ends(events) == dict.fromkeys("abc", "built")


def test_no_more_tables_at_once_than_the_warehouse_bears(tmp_path):
    at_work, most = [0], [0]

    def behave(_):
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        time.sleep(0.01)
        at_work[0] -= 1

    apply(tmp_path, FakeWarehouse(behave, max_concurrency=1), *map(planned, "abcd"))

    assert most == [1]


def test_an_interrupt_cancels_what_runs_and_starts_nothing_more(tmp_path):
    warehouse = FakeWarehouse()
    with running(warehouse, tmp_path) as context:

        def behave(_):
            context.interrupted.set()
            until_cancelled(warehouse)

        warehouse.behaviour = behave
        events = list(apply_plan(plan_of(planned("a"), planned("b", "a")), context, ApplyRules()))
        (progress,) = context.store.table_progress("run-1")

    assert [type(event) for event in events] == [ModelStarted, ModelBlocked, ModelFailed]
    assert (events[1].reason, progress.status) == ("not started: the run was interrupted", TableStatus.INTERRUPTED)


def test_a_listener_that_goes_away_leaves_nothing_running(tmp_path):
    warehouse = FakeWarehouse()
    warehouse.behaviour = lambda _: until_cancelled(warehouse)
    with running(warehouse, tmp_path) as context:
        events = apply_plan(plan_of(planned("a")), context, ApplyRules())
        next(events)
        events.close()

    assert warehouse.cancelled.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rocky-worker")]


def test_a_run_whose_lease_was_taken_writes_nothing_more(tmp_path, monkeypatch):
    warehouse = FakeWarehouse()
    with running(warehouse, tmp_path) as context:

        def lost(lease):
            raise LeaseLost(f"run {lease.run_id} no longer holds the pipeline")

        monkeypatch.setattr(context.store, "check_lease", lost)
        events = list(apply_plan(plan_of(planned("a"), planned("b")), context, ApplyRules(parallel=1)))

    assert (ends(events), warehouse.statements) == ({"a": "unknown", "b": "blocked by a"}, [])


def test_partitions_are_remembered_one_by_one_and_a_failed_one_keeps_the_table_unfinished(tmp_path):
    windows = [PlannedPartition(f"2026-01-0{day}", "", "") for day in (1, 2, 3)]
    tables = [planned("p", steps=(Step("time_interval", (one.key,)),), partition=one) for one in windows]
    warehouse = FakeWarehouse(failing({"2026-01-02": QueryRejected("no")}))
    with running(warehouse, tmp_path) as context:
        events = list(apply_plan(plan_of(*tables, planned("reader", "p")), context, ApplyRules()))
        builds = {one.partition_key: one.status for one in context.store.partitions("p")}
        (progress,) = context.store.table_progress("run-1")

    assert warehouse.statements == ["2026-01-01", "2026-01-03"]
    assert builds == {
        "2026-01-01": PartitionStatus.COMPUTED,
        "2026-01-02": PartitionStatus.FAILED,
        "2026-01-03": PartitionStatus.COMPUTED,
    }
    assert progress.status is TableStatus.FAILED
    assert ends(events)["reader"] == "blocked by p"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_graph_with_any_failures_ends_as_a_simple_model_says(data, tmp_path_factory):
    names = [f"t{index}" for index in range(data.draw(st.integers(1, 10)))]
    reads = {
        name: data.draw(st.sets(st.sampled_from(names[:index])), label=name) if index else set()
        for index, name in enumerate(names)
    }
    # Each table fails so often in a way that passes, and then perhaps for good.
    passing = {name: data.draw(st.integers(0, 3)) for name in names}
    for_good = {name: data.draw(st.booleans()) and data.draw(st.booleans()) for name in names}
    left = dict(passing)

    def behave(name):
        if left[name]:
            left[name] -= 1
            raise TransientFailure("busy")
        if for_good[name]:
            raise QueryRejected("no")

    expected = {}
    for name in names:
        culprits = {
            expected[up].removeprefix("blocked by ") if expected[up].startswith("blocked") else up
            for up in reads[name]
            if expected[up] != "built"
        }
        if culprits:
            expected[name] = "blocked by " + min(culprits)
        elif passing[name] > 2:
            expected[name] = "transient"
        else:
            expected[name] = "query-rejected" if for_good[name] else "built"

    warehouse = FakeWarehouse(behave)
    endless = RetryRules(jitter=False, breaker_threshold=0, max_retries_per_run=None)
    tables = [planned(name, *sorted(reads[name])) for name in names]
    rules = ApplyRules(parallel=data.draw(st.integers(1, 4)))
    events, _, intents = apply(tmp_path_factory.mktemp("run"), warehouse, *tables, rules=rules, retry=endless)

    found = ends(events)
    assert {name: end.partition(" ")[0] for name, end in found.items()} == {
        name: end.partition(" ")[0] for name, end in expected.items()
    }
    assert all(
        expected[end.removeprefix("blocked by ")] in {"transient", "query-rejected"}
        for end in found.values()
        if end.startswith("blocked")
    )
    assert sorted(warehouse.statements) == sorted(name for name in names if expected[name] == "built")
    assert intents == ()
    started = RunStarted("run-1", "nightly", "transformation", None, tuple(names))
    built = [name for name in names if expected[name] == "built"]
    whole = RunStatus.SUCCESS if len(built) == len(names) else RunStatus.PARTIAL_FAILURE if built else RunStatus.FAILURE
    assert verdict((started, *events), checks_gate=False) is whole


def test_nothing_that_was_not_done_or_skipped_makes_a_run_green():
    started = RunStarted("run-1", "nightly", "transformation", None, ("a", "b"))
    done = ModelSucceeded("a", ("a",), "view", None, 1)

    assert verdict((started, done), checks_gate=False) is RunStatus.PARTIAL_FAILURE
    assert verdict((started, done, ModelSkipped("b", ("b",), "unchanged")), checks_gate=False) is RunStatus.SUCCESS
