"""What the engine may rely on, whatever the warehouse; where they differ, their capabilities say so."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_hex
from uuid import uuid4

import pytest
from benches import NAMING, TAGGING, TRANSACTIONAL, benches_of
from warehouse_bench import Bench, kind_of

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import (
    ConnectionFailed,
    FailureKind,
    QueryRejected,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.ir.world import ObservedTable
from rocky_core.ports.warehouse import CsvFile, Markers, NamedFile, QueryResult, StatementTag, Transactions

SOON = 20.0  # Seconds; far less than an endless query takes, far more than a busy machine needs.


def test_what_the_tests_take_a_warehouse_for_is_what_it_says_of_itself(bench: Bench):
    kind, declared = bench.name, bench.warehouse.capabilities

    assert (kind in NAMING, kind in TRANSACTIONAL, kind in TAGGING) == (
        shapes_of(bench.warehouse.dialect_name).names_loads,
        declared.transactions is not Transactions.NONE,
        declared.tags_statements,
    )


# Statements and queries


def test_a_statement_tells_how_many_rows_it_touched(bench: Bench):
    t = bench.make("t", 2)

    told = bench.run(
        f"INSERT INTO {t} {bench.numbers(3)}",
        f"UPDATE {t} SET i = 9 WHERE i > 0",
        f"DELETE FROM {t} WHERE i = 9",
        f"MERGE INTO {t} AS t USING (SELECT 7 AS i) AS s ON t.i = s.i WHEN NOT MATCHED THEN INSERT (i) VALUES (s.i)",
    )

    assert [result.rows_affected for result in told] == [3, 3, 3, 1]
    assert sorted(bench.rows(f"SELECT i FROM {t}")) == [(0,), (0,), (7,)]


def test_a_query_gives_names_and_values_in_the_order_of_the_select_list(bench: Bench):
    with bench.warehouse.session() as session:
        result = session.query(
            "SELECT 1 AS n, 'x' AS t, CAST(1.50 AS DECIMAL(10, 2)) AS d, DATE '2024-02-29' AS dy,"
            f" CAST('2024-02-29 12:00:00.25' AS {bench.words.zoneless}) AS at_,"
            " CAST(NULL AS DATE) AS nothing, TRUE AS yes"
        )

    moment = datetime(2024, 2, 29, 12, 0, 0, 250000)  # noqa: DTZ001 — a TIMESTAMP has no zone
    assert result == QueryResult(
        tuple(map(bench.stored, ("n", "t", "d", "dy", "at_", "nothing", "yes"))),
        ((1, "x", Decimal("1.50"), date(2024, 2, 29), moment, None, True),),
    )


@pytest.mark.parametrize(("limit", "count"), [(None, 3), (0, 0), (2, 2), (3, 3), (9, 3)])
def test_a_query_gives_no_more_rows_than_asked_for(bench: Bench, limit, count):
    with bench.warehouse.session() as session:
        found = session.query(f"{bench.numbers(3)} ORDER BY 1", limit=limit)

    assert found == QueryResult((bench.stored("i"),), ((0,), (1,), (2,))[:count])


@pytest.mark.parametrize(
    "text", ["", "  -- only a comment", "SELECT 1; SELECT 2", "BEGIN", "commit", "/* x */ ROLLBACK"]
)
def test_only_single_statements_that_leave_transactions_alone_are_run(bench: Bench, text):
    with bench.warehouse.session() as session, pytest.raises(QueryRejected) as raised:
        session.execute(text)

    assert raised.value.statement == text


def test_words_within_texts_names_and_comments_are_no_statements(bench: Bench):
    assert bench.rows("SELECT 'a; b' AS t /* ; BEGIN */ -- ; COMMIT") == (("a; b",),)


def test_errors_are_of_the_right_kind_and_carry_their_statement(bench: Bench):
    missing = f"SELECT * FROM {bench.table('missing_table')}"

    with bench.warehouse.session() as session:
        assert kind_of(session, missing) is bench.words.missing_table
        assert kind_of(session, "SELEC 1") is FailureKind.QUERY_REJECTED
        assert kind_of(session, bench.words.fails_late) is FailureKind.QUERY_REJECTED
        with pytest.raises(WarehouseError) as raised:
            session.execute(missing)
        assert raised.value.statement == missing
        assert "missing_table" in raised.value.message.lower()
        assert session.query("SELECT 1").rows == ((1,),)


def test_a_session_is_of_no_use_after_its_end(bench: Bench):
    with bench.warehouse.session() as session:
        session.query("SELECT 1")

    with pytest.raises(ConnectionFailed):
        session.query("SELECT 1")


def test_a_file_is_loaded_whole(bench: Bench, tmp_path):
    bench.run(f"CREATE TABLE {bench.table('t')} (n {bench.words.integer}, label {bench.words.text})")
    names = (bench.stored("n"), bench.stored("label"))
    file = tmp_path / "it's a file.csv"
    file.write_text('n;label\n1;"a; ""b"""\n2;\n3;ä\n', encoding="utf-8")

    with bench.warehouse.session() as session:
        loaded = session.load_csv(CsvFile(str(file), names, delimiter=";"), bench.target("t"))

    assert loaded.rows_affected == 3
    assert bench.rows(f"SELECT n, label FROM {bench.table('t')} ORDER BY 1") == ((1, 'a; "b"'), (2, None), (3, "ä"))


def test_of_a_file_that_does_not_fit_or_is_not_there_nothing_is_loaded(bench: Bench, tmp_path):
    bench.run(f"CREATE TABLE {bench.table('t')} (n {bench.words.integer})")
    file = tmp_path / "bad.csv"
    file.write_text("n\n1\ntwo\n", encoding="utf-8")

    with bench.warehouse.session() as session:
        for path in (file, tmp_path / "gone.csv"):
            with pytest.raises(WarehouseError) as raised:
                session.load_csv(CsvFile(str(path), (bench.stored("n"),)), bench.target("t"))
            assert not raised.value.in_doubt

    assert bench.rows(f"SELECT n FROM {bench.table('t')}") == ()


def named(bench: Bench, folder: Path, text: str, name: str) -> NamedFile:
    file = folder / f"{name}.csv"
    file.write_text(text, encoding="utf-8")
    return NamedFile(str(file), (bench.stored("n"), bench.stored("label")), name, "_none_")


@pytest.mark.parametrize("bench", benches_of(*NAMING), indirect=True)
def test_a_named_file_is_taken_in_once_and_its_texts_as_they_are(bench: Bench, tmp_path):
    bench.run(f"CREATE TABLE {bench.table('t')} (label {bench.words.text}, n {bench.words.integer})")
    file = named(bench, tmp_path, 'c0,c1\n"1","a, ""b""\nc"\n"2",""\n_none_,_none_\n', f"rocky_{uuid4().hex}")
    other = named(bench, tmp_path, 'c0,c1\n"4","d"\n', f"rocky_{uuid4().hex}")

    with bench.warehouse.session() as session:
        for one in (file, file, other, file):
            session.load_once(one, bench.target("t"), replaces=False)
        session.forget_load(file.name)

    assert sorted(bench.rows(f"SELECT n, label FROM {bench.table('t')}"), key=repr) == [
        (1, 'a, "b"\nc'),
        (2, ""),
        (4, "d"),
        (None, None),
    ]


@pytest.mark.parametrize("bench", benches_of(*NAMING), indirect=True)
def test_a_named_file_takes_the_place_of_all_rows(bench: Bench, tmp_path):
    bench.run(f"CREATE TABLE {bench.table('t')} (n {bench.words.integer}, label {bench.words.text})")
    bench.run(f"INSERT INTO {bench.table('t')} VALUES (7, 'old')")

    with bench.warehouse.session() as session:
        for name in (f"rocky_{uuid4().hex}", f"rocky_{uuid4().hex}"):
            file = named(bench, tmp_path, 'c0,c1\n"1","new"\n', name)
            session.load_once(file, bench.target("t"), replaces=True)

    assert bench.rows(f"SELECT n, label FROM {bench.table('t')}") == ((1, "new"),)


@pytest.mark.parametrize("bench", benches_of(*NAMING), indirect=True)
@pytest.mark.parametrize("replaces", [False, True], ids=["added", "in place of all"])
def test_of_a_named_file_that_does_not_fit_nothing_is_taken_in_and_its_name_stays_free(bench, tmp_path, replaces):
    bench.run(f"CREATE TABLE {bench.table('t')} (n {bench.words.integer}, label {bench.words.text})")
    bench.run(f"INSERT INTO {bench.table('t')} VALUES (7, 'old')")
    name = f"rocky_{uuid4().hex}"

    with bench.warehouse.session() as session:
        bad = named(bench, tmp_path, 'c0,c1\n"1","a"\n"two","b"\n', name)
        with pytest.raises(WarehouseError) as raised:
            session.load_once(bad, bench.target("t"), replaces=replaces)
        before = bench.rows(f"SELECT n FROM {bench.table('t')}")
        session.load_once(named(bench, tmp_path, 'c0,c1\n"2","b"\n', name), bench.target("t"), replaces=False)

    assert not raised.value.in_doubt
    assert before == ((7,),)
    assert bench.rows(f"SELECT n FROM {bench.table('t')} ORDER BY n") == ((2,), (7,))


# Transactions


@pytest.mark.parametrize("bench", benches_of(*TRANSACTIONAL), indirect=True)
def test_a_transaction_is_seen_when_it_ends_and_not_before(bench: Bench):
    t = bench.make("t", 0)

    with bench.warehouse.session() as session:
        with session.transaction():
            session.execute(f"INSERT INTO {t} VALUES (1)")
            session.execute(f"INSERT INTO {t} VALUES (2)")
            inside = bench.rows(f"SELECT i FROM {t}")
        after = bench.rows(f"SELECT i FROM {t} ORDER BY i")

    assert (inside, after) == ((), ((1,), (2,)))


@pytest.mark.parametrize("bench", benches_of(*TRANSACTIONAL), indirect=True)
@pytest.mark.parametrize("misfortune", ["a statement fails", "a failure is swallowed", "the caller raises"])
def test_nothing_of_a_transaction_stays_after_any_error(bench: Bench, misfortune):
    t = bench.make("t", 1)

    with bench.warehouse.session() as session:
        with pytest.raises((WarehouseError, KeyError)), session.transaction():  # noqa: PT012 — it raises at its end
            session.execute(f"INSERT INTO {t} VALUES (5)")
            if misfortune == "the caller raises":
                raise KeyError(misfortune)
            try:
                session.execute("SELEC 1")
            except WarehouseError:
                if misfortune == "a statement fails":
                    raise
        assert session.query(f"SELECT i FROM {t}").rows == ((0,),)
        with session.transaction():
            session.execute(f"INSERT INTO {t} VALUES (6)")

    assert bench.rows(f"SELECT i FROM {t} ORDER BY i") == ((0,), (6,))


@pytest.mark.parametrize("bench", benches_of(*TRANSACTIONAL), indirect=True)
def test_transactions_do_not_nest(bench: Bench):

    with bench.warehouse.session() as session, pytest.raises(RuntimeError), session.transaction():  # noqa: SIM117 — the inner one is what must fail
        with session.transaction():
            pass


def test_what_a_transaction_cannot_hold_is_refused_before_anything_is_lost(bench: Bench):
    t = bench.make("t", 1)
    match bench.warehouse.capabilities.transactions:
        case Transactions.ALL:
            with bench.warehouse.session() as session, pytest.raises(KeyError), session.transaction():  # noqa: PT012 — it raises at its end
                session.execute(f"DROP TABLE {t}")
                raise KeyError(t)
        case Transactions.ROWS:
            with bench.warehouse.session() as session, pytest.raises(QueryRejected), session.transaction():  # noqa: PT012 — it raises at its end
                session.execute(f"DELETE FROM {t}")
                session.execute(f"DROP TABLE {t}")
        case Transactions.NONE:
            with bench.warehouse.session() as session, pytest.raises(QueryRejected), session.transaction():
                session.execute(f"DROP TABLE {t}")

    assert bench.rows(f"SELECT i FROM {t}") == ((0,),)


# Several workers


def test_workers_build_different_tables_at_once_also_more_than_the_warehouse_is_made_for(bench: Bench):
    source = bench.make("source", 100)
    together = bench.warehouse.max_concurrency + 4
    all_there = threading.Barrier(together)

    def build(worker: int) -> tuple[tuple[object, ...], ...]:
        with bench.warehouse.session() as session:
            all_there.wait()
            t = bench.table(f"t{worker}")
            session.execute(f"CREATE OR REPLACE TABLE {t} AS SELECT i + {worker} AS i FROM {source}")
            return session.query(f"SELECT COUNT(*), MIN(i), MAX(i) FROM {t}").rows

    with ThreadPoolExecutor(together) as pool:
        results = list(pool.map(build, range(together)))

    assert results == [((100, worker, 99 + worker),) for worker in range(together)]
    assert len(bench.warehouse.list_tables(bench.schema)) == together + 1


# Cancelling and timeouts


def test_cancelling_stops_every_statement_that_runs_and_none_that_comes_later(bench: Bench):
    started = threading.Barrier(3)

    def wait_forever(_: int) -> object:
        with bench.warehouse.session() as session:
            started.wait()
            try:
                session.query(bench.words.endless)
            except StatementCancelled as error:
                return error.statement, session.query("SELECT 1").rows
        return None

    with ThreadPoolExecutor(2) as pool:
        outcomes = pool.map(wait_forever, range(2))
        started.wait()
        time.sleep(0.5)
        before = time.monotonic()
        bench.warehouse.cancel()
        results = list(outcomes)

    assert results == [(bench.words.endless, ((1,),))] * 2
    assert time.monotonic() - before < SOON
    assert bench.rows("SELECT 1") == ((1,),)


@pytest.mark.parametrize("bench", benches_of(*TAGGING), indirect=True)
def test_what_a_run_elsewhere_has_left_running_is_ended_and_nothing_of_another_run(bench: Bench):
    theirs, left, kept = bench.reopen(), f"run-A-{token_hex(4)}", f"run-B-{token_hex(4)}"

    def wait_forever(run_id: str) -> object:
        with theirs.session(tag=StatementTag(run_id, "nightly", "orders")) as session:
            try:
                return session.query(bench.words.endless)
            except StatementCancelled as error:
                return type(error)

    with ThreadPoolExecutor(2) as pool, closing(theirs):
        ended, goes_on = pool.submit(wait_forever, left), pool.submit(wait_forever, kept)
        give_up_at = time.monotonic() + SOON
        while not (count := bench.warehouse.end_statements({left})) and time.monotonic() < give_up_at:
            pass

        assert (count, ended.result()) == (1, StatementCancelled)
        assert bench.warehouse.end_statements({left}) == 0
        assert not goes_on.done()
        assert bench.warehouse.end_statements({left, kept}) == 1
        assert goes_on.result() is StatementCancelled


def test_a_statement_that_runs_too_long_is_stopped_and_has_changed_nothing(bench: Bench):
    t = bench.make("t", 1)

    before = time.monotonic()
    with bench.warehouse.session(timeout_seconds=0.5) as session:
        with pytest.raises(TransientFailure, match=r"longer than its timeout of 0\.5 s"):
            session.execute(f"INSERT INTO {t} {bench.words.endless}")
        found = session.query(f"SELECT i FROM {t}").rows

    assert found == ((0,),)
    assert 0.5 <= time.monotonic() - before < SOON


# The catalog


def test_tables_and_views_are_described_whole(bench: Bench):
    declared = ", ".join(f"{bench.stored(name)} {kind}" for name, kind, _, _ in bench.words.columns)
    bench.run(
        f"CREATE TABLE {bench.table('given')} ({declared})",
        f"CREATE VIEW {bench.table('seen')} AS SELECT {bench.stored('on_day')} FROM {bench.table('given')}",
    )
    columns = tuple(bench.column(name, kind, nullable) for name, _, kind, nullable in bench.words.columns)
    day = next(column for column in columns if column.name == bench.stored("on_day"))
    folds = bench.words.folds_tables

    found = bench.warehouse.describe([bench.target(name) for name in ("given", "GIVEN", "seen", "missing")])

    assert dict(found) == {
        bench.target("given"): ObservedTable(bench.target("given"), columns, "table"),
        bench.target("GIVEN"): ObservedTable(bench.target("GIVEN"), columns, "table") if folds else None,
        bench.target("seen"): ObservedTable(bench.target("seen"), (day,), "view"),
        bench.target("missing"): None,
    }


def test_nothing_asked_is_nothing_described(bench: Bench):
    assert dict(bench.warehouse.describe(())) == {}


def test_a_query_is_described_without_being_run(bench: Bench):
    t = bench.make("t", 1)

    found = bench.warehouse.describe_query(f"SELECT i, CAST('x' AS {bench.words.text}) AS label FROM {t} -- all")

    assert [column.name for column in found] == [bench.stored("i"), bench.stored("label")]
    with pytest.raises(WarehouseError):
        bench.warehouse.describe_query(f"SELECT nothing_like_that FROM {t}")


def test_of_a_query_that_is_not_run_is_told_what_the_capabilities_say(bench: Bench):
    t, told = bench.make("t", 3), bench.warehouse.capabilities

    found = bench.warehouse.estimate_query(f"SELECT i FROM {t} -- all")

    if found is None:
        assert (told.guesses_rows, told.guesses_bytes) == (False, False)
        return
    assert (found.rows is not None, found.bytes_scanned is not None) == (told.guesses_rows, told.guesses_bytes)
    assert found.explained
    with pytest.raises(WarehouseError):
        bench.warehouse.estimate_query(f"SELECT nothing_like_that FROM {t}")
    with pytest.raises(WarehouseError):
        bench.warehouse.estimate_query(f"SELECT i FROM {t}; DELETE FROM {t}")
    assert len(bench.rows(f"SELECT i FROM {t}")) == 3


def test_schemas_and_their_tables_are_listed_in_order(bench: Bench):
    bench.make("b_table")
    bench.run(f"CREATE VIEW {bench.table('a_view')} AS SELECT 1 AS i")

    assert list(bench.warehouse.list_tables(bench.schema)) == [bench.stored("a_view"), bench.stored("b_table")]
    assert list(bench.warehouse.list_tables("no_such_schema")) == []
    assert list(bench.warehouse.list_tables("it's")) == []
    assert bench.stored(bench.schema) in bench.warehouse.list_schemas()
    assert list(bench.warehouse.list_schemas(bench.schema.upper())) == [bench.stored(bench.schema)]
    assert list(bench.warehouse.list_schemas("be%")) == []


@pytest.mark.parametrize(
    "change", ["INSERT INTO {t} VALUES (7)", "UPDATE {t} SET i = 7 WHERE i = 0", "DELETE FROM {t} WHERE TRUE"]
)
def test_a_marker_is_another_once_rows_have_changed(bench: Bench, change):
    t = bench.make("t")

    def marker() -> str:
        described = bench.warehouse.describe([bench.target("t")])[bench.target("t")]
        return bench.warehouse.content_markers([described])[bench.target("t")]

    before, unchanged = marker(), marker()
    time.sleep(0.01)  # A clock may stand still for a moment.
    bench.run(change.format(t=t))

    assert before == unchanged
    assert marker() != before


def test_markers_are_made_of_what_the_capabilities_say(bench: Bench):
    t = bench.make("t")

    def marker() -> str:
        described = bench.warehouse.describe([bench.target("t")])[bench.target("t")]
        return bench.warehouse.content_markers([described])[bench.target("t")]

    before = marker()
    time.sleep(0.01)  # A clock may stand still for a moment.
    bench.run(f"CREATE OR REPLACE TABLE {t} AS {bench.numbers(3)}")

    assert (marker() == before) is (bench.warehouse.capabilities.markers is Markers.CONTENT)


# The connection


def test_a_warehouse_tells_what_it_is(bench: Bench):
    bench.warehouse.ping()

    assert bench.warehouse.dialect_name == bench.name
    assert bench.warehouse.max_concurrency >= 1


def test_statements_of_a_tagged_session_have_names_where_costs_are_reported(bench: Bench):
    tag = StatementTag("run-1", "nightly", "orders")
    with bench.warehouse.session(tag=tag) as session:
        made = session.execute(f"CREATE TABLE {bench.table('t')} AS {bench.numbers(3)}")

    costs = bench.warehouse.costs([made.job_id or "none", "not-a-statement"])
    assert set(costs) <= {made.job_id}
    assert (made.job_id is not None) or not bench.warehouse.capabilities.reports_costs


def test_a_closed_warehouse_refuses_everything_and_may_be_closed_again(bench: Bench):
    bench.warehouse.close()
    bench.warehouse.close()

    for use in (bench.warehouse.ping, lambda: bench.warehouse.describe([bench.target("t")])):
        with pytest.raises(ConnectionFailed, match="closed"):
            use()
