"""Every strategy, planned and run on DuckDB: first run, nothing new, something new."""

import duckdb
import pytest
from workshop import NOW, OPTIONS, Warehouse, compiled, model, steps_of, with_options

from rocky_core.errors import FailureKind
from rocky_core.ir.model import SurrogateKey
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import PlannedPartition, Refusal
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Granularity,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    TimeInterval,
    View,
)
from rocky_core.ir.world import Watermark
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.render_plan import is_destructive
from rocky_core.planning.trace_inputs import tables_to_observe

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


@pytest.mark.parametrize("strategy", [Merge(("id",)), Merge(("id", "name")), Incremental("ts", ("id",))])
def test_a_row_whose_key_is_null_is_known_the_next_time(warehouse: Warehouse, strategy):
    facts = model("facts", SQL.replace("id,", "NULLIF(id, 2) AS id,"), strategy)
    events(warehouse, A, B)
    for _ in range(3):
        warehouse.run(facts)
        assert warehouse.rows(SPELLED) == [A, (None, *B[1:])]


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


WINDOWED = f"{SQL} WHERE ts >= @start_date AND ts < '@end_date'"
HALF_OPEN = f"{SQL} WHERE ts >= @start_date"
DAYS = TimeInterval("ts", Granularity.DAY, first_partition="2024-03-01")


def choice(**fields: object) -> PlanOptions:
    return with_options(partitions=PartitionChoice(**fields))


@pytest.mark.parametrize("sql", [WINDOWED, HALF_OPEN], ids=["window", "half a window"])
def test_windows_are_built_once_each_and_again_without_doubling(warehouse: Warehouse, sql):
    facts = model("facts", sql, DAYS)
    events(warehouse, A, B, C)
    plan = warehouse.run(facts, options=choice(first="2024-03-01", last="2024-03-02"))
    assert [(entry.strategy, entry.partition.key) for entry in plan.tables] == [
        ("time_interval", "2024-03-01"),
        ("time_interval", "2024-03-02"),
    ]
    assert [step.purpose for step in plan.tables[0].steps] == ["create_schema", "create_table", "time_interval"]
    assert warehouse.rows(SPELLED) == [A, B]
    for key in ("2024-03-02", "2024-03-01", "2024-03-02"):
        warehouse.run(facts, options=choice(key=key))
        assert warehouse.rows(SPELLED) == [A, B]
    events(warehouse, A, TWIN, C)
    warehouse.run(facts, options=choice(key="2024-03-02"))
    assert warehouse.rows(SPELLED) == [A, TWIN]
    warehouse.run(facts, options=choice(missing=True))
    assert warehouse.rows(SPELLED) == sorted([A, C, TWIN])


def test_a_microbatch_is_the_present_window_of_a_query_that_need_not_name_it(warehouse: Warehouse):
    facts = model("facts", SQL, Microbatch("ts", Granularity.DAY))
    events(warehouse, A, B, (9, "now", "10 11:00"))
    for _ in range(2):
        warehouse.run(facts)
        assert warehouse.rows(SPELLED) == [(9, "now", "10 11:00")]
    warehouse.run(facts, options=choice(key="2024-03-02"))
    assert warehouse.rows(SPELLED) == [B, (9, "now", "10 11:00")]


def test_a_batch_of_windows_is_one_statement_for_all_its_partitions(warehouse: Warehouse):
    facts = model("facts", WINDOWED, TimeInterval("ts", Granularity.DAY, 0, 3, "2024-03-01"))
    events(warehouse, A, B, C)
    plan = warehouse.run(facts, options=choice(first="2024-03-01", last="2024-03-03"))
    (entry,) = plan.tables
    assert entry.partition == PlannedPartition(
        "2024-03-01", "2024-03-01 00:00:00", "2024-03-04 00:00:00", ("2024-03-02", "2024-03-03")
    )
    assert warehouse.rows(SPELLED) == [A, B, C]


def test_a_choice_that_makes_no_sense_for_a_model_refuses_that_model(warehouse: Warehouse):
    events(warehouse, A)
    plan = warehouse.plan(model("facts", WINDOWED, DAYS), model("other", SQL), options=choice(key="2024-03"))
    assert [None if entry.refusal is None else entry.refusal.reason for entry in plan.tables] == [
        "the partitions of model 'facts' cannot be chosen: '2024-03' is no day partition; write it like 2024-03-01",
        None,
    ]


SWITCHES = {
    "table to view": ("CREATE TABLE", View(), "the table marts.facts with all its rows: a view takes its place"),
    "view to table": ("CREATE VIEW", FullRefresh(), "the view marts.facts: a table takes its place"),
    "view to incremental": ("CREATE VIEW", Incremental("ts"), "the view marts.facts: a table takes its place"),
    "view to merge": ("CREATE VIEW", Merge(("id",)), "the view marts.facts: a table takes its place"),
    "view to windows": (
        "CREATE VIEW",
        Microbatch("ts", Granularity.YEAR),
        "the view marts.facts: a table takes its place",
    ),
}


@pytest.mark.parametrize(("there", "strategy", "lost"), SWITCHES.values(), ids=list(SWITCHES))
def test_another_kind_of_object_is_replaced_at_once_and_told_as_destructive(
    warehouse: Warehouse, there, strategy, lost
):
    events(warehouse, A)
    warehouse.database.execute(f"CREATE SCHEMA marts; {there} marts.facts AS SELECT 'old' AS other")
    facts = model("facts", SQL, strategy)
    plan = warehouse.run(facts)
    assert [destroys for _, _, destroys in steps_of(plan) if destroys] == [lost]
    assert all(step.is_atomic for entry in plan.tables for step in entry.steps if step.destroys)
    assert warehouse.rows(SPELLED) == [A]
    assert not is_destructive(warehouse.run(facts))
    assert warehouse.rows(SPELLED) == [A]


def test_a_kind_switch_that_fails_leaves_what_was_there(warehouse: Warehouse):
    events(warehouse, A)
    warehouse.database.execute("CREATE SCHEMA marts; CREATE TABLE marts.facts AS SELECT 'old' AS other")
    plan = warehouse.plan(model("facts", SQL, View()))
    warehouse.database.execute("DROP TABLE raw.events")
    with pytest.raises(duckdb.Error):
        warehouse.run_table(plan.tables[0])
    warehouse.database.rollback()
    assert warehouse.rows("FROM marts.facts") == [("old",)]


def test_without_a_watermark_an_incremental_table_is_built_anew(warehouse: Warehouse):
    facts = model("facts", SQL, Incremental("ts"))
    events(warehouse, A, B)
    warehouse.run(facts)
    warehouse.watermarks.clear()
    plan = warehouse.run(facts)
    lost = "the rows of marts.facts that its query no longer yields: without a watermark the table is built anew"
    assert steps_of(plan) == [("facts", "full_refresh", lost)]
    assert plan.tables[0].strategy == "full_refresh"
    assert warehouse.rows(SPELLED) == [A, B]


@pytest.mark.parametrize("key", [(), ("id",)], ids=["no key", "key"])
def test_a_watermark_that_was_set_back_by_hand_loads_what_is_newer_again(warehouse: Warehouse, key):
    facts = model("facts", SQL, Incremental("ts", key))
    events(warehouse, A, B, C)
    warehouse.run(facts)
    events(warehouse, A, (2, "mended", "02 10:00"), C)
    warehouse.watermarks["marts.facts"] = Watermark("2024-03-01T12:00:00Z", NOW, is_set_by_hand=True)
    plan = warehouse.run(facts)
    assert is_destructive(plan) is (not key)
    assert warehouse.rows(SPELLED) == [A, (2, "mended", "02 10:00"), C]


def test_a_watermark_that_is_no_instant_is_refused_and_named(warehouse: Warehouse):
    facts = model("facts", SQL, Incremental("ts"))
    events(warehouse, A)
    warehouse.run(facts)
    warehouse.watermarks["marts.facts"] = Watermark("yesterday' OR true --", NOW)
    (entry,) = warehouse.plan(facts).tables
    assert entry.steps == ()
    assert entry.refusal is not None
    assert "'yesterday' OR true --' of marts.facts is no point in time" in entry.refusal.reason


def test_surrogate_keys_are_computed_once_and_stay_the_same(warehouse: Warehouse):
    facts = model("facts", SQL, Merge(("key",)), surrogate_keys=(SurrogateKey("key", ("id",)),))
    events(warehouse, A, B)
    for _ in range(2):
        warehouse.run(facts)
        assert warehouse.rows("SELECT id, key = md5(id::VARCHAR) FROM marts.facts ORDER BY id") == [
            (1, True),
            (2, True),
        ]


def test_a_shadow_is_written_beside_its_target_and_read_by_the_other_shadows(warehouse: Warehouse):
    events(warehouse, A)
    base, facts = model("base", SQL, FullRefresh()), model("facts", "SELECT * FROM marts.base", FullRefresh())
    warehouse.run(base, facts)
    events(warehouse, A, B)
    targets = {name: TargetName("", "shadow", name) for name in ("base", "facts")}
    plan = warehouse.run(base, facts, options=with_options(targets=targets))
    assert [str(entry.target) for entry in plan.tables] == ["shadow.base", "shadow.facts"]
    assert warehouse.rows("SELECT id FROM shadow.facts ORDER BY id") == [(1,), (2,)]
    assert warehouse.rows("SELECT id FROM marts.facts") == [(1,)]


REFUSED = {
    "materialized_view": (
        MaterializedView(),
        FailureKind.QUERY_REJECTED,
        "model 'facts' cannot be built: duckdb has no materialized views; use the strategy 'view' or 'full_refresh'",
    ),
    "dynamic_table": (
        DynamicTable("1 hour"),
        FailureKind.QUERY_REJECTED,
        "model 'facts' cannot be built: duckdb has no dynamic tables; use the strategy 'view' or 'full_refresh'",
    ),
    "content_addressed": (
        ContentAddressed("s3://x"),
        FailureKind.QUERY_REJECTED,
        "model 'facts' cannot be built: content_addressed models are not executed by this engine",
    ),
}


@pytest.mark.parametrize(("strategy", "kind", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_duckdb_cannot_build_is_in_the_plan_with_the_reason(warehouse: Warehouse, strategy, kind, reason):
    events(warehouse, A)
    (entry, reader) = warehouse.plan(model("facts", SQL, strategy), model("reader", "SELECT id FROM facts")).tables
    assert (entry.steps, entry.refusal) == ((), Refusal(kind, reason))
    assert (reader.depends_on, reader.refusal) == (("facts",), None)


def test_a_model_that_does_not_compile_is_refused_with_its_first_finding(warehouse: Warehouse):
    events(warehouse, A)
    (entry,) = warehouse.plan(model("facts", "SELECT nme FROM raw.events", FullRefresh())).tables
    assert entry.refusal is not None
    assert entry.refusal.kind is FailureKind.COMPILE_ERROR
    assert entry.refusal.reason.startswith("E039: ")


def test_models_that_read_each_other_are_refused_and_wait_for_nobody(warehouse: Warehouse):
    plan = warehouse.plan(
        model("a", "SELECT x FROM b"), model("b", "SELECT x FROM a"), model("reader", "SELECT x FROM b")
    )
    assert [(entry.name, entry.depends_on, entry.refusal is not None) for entry in plan.tables] == [
        ("a", (), True),
        ("b", (), True),
        ("reader", ("b",), False),
    ]


def test_only_selected_models_are_planned_and_wait_only_for_each_other(warehouse: Warehouse):
    events(warehouse, A)
    project = compiled(
        model("base", SQL, FullRefresh()),
        model("middle", "SELECT id FROM base", Ephemeral()),
        model("facts", "SELECT id FROM middle", FullRefresh()),
        model("last", "SELECT f.id FROM facts AS f JOIN base AS b ON f.id = b.id", FullRefresh()),
        sources=warehouse.source_types(),
    )
    names = ["last", "facts", "middle"]
    assert [str(target) for target in tables_to_observe(project, names, OPTIONS)] == ["marts.last", "marts.facts"]
    plan = build_plan(project, names, warehouse.observe(tables_to_observe(project, names, OPTIONS)), OPTIONS)
    assert [(entry.name, entry.depends_on) for entry in plan.tables] == [("facts", ()), ("last", ("facts",))]


def test_an_ephemeral_model_keeps_clear_of_its_readers_own_ctes(warehouse: Warehouse):
    events(warehouse, A, B)
    recent = model("recent", f"{SQL} WHERE id = 2", Ephemeral())
    facts = model("facts", "WITH recent AS (SELECT * FROM recent) SELECT name FROM recent", FullRefresh())
    warehouse.run(recent, facts)
    assert warehouse.rows("FROM marts.facts") == [("bob",)]


def test_a_model_is_found_under_its_target_whatever_its_name(warehouse: Warehouse):
    events(warehouse, A)
    base = model("base", SQL, FullRefresh(), target=TargetName("", "other", "stg_base"))
    facts = model("facts", "SELECT base.id FROM base WHERE base.name = 'ann'", FullRefresh())
    warehouse.run(base, facts)
    assert warehouse.rows("FROM marts.facts") == [(1,)]


@pytest.mark.parametrize(("strategy", "after", "expected"), CASES.values(), ids=list(CASES))
def test_a_strategy_works_by_name_where_the_columns_are_not_known(warehouse: Warehouse, strategy, after, expected):
    facts = model("facts", "SELECT ts, * EXCLUDE ts FROM unknown.events", strategy)
    warehouse.database.execute("CREATE SCHEMA unknown")
    for rows in ([A, B], after, after):
        events(warehouse, *rows)
        warehouse.database.execute("CREATE OR REPLACE VIEW unknown.events AS FROM raw.events")
        plan = warehouse.run(facts)
    assert warehouse.rows(SPELLED) == sorted(expected)
    noted = isinstance(strategy, Merge | Incremental | DeleteInsert)
    note = "columns are not compared: what the query yields is not known before it runs"
    assert plan.tables[0].notes == ((note,) if noted else ())
