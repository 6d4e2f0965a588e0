"""Snapshots: every version of a row, planned and run on DuckDB."""

import duckdb
import pytest
from workshop import OPTIONS, Warehouse, with_options

from rocky_core.dialects.statements.duckdb import DuckDBStatements
from rocky_core.errors import FailureKind
from rocky_core.ir.copy import TableHistory
from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan
from rocky_core.planning.plan_history import plan_history
from rocky_core.planning.plan_options import PlanOptions

SOURCE, TARGET = TargetName("", "raw", "people"), TargetName("", "hist", "people")
HISTORY = TableHistory(SOURCE, TARGET, ("ID",), "changed")
DELETING = TableHistory(SOURCE, TARGET, ("id",), "changed", closes_deleted=True)


@pytest.fixture(autouse=True, params=[True, False], ids=["a transaction", "one statement"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to bring a history up to date keep the same history: DuckDB's own, and that of the services."""
    monkeypatch.setattr(DuckDBStatements, "has_transaction_instant", request.param)


def people(warehouse: Warehouse, *rows: tuple[int | None, str, int]) -> None:
    values = ", ".join(f"({'NULL' if key is None else key}, '{name}', {changed})" for key, name, changed in rows)
    warehouse.source(
        "raw.people", f"SELECT id::INTEGER AS id, name, changed FROM (VALUES {values}) AS v(id, name, changed)"
    )


def plan(warehouse: Warehouse, history: TableHistory, options: PlanOptions = OPTIONS) -> Plan:
    return plan_history(history, warehouse.observe((history.source, history.target)), options)


def run(warehouse: Warehouse, history: TableHistory = HISTORY, options: PlanOptions = OPTIONS) -> Plan:
    planned = plan(warehouse, history, options)
    (entry,) = planned.tables
    assert entry.refusal is None, entry.refusal
    warehouse.run_table(entry)
    return planned


def versions(warehouse: Warehouse) -> list[tuple]:
    """Key, name and whether the version holds, the older first."""
    return warehouse.rows("SELECT id, name, valid_to IS NULL FROM hist.people ORDER BY id, valid_from, name")


def test_versions_open_close_and_stay(warehouse: Warehouse):
    people(warehouse, (1, "ann", 1), (2, "bob", 1))
    for _ in range(2):
        run(warehouse)
        assert versions(warehouse) == [(1, "ann", True), (2, "bob", True)]
    people(warehouse, (1, "ann", 1), (2, "bobby", 2), (3, "cat", 1))
    for _ in range(2):
        run(warehouse)
        assert versions(warehouse) == [(1, "ann", True), (2, "bob", False), (2, "bobby", True), (3, "cat", True)]
    people(warehouse, (2, "bobby", 2), (3, "cat", 1))
    run(warehouse)
    assert versions(warehouse)[0] == (1, "ann", True)  # It is gone, but nobody asked to notice.


def test_the_end_of_one_version_is_the_beginning_of_the_next(warehouse: Warehouse):
    people(warehouse, (2, "bob", 1))
    run(warehouse)
    people(warehouse, (2, "bobby", 2))
    run(warehouse)
    assert warehouse.rows(
        "SELECT old.valid_to = new.valid_from FROM hist.people AS old JOIN hist.people AS new USING (id) "
        "WHERE old.name = 'bob' AND new.name = 'bobby'"
    ) == [(True,)]
    assert [kind for _, kind, *_ in warehouse.rows("DESCRIBE hist.people")][-2:] == ["TIMESTAMP", "TIMESTAMP"]


def test_a_deleted_row_is_closed_and_its_return_is_a_new_version(warehouse: Warehouse):
    people(warehouse, (1, "ann", 1), (2, "bob", 1))
    run(warehouse, DELETING)
    people(warehouse, (2, "bob", 1))
    for _ in range(2):
        run(warehouse, DELETING)
        assert versions(warehouse) == [(1, "ann", False), (2, "bob", True)]
    people(warehouse, (1, "ann", 1), (2, "bob", 1))
    for _ in range(2):
        run(warehouse, DELETING)
        assert versions(warehouse) == [(1, "ann", False), (1, "ann", True), (2, "bob", True)]


@pytest.mark.parametrize("rows", [((None, "x", 1),), ((1, "a", 1), (1, "b", 2))], ids=["NULL", "twice"])
def test_a_key_that_tells_no_row_apart_fails_before_anything_is_written(warehouse: Warehouse, rows):
    people(warehouse, *rows)
    with pytest.raises(duckdb.Error, match=r"a key \(id\) of raw.people is NULL or not unique"):
        run(warehouse)
    warehouse.database.rollback()
    people(warehouse, (1, "ann", 1))
    run(warehouse)
    people(warehouse, *rows)
    with pytest.raises(duckdb.Error):
        run(warehouse)
    warehouse.database.rollback()
    assert versions(warehouse) == [(1, "ann", True)]


def test_columns_come_and_go_without_loss(warehouse: Warehouse):
    people(warehouse, (1, "ann", 1))
    run(warehouse)
    warehouse.source("raw.people", "SELECT 'x' AS extra, 1::BIGINT AS id, 2 AS changed")
    (entry,) = run(warehouse).tables
    assert (entry.drift_action, entry.drift_reason) == ("alter_column_types", "column 'id' widened INTEGER → BIGINT")
    assert [step.destroys for step in entry.steps] == [None, None]
    assert warehouse.rows("SELECT id, name, extra FROM hist.people ORDER BY valid_from") == [
        (1, "ann", None),
        (1, None, "x"),
    ]


def test_mode_warn_leaves_a_new_column_out(warehouse: Warehouse):
    people(warehouse, (1, "ann", 1))
    run(warehouse)
    warehouse.source("raw.people", "SELECT 1 AS id, 'anna' AS name, 2 AS changed, 'x' AS extra")
    run(warehouse, options=with_options(drift=DriftPolicy(DriftMode.WARN)))
    assert versions(warehouse) == [(1, "ann", False), (1, "anna", True)]


def test_a_type_that_does_not_fit_is_refused_rather_than_history_lost(warehouse: Warehouse):
    people(warehouse, (1, "ann", 1))
    run(warehouse)
    warehouse.source("raw.people", "SELECT 1 AS id, [1] AS name, 2 AS changed")
    (entry,) = plan(warehouse, HISTORY).tables
    assert entry.refusal is not None
    assert "to rebuild the table would lose its history" in entry.refusal.reason


REFUSED = {
    "no source": (
        TableHistory(TargetName("", "raw", "none"), TARGET, ("id",), "changed"),
        FailureKind.NOT_FOUND,
        "the source raw.none is not there",
    ),
    "no key": (
        TableHistory(SOURCE, TARGET, (), "changed"),
        FailureKind.COMPILE_ERROR,
        "at least one column in unique_key",
    ),
    "an unknown key": (
        TableHistory(SOURCE, TARGET, ("uid",), "changed"),
        FailureKind.COMPILE_ERROR,
        "column 'uid' is not in raw.people; it has id, name, changed",
    ),
    "an unknown timestamp": (
        TableHistory(SOURCE, TARGET, ("id",), "at"),
        FailureKind.COMPILE_ERROR,
        "column 'at' is not in raw.people",
    ),
    "a table of something else": (
        TableHistory(SOURCE, SOURCE, ("id",), "changed"),
        FailureKind.QUERY_REJECTED,
        "raw.people is no table of versions: it has no column valid_from and no valid_to",
    ),
}


@pytest.mark.parametrize(("history", "kind", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_a_snapshot_that_cannot_be_kept_is_refused(warehouse: Warehouse, history, kind, reason):
    people(warehouse, (1, "ann", 1))
    (entry,) = plan(warehouse, history).tables
    assert entry.refusal is not None
    assert entry.refusal.kind is kind
    assert reason in entry.refusal.reason
