"""What hooks are told after each event of a run."""

from __future__ import annotations

import pytest

from rocky_core.config.hooks import EVENTS
from rocky_core.errors import FailureKind
from rocky_core.hooks.fold import RunSoFar, tell
from rocky_core.hooks.moments import (
    BudgetBreached,
    ChecksDone,
    ChecksStarting,
    ProjectCompiled,
    SourcesDiscovered,
    StateSynced,
)
from rocky_core.hooks.payload import Payload
from rocky_core.hooks.reach import REACH
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import (
    CheckEvaluated,
    CheckStatus,
    DriftApplied,
    ModelBlocked,
    ModelFailed,
    ModelRetried,
    ModelSkipped,
    ModelStarted,
    ModelSucceeded,
    RunDeclined,
    RunFinished,
    RunStarted,
    RunStatus,
    RunWarning,
    TableQuarantined,
)
from tests.unit.hooks.conftest import NOW

KEY = ("w", "s", "orders")


def started(pipeline_type="transformation"):
    return RunStarted("run-1", "daily", pipeline_type, NOW, ("orders",))


def finished(status=RunStatus.SUCCESS, *, interrupted=False):
    return RunFinished("run-1", status, NOW, 900, interrupted)


def succeeded(name="orders", rows=3):
    return ModelSucceeded(name, KEY, "merge", NOW, 40, rows_affected=rows)


def failed(name="orders", error="it broke"):
    return ModelFailed(name, KEY, error, FailureKind.QUERY_REJECTED, 50)


def check(name="unique", status=CheckStatus.PASSED, *, kind="unique", severity=CheckSeverity.ERROR, message=None):
    return CheckEvaluated("orders", KEY, name, kind, severity, status, failures=2, message=message)


def told(*events, models=None):
    """All payloads of the events in turn, without those of the start."""
    run = RunSoFar("configured", models)
    payloads = []
    for event in events:
        run, found = tell(run, event, NOW)
        payloads += found
    return [payload for payload in payloads if payload.event != "pipeline_start"]


def payload(event, **values):
    return Payload(event, "run-1", "daily", NOW, **values)


def checked(name, *, passed, status, severity="error"):
    return payload(
        "check_result",
        table="orders",
        metadata={
            "check_name": name,
            "passed": passed,
            "status": status,
            "severity": severity,
            "failure_count": 2,
        },
    )


DRIFT = DriftApplied("orders", "alter_column_types", "int to bigint", ("id", "n"))
DRIFTED = {"drifted_columns": ["id", "n"], "action": "alter_column_types", "reason": "int to bigint"}
QUERY_REJECTED = {"failure_kind": "query-rejected"}

SINGLE_EVENTS = [
    (SourcesDiscovered(4), [payload("discover_complete", metadata={"connector_count": 4})]),
    (ProjectCompiled(9), [payload("compile_complete", metadata={"model_count": 9})]),
    (ModelStarted("orders", NOW), [payload("before_model_run", model="orders")]),
    (succeeded(), [payload("after_model_run", model="orders", duration_ms=40, metadata={"row_count": 3})]),
    (succeeded(rows=None), [payload("after_model_run", model="orders", duration_ms=40)]),
    (
        failed(),
        [payload("model_error", model="orders", error="it broke", duration_ms=50, metadata=QUERY_REJECTED)],
    ),
    (DRIFT, [payload("drift_detected", table="orders", metadata=DRIFTED)]),
    (ChecksStarting(2), [payload("before_checks", metadata={"table_count": 2})]),
    (check(), [checked("unique", passed=True, status="Passed")]),
    (check(status=CheckStatus.ERRORED), [checked("unique", passed=False, status="Errored")]),
    (check(status=CheckStatus.SKIPPED), [checked("unique", passed=False, status="Skipped")]),
    (
        check("rows", CheckStatus.FAILED, kind="anomaly", severity=CheckSeverity.WARNING, message="half as many"),
        [
            checked("rows", passed=False, status="Failed", severity="warning"),
            payload("anomaly_detected", table="orders", metadata={"description": "half as many"}),
        ],
    ),
    (check("rows", kind="anomaly"), [checked("rows", passed=True, status="Passed")]),
    (ChecksDone(), [payload("after_checks", metadata={"total": 0, "passed": 0, "failed": 0})]),
    (StateSynced(), [payload("state_synced")]),
    (
        BudgetBreached("max_usd", 1.5, 2.25),
        [payload("budget_breach", metadata={"limit_type": "max_usd", "limit": 1.5, "actual": 2.25})],
    ),
    (finished(), [payload("pipeline_complete", duration_ms=900, metadata={"table_count": 0})]),
    (ModelRetried("orders", 1, "busy", FailureKind.TRANSIENT, 0.5), []),
    (ModelBlocked("orders", KEY, "raw", "raw failed"), []),
    (ModelSkipped("orders", KEY, "unchanged"), []),
    (RunWarning("careful"), []),
    (TableQuarantined("orders", KEY, "split"), []),
]


@pytest.mark.parametrize(("event", "expected"), SINGLE_EVENTS, ids=lambda value: type(value).__name__)
def test_an_event_is_told_with_its_values(event, expected):
    assert told(started(), event) == expected


def test_a_run_is_known_by_its_start():
    run, payloads = tell(RunSoFar("configured"), started("quality"), NOW)

    assert payloads == (payload("pipeline_start"),)
    assert (run.run_id, run.pipeline, run.pipeline_type) == ("run-1", "daily", "quality")


@pytest.mark.parametrize("pipeline_type", ["replication", "snapshot", "load"])
def test_what_is_no_model_is_a_table(pipeline_type):
    events = told(started(pipeline_type), ModelStarted("orders", NOW), succeeded(), failed())

    assert [(one.event, one.model, one.table) for one in events] == [
        ("before_materialize", None, "orders"),
        ("after_materialize", None, "orders"),
        ("materialize_error", None, "orders"),
    ]


def test_a_replication_that_also_builds_models_tells_them_apart():
    events = told(started("replication"), succeeded("orders"), succeeded("marts"), models={"marts"})

    assert [(one.event, one.model, one.table) for one in events] == [
        ("after_materialize", None, "orders"),
        ("after_model_run", "marts", None),
    ]


def test_checks_are_counted_until_they_are_done():
    events = told(
        started(),
        ChecksStarting(1),
        check(),
        check(status=CheckStatus.FAILED),
        check(status=CheckStatus.SKIPPED),
        ChecksDone(),
        check(),
        finished(),
    )

    counts = [one.metadata for one in events if one.event == "after_checks"]
    assert counts == [{"total": 3, "passed": 1, "failed": 1}, {"total": 1, "passed": 1, "failed": 0}]
    assert [one.event for one in events][-2:] == ["after_checks", "pipeline_complete"]


ENDS = [
    ((succeeded(), succeeded("b")), RunStatus.SUCCESS, False, "pipeline_complete", None, 2),
    ((succeeded(), failed("b")), RunStatus.PARTIAL_FAILURE, False, "pipeline_error", "b: it broke", 1),
    ((), RunStatus.FAILURE, False, "pipeline_error", None, 0),
    (
        (failed("a", "x" * 600), ModelBlocked("b", KEY, "a", "a failed"), failed("c"), failed("d"), failed("e")),
        RunStatus.FAILURE,
        False,
        "pipeline_error",
        f"a: {'x' * 497}; b: a failed; c: it broke; and 2 more",
        0,
    ),
    (
        (check(status=CheckStatus.FAILED, message="2 rows are not unique"),),
        RunStatus.FAILURE,
        False,
        "pipeline_error",
        "orders: 2 rows are not unique",
        0,
    ),
    (
        (check(status=CheckStatus.FAILED, severity=CheckSeverity.WARNING),),
        RunStatus.FAILURE,
        False,
        "pipeline_error",
        None,
        0,
    ),
    (
        (TableQuarantined("orders", KEY, "split", error="full"),),
        RunStatus.FAILURE,
        False,
        "pipeline_error",
        "orders: full",
        0,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("events", "status", "interrupted", "event", "faults", "tables"), ENDS)
def test_the_end_of_a_run_says_what_went_wrong(events, status, interrupted, event, faults, tables):
    end = told(started(), *events, finished(status, interrupted=interrupted))[-1]

    assert (end.event, end.metadata["table_count"], end.duration_ms) == (event, tables, 900)
    reason = f"the run ended as {status.value}"
    expected = None if event == "pipeline_complete" else reason if faults is None else f"{reason}: {faults}"
    assert end.error == expected


@pytest.mark.parametrize("status", [RunStatus.SUCCESS, RunStatus.FAILURE])
def test_an_interrupted_run_is_an_error(status):
    (end,) = told(started(), finished(status, interrupted=True))

    assert (end.event, end.error) == ("pipeline_error", "interrupted")


@pytest.mark.parametrize("status", [RunStatus.SKIPPED_IDEMPOTENT, RunStatus.SKIPPED_IN_FLIGHT])
def test_a_run_that_was_declined_tells_nothing(status):
    assert told(RunDeclined(status, "key", "run-0"), finished(status)) == []


def test_every_event_has_a_reach_and_can_happen():
    payloads = told(
        started(),
        *(event for event, _ in SINGLE_EVENTS),
        finished(RunStatus.FAILURE),
        started("load"),
        ModelStarted("t", NOW),
        succeeded(),
        failed(),
    )

    assert {one.event for one in payloads} | {"pipeline_start"} == set(EVENTS)
    assert set(REACH) == set(EVENTS)
