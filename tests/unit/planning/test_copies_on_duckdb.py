"""Replication: tables copied from a source, planned and run on DuckDB."""

from datetime import timedelta

import pytest
from workshop import NOW, OPTIONS, Warehouse, steps_of, with_options

from rocky_core.errors import FailureKind
from rocky_core.ir.copy import AddedColumn, TableCopy
from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan, Refusal
from rocky_core.ir.strategy import FullRefresh, Incremental, MaterializedView, Merge, View
from rocky_core.planning.plan_copies import plan_copies, tables_to_observe_for
from rocky_core.planning.plan_options import PlanOptions

ROWS = "SELECT * FROM (VALUES {}) AS v(id, name, seen)"
ANN, BOB, BOBBY = "(1, 'ann', DATE '2024-03-01')", "(2, 'bob', DATE '2024-03-02')", "(2, 'bobby', DATE '2024-03-03')"


def copy(strategy: object, *added: AddedColumn, table: str = "orders") -> TableCopy:
    source, target = TargetName("", "raw", table), TargetName("", "lake", table)
    return TableCopy(("fivetran", "acme", table), source, target, strategy, added)


def run(warehouse: Warehouse, *copies: TableCopy, options: PlanOptions = OPTIONS) -> Plan:
    plan = plan_copies(copies, warehouse.observe(tables_to_observe_for(copies)), options)
    for entry in plan.tables:
        assert entry.refusal is None, entry.refusal
        warehouse.run_table(entry)
        warehouse.remember(entry)
    return plan


def rows(warehouse: Warehouse, what: str = "id, name", table: str = "orders") -> list[tuple]:
    return warehouse.rows(f"SELECT {what} FROM lake.{table} ORDER BY ALL")


CASES = {
    "full_refresh": (FullRefresh(), [(1, "ann"), (2, "bobby")]),
    "view": (View(), [(1, "ann"), (2, "bobby")]),
    "merge": (Merge(("id",)), [(1, "ann"), (2, "bobby")]),
    "incremental": (Incremental("seen"), [(1, "ann"), (2, "bob"), (2, "bobby")]),
    "incremental by key": (Incremental("seen", ("id",)), [(1, "ann"), (2, "bobby")]),
}


@pytest.mark.parametrize(("strategy", "expected"), CASES.values(), ids=list(CASES))
def test_a_copy_is_made_repeated_and_follows_its_source(warehouse: Warehouse, strategy, expected):
    warehouse.source("raw.orders", ROWS.format(f"{ANN}, {BOB}"))
    for _ in range(2):
        plan = run(warehouse, copy(strategy))
        assert rows(warehouse) == [(1, "ann"), (2, "bob")]
    assert (plan.pipeline_type, plan.tables[0].asset_key) == ("replication", ("fivetran", "acme", "orders"))
    warehouse.source("raw.orders", ROWS.format(f"{ANN}, {BOBBY}"))
    for _ in range(2):
        run(warehouse, copy(strategy))
        assert rows(warehouse) == expected


def test_a_copy_gets_its_added_columns_also_once_they_are_asked_for_later(warehouse: Warehouse):
    warehouse.source("raw.orders", ROWS.format(ANN))
    run(warehouse, copy(Merge(("id",))))
    loaded = AddedColumn("_loaded_by", "VARCHAR", "'rocky'")
    plan = run(warehouse, copy(Merge(("id",)), loaded))
    assert plan.tables[0].drift_reason == "added column '_loaded_by' (VARCHAR)"
    assert rows(warehouse, "id, _loaded_by") == [(1, "rocky")]


def test_copies_of_one_name_from_two_sources_are_two_tables(warehouse: Warehouse):
    warehouse.source("raw.orders", ROWS.format(ANN))
    other = TableCopy(
        ("fivetran", "beta", "orders"), TargetName("", "raw", "orders"), TargetName("", "beta", "orders"), View()
    )
    plan = run(warehouse, copy(FullRefresh()), other)
    assert [entry.name for entry in plan.tables] == ["lake.orders", "beta.orders"]


@pytest.mark.parametrize("strategy", [FullRefresh(), Merge(("id",))], ids=["full_refresh", "merge"])
def test_a_column_that_the_source_loses_has_its_grace_whatever_the_strategy(warehouse: Warehouse, strategy):
    warehouse.source("raw.orders", ROWS.format(ANN))
    run(warehouse, copy(strategy))
    warehouse.source("raw.orders", f"SELECT * EXCLUDE name FROM ({ROWS.format(BOB)})")
    plan = run(warehouse, copy(strategy))
    assert [period.column for period in plan.tables[0].grace_periods] == ["name"]
    assert (2, None) in rows(warehouse)
    warehouse.now = NOW + timedelta(days=7)
    plan = run(warehouse, copy(strategy))
    lost = "column 'name' of lake.orders with all values: the source has long been without"
    assert [destroys for _, _, destroys in steps_of(plan) if destroys] == [lost]
    assert (plan.tables[0].drift_action, plan.tables[0].grace_periods) == ("drop_columns", ())
    assert [column for column, *_ in warehouse.rows("DESCRIBE lake.orders")] == ["id", "seen"]


def test_drift_of_a_table_that_is_replaced_is_reported_though_nothing_is_altered(warehouse: Warehouse):
    warehouse.source("raw.orders", ROWS.format(ANN))
    run(warehouse, copy(FullRefresh()))
    warehouse.source("raw.orders", f"SELECT id::BIGINT AS id, name, seen FROM ({ROWS.format(ANN)})")
    plan = run(warehouse, copy(FullRefresh()))
    assert [step.purpose for step in plan.tables[0].steps] == ["full_refresh"]
    assert (plan.tables[0].drift_action, plan.tables[0].drift_reason) == (
        "alter_column_types",
        "column 'id' widened INTEGER → BIGINT",
    )


@pytest.mark.parametrize("strategy", [FullRefresh(), Merge(("id",))], ids=["full_refresh", "merge"])
def test_mode_warn_and_mode_fail_hold_for_copies(warehouse: Warehouse, strategy):
    warehouse.source("raw.orders", ROWS.format(ANN))
    run(warehouse, copy(strategy))
    warehouse.source("raw.orders", f"SELECT *, 1 AS extra FROM ({ROWS.format(ANN)})")
    plan = run(warehouse, copy(strategy), options=with_options(drift=DriftPolicy(DriftMode.WARN)))
    assert (plan.tables[0].drift_action, plan.tables[0].drift_reason) == ("ignore", "added column 'extra' (INTEGER)")
    assert [column for column, *_ in warehouse.rows("DESCRIBE lake.orders")] == ["id", "name", "seen"]
    failing = with_options(drift=DriftPolicy(DriftMode.FAIL))
    copies = (copy(strategy),)
    (entry,) = plan_copies(copies, warehouse.observe(tables_to_observe_for(copies)), failing).tables
    assert entry.refusal is not None
    assert entry.steps == ()


REFUSED = {
    "no source": (
        copy(FullRefresh(), table="nothing"),
        Refusal(FailureKind.NOT_FOUND, "the source raw.nothing of lake.nothing is not there"),
    ),
    "a column's name": (
        copy(FullRefresh(), AddedColumn('x" , (', "VARCHAR", "1")),
        Refusal(FailureKind.COMPILE_ERROR, "'x\" , (' is not a valid name for a column of lake.orders"),
    ),
    "a materialized view": (
        copy(MaterializedView()),
        Refusal(
            FailureKind.QUERY_REJECTED,
            "the copy lake.orders cannot be built: duckdb has no materialized views; "
            "use the strategy 'view' or 'full_refresh'",
        ),
    ),
    "a mark that tells no time": (
        copy(Incremental("ID")),
        Refusal(
            FailureKind.COMPILE_ERROR,
            "column 'id' of raw.orders is INTEGER and tells no time, so lake.orders cannot be incremental: "
            "give another timestamp_column, or another strategy",
        ),
    ),
    "a key that is not there": (
        copy(Merge(("nope",))),
        Refusal(
            FailureKind.COMPILE_ERROR,
            "the copy lake.orders cannot be built: column 'nope' is not in the result; it has id, name, seen",
        ),
    ),
}


@pytest.mark.parametrize(("asked", "refusal"), REFUSED.values(), ids=list(REFUSED))
def test_a_copy_that_cannot_be_made_is_refused_and_the_others_are_planned(warehouse: Warehouse, asked, refusal):
    warehouse.source("raw.orders", ROWS.format(ANN))
    warehouse.source("raw.fine", ROWS.format(ANN))
    copies = (asked, copy(FullRefresh(), table="fine"))
    plan = plan_copies(copies, warehouse.observe(tables_to_observe_for(copies)), OPTIONS)
    assert [entry.refusal for entry in plan.tables] == [refusal, None]
    assert [entry.asset_key for entry in plan.tables] == [one.asset_key for one in copies]
