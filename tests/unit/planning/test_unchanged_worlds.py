"""Whatever the models: where nothing has changed, a plan destroys nothing, alters nothing, and its readers wait."""

from datetime import timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from workshop import NOW, Warehouse, model

from rocky_core.ir.model import Model
from rocky_core.ir.strategy import (
    DeleteInsert,
    Ephemeral,
    FullRefresh,
    Granularity,
    Incremental,
    Merge,
    Microbatch,
    TimeInterval,
    View,
)
from rocky_core.planning.plan_codec import plan_id

STRATEGIES = (
    FullRefresh(),
    View(),
    Ephemeral(),
    Incremental("ts"),
    Incremental("ts", ("id",)),
    Merge(("id",)),
    DeleteInsert(("id",)),
    TimeInterval("ts", Granularity.DAY, lookback=1),
    Microbatch("ts", Granularity.MONTH),
)
TYPES = ("BIGINT", "VARCHAR", "DECIMAL(10,2)", "TIMESTAMP WITH TIME ZONE", "STRUCT(a INTEGER)", "DATE[]", "BOOLEAN")


@st.composite
def projects(draw) -> list[Model]:
    """A few models that read a source or each other, each with a strategy of its own."""
    models: list[Model] = []
    for number in range(draw(st.integers(1, 5))):
        upstream = draw(st.sampled_from(["raw.events", *(one.name for one in models)]))
        strategy = draw(st.sampled_from(STRATEGIES))
        window = " WHERE ts >= @start_date AND ts < @end_date" if isinstance(strategy, TimeInterval) else ""
        extra = draw(st.sampled_from(TYPES))
        name = f"m{number}_{draw(st.sampled_from(['a', 'B']))}"
        sql = f"SELECT id, ts, CAST(NULL AS {extra}) AS extra FROM {upstream}{window}"
        models.append(model(name, sql, strategy))
    return models


@settings(max_examples=25, deadline=None)
@given(projects())
def test_a_second_plan_of_an_unchanged_world_destroys_and_alters_nothing(models):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
        warehouse = Warehouse(connection)
        warehouse.source(
            "raw.events", "SELECT n AS id, TIMESTAMP '2024-03-10' - n * INTERVAL 7 HOUR AS ts FROM range(0, 9) AS r(n)"
        )
        warehouse.run(*models)
        before = contents(warehouse, models)
        warehouse.now = NOW + timedelta(minutes=1)
        again = warehouse.plan(*models)
        assert plan_id(again) == plan_id(warehouse.plan(*models))
        steps = [step for entry in again.tables for step in entry.steps]
        assert [step.destroys for step in steps if step.destroys] == []
        assert {step.purpose for step in steps}.isdisjoint(
            {"create_schema", "alter_table", "drop_columns", "create_table"}
        )
        assert {entry.drift_action for entry in again.tables} <= {None}
        position = {entry.name: number for number, entry in enumerate(again.tables)}
        assert all(position[read] < position[entry.name] for entry in again.tables for read in entry.depends_on)
        warehouse.run(*models)
        assert contents(warehouse, models) == before


def contents(warehouse: Warehouse, models: list[Model]) -> dict[str, list[tuple]]:
    kept = (one for one in models if not isinstance(one.strategy, Ephemeral))
    return {one.name: warehouse.rows(f"SELECT id, ts FROM {one.target} ORDER BY ALL") for one in kept}
