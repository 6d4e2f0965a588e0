"""What is found wrong between a model's strategy and its output."""

import pytest

from rocky_core.compiler.check_context import CheckContext
from rocky_core.compiler.check_strategy_columns import check_key_columns, check_watermark
from rocky_core.compiler.check_time_partitions import check_time_partitions
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir import types
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import DeleteInsert, FullRefresh, Granularity, Incremental, Merge, Microbatch, TimeInterval

CONTEXT = CheckContext(dialect_named("duckdb"), ProjectRules())
WINDOWED = "SELECT day FROM raw.t WHERE day >= @start_date AND day < @end_date"
DAILY = TimeInterval("day", Granularity.DAY)


def model(strategy, sql: str = WINDOWED) -> Model:
    return Model("m", SourceText("models/m.sql", sql, sql), TargetName("", "s", "m"), strategy)


def facts(*columns: Column, complete: bool = True, edges: tuple[Edge, ...] = ()) -> ModelFacts:
    return ModelFacts("m", columns, complete, edges=edges)


def time(data_type, *, nullable: bool = False, name: str = "day") -> Column:
    return Column(name, data_type, nullable)


def codes_of(found) -> list[str]:
    return [diagnostic.code for diagnostic in found]


@pytest.mark.parametrize(
    ("strategy", "columns", "complete", "expected"),
    [
        (DAILY, [time(types.DATE)], True, []),
        (DAILY, [time(types.TIMESTAMP_TZ)], True, []),
        (DAILY, [time(types.DATE, name="DAY")], True, []),
        (DAILY, [time(types.UNKNOWN, nullable=True)], True, []),
        (DAILY, [], False, []),
        (DAILY, [], True, ["E020"]),
        (DAILY, [time(types.VARCHAR)], True, ["E021"]),
        (DAILY, [time(types.INTERVAL)], True, ["E021"]),
        (DAILY, [time(types.DATE, nullable=True)], True, ["E022"]),
        (DAILY, [time(types.VARCHAR, nullable=True)], True, ["E021", "E022"]),
        (TimeInterval("day", Granularity.HOUR), [time(types.DATE)], True, ["E025"]),
        (TimeInterval("day", Granularity.HOUR), [time(types.TIMESTAMP)], True, []),
        (TimeInterval("a b", Granularity.DAY), [time(types.DATE, name="a b")], True, ["E023"]),
        (Microbatch("day"), [time(types.TIMESTAMP)], True, []),
        (Microbatch("day"), [time(types.DATE)], True, ["E025"]),
        (Microbatch("day"), [], True, ["E020"]),
        (Microbatch("a-b"), [], False, ["E023"]),
        (Microbatch("day"), [time(types.TIMESTAMP, nullable=True)], True, ["E022"]),
        (FullRefresh(), [], True, []),
    ],
)
def test_the_time_column_must_be_able_to_tell_partitions_apart(strategy, columns, complete, expected):
    assert codes_of(check_time_partitions(model(strategy), facts(*columns, complete=complete), CONTEXT)) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("@start_date @end_date", []),
        ("'@start_date' '@end_date'", []),
        ("", ["E024"]),
        ("@start_dates @end_date_", ["E024"]),
        ("-- @start_date @end_date", ["E024"]),
        ("/* @start_date */ @end_date", ["W003"]),
        ("@start_date", ["W003"]),
        ("'--' @start_date @end_date", []),
        ("'it''s /*' @start_date @end_date", []),
    ],
)
def test_a_time_interval_reads_one_window(where, expected):
    found = check_time_partitions(model(DAILY, f"SELECT day FROM t WHERE {where}"), facts(time(types.DATE)), CONTEXT)
    assert codes_of(found) == expected


def test_a_microbatch_need_not_name_its_window():
    found = check_time_partitions(model(Microbatch("day"), "SELECT 1"), facts(time(types.TIMESTAMP)), CONTEXT)
    assert codes_of(found) == []


def test_a_half_open_window_is_shown_where_it_is_written():
    (found,) = check_time_partitions(
        model(DAILY, "-- @end_date\nSELECT day FROM t\nWHERE day < @end_date"), facts(time(types.DATE)), CONTEXT
    )
    assert (found.message, found.span.line, found.span.col, found.span.length) == (
        "only @end_date is used, so the window is unbounded below",
        3,
        13,
        9,
    )


@pytest.mark.parametrize(
    ("granularity", "key", "valid"),
    [
        (Granularity.DAY, "2024-02-29", True),
        (Granularity.DAY, "2023-02-29", False),
        (Granularity.DAY, "2024-2-9", False),
        (Granularity.DAY, "2024-02", False),
        (Granularity.DAY, "20240229", False),
        (Granularity.DAY, "2024-02-29 ", False),
        (Granularity.DAY, "\uff12\uff10\uff12\uff14-02-29", False),
        (Granularity.HOUR, "2024-02-29T23", True),
        (Granularity.HOUR, "2024-02-29T24", False),
        (Granularity.HOUR, "2024-02-29 23", False),
        (Granularity.MONTH, "2024-12", True),
        (Granularity.MONTH, "2024-13", False),
        (Granularity.YEAR, "2024", True),
        (Granularity.YEAR, "0000", False),
        (Granularity.YEAR, "24", False),
        (Granularity.DAY, None, True),
    ],
)
def test_the_first_partition_is_spelled_as_its_granularity_demands(granularity, key, valid):
    strategy = TimeInterval("day", granularity, first_partition=key)
    found = codes_of(check_time_partitions(model(strategy), facts(time(types.TIMESTAMP)), CONTEXT))
    assert found == ([] if valid else ["E026"])


ID = Column("id", types.BIGINT)


@pytest.mark.parametrize(
    ("strategy", "complete", "expected"),
    [
        (Merge(("id",)), True, []),
        (Merge(("ID",), ("Id",)), True, []),
        (Merge(("idd", "id", "x")), True, ["unique_key 'idd'", "unique_key 'x'"]),
        (Merge(("id",), ("x",)), True, ["update_columns 'x'"]),
        (Merge(("x",)), False, []),
        (DeleteInsert(("x",)), True, ["partition_by 'x'"]),
        (DeleteInsert(("id",)), True, []),
        (Incremental("x"), True, []),
    ],
)
def test_the_columns_a_strategy_writes_by_are_in_the_output(strategy, complete, expected):
    found = list(check_key_columns(model(strategy), facts(ID, complete=complete), CONTEXT))
    assert [diagnostic.code for diagnostic in found] == ["W006"] * len(expected)
    assert [diagnostic.message for diagnostic in found] == [
        f"{subject} is not in the output schema of model 'm'" for subject in expected
    ]


@pytest.mark.parametrize(
    ("columns", "complete", "expected"),
    [
        ([time(types.TIMESTAMP, nullable=True)], True, []),
        ([time(types.VARCHAR)], True, []),
        ([time(types.UNKNOWN)], True, []),
        ([time(types.DATE, name="DAY")], True, []),
        ([], False, []),
        ([], True, ["E037"]),
        ([time(types.BIGINT)], True, ["E037"]),
        ([time(types.BOOLEAN)], True, ["E037"]),
    ],
)
def test_an_incremental_model_needs_a_watermark(columns, complete, expected):
    strategy = Incremental("day")
    assert codes_of(check_watermark(model(strategy), facts(*columns, complete=complete), CONTEXT)) == expected


FROM_DATA = (Edge(ColumnRef("raw.t", "ts"), ColumnRef("m", "day"), "expression"),)


@pytest.mark.parametrize(
    ("sql", "column", "edges", "expected"),
    [
        ("SELECT now() AS day FROM t", time(types.TIMESTAMP_TZ), (), ["E037"]),
        ("SELECT current_timestamp AS day FROM t", time(types.TIMESTAMP_TZ), (), ["E037"]),
        ("SELECT coalesce(ts, now()) AS day FROM t", time(types.TIMESTAMP_TZ), FROM_DATA, []),
        ("SELECT DATE '2024-01-01' AS day FROM t", time(types.DATE), (), []),
        ("SELECT now() AS day FROM t", time(types.TIMESTAMP_TZ, nullable=True), (), []),
    ],
)
def test_the_time_of_the_run_is_no_watermark(sql, column, edges, expected):
    found = check_watermark(model(Incremental("day"), sql), facts(column, edges=edges), CONTEXT)
    assert codes_of(found) == expected


def test_findings_point_to_the_sidecars_key():
    sidecar = '[strategy]\ntype = "time_interval"\ntime_column = "dya"\ngranularity = "day"\nfirst_partition = "x"\n'
    made = replace(
        model(TimeInterval("dya", Granularity.DAY, first_partition="x"), "SELECT 1 AS a"),
        sidecar_file="models/m.toml",
        sidecar_text=sidecar,
    )
    found = check_time_partitions(made, facts(ID), CONTEXT)
    assert [(diagnostic.code, diagnostic.span.file, diagnostic.span.line) for diagnostic in found] == [
        ("E020", "models/m.toml", 3),
        ("E024", "models/m.toml", 2),
        ("E026", "models/m.toml", 5),
    ]
