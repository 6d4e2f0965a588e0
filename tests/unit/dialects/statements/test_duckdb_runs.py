"""The statements on a real DuckDB: what stands in the target after one, two and three runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from rocky_core.dialects.duckdb.dialect import DuckDB
from rocky_core.dialects.statements.placeholders import END, START, WATERMARK, fill_instants
from rocky_core.dialects.statements.render_model import render_model
from rocky_core.dialects.statements.rendered import Statements
from rocky_core.ir.model import Model, SurrogateKey, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import (
    DeleteInsert,
    FullRefresh,
    Granularity,
    Incremental,
    Merge,
    Microbatch,
    Strategy,
    TimeInterval,
    View,
)

Rows = list[tuple[object, ...]]

QUERY = "SELECT id, name, day, ts FROM src ORDER BY id -- newest last\n;"
WINDOWED = "SELECT id, name, day, ts FROM src WHERE day >= @start_date AND day < '@end_date'"
MODEL = Model("orders", SourceText("orders.sql", QUERY, QUERY), TargetName("memory", "marts", "orders"))
FIRST = datetime(2024, 1, 1)  # noqa: DTZ001 — the engine's instants have no zone.
SECOND = datetime(2024, 1, 2)  # noqa: DTZ001 — same.
THIRD = datetime(2024, 1, 3)  # noqa: DTZ001 — same.
ANN = (1, "ann", date(2024, 1, 1), datetime(2024, 1, 1, 8))  # noqa: DTZ001 — same.
BOB = (2, "bob", date(2024, 1, 1), datetime(2024, 1, 1, 9))  # noqa: DTZ001 — same.
CAT = (3, "cat", date(2024, 1, 2), datetime(2024, 1, 2, 9))  # noqa: DTZ001 — same.
NEW_BOB = (2, "bobby", date(2024, 1, 1), datetime(2024, 1, 2, 10))  # noqa: DTZ001 — same.
NOWHERE = (9, "nil", None, datetime(2024, 1, 1, 7))  # noqa: DTZ001 — same.


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts; CREATE TABLE src (id BIGINT, name VARCHAR, day DATE, ts TIMESTAMP)")
        yield connection


def load(database: duckdb.DuckDBPyConnection, *rows: tuple[object, ...]) -> None:
    database.execute("DELETE FROM src")
    database.executemany("INSERT INTO src VALUES (?, ?, ?, ?)", list(rows))


def build(
    database: duckdb.DuckDBPyConnection,
    strategy: Strategy,
    query: str = QUERY,
    instants: dict[str, datetime] | None = None,
    *,
    columns_known: bool = True,
    **changes: object,
) -> Rows:
    """Run the model once, as an engine would that looks whether the target exists."""
    names = ("id", "name", "day", "ts")
    types = ("BIGINT", "VARCHAR", "DATE", "TIMESTAMP")
    columns = tuple(Column(name, DuckDB().parse_type(text)) for name, text in zip(names, types, strict=True))
    model = replace(MODEL, strategy=strategy, **changes)
    rendered = render_model(model, query, "duckdb", columns if columns_known else ())
    assert isinstance(rendered, Statements)
    exists = database.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'marts'").fetchone()
    statements = rendered.statements if exists == (1,) or not rendered.first_build else rendered.first_build
    for statement in statements:
        database.execute(fill_instants(statement, instants or {}))
    return database.execute("FROM marts.orders ORDER BY ALL").fetchall()


def test_a_full_refresh_replaces_everything(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN, BOB)
    assert build(database, FullRefresh()) == [ANN, BOB]
    load(database, CAT)
    assert build(database, FullRefresh()) == [CAT]


def test_a_comment_is_stored_with_the_table(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN)
    build(database, FullRefresh(), table_format=TableFormat(comment="it's all"))
    assert database.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'orders'").fetchone() == (
        "it's all",
    )


def test_a_view_shows_what_the_source_holds_now(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN)
    assert build(database, View()) == [ANN]
    load(database, BOB)
    assert database.execute("FROM marts.orders").fetchall() == [BOB]


def test_a_surrogate_key_hashes_nulls_and_text_as_dbt_utils_does(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN, NOWHERE)
    rows = build(database, FullRefresh(), surrogate_keys=(SurrogateKey("key", ("id", "day")),))
    expected = [
        database.execute("SELECT md5(?)", [text]).fetchone()
        for text in ("1-2024-01-01", "9-_dbt_utils_surrogate_key_null_")
    ]
    assert [row[-1:] for row in rows] == expected


@pytest.mark.parametrize("columns_known", [True, False])
def test_incremental_appends_only_what_is_newer_and_a_second_run_appends_nothing(
    database: duckdb.DuckDBPyConnection, *, columns_known: bool
) -> None:
    load(database, ANN, BOB)
    strategy = Incremental("ts")
    assert build(database, strategy, columns_known=columns_known) == [ANN, BOB]
    load(database, ANN, BOB, CAT)
    for _ in range(2):
        newest = database.execute("SELECT max(ts) FROM marts.orders").fetchall()[0][0]
        rows = build(database, strategy, instants={WATERMARK: newest}, columns_known=columns_known)
        assert rows == [ANN, BOB, CAT]


def test_an_insert_does_not_rely_on_the_targets_column_order(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("CREATE TABLE marts.orders (ts TIMESTAMP, day DATE, name VARCHAR, id BIGINT)")
    load(database, CAT)
    for known in (True, False):
        database.execute("DELETE FROM marts.orders")
        build(database, Incremental("ts"), instants={WATERMARK: FIRST}, columns_known=known)
        assert database.execute("SELECT id, name, day, ts FROM marts.orders").fetchall() == [CAT]


def test_an_incremental_that_is_run_again_with_its_old_watermark_appends_nothing(
    database: duckdb.DuckDBPyConnection,
) -> None:
    load(database, ANN, BOB, CAT)
    build(database, Incremental("ts"))
    assert build(database, Incremental("ts"), instants={WATERMARK: FIRST}) == [ANN, BOB, CAT]


def test_an_incremental_with_a_key_takes_late_rows_of_the_same_instant_and_each_key_once(
    database: duckdb.DuckDBPyConnection,
) -> None:
    strategy = Incremental("ts", ("id",))
    load(database, ANN, BOB)
    assert build(database, strategy) == [ANN, BOB]
    late = (7, "late", *BOB[2:])
    renamed = (2, "bobby", *BOB[2:])
    load(database, ANN, renamed, late, CAT, CAT)
    for _ in range(2):
        rows = build(database, strategy, instants={WATERMARK: BOB[3]})
        assert sorted(rows) == sorted([ANN, renamed, late, CAT])


@pytest.mark.parametrize("runs", [1, 2])
def test_merge_updates_by_key_and_inserts_the_rest(database: duckdb.DuckDBPyConnection, runs: int) -> None:
    load(database, ANN, BOB)
    build(database, Merge(("id",)))
    load(database, NEW_BOB, CAT)
    rows = [build(database, Merge(("ID",))) for _ in range(runs)]
    assert rows == [[ANN, NEW_BOB, CAT]] * runs


def test_merge_leaves_columns_alone_that_are_not_named(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN, BOB)
    build(database, Merge(("id",)))
    load(database, NEW_BOB)
    assert build(database, Merge(("id",), ("name",))) == [ANN, (2, "bobby", *BOB[2:])]


def test_merge_on_all_columns_only_inserts(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN)
    strategy = Merge(("id", "name", "day", "ts"))
    build(database, strategy)
    load(database, ANN, BOB)
    assert build(database, strategy) == [ANN, BOB]


@pytest.mark.parametrize("columns_known", [True, False])
def test_delete_insert_replaces_the_partitions_it_touches_and_no_others(
    database: duckdb.DuckDBPyConnection, *, columns_known: bool
) -> None:
    load(database, ANN, BOB, CAT, NOWHERE)
    strategy = DeleteInsert(("day",))
    build(database, strategy, columns_known=columns_known)
    load(database, NEW_BOB, NOWHERE)
    for _ in range(2):
        assert build(database, strategy, columns_known=columns_known) == [NEW_BOB, CAT, NOWHERE]
    assert database.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []


@pytest.mark.parametrize(
    ("strategy", "query"),
    [(TimeInterval("day", Granularity.DAY), WINDOWED), (Microbatch("ts"), QUERY)],
    ids=["time_interval", "microbatch"],
)
def test_a_window_is_replaced_and_its_neighbours_stay(
    database: duckdb.DuckDBPyConnection, strategy: Strategy, query: str
) -> None:
    load(database, ANN, BOB, CAT)
    assert build(database, strategy, query, {START: FIRST, END: SECOND}) == [ANN, BOB]
    assert build(database, strategy, query, {START: SECOND, END: THIRD}) == [ANN, BOB, CAT]
    changed = (2, "changed", *BOB[2:])
    load(database, changed, CAT)
    for _ in range(2):
        assert build(database, strategy, query, {START: FIRST, END: SECOND}) == [changed, CAT]


def test_a_failing_window_leaves_the_target_as_it_was(database: duckdb.DuckDBPyConnection) -> None:
    load(database, ANN)
    strategy = TimeInterval("day", Granularity.DAY)
    build(database, strategy, WINDOWED, {START: FIRST, END: SECOND})
    failing = WINDOWED.replace("SELECT id", "SELECT error('no')::BIGINT AS id")
    with pytest.raises(duckdb.Error):
        build(database, strategy, failing, {START: FIRST, END: SECOND})
    database.execute("ROLLBACK")
    assert database.execute("FROM marts.orders").fetchall() == [ANN]


@pytest.mark.parametrize(
    "query", ["SELECT * FROM stg WHERE id = 1", "WITH w AS (FROM stg) SELECT * FROM w WHERE id = 1"]
)
def test_ephemeral_models_are_inlined_into_their_reader(database: duckdb.DuckDBPyConnection, query: str) -> None:
    load(database, ANN, BOB)
    inlined = (("base", "SELECT * FROM src; -- all"), ("stg", "WITH x AS (FROM base) SELECT * FROM x -- same"))
    rendered = render_model(MODEL, query, "duckdb", inlined=inlined)
    assert isinstance(rendered, Statements)
    for statement in rendered.statements:
        database.execute(statement)
    assert database.execute("FROM marts.orders").fetchall() == [ANN]
