"""Every strategy, planned and run on DuckDB: first run, nothing new, something new."""

import pytest
from workshop import Warehouse, model

from rocky_core.ir.strategy import (
    DeleteInsert,
    Ephemeral,
    FullRefresh,
    Incremental,
    Merge,
    View,
)

SQL = "SELECT id, name, ts FROM raw.events"
SPELLED = "SELECT id, name, strftime(ts, '%d %H:%M') FROM marts.facts ORDER BY ALL"


def events(warehouse: Warehouse, *rows: tuple[int, str, str]) -> None:
    """Rows of `raw.events`: id, name, and day and time in March 2024."""
    values = ", ".join(f"({number}, '{name}', TIMESTAMP '2024-03-{at}:00')" for number, name, at in rows)
    warehouse.source("raw.events", f"SELECT id::BIGINT AS id, name, ts FROM (VALUES {values}) AS v(id, name, ts)")


A, B, C = (1, "ann", "01 10:00"), (2, "bob", "02 10:00"), (3, "cat", "03 10:00")
TWIN = (4, "twin", "02 10:00")  # As new as B.
NEW_B = (2, "bobby", "04 10:00")

CASES = {
    "full_refresh": (FullRefresh(), [A, C], [A, C]),
    "view": (View(), [A, C], [A, C]),
    "merge": (Merge(("id",)), [A, NEW_B, C], [A, NEW_B, C]),
    "incremental": (Incremental("ts"), [A, B, TWIN, C], [A, B, C]),
    "incremental by key": (Incremental("ts", ("id",)), [A, NEW_B, TWIN, C], [A, NEW_B, TWIN, C]),
    "delete_insert": (DeleteInsert(("id",)), [NEW_B, C], [A, NEW_B, C]),
}


@pytest.mark.parametrize(("strategy", "after", "expected"), CASES.values(), ids=list(CASES))
def test_a_strategy_builds_repeats_and_takes_what_is_new(warehouse: Warehouse, strategy, after, expected):
    facts = model("facts", SQL, strategy)
    events(warehouse, A, B)
    for _ in range(2):
        warehouse.run(facts)
        assert warehouse.rows(SPELLED) == [A, B]
    events(warehouse, *after)
    for _ in range(2):
        warehouse.run(facts)
        assert warehouse.rows(SPELLED) == sorted(expected)


def test_a_model_reads_models_by_name_and_through_an_ephemeral_one(warehouse: Warehouse):
    events(warehouse, A, B)
    base = model("base", SQL, FullRefresh())
    bobs = model("bobs", "SELECT base.id FROM base WHERE name = 'bob'", Ephemeral())
    facts = model("facts", "WITH c AS (SELECT * FROM bobs) SELECT id FROM c", FullRefresh())
    plan = warehouse.run(base, bobs, facts)
    assert warehouse.rows("FROM marts.facts") == [(2,)]
    assert [(entry.name, entry.depends_on) for entry in plan.tables] == [("base", ()), ("facts", ("base",))]
    assert plan.excluded == (("bobs", "ephemeral: its readers inline it"),)


def test_rows_that_an_interrupted_run_has_appended_do_not_come_twice(warehouse: Warehouse):
    facts = model("facts", SQL, Incremental("ts"))
    events(warehouse, A)
    warehouse.run(facts)
    events(warehouse, A, B, C)
    warehouse.run(facts, remember=False)
    warehouse.run(facts)
    assert warehouse.rows(SPELLED) == [A, B, C]


def test_the_target_of_a_fresh_build_must_not_turn_up_in_between(warehouse: Warehouse):
    events(warehouse, A)
    plan = warehouse.plan(model("facts", SQL, FullRefresh()))
    warehouse.database.execute("CREATE SCHEMA marts; CREATE TABLE marts.facts AS SELECT 1 AS precious")
    with pytest.raises(Exception, match="already exists"):
        warehouse.run_table(plan.tables[0])
    assert warehouse.rows("FROM marts.facts") == [(1,)]
