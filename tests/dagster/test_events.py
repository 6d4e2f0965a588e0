"""A sequence of engine events is an exact sequence of Dagster's: nothing more, nothing earlier, nothing invented."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_rocky.checks import original, sanitized
from dagster_rocky.events import StepAsset, step_events
from dagster_rocky.outcomes import End, Outcomes
from dagster_rocky.props import RockyModelProps
from rocky_core.errors import FailureKind
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.plan import PlannedPartition
from rocky_core.ir.run import (
    CheckEvaluated,
    CheckStatus,
    DriftApplied,
    ModelBlocked,
    ModelFailed,
    ModelRetried,
    ModelSettled,
    ModelSkipped,
    ModelStarted,
    ModelSucceeded,
    RunFinished,
    RunStarted,
    RunStatus,
    TableQuarantined,
)

NOW = datetime(2026, 4, 1, tzinfo=UTC)
FINISHED = RunFinished("run-1", RunStatus.SUCCESS, NOW, 5)


def started(*names):
    return RunStarted("run-1", "p", "transformation", NOW, names)


def succeeded(name, rows=2, partition=None, strategy="full_refresh"):
    statements = ("CREATE TABLE t",)
    return ModelSucceeded(name, (name,), strategy, NOW, 7, rows, partition=partition, statements=statements)


def failed(name, kind=FailureKind.NOT_FOUND):
    return ModelFailed(name, (name,), "no such table", kind, 3)


def checked(name, check="not_null:id", status=CheckStatus.PASSED, severity=CheckSeverity.ERROR, **more):
    return CheckEvaluated(name, (name,), check, "not_null", severity, status, **more)


def settled(name, *held_back_by):
    return ModelSettled(name, (name,), held_back_by)


def day(number):
    return PlannedPartition(f"2026-04-0{number}", "", "")


def asset(name, errors=()):
    facts = {"file": Path(f"{name}.sql"), "recipe_hash": "", "description": None, "group": None, "tags": {}}
    nothing = {"columns": (), "depends_on": (), "reads_tables": (), "targets": {}}
    props = RockyModelProps(name, ("db", name), "full_refresh", "duckdb", **facts, **nothing, errors=errors)
    return StepAsset(props, dg.AssetKey(name), frozenset({"rocky_compile", "not_null__id"}))


def shown(event):
    """An event as a line: what it is, of which asset, with which checks."""
    match event:
        case dg.MaterializeResult():
            checks = [f"{one.check_name}={one.passed}" for one in event.check_results]
            return ("materialized", event.asset_key.path[-1], *checks)
        case dg.AssetCheckResult():
            return ("checked", event.asset_key.path[-1], f"{event.check_name}={event.passed}")
        case dg.AssetObservation():
            return ("observed", event.asset_key.path[-1])


@pytest.mark.parametrize(
    ("events", "told"),
    [
        pytest.param((), [], id="nothing is nothing"),
        pytest.param(
            (started("a"), ModelStarted("a", NOW), succeeded("a")),
            [],
            id="a table is not told of before its checks are made",
        ),
        pytest.param(
            (started("a"), ModelStarted("a", NOW), succeeded("a"), checked("a"), settled("a"), FINISHED),
            [("materialized", "a", "rocky_compile=True", "not_null__id=True")],
            id="a table and its checks are one event",
        ),
        pytest.param(
            (started("a", "b"), succeeded("a"), settled("a"), succeeded("b"), settled("b")),
            [("materialized", "a", "rocky_compile=True"), ("materialized", "b", "rocky_compile=True")],
            id="checks that were not made are not there",
        ),
        pytest.param(
            (started("a"), succeeded("a"), checked("a", status=CheckStatus.SKIPPED), settled("a")),
            [("materialized", "a", "rocky_compile=True")],
            id="a check that could not be asked has no result",
        ),
        pytest.param(
            (started("a"), succeeded("a"), checked("a", status=CheckStatus.ERRORED), settled("a")),
            [("materialized", "a", "rocky_compile=True", "not_null__id=False")],
            id="a check that broke did not pass",
        ),
        pytest.param(
            (started("a"), succeeded("a"), checked("a", "undeclared:x"), settled("a")),
            [("materialized", "a", "rocky_compile=True")],
            id="a check that nobody declared is not told of",
        ),
        pytest.param(
            (started("a", "b"), failed("a"), ModelBlocked("b", ("b",), "a", "it reads 'a'")),
            [],
            id="what is not written has no materialization and no passed check",
        ),
        pytest.param(
            (started("broken"), failed("broken", FailureKind.COMPILE_ERROR)),
            [("checked", "broken", "rocky_compile=False")],
            id="a model that does not compile fails the check that says so",
        ),
        pytest.param(
            (started("a"), checked("a", status=CheckStatus.FAILED), failed("a")),
            [("checked", "a", "not_null__id=False")],
            id="checks of a table that was not published are told of",
        ),
        pytest.param(
            (started("a", "a"), succeeded("a", partition=day(1)), settled("a"), succeeded("a", partition=day(2))),
            [],
            id="a model is not done before its last window is",
        ),
        pytest.param(
            (started("a", "a"), succeeded("a", partition=day(1)), settled("a"), failed("a")),
            [],
            id="a model with a window that failed is not done",
        ),
        pytest.param(
            (started("a", "a"), failed("a"), succeeded("a", partition=day(2)), settled("a")),
            [],
            id="nor if the window that failed was not the last",
        ),
        pytest.param(
            (started("a"), ModelRetried("a", 1, "busy", FailureKind.TRANSIENT, 0.1), succeeded("a"), settled("a")),
            [("materialized", "a", "rocky_compile=True")],
            id="tries within the engine are its own affair",
        ),
        pytest.param(
            (started("a"), ModelSkipped("a", ("a",), "unchanged")),
            [("materialized", "a", "rocky_compile=True")],
            id="what is proven unchanged is up to date",
        ),
    ],
)
def test_events_become_events(events, told):
    assets = {"a": asset("a"), "b": asset("b"), "broken": asset("broken", ("broken.sql:1:1: E000 no",))}

    assert [shown(event) for event in step_events(events, assets, Outcomes())] == told


def test_a_materialization_knows_how_the_table_was_written():
    events = (
        started("a", "a"),
        succeeded("a", rows=3, partition=day(1), strategy="time_interval"),
        settled("a"),
        DriftApplied("a", "alter", "a column came"),
        succeeded("a", rows=4, partition=day(2), strategy="time_interval"),
        TableQuarantined("a", ("a",), "split", quarantined_rows=1),
        settled("a"),
    )

    (told,) = step_events(events, {"a": asset("a")}, Outcomes())

    statements = told.metadata.pop("rocky/statements").value
    assert "CREATE TABLE t" in statements
    assert dict(told.metadata) == {
        "rocky/model": "a",
        "rocky/strategy": "time_interval",
        "rocky/rows_affected": 7,
        "rocky/duration_ms": 14,
        "rocky/attempts": 1,
        "rocky/partitions": "2026-04-01, 2026-04-02",
        "rocky/run_id": "run-1",
        "rocky/drift": "alter: a column came",
        "rocky/quarantine": "1 rows (split)",
    }


@pytest.mark.parametrize(
    ("event", "end", "failed_checks"),
    [
        (succeeded("a"), End.WRITTEN, ()),
        (checked("a", status=CheckStatus.FAILED), End.WRITTEN, ("not_null:id",)),
        (checked("a", status=CheckStatus.SKIPPED), End.WRITTEN, ("not_null:id",)),
        (checked("a", status=CheckStatus.ERRORED), End.WRITTEN, ("not_null:id",)),
        (checked("a", status=CheckStatus.FAILED, severity=CheckSeverity.WARNING), End.WRITTEN, ()),
        (TableQuarantined("a", ("a",), "split", error="no"), End.WRITTEN, ("quarantine",)),
    ],
)
def test_the_verdict_is_of_the_same_events(event, end, failed_checks):
    outcomes = Outcomes()

    list(step_events((started("a"), succeeded("a"), event, settled("a")), {"a": asset("a")}, outcomes))

    assert (outcomes.of_models["a"].end, outcomes.of_models["a"].failed_checks) == (end, failed_checks)


def test_rows_of_a_failed_check_are_a_table():
    sample = ((("id", None), ("name", "***")),)
    event = checked("a", status=CheckStatus.FAILED, failures=1, sample=sample, details=(("failing_rows", 1),))

    (told,) = step_events((started("a"), succeeded("a"), event, settled("a")), {"a": asset("a")}, Outcomes())

    found = told.check_results[1].metadata
    assert found["rocky/failed_sample"].records == [dg.TableRecord({"id": "NULL", "name": "***"})]
    assert (found["rocky/failure_count"].value, found["rocky/failing_rows"].value) == (1, 1)


@given(st.text(alphabet="ab_x:-. 2é", max_size=12))
def test_names_of_checks_are_legal_and_can_be_read_back(name):
    legal = sanitized(name)

    assert original(legal) == name
    assert legal.replace("_", "").isascii()
    assert all(one.isalnum() or one == "_" for one in legal)


@pytest.mark.parametrize(
    ("name", "legal"), [("not_null:amount", "not_null__amount"), ("row_count", "row_count"), ("a-b", "a__x2d__b")]
)
def test_names_of_checks_stay_readable(name, legal):
    assert sanitized(name) == legal
