"""Each strategy on each warehouse: statements without anything left open, or a refusal with its reason."""

import pytest
from workshop import NOW, model

from rocky_core.compiler.compile_project import compile_project
from rocky_core.dialects.registry import DIALECT_NAMES, dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import ProjectSource
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    FullRefresh,
    Granularity,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    TimeInterval,
    View,
)
from rocky_core.ir.types import BIGINT, TIMESTAMP
from rocky_core.ir.world import ObservedColumn, ObservedTable, ObservedWorld, Watermark
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.render_plan import render_sql, summarize_plan

TARGET = TargetName("lake", "marts", "facts")
STRATEGIES = {
    "full_refresh": FullRefresh(),
    "view": View(),
    "incremental": Incremental("ts"),
    "incremental by key": Incremental("ts", ("id",)),
    "merge": Merge(("id",)),
    "delete_insert": DeleteInsert(("id",)),
    "time_interval": TimeInterval("ts", Granularity.DAY, lookback=1),
    "microbatch": Microbatch("ts"),
    "materialized_view": MaterializedView(),
    "dynamic_table": DynamicTable("1 hour"),
    "content_addressed": ContentAddressed("s3://x"),
}
REFUSED = {
    *((dialect, "content_addressed") for dialect in DIALECT_NAMES),
    *((dialect, "dynamic_table") for dialect in DIALECT_NAMES if dialect != "snowflake"),
    ("duckdb", "materialized_view"),
}


@pytest.mark.parametrize("there", [False, True], ids=["absent", "there"])
@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("dialect_name", DIALECT_NAMES)
def test_a_plan_leaves_nothing_open(dialect_name, name, there):
    dialect = dialect_named(dialect_name)
    names = [dialect.stored_name(text, quoted=False) for text in ("id", "ts")]
    columns = tuple(Column(n, t, nullable=False) for n, t in zip(names, (BIGINT, TIMESTAMP), strict=True))
    sql = "SELECT id, ts FROM raw.events"
    if name == "time_interval":
        sql += " WHERE ts >= @start_date AND ts < @end_date"
    base = model("base", sql, STRATEGIES[name], target=TARGET)
    reader = model("reader", "SELECT base.id FROM base", FullRefresh(), target=TargetName("lake", "marts", "reader"))
    source = ProjectSource((base, reader), source_schemas={("raw", "events"): columns})
    project = compile_project(source, dialect)
    observed = tuple(ObservedColumn(c.name, dialect.spell_type(c.data_type) or "", c.data_type) for c in columns)
    world = ObservedWorld(
        NOW,
        {
            TARGET: ObservedTable(TARGET, observed, name if "view" in name else "table") if there else None,
            reader.target: None,
        },
        {"lake.marts.facts": Watermark("2024-03-01T00:00:00+00:00", NOW)},
    )
    plan = build_plan(project, ("base", "reader"), world, PlanOptions("p", dialect_name, compute="wh"))
    refused = {entry.name for entry in plan.tables if entry.refusal is not None}
    assert refused == ({"base"} if (dialect_name, name) in REFUSED else set()), plan.tables[0].refusal
    script = render_sql(plan, dialect_name)
    assert not [mark for mark in ("@watermark", "@start_date", "@end_date", "@warehouse") if mark in script]
    assert summarize_plan(plan)[-1].endswith("nothing destructive" + (", 1 cannot be built" if refused else ""))
    assert plan.tables[-1].depends_on == ("base",)
    atomic = [step for entry in plan.tables for step in entry.steps if step.is_atomic and dialect_name != "bigquery"]
    assert all(shapes_of(dialect_name).holds_together(step.statements) for step in atomic)
