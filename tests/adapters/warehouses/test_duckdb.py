"""What the engine may rely on, whatever the warehouse."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest

from rocky_core.dialects.registry import dialect_named
from rocky_core.errors import (
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import QueryResult, Session, StatementResult, Warehouse

# Runs for minutes on any machine, in whatever steps the warehouse takes.
ENDLESS = "SELECT sum(a.range * b.range) AS total FROM range(1000000) AS a, range(1000000) AS b"
SOON = 10.0  # Seconds; far less than ENDLESS, far more than a busy machine needs.


def run(warehouse: Warehouse, *statements: str) -> tuple[StatementResult, ...]:
    with warehouse.session() as session:
        return tuple(session.execute(statement) for statement in statements)


def rows(warehouse: Warehouse, query: str) -> tuple[tuple[object, ...], ...]:
    with warehouse.session() as session:
        return session.query(query).rows


def observed(target: TargetName, *columns: tuple[str, str, bool], kind: str = "table") -> ObservedTable:
    parse = dialect_named("duckdb").parse_type
    return ObservedTable(
        target, tuple(ObservedColumn(name, text, parse(text), nullable) for name, text, nullable in columns), kind
    )


# Statements and queries


@pytest.mark.parametrize(
    ("statement", "affected"),
    [
        ("CREATE TABLE made AS SELECT range AS i FROM range(10)", 10),
        ("CREATE OR REPLACE TABLE given AS SELECT range AS i FROM range(4)", 4),
        ("INSERT INTO given SELECT range FROM range(3)", 3),
        ("INSERT INTO given VALUES (7), (8) RETURNING i", None),
        ("UPDATE given SET i = 0 WHERE i > 0", 1),
        ("DELETE FROM given", 2),
        ("MERGE INTO given USING (SELECT 1 AS i) AS s ON given.i = s.i WHEN MATCHED THEN DELETE", 1),
        ("CREATE VIEW seen AS SELECT 1 AS i", None),
        ("CREATE SCHEMA apart", None),
        ("DROP TABLE given", None),
        ("SELECT 1;", None),
    ],
)
def test_a_statement_tells_how_many_rows_it_touched_where_it_touches_rows(warehouse, statement, affected):
    run(warehouse, "CREATE TABLE given AS SELECT range AS i FROM range(2)")

    assert run(warehouse, statement) == (StatementResult(rows_affected=affected),)


def test_a_query_gives_names_and_values_in_the_order_of_the_select_list(warehouse):
    with warehouse.session() as session:
        result = session.query(
            "SELECT 1 AS n, 'x' AS t, 1.50 AS d, DATE '2024-02-29' AS day,"
            " TIMESTAMP '2024-02-29 12:00:00.25' AS at, NULL AS nothing, [1, 2] AS list, true AS yes"
        )

    assert result == QueryResult(
        ("n", "t", "d", "day", "at", "nothing", "list", "yes"),
        (
            (
                1,
                "x",
                Decimal("1.50"),
                date(2024, 2, 29),
                datetime(2024, 2, 29, 12, 0, 0, 250000),  # noqa: DTZ001 — a TIMESTAMP has no zone
                None,
                [1, 2],
                True,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, ((0,), (1,), (2,))), (0, ()), (2, ((0,), (1,))), (3, ((0,), (1,), (2,))), (9, ((0,), (1,), (2,)))],
)
def test_a_query_gives_no_more_rows_than_asked_for(warehouse, limit, expected):
    with warehouse.session() as session:
        assert session.query("SELECT range AS i FROM range(3)", limit=limit) == QueryResult(("i",), expected)


def test_a_limited_query_does_not_compute_the_rows_it_does_not_give(warehouse):
    with warehouse.session(timeout_seconds=SOON) as session:
        result = session.query("SELECT a.range FROM range(100000000) AS a, range(100000000) AS b", limit=2)

        assert len(result.rows) == 2
        assert session.query("SELECT 1 AS one").rows == ((1,),)


def test_a_statement_that_returns_what_it_writes_writes_all_of_it_under_a_limit(warehouse):
    run(warehouse, "CREATE TABLE written (i BIGINT)")

    with warehouse.session() as session:
        first = session.query("INSERT INTO written SELECT range FROM range(300000) RETURNING i", limit=1)
        second = session.query(
            "WITH more AS (INSERT INTO written SELECT range FROM range(300000) RETURNING i) SELECT i FROM more", limit=1
        )

    assert (len(first.rows), len(second.rows)) == (1, 1)
    assert rows(warehouse, "SELECT count(*) FROM written") == ((600000,),)


@pytest.mark.parametrize(
    "text", ["", "  -- only a comment", "SELECT 1; SELECT 2", "BEGIN", "commit", "/* x */ ROLLBACK"]
)
def test_only_single_statements_that_leave_transactions_alone_are_run(warehouse, text):
    with warehouse.session() as session, pytest.raises(QueryRejected) as raised:
        session.execute(text)

    assert raised.value.statement == text


def test_an_error_carries_its_kind_its_statement_and_the_words_of_the_warehouse(warehouse):
    with warehouse.session() as session, pytest.raises(ObjectNotFound) as raised:
        session.query("SELECT *\nFROM missing_table")

    assert raised.value.failure_kind is FailureKind.NOT_FOUND
    assert raised.value.statement == "SELECT *\nFROM missing_table"
    assert "missing_table does not exist" in raised.value.message
    assert "LINE 2: FROM missing_table" in raised.value.message


@pytest.mark.parametrize("name", ["statement", "self", "parsed", "running"])
def test_a_name_in_sql_never_means_a_python_variable(warehouse, name):
    with warehouse.session() as session, pytest.raises(ObjectNotFound):
        session.execute(f"SELECT * FROM {name}")


def test_a_statement_that_returns_rows_runs_to_its_end_although_nobody_reads_them(warehouse):
    with warehouse.session() as session, pytest.raises(QueryRejected):
        session.execute("SELECT CASE WHEN range = 2999999 THEN error('late') ELSE 'fine' END FROM range(3000000)")


def test_a_session_works_on_after_an_error(warehouse):
    with warehouse.session() as session:
        with pytest.raises(QueryRejected):
            session.execute("SELEC")

        assert session.query("SELECT 1").rows == ((1,),)


def test_a_session_is_of_no_use_after_its_end(warehouse):
    with warehouse.session() as session:
        session.query("SELECT 1")

    with pytest.raises(ConnectionFailed):
        session.query("SELECT 1")


def test_temporary_tables_belong_to_one_session(warehouse):
    run(warehouse, "CREATE TEMP TABLE mine AS SELECT 1 AS i")

    with pytest.raises(ObjectNotFound):
        rows(warehouse, "SELECT * FROM mine")


# Transactions


def test_a_transaction_is_seen_when_it_ends_and_not_before(warehouse):
    run(warehouse, "CREATE TABLE t (i INTEGER)")

    with warehouse.session() as session:
        with session.transaction():
            session.execute("INSERT INTO t VALUES (1)")
            inside = rows(warehouse, "SELECT * FROM t")
        after = rows(warehouse, "SELECT * FROM t")

    assert (inside, after) == ((), ((1,),))


def swallow(session: Session, statement: str) -> None:
    with pytest.raises(WarehouseError):
        session.execute(statement)


def fail(session: Session) -> None:
    session.execute("SELECT * FROM missing")


def raise_something(session: Session) -> None:
    raise ValueError(str(session))


def interrupt(session: Session) -> None:
    raise KeyboardInterrupt(str(session))


@pytest.mark.parametrize(
    ("misfortune", "expected"),
    [
        pytest.param(fail, ObjectNotFound, id="a statement fails"),
        pytest.param(raise_something, ValueError, id="the caller raises"),
        pytest.param(interrupt, KeyboardInterrupt, id="the run is interrupted"),
        pytest.param(lambda s: swallow(s, "SELECT * FROM missing"), ObjectNotFound, id="a failure is swallowed"),
        pytest.param(lambda s: swallow(s, "SELEC"), QueryRejected, id="a syntax error is swallowed"),
        pytest.param(lambda s: swallow(s, "COMMIT"), QueryRejected, id="a commit in between is swallowed"),
        pytest.param(lambda s: swallow(s, "SELECT CAST('x' AS INTEGER)"), QueryRejected, id="a bad value is swallowed"),
    ],
)
def test_nothing_of_a_transaction_stays_after_any_error(
    warehouse: Warehouse, misfortune: Callable[[Session], None], expected: type[BaseException]
):
    run(warehouse, "CREATE TABLE t AS SELECT 1 AS i")

    with warehouse.session() as session:
        with pytest.raises(expected), session.transaction():  # noqa: PT012 — the transaction raises at its end
            session.execute("INSERT INTO t VALUES (2)")
            session.execute("CREATE TABLE other (i INTEGER)")
            misfortune(session)

        assert session.query("SELECT * FROM t").rows == ((1,),)
        with session.transaction():
            session.execute("INSERT INTO t VALUES (3)")
    assert rows(warehouse, "SELECT * FROM t ORDER BY i") == ((1,), (3,))
    assert warehouse.list_tables("main") == ("t",)


def test_after_a_swallowed_failure_every_further_statement_says_why_it_is_refused(warehouse):
    with warehouse.session() as session, pytest.raises(ObjectNotFound) as at_the_end, session.transaction():  # noqa: PT012 — the transaction raises at its end
        swallow(session, "SELECT * FROM missing")
        with pytest.raises(ObjectNotFound) as afterwards:
            session.execute("CREATE TABLE t (i INTEGER)")

    for raised, statement in ((afterwards, "CREATE TABLE t (i INTEGER)"), (at_the_end, "SELECT * FROM missing")):
        assert "Nothing of this transaction is kept" in raised.value.message
        assert "missing does not exist" in raised.value.message
        assert raised.value.message.count("Nothing of this transaction is kept") == 1
        assert raised.value.statement == statement
    assert warehouse.list_tables("main") == ()


def test_transactions_do_not_nest(warehouse):
    run(warehouse, "CREATE TABLE t (i INTEGER)")

    with warehouse.session() as session:
        with pytest.raises(RuntimeError), session.transaction():  # noqa: PT012 — the transaction raises at its end
            session.execute("INSERT INTO t VALUES (1)")
            with session.transaction():
                session.execute("INSERT INTO t VALUES (2)")
        with session.transaction():
            session.execute("INSERT INTO t VALUES (3)")

    assert rows(warehouse, "SELECT * FROM t") == ((3,),)


def test_a_transaction_that_its_session_leaves_open_is_rolled_back(warehouse):
    run(warehouse, "CREATE TABLE t (i INTEGER)")
    with warehouse.session() as session:
        unfinished = session.transaction()
        unfinished.__enter__()
        session.execute("INSERT INTO t VALUES (1)")

    assert rows(warehouse, "SELECT * FROM t") == ()


def test_a_limited_query_inside_does_not_spoil_a_transaction(warehouse):
    run(warehouse, "CREATE SEQUENCE s", "CREATE TABLE t (i INTEGER)")

    with warehouse.session() as session, session.transaction():
        session.execute("INSERT INTO t VALUES (1)")
        session.query("SELECT range FROM range(1000000)", limit=1)
        session.execute("INSERT INTO t VALUES (2)")

    assert rows(warehouse, "SELECT * FROM t ORDER BY i") == ((1,), (2,))


def test_a_transaction_never_claims_to_be_kept_when_it_is_not(warehouse):
    run(warehouse, "CREATE SEQUENCE s", "CREATE TABLE t (i INTEGER)")

    kept = False
    with warehouse.session() as session:
        try:
            with session.transaction():
                session.execute("INSERT INTO t VALUES (1)")
                session.query("SELECT nextval('s') FROM range(1000000)", limit=1)
            kept = True
        except WarehouseError:
            kept = False

    assert (rows(warehouse, "SELECT * FROM t") == ((1,),)) is kept


# Several workers


def test_a_reader_sees_the_old_table_or_the_new_one_while_it_is_replaced(warehouse):
    run(warehouse, "CREATE TABLE t AS SELECT 0 AS version FROM range(1000)")
    done = threading.Event()

    def read() -> set[tuple[object, ...]]:
        seen: set[tuple[object, ...]] = set()
        with warehouse.session() as session:
            while not done.is_set():
                seen.update(session.query("SELECT count(*), count(DISTINCT version) FROM t").rows)
        return seen

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for version in range(1, 50):
            run(warehouse, f"CREATE OR REPLACE TABLE t AS SELECT {version} AS version FROM range(1000)")
        done.set()
        seen = reader.result()

    assert seen == {(1000, 1)}


def test_twenty_workers_build_different_tables_at_once(warehouse):
    run(warehouse, "CREATE TABLE source AS SELECT range AS i FROM range(1000)")
    together = threading.Barrier(20)

    def build(worker: int) -> tuple[tuple[object, ...], ...]:
        with warehouse.session() as session:
            together.wait()
            for step in range(5):
                with session.transaction():
                    session.execute(f"CREATE OR REPLACE TABLE t{worker} AS SELECT i + {worker} AS i FROM source")
                    session.execute(f"INSERT INTO t{worker} VALUES ({-step})")
            return session.query(f"SELECT count(*), min(i), max(i) FROM t{worker}").rows

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(build, range(20)))

    assert results == [((1001, min(worker, -4), 999 + worker),) for worker in range(20)]
    assert len(warehouse.list_tables("main")) == 21


def test_of_two_writers_of_one_row_one_wins_and_the_other_may_try_again(warehouse):
    run(warehouse, "CREATE TABLE t AS SELECT 1 AS i")

    with warehouse.session() as one, warehouse.session() as other, one.transaction():
        one.execute("UPDATE t SET i = 2")
        with pytest.raises(TransientFailure), other.transaction():
            other.execute("UPDATE t SET i = 3")

    assert rows(warehouse, "SELECT * FROM t") == ((2,),)


def test_a_conflict_that_shows_only_at_the_commit_leaves_nothing(warehouse):
    run(warehouse, "CREATE TABLE t (i INTEGER PRIMARY KEY)", "CREATE TABLE log (i INTEGER)")

    with warehouse.session() as one, warehouse.session() as other:
        with pytest.raises(TransientFailure) as raised, other.transaction():  # noqa: PT012 — the transaction raises at its end
            other.execute("INSERT INTO log VALUES (1)")
            other.execute("INSERT INTO t VALUES (1)")
            one.execute("INSERT INTO t VALUES (1)")
        with other.transaction():
            other.execute("INSERT INTO t VALUES (2)")

    assert "duplicate key" in raised.value.message
    assert rows(warehouse, "SELECT * FROM t ORDER BY i") == ((1,), (2,))
    assert rows(warehouse, "SELECT * FROM log") == ()


# Cancelling and timeouts


def test_cancelling_stops_every_statement_that_runs_and_none_that_comes_later(warehouse):
    started = threading.Barrier(4)

    def wait_forever(_: int) -> str:
        with warehouse.session() as session:
            started.wait()
            try:
                session.query(ENDLESS)
            except StatementCancelled as error:
                return f"{error.failure_kind}: {error.statement == ENDLESS}: {session.query('SELECT 1').rows}"
        return "it ended"

    with ThreadPoolExecutor(3) as pool:
        outcomes = pool.map(wait_forever, range(3))
        started.wait()
        time.sleep(0.3)
        before = time.monotonic()
        warehouse.cancel()
        results = list(outcomes)

    assert results == ["unknown: True: ((1,),)"] * 3
    assert time.monotonic() - before < SOON
    assert rows(warehouse, "SELECT 1") == ((1,),)


def test_cancelling_when_nothing_runs_changes_nothing(warehouse):
    warehouse.cancel()

    assert rows(warehouse, "SELECT 1") == ((1,),)


def test_a_cancelled_transaction_is_undone(warehouse):
    run(warehouse, "CREATE TABLE t AS SELECT 1 AS i")
    inside = threading.Event()

    def work() -> str:
        with warehouse.session() as session:
            try:
                with session.transaction():
                    session.execute("DELETE FROM t")
                    inside.set()
                    session.execute(f"INSERT INTO t {ENDLESS}")
            except StatementCancelled:
                return "cancelled"
        return "kept"

    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(work)
        inside.wait()
        time.sleep(0.3)
        warehouse.cancel()

        assert outcome.result() == "cancelled"
    assert rows(warehouse, "SELECT * FROM t") == ((1,),)


def test_a_statement_that_runs_too_long_is_stopped_and_says_so(warehouse):
    run(warehouse, "CREATE TABLE t AS SELECT 1 AS i")

    before = time.monotonic()
    with warehouse.session(timeout_seconds=0.3) as session:
        with pytest.raises(TransientFailure) as raised, session.transaction():  # noqa: PT012 — the transaction raises at its end
            session.execute("DELETE FROM t")
            session.execute(f"INSERT INTO t {ENDLESS}")
        quick = session.query("SELECT * FROM t").rows

    assert raised.value.message == "The statement was stopped because it ran longer than its timeout of 0.3 s."
    assert raised.value.statement == f"INSERT INTO t {ENDLESS}"
    assert quick == ((1,),)
    assert 0.3 <= time.monotonic() - before < SOON


def test_each_session_keeps_its_own_time(warehouse):
    def take(timeout_seconds: float) -> float:
        before = time.monotonic()
        with warehouse.session(timeout_seconds=timeout_seconds) as session, pytest.raises(TransientFailure):
            session.query(ENDLESS)
        return time.monotonic() - before

    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(take, 1.5)
        early = pool.submit(take, 0.2)

        assert early.result() >= 0.2
        assert not late.done()
        assert 1.5 <= late.result() < 1.5 + SOON


# The catalog


def test_tables_and_views_are_described_in_whatever_case_they_are_asked_for(warehouse):
    catalog = str(rows(warehouse, "SELECT current_database()")[0][0])
    run(
        warehouse,
        "CREATE SCHEMA Sales",
        "CREATE TABLE Sales.Orders (Id BIGINT NOT NULL, amount DECIMAL(10, 2), tags VARCHAR[], who STRUCT(a INTEGER))",
        'CREATE TABLE "odd one" (i INTEGER)',
        "CREATE VIEW sales.recent AS SELECT id, amount FROM sales.orders",
        "CREATE TABLE gone (i INTEGER)",
        "CREATE VIEW orphan AS SELECT i AS number FROM gone",
        "DROP TABLE gone",
        "ATTACH ':memory:' AS elsewhere",
        "CREATE SCHEMA elsewhere.Sales",
        "CREATE TABLE elsewhere.Sales.Orders (other DATE)",
        "CREATE TABLE main.Orders (mine TIME)",
    )
    columns = (
        ("Id", "BIGINT", False),
        ("amount", "DECIMAL(10,2)", True),
        ("tags", "VARCHAR[]", True),
        ("who", "STRUCT(a INTEGER)", True),
    )
    expected = {
        (target := TargetName("", "sales", "orders")): observed(target, *columns),
        (target := TargetName("", "SALES", "ORDERS")): observed(target, *columns),
        (target := TargetName(catalog.upper(), "Sales", "orders")): observed(target, *columns),
        (target := TargetName("elsewhere", "sales", "orders")): observed(target, ("other", "DATE", True)),
        (target := TargetName("", "main", "orders")): observed(target, ("mine", "TIME", True)),
        (target := TargetName("", "sales", "recent")): observed(
            target, ("Id", "BIGINT", True), ("amount", "DECIMAL(10,2)", True), kind="view"
        ),
        (target := TargetName("", "main", "orphan")): observed(target, ("number", "INTEGER", True), kind="view"),
        (target := TargetName("", "", "odd one")): observed(target, ("i", "INTEGER", True)),
        TargetName("", "sales", "missing"): None,
        TargetName("", "missing", "orders"): None,
        TargetName("missing", "sales", "orders"): None,
        TargetName("", "sales", "it's; DROP TABLE sales.orders"): None,
    }

    assert dict(warehouse.describe([*expected, *expected])) == expected


def test_nothing_asked_is_nothing_described(warehouse):
    assert warehouse.describe(()) == MappingProxyType({})


def test_a_thousand_tables_are_described_in_one_round_trip(warehouse, monkeypatch):
    targets = [TargetName("", "main", f"t{index}") for index in range(1000)]
    columns = [f"c{index * 7 % 30}" for index in range(30)]
    typed = ", ".join(f"{name} INTEGER" for name in columns)
    run(warehouse, *(f"CREATE TABLE t{index} ({typed})" for index in range(0, 1000, 10)))
    sessions = []
    monkeypatch.setattr(warehouse, "session", lambda opened=warehouse.session: counted(opened(), sessions))

    described = warehouse.describe(targets)

    assert {
        target.table: [column.name for column in table.columns]
        for target, table in described.items()
        if table is not None
    } == {f"t{index}": columns for index in range(0, 1000, 10)}
    assert [session.queries for session in sessions] == [1]


class counted:  # noqa: N801 — stands in for a function
    """A session that counts the queries made on it."""

    def __init__(self, opened, sessions):
        self.opened, self.queries = opened, 0
        sessions.append(self)

    def __enter__(self):
        self.session = self.opened.__enter__()
        return self

    def __exit__(self, *args):
        return self.opened.__exit__(*args)

    def query(self, statement):
        self.queries += 1
        return self.session.query(statement)


def test_schemas_and_their_tables_are_listed_in_order(warehouse):
    run(
        warehouse,
        "CREATE SCHEMA src_b",
        "CREATE SCHEMA Src_a",
        "CREATE SCHEMA other",
        "CREATE TABLE src_b.z (i INTEGER)",
        "CREATE VIEW src_b.y AS SELECT 1 AS i",
        "ATTACH ':memory:' AS elsewhere",
        "CREATE SCHEMA elsewhere.src_c",
        "CREATE TABLE elsewhere.src_c.x (i INTEGER)",
    )

    assert warehouse.list_schemas() == ("Src_a", "main", "other", "src_b")
    assert warehouse.list_schemas("src_") == ("Src_a", "src_b")
    assert warehouse.list_schemas("src%") == ()
    assert warehouse.list_schemas("src_", catalog="ELSEWHERE") == ("src_c",)
    assert warehouse.list_schemas(catalog="missing") == ()
    assert warehouse.list_tables("SRC_B") == ("y", "z")
    assert warehouse.list_tables("missing") == ()
    assert warehouse.list_tables("src_c") == ()
    assert warehouse.list_tables("src_c", catalog="elsewhere") == ("x",)
    assert warehouse.list_tables("it's") == ()


# The connection


def test_a_warehouse_tells_what_it_is(warehouse):
    warehouse.ping()

    assert warehouse.dialect_name == "duckdb"
    assert warehouse.max_concurrency >= 4


def test_a_closed_warehouse_refuses_everything_and_may_be_closed_again(warehouse):
    warehouse.close()
    warehouse.close()

    for use in (warehouse.ping, lambda: warehouse.describe([TargetName("", "a", "b")]), warehouse.list_schemas):
        with pytest.raises(ConnectionFailed, match="closed"):
            use()


def test_closing_stops_what_runs_and_undoes_what_is_open(warehouse):
    run(warehouse, "CREATE TABLE t (i INTEGER)")
    inside = threading.Event()

    def work() -> type[BaseException] | None:
        with warehouse.session() as session:
            try:
                with session.transaction():
                    session.execute("INSERT INTO t VALUES (1)")
                    inside.set()
                    session.query(ENDLESS)
            except WarehouseError as error:
                return type(error)
        return None

    with warehouse.session() as idle, ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(work)
        inside.wait()
        time.sleep(0.2)
        warehouse.close()

        assert outcome.result() is StatementCancelled
        with pytest.raises(ConnectionFailed):
            idle.query("SELECT 1")


def test_a_worker_that_goes_on_after_a_cancel_does_not_keep_a_warehouse_open(warehouse):
    inside = threading.Event()

    def work() -> list[type[BaseException]]:
        errors = []
        with warehouse.session() as session:
            for _ in range(3):
                inside.set()
                try:
                    session.query(ENDLESS)
                except WarehouseError as error:
                    errors.append(type(error))
        return errors

    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(work)
        inside.wait()
        time.sleep(0.2)
        before = time.monotonic()
        warehouse.close()

        assert time.monotonic() - before < SOON
        assert outcome.result() == [StatementCancelled, ConnectionFailed, ConnectionFailed]


# What proves that a table has not changed


def markers(warehouse: Warehouse, *names: str, most_rows: int | None = None) -> dict[str, str]:
    described = warehouse.describe([TargetName("", "main", name) for name in names])
    tables = [found for found in described.values() if found is not None]
    return {target.table: marker for target, marker in warehouse.content_markers(tables, most_rows=most_rows).items()}


@pytest.mark.parametrize(
    ("change", "is_noticed"),
    [
        ("CREATE TABLE other AS SELECT 1 AS i", False),
        ("CREATE OR REPLACE TABLE proven AS SELECT * FROM proven ORDER BY i DESC", False),
        ("UPDATE proven SET i = 7 WHERE i = 1", True),
        ("UPDATE proven SET t = NULL WHERE i = 1", True),
        ("INSERT INTO proven SELECT * FROM proven", True),
        ("DELETE FROM proven WHERE i = 2", True),
        ("ALTER TABLE proven RENAME t TO u", True),
        ("ALTER TABLE proven ALTER i TYPE BIGINT", True),
    ],
)
def test_a_marker_is_the_same_as_long_as_shape_and_rows_are(warehouse, change, is_noticed):
    run(warehouse, "CREATE TABLE proven AS SELECT i::INTEGER AS i, 'text' AS t FROM range(3) r(i)")
    before = markers(warehouse, "proven")
    run(warehouse, change)

    assert (markers(warehouse, "proven") != before) is is_noticed
    assert set(before) == {"proven"}


def test_views_have_markers_and_what_cannot_be_read_has_none_without_harm_to_the_others(warehouse):
    run(
        warehouse,
        "CREATE TABLE proven AS SELECT 1 AS i",
        "CREATE VIEW whole AS SELECT * FROM proven",
        "CREATE TABLE gone AS SELECT 1 AS i",
        "CREATE VIEW broken AS SELECT * FROM gone",
        "DROP TABLE gone",
    )

    assert set(markers(warehouse, "proven", "whole", "broken")) == {"proven", "whole"}
    assert set(markers(warehouse, "proven", "whole", most_rows=10)) == {"proven"}
    assert set(markers(warehouse, "proven", most_rows=0)) == set()


def test_sessions_that_follow_one_another_share_a_cursor_unless_something_went_wrong(warehouse: Warehouse) -> None:
    def cursor_of(session: Session) -> object:
        return session.query("SELECT current_connection_id()").rows

    with warehouse.session() as first, warehouse.session() as beside:
        used = cursor_of(first)
        assert cursor_of(beside) != used
    with warehouse.session() as after_both:
        assert cursor_of(after_both) == used
        with pytest.raises(QueryRejected):
            after_both.execute("SELECT no_such_column")
    with warehouse.session() as after_failure:
        used = cursor_of(after_failure)
        after_failure.execute("SET timezone = 'Asia/Tokyo'")
    with warehouse.session() as after_setting:
        assert cursor_of(after_setting) != used
        assert after_setting.query("SELECT current_setting('timezone')").rows != (("Asia/Tokyo",),)


def test_a_transaction_that_is_left_in_the_middle_is_not_met_by_the_next_session(warehouse: Warehouse) -> None:
    with warehouse.session() as session:
        session.execute("CREATE TABLE t AS SELECT 1 AS i")

    def leave_in_the_middle() -> None:
        with warehouse.session() as session, session.transaction():
            session.execute("INSERT INTO t VALUES (2)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave_in_the_middle()
    with warehouse.session() as session:
        session.execute("INSERT INTO t VALUES (3)")
    with warehouse.session() as session:
        assert session.query("SELECT i FROM t ORDER BY i").rows == ((1,), (3,))
