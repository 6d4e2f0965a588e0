"""Plans as SQL, one file per case in `tests/snapshots/plans`, read and reviewed as SQL.

`ROCKY_UPDATE_PLANS=1 pytest tests/unit/planning/test_plan_snapshots.py` rewrites the files after a wanted change.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from workshop import NOW, compiled, model, table, with_options

from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.model import Model, SurrogateKey, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.strategy import (
    DeleteInsert,
    Ephemeral,
    FullRefresh,
    Granularity,
    Incremental,
    MaterializedView,
    Merge,
    TimeInterval,
    View,
)
from rocky_core.ir.world import GracePeriod, ObservedTable, ObservedWorld, PartitionRecord, Watermark
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.render_plan import render_sql, summarize_plan

SNAPSHOTS = Path(__file__).parents[2] / "snapshots" / "plans"
SOURCES = {"raw.orders": {"order_id": "BIGINT", "customer": "VARCHAR", "ordered_at": "TIMESTAMP"}}
SQL = "SELECT order_id, customer, ordered_at\nFROM raw.orders -- all of them"
WINDOWED = (
    "SELECT order_id, customer, ordered_at\nFROM raw.orders\nWHERE ordered_at >= @start_date AND ordered_at < @end_date"
)
SAME = {"order_id": "BIGINT", "customer": "VARCHAR", "ordered_at": "TIMESTAMP"}
MARK = {"marts.orders": Watermark("2024-03-09T08:15:00.123456Z", NOW)}
DAYS = TimeInterval("ordered_at", Granularity.DAY, batch_size=2, first_partition="2024-03-06")


def orders(strategy: object, sql: str = SQL, **fields: object) -> tuple[Model, ...]:
    return (model("orders", sql, strategy, **fields),)


@dataclass(frozen=True)
class Case:
    """Models, what is there of them, and how the run was asked for."""

    models: tuple[Model, ...]
    there: tuple[ObservedTable, ...] = ()
    options: PlanOptions = field(default_factory=with_options)
    state: Mapping[str, object] = field(default_factory=dict)


CASES = {
    "full_refresh_first": Case(orders(FullRefresh())),
    "full_refresh_again": Case(orders(FullRefresh()), (table("orders", SAME),)),
    "full_refresh_with_comment": Case(orders(FullRefresh(), table_format=TableFormat(comment="all 'orders'"))),
    "view_over_table": Case(orders(View()), (table("orders", SAME),)),
    "incremental_first": Case(orders(Incremental("ordered_at"))),
    "incremental_again": Case(orders(Incremental("ordered_at")), (table("orders", SAME),), state={"watermarks": MARK}),
    "incremental_by_key": Case(
        orders(Incremental("ordered_at", ("order_id",))), (table("orders", SAME),), state={"watermarks": MARK}
    ),
    "incremental_without_watermark": Case(orders(Incremental("ordered_at")), (table("orders", SAME),)),
    "merge_with_drift": Case(
        orders(Merge(("order_id",))),
        (table("orders", {"order_id": "INTEGER", "ordered_at": "TIMESTAMP", "gone": "DATE"}),),
        state={"grace_periods": {"marts.orders": (GracePeriod("gone", "DATE", NOW - timedelta(days=8), NOW),)}},
    ),
    "merge_with_surrogate_key": Case(
        orders(Merge(("order_key",)), surrogate_keys=(SurrogateKey("order_key", ("order_id", "customer")),)),
        (table("orders", {**SAME, "order_key": "VARCHAR"}),),
    ),
    "merge_rebuilt": Case(orders(Merge(("order_id",))), (table("orders", {**SAME, "order_id": "DATE"}),)),
    "merge_with_drift_warned": Case(
        orders(Merge(("order_id",))),
        (table("orders", {"order_id": "BIGINT", "ordered_at": "TIMESTAMP"}),),
        with_options(drift=DriftPolicy(DriftMode.WARN)),
    ),
    "delete_insert": Case(orders(DeleteInsert(("customer",))), (table("orders", SAME),)),
    "time_interval_first": Case(
        orders(DAYS, WINDOWED), options=with_options(partitions=PartitionChoice(first="2024-03-08", last="2024-03-10"))
    ),
    "time_interval_missing": Case(
        orders(DAYS, WINDOWED),
        (table("orders", SAME),),
        with_options(partitions=PartitionChoice(missing=True)),
        {
            "partitions": {
                "marts.orders": (PartitionRecord("2024-03-07", NOW, ""), PartitionRecord("2024-03-08", NOW, ""))
            }
        },
    ),
    "chain_of_models": Case(
        (
            model("stg_orders", SQL, FullRefresh(), target=TargetName("lake", "staging", "stg_orders")),
            model("recent", "SELECT * FROM stg_orders WHERE ordered_at > DATE '2024-01-01'", Ephemeral()),
            model(
                "customers",
                "-- who ordered\nWITH last AS (SELECT customer, max(ordered_at) AS latest FROM recent GROUP BY ALL)\n"
                "SELECT stg_orders.customer, last.latest\nFROM stg_orders JOIN last USING (customer);",
                View(),
                target=TargetName("lake", "marts", "dim_customers"),
            ),
            model("top", "SELECT customers.customer FROM customers LIMIT 3", FullRefresh()),
        )
    ),
    "refused": Case(orders(MaterializedView())),
}


def planned(case: Case) -> str:
    project = compiled(*case.models, sources=SOURCES)
    there = {found.target: found for found in case.there}
    targets = {one.target: there.get(one.target) for one in case.models}
    plan = build_plan(project, tuple(project.models), ObservedWorld(NOW, targets, **case.state), case.options)
    summary = "\n".join(f"-- {line}" for line in summarize_plan(plan))
    return f"{summary}\n\n{render_sql(plan, 'duckdb')}"


@pytest.mark.parametrize("name", CASES)
def test_a_plan_is_the_reviewed_sql(name):
    file = SNAPSHOTS / name / "duckdb.sql"
    found = planned(CASES[name])
    if os.environ.get("ROCKY_UPDATE_PLANS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


def test_every_snapshot_has_its_case():
    assert sorted(folder.name for folder in SNAPSHOTS.iterdir()) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_reviewed_sql_runs_on_duckdb(name):
    with duckdb.connect() as database:
        database.execute("ATTACH ':memory:' AS lake; CREATE SCHEMA raw; CREATE SCHEMA marts")
        database.execute("CREATE TABLE raw.orders (order_id BIGINT, customer VARCHAR, ordered_at TIMESTAMP)")
        for found in CASES[name].there:
            columns = ", ".join(f"{column.name} {column.type_text}" for column in found.columns)
            database.execute(f"CREATE TABLE {found.target} ({columns})")
        database.execute("INSERT INTO raw.orders VALUES (1, 'ann', TIMESTAMP '2024-03-09 10:00:00')")
        database.execute((SNAPSHOTS / name / "duckdb.sql").read_text(encoding="utf-8"))
        for one in CASES[name].models:
            if not isinstance(one.strategy, Ephemeral | MaterializedView):
                assert len(database.execute(f"FROM {one.target}").fetchall()) == 1
