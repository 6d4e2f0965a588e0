"""Drift in every direction, planned and applied on DuckDB: the rows before, the rows after."""

from datetime import datetime, timedelta

import pytest
from workshop import NOW, Warehouse, model, steps_of, with_options

from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import DeleteInsert, Granularity, Incremental, Merge, TimeInterval
from rocky_core.planning.partitions import PartitionChoice

STRATEGIES = {
    "incremental": Incremental("ts"),
    "incremental by key": Incremental("ts", ("id",)),
    "merge": Merge(("id",)),
    "delete_insert": DeleteInsert(("id",)),
}
FIRST = "SELECT 1 AS id, 10::INTEGER AS n, DATE '2024-03-01'::TIMESTAMP AS ts"
BOTH = (
    "SELECT * FROM (VALUES (1, {first}, TIMESTAMP '2024-03-01'), (2, {second}, TIMESTAMP '2024-03-02')) AS v(id, n, ts)"
)


@pytest.fixture(params=STRATEGIES.values(), ids=list(STRATEGIES))
def facts(request, warehouse: Warehouse):
    """A model that was built once from a source with the columns id, n and ts."""
    warehouse.source("raw.t", FIRST)
    built = model("facts", "SELECT * FROM raw.t", request.param)
    warehouse.run(built)
    return built


def both(first: str, second: str) -> str:
    return BOTH.format(first=first, second=second)


def reported(plan) -> tuple[str | None, str | None]:
    return plan.tables[0].drift_action, plan.tables[0].drift_reason


def test_an_added_column_is_appended_and_old_rows_have_none(warehouse: Warehouse, facts):
    warehouse.source("raw.t", f"SELECT 'x' AS extra, * FROM ({both('10', '20')})")
    plan = warehouse.run(facts)
    assert reported(plan) == ("add_columns", "added column 'extra' (VARCHAR)")
    assert not [lost for *_, lost in steps_of(plan) if lost]
    old = None if isinstance(facts.strategy, Incremental) and not facts.strategy.unique_key else "x"
    assert warehouse.rows("SELECT id, n, extra FROM marts.facts ORDER BY id") == [(1, 10, old), (2, 20, "x")]


@pytest.mark.parametrize(
    ("wide", "first", "second", "expected", "reason"),
    [
        ("BIGINT", "10", "9000000000", [(10,), (9000000000,)], "column 'n' widened INTEGER → BIGINT"),
        ("VARCHAR", "10", "'n/a'", [("10",), ("n/a",)], "column 'n' widened INTEGER → VARCHAR"),
    ],
)
def test_a_wider_type_is_altered_and_no_value_lost(
    warehouse: Warehouse, facts, *, wide, first, second, expected, reason
):
    warehouse.source("raw.t", both(f"{first}::{wide}", second))
    plan = warehouse.run(facts)
    assert reported(plan) == ("alter_column_types", reason)
    assert not [lost for *_, lost in steps_of(plan) if lost]
    assert warehouse.rows("SELECT n FROM marts.facts ORDER BY id") == expected


def test_another_type_rebuilds_the_table_from_the_query_and_says_what_is_lost(warehouse: Warehouse, facts):
    warehouse.database.execute("INSERT INTO marts.facts VALUES (77, 77, TIMESTAMP '2020-01-01')")
    warehouse.source("raw.t", both("DATE '2024-01-01'", "DATE '2024-01-02'"))
    plan = warehouse.run(facts)
    reason = "column 'n' changed DATE → INTEGER"
    assert reported(plan) == ("drop_and_recreate", reason)
    lost = f"the rows of marts.facts that its query no longer yields: the table is built anew, as {reason}"
    assert steps_of(plan) == [("facts", "full_refresh", lost)]
    assert warehouse.rows("SELECT id, n::VARCHAR FROM marts.facts ORDER BY id") == [
        (1, "2024-01-01"),
        (2, "2024-01-02"),
    ]


def test_a_vanished_column_is_kept_for_its_grace_period_and_then_dropped(warehouse: Warehouse, facts):
    without = "SELECT * EXCLUDE n FROM ({})"
    warehouse.source("raw.t", without.format(both("10", "20")))
    plan = warehouse.run(facts)
    (period,) = plan.tables[0].grace_periods
    assert (period.column, period.first_seen_at, period.expires_at) == ("n", NOW, NOW + timedelta(days=7))
    assert reported(plan) == (None, None)
    kept = None if isinstance(facts.strategy, DeleteInsert) else 10  # It replaces the row of id 1.
    assert warehouse.rows("SELECT id, n FROM marts.facts ORDER BY id") == [(1, kept), (2, None)]
    warehouse.now = NOW + timedelta(days=7)
    plan = warehouse.run(facts)
    assert reported(plan) == ("drop_columns", "dropped column 'n' (INTEGER)")
    assert plan.tables[0].grace_periods == ()
    assert warehouse.rows("SELECT * FROM marts.facts ORDER BY id") == [
        (1, datetime(2024, 3, 1)),  # noqa: DTZ001 — as DuckDB gives a TIMESTAMP
        (2, datetime(2024, 3, 2)),  # noqa: DTZ001 — the same
    ]
    assert reported(warehouse.run(facts)) == (None, None)


def test_a_column_that_is_back_in_time_is_not_dropped(warehouse: Warehouse, facts):
    warehouse.source("raw.t", f"SELECT * EXCLUDE n FROM ({FIRST})")
    warehouse.run(facts)
    warehouse.source("raw.t", both("10", "20"))
    assert warehouse.run(facts).tables[0].grace_periods == ()
    warehouse.now = NOW + timedelta(days=30)
    assert reported(warehouse.run(facts)) == (None, None)
    assert warehouse.rows("SELECT n FROM marts.facts WHERE id = 2") == [(20,)]


def test_mode_warn_copies_what_both_have_and_alters_nothing(warehouse: Warehouse, facts):
    warehouse.source("raw.t", f"SELECT 'x' AS extra, * FROM ({both('10', '20')})")
    plan = warehouse.run(facts, options=with_options(drift=DriftPolicy(DriftMode.WARN)))
    assert reported(plan) == ("ignore", "added column 'extra' (VARCHAR)")
    assert warehouse.rows("SELECT id, n FROM marts.facts ORDER BY id") == [(1, 10), (2, 20)]
    assert [column for column, *_ in warehouse.rows("DESCRIBE marts.facts")] == ["id", "n", "ts"]


def test_mode_fail_plans_no_statement(warehouse: Warehouse, facts):
    warehouse.source("raw.t", f"SELECT 'x' AS extra, * FROM ({both('10', '20')})")
    (entry,) = warehouse.plan(facts, options=with_options(drift=DriftPolicy(DriftMode.FAIL))).tables
    assert entry.steps == ()
    assert entry.refusal is not None
    assert "added column 'extra' (VARCHAR)" in entry.refusal.reason


def test_a_rebuilt_table_of_windows_forgets_its_partitions(warehouse: Warehouse):
    sql = "SELECT {} AS n, ts FROM raw.t WHERE ts >= @start_date AND ts < @end_date"
    strategy = TimeInterval("ts", Granularity.DAY, first_partition="2024-03-08")
    facts = model("facts", sql.format("n"), strategy)
    missing = with_options(partitions=PartitionChoice(missing=True))
    warehouse.source(
        "raw.t", "SELECT day AS n, make_timestamp(2024, 3, day, 5, 0, 0) AS ts FROM range(1, 20) AS r(day)"
    )
    warehouse.run(facts, options=missing)
    assert warehouse.rows("SELECT n FROM marts.facts") == [(8,), (9,), (10,)]
    assert warehouse.plan(facts, options=missing).excluded == (("facts", "no partition is missing"),)
    changed = replace(facts, source=replace(facts.source, sql=sql.format("[n]")))
    plan = warehouse.run(changed, options=missing)
    assert [(entry.drift_action, entry.forgets_partitions) for entry in plan.tables] == [
        ("drop_and_recreate", True),
        (None, False),
        (None, False),
    ]
    assert plan.tables[0].steps[0].destroys == (
        "all rows of marts.facts outside the windows of this run: "
        "the table is built anew, as column 'n' changed BIGINT[] → BIGINT"
    )
    assert warehouse.rows("SELECT n[1] FROM marts.facts ORDER BY 1") == [(8,), (9,), (10,)]
    assert warehouse.plan(changed, options=missing).excluded == (("facts", "no partition is missing"),)


def test_instants_are_told_apart_to_the_nanosecond_and_across_time_zones(warehouse: Warehouse):
    warehouse.database.execute("SET TimeZone = 'America/New_York'")
    for name, spelled in (("exact", "TIMESTAMP_NS"), ("zoned", "TIMESTAMPTZ")):
        fraction = ".123456789" if name == "exact" else "+00:00"
        rows = f"SELECT 1 AS id, CAST('2024-03-01 00:30:00{fraction}' AS {spelled}) AS ts"
        warehouse.source("raw.t", rows)
        facts = model(name, "SELECT * FROM raw.t", Incremental("ts"))
        for _ in range(2):
            warehouse.run(facts)
        assert warehouse.rows(f"SELECT count(*) FROM marts.{name}") == [(1,)]
        later = "2024-03-01 00:30:00.123456790" if name == "exact" else "2024-03-01 00:30:01+00:00"
        warehouse.source("raw.t", f"{rows} UNION ALL SELECT 2, CAST('{later}' AS {spelled})")
        warehouse.run(facts)
        assert warehouse.rows(f"SELECT id FROM marts.{name} ORDER BY id") == [(1,), (2,)]
