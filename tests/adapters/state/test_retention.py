"""History is thinned out: the newest stays whatever its age, older records go, details with them."""

from datetime import timedelta

import pytest

from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    DagSnapshot,
    DomainSweep,
    HistoryDomain,
    ModelExecution,
    QualitySnapshot,
    RetentionPolicy,
    RunProgress,
    RunRecord,
    SweepReport,
    TableOutcome,
    TableProgress,
    TableStatus,
)

from .worker import START

DAY = timedelta(days=1)
RUNS = 6
EXECUTION = ModelExecution("orders", ("orders",), START, START, 1, "success")


@pytest.fixture
def aged_store(store, lease, clock):
    """Six runs, one a day, each with an execution, a checkpoint, a measurement and a snapshot of the graph."""
    for number in range(RUNS):
        now, run_id = clock.now(), f"run-{number}"
        store.start_run(lease, RunProgress(run_id, "sales", now, 1))
        checkpoint = TableProgress(0, "t", ("t",), TableStatus.SUCCESS, now)
        store.finish_tables(replace(lease), [TableOutcome(checkpoint)])
        record = RunRecord(run_id, now, now, RunStatus.SUCCESS, (replace(EXECUTION, started_at=now),))
        store.finish_run(lease, record)
        store.add_quality(lease, [QualitySnapshot("orders", run_id, now, number)])
        store.add_dag_snapshot(lease, DagSnapshot(now, str(number), number, 0))
        clock.pass_time(86_400)
    return store


def left(store):
    return (
        [record.run_id for record in store.run_records()],
        len(store.model_executions("orders")),
        [number for number in range(RUNS) if store.run_progress(f"run-{number}")],
        [snapshot.row_count for snapshot in store.quality_history("orders")],
        [snapshot.model_count for snapshot in store.dag_snapshots()],
    )


EVERYTHING = (
    [f"run-{number}" for number in reversed(range(RUNS))],
    RUNS,
    list(range(RUNS)),
    list(reversed(range(RUNS))),
    list(reversed(range(RUNS))),
)
TWO_LEFT = (["run-5", "run-4"], 2, [4, 5], [5, 4], [5, 4])

# The policy; how many are deleted in each domain it covers; what is left.
POLICIES = {
    "nothing is old": (RetentionPolicy(10 * DAY, 0), (0, 0, 0), EVERYTHING),
    "all is old, all is kept": (RetentionPolicy(timedelta(0), RUNS), (0, 0, 0), EVERYTHING),
    "older than two days": (RetentionPolicy(2 * DAY, 0), (4, 4, 4), TWO_LEFT),
    "all but two": (RetentionPolicy(timedelta(0), 2), (4, 4, 4), TWO_LEFT),
    "one domain": (
        RetentionPolicy(timedelta(0), 2, (HistoryDomain.AUDIT,)),
        (4,),
        (*EVERYTHING[:3], [5, 4], EVERYTHING[4]),
    ),
}


@pytest.mark.parametrize(("policy", "deleted", "expected"), POLICIES.values(), ids=POLICIES)
def test_a_sweep_deletes_what_is_old_beyond_what_is_kept(aged_store, policy, deleted, expected):
    domains = tuple(DomainSweep(domain, n, RUNS - n) for domain, n in zip(policy.domains, deleted, strict=True))

    assert aged_store.sweep_history(policy, dry_run=True) == SweepReport(domains, is_complete=True, duration_ms=0)
    assert left(aged_store) == EVERYTHING
    assert aged_store.sweep_history(policy) == SweepReport(domains, is_complete=True, duration_ms=0)
    assert left(aged_store) == expected


def test_a_sweep_stops_when_its_time_is_used_up_and_the_next_goes_on(store, lease, clock):
    for number in range(250):
        store.add_dag_snapshot(lease, DagSnapshot(START + timedelta(seconds=number), "", number, 0))
    clock.pass_time(1_000)
    policy = RetentionPolicy(timedelta(0), 10, (HistoryDomain.LINEAGE,), budget_ms=0)

    reports = [store.sweep_history(policy) for _ in range(3)]

    assert [(report.domains[0].deleted, report.is_complete) for report in reports] == [
        (100, False),
        (100, False),
        (40, True),
    ]
    assert [snapshot.model_count for snapshot in store.dag_snapshots()] == list(range(249, 239, -1))


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_sweep_finds_what_is_old_behind_what_is_kept(store, lease, clock, dry_run):
    for model in ("kept", "thinned"):
        for number in range(120):
            snapshot = QualitySnapshot(model, f"run-{number}", START + timedelta(seconds=number), number)
            store.add_quality(lease, [snapshot])
    for number in range(120, 240):
        store.add_quality(lease, [QualitySnapshot("thinned", f"run-{number}", START + 9 * DAY, number)])
    clock.pass_time(86_400)
    policy = RetentionPolicy(timedelta(hours=1), 120, (HistoryDomain.AUDIT,))

    report = store.sweep_history(policy, dry_run=dry_run)

    assert report == SweepReport((DomainSweep(HistoryDomain.AUDIT, 120, 240),), is_complete=True, duration_ms=0)
    assert len(store.quality_history("kept")) == 120
    assert len(store.quality_history("thinned")) == (240 if dry_run else 120)


def test_a_sweep_is_due_when_the_interval_is_over_or_the_clock_was_put_back(store, clock):
    hour = timedelta(hours=1)
    due = [store.sweep_is_due(hour)]
    store.sweep_history(RetentionPolicy())
    due.append(store.sweep_is_due(hour))
    clock.pass_time(3_600)
    due.append(store.sweep_is_due(hour))
    clock.pass_time(-7_200)
    due.append(store.sweep_is_due(hour))

    assert due == [True, False, True, True]


def test_trying_a_sweep_does_not_put_it_off(store):
    store.sweep_history(RetentionPolicy(), dry_run=True)

    assert store.sweep_is_due(timedelta(hours=1))
