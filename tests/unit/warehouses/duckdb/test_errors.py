"""Every exception that DuckDB has stands for a kind of failure, and keeps DuckDB's own words."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from rocky_core.errors import (
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
from rocky_core.warehouses.duckdb.errors import TABLE, translate
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = open_warehouse(DuckDBOptions(str(tmp_path / "store.duckdb")))
    with opened.session() as session:
        for statement in (
            "CREATE SCHEMA s",
            "CREATE TABLE s.t (i INTEGER PRIMARY KEY CHECK (i >= 0))",
            "CREATE VIEW s.v AS SELECT 1 AS i",
            "CREATE SEQUENCE short MAXVALUE 2",
            "SELECT nextval('short') FROM range(2)",
        ):
            session.execute(statement)
    yield opened
    opened.close()


def exception_tree(root: type[BaseException]) -> Iterator[type[BaseException]]:
    yield root
    for child in root.__subclasses__():
        yield from exception_tree(child)


def test_every_exception_type_of_duckdb_ends_in_a_row_that_always_fits():
    last_rows = {row.exception: row for row in TABLE}
    plain, _advice = type(TABLE[0]).__struct_defaults__

    assert set(last_rows) == set(exception_tree(duckdb.Error))
    assert [row.exception for row in last_rows.values() if row.applies is not plain] == []


def test_no_row_stands_behind_one_that_always_fits():
    plain, _advice = type(TABLE[0]).__struct_defaults__
    unreachable = [
        row
        for index, row in enumerate(TABLE)
        if any(earlier.exception is row.exception and earlier.applies is plain for earlier in TABLE[:index])
    ]

    assert unreachable == []


@pytest.mark.parametrize(
    ("statement", "exception", "kind"),
    [
        # Nothing is there
        ("SELECT * FROM missing", duckdb.CatalogException, ObjectNotFound),
        ("SELECT * FROM s.missing", duckdb.CatalogException, ObjectNotFound),
        ("SELECT * FROM missing.t", duckdb.CatalogException, ObjectNotFound),
        ("SELECT * FROM missing.s.t", duckdb.CatalogException, ObjectNotFound),
        ("INSERT INTO missing VALUES (1)", duckdb.CatalogException, ObjectNotFound),
        ("CREATE TABLE missing.t (i INTEGER)", duckdb.CatalogException, ObjectNotFound),
        ("CREATE TABLE missing.s.t (i INTEGER)", duckdb.CatalogException, ObjectNotFound),
        ("CREATE SCHEMA missing.s", duckdb.CatalogException, ObjectNotFound),
        ("ALTER TABLE missing ADD COLUMN i INTEGER", duckdb.CatalogException, ObjectNotFound),
        ("DROP TABLE missing", duckdb.CatalogException, ObjectNotFound),
        ("DROP VIEW missing", duckdb.CatalogException, ObjectNotFound),
        ("DROP SCHEMA missing", duckdb.CatalogException, ObjectNotFound),
        ("SELECT nextval('missing')", duckdb.CatalogException, ObjectNotFound),
        ("USE missing", duckdb.CatalogException, ObjectNotFound),
        ("SELECT * FROM read_csv('/nowhere/*.csv')", duckdb.IOException, ObjectNotFound),
        ("COPY s.t TO '/nowhere/t.csv'", duckdb.IOException, ObjectNotFound),
        ("ATTACH '/nowhere/other.duckdb' AS other", duckdb.IOException, ObjectNotFound),
        # Other catalog errors
        ("SELECT missing(1)", duckdb.CatalogException, QueryRejected),
        ("SELECT * FROM missing(1)", duckdb.CatalogException, QueryRejected),
        ("SELECT CAST(1 AS missing)", duckdb.CatalogException, QueryRejected),
        ("SET missing = 1", duckdb.CatalogException, QueryRejected),
        ("CREATE TABLE s.t (i INTEGER)", duckdb.CatalogException, QueryRejected),
        ("CREATE OR REPLACE VIEW s.t AS SELECT 1", duckdb.CatalogException, QueryRejected),
        ("DROP VIEW s.t", duckdb.CatalogException, QueryRejected),
        # The statement or its values
        ("SELEC 1", duckdb.ParserException, QueryRejected),
        ("SELECT missing FROM s.t", duckdb.BinderException, QueryRejected),
        ("SELECT 1 > [1]", duckdb.BinderException, QueryRejected),
        ("SET threads = -1", duckdb.SyntaxException, QueryRejected),
        ("SELECT CAST('x' AS INTEGER)", duckdb.ConversionException, QueryRejected),
        ("SELECT 9223372036854775807 + 1", duckdb.OutOfRangeException, QueryRejected),
        ("SELECT error('no')", duckdb.InvalidInputException, QueryRejected),
        ("SELECT 1 // 0", duckdb.InvalidInputException, QueryRejected),
        ("SELECT $1", duckdb.InvalidInputException, QueryRejected),
        ("INSERT INTO s.t VALUES (1), (1)", duckdb.ConstraintException, QueryRejected),
        ("INSERT INTO s.t VALUES (-1)", duckdb.ConstraintException, QueryRejected),
        ("INSERT INTO s.t VALUES (NULL)", duckdb.ConstraintException, QueryRejected),
        ("CREATE INDEX part ON s.t (i) WHERE i > 1", duckdb.NotImplementedException, QueryRejected),
        ("DROP SCHEMA s", duckdb.DependencyException, QueryRejected),
        ("SELECT nextval('short')", duckdb.SequenceException, QueryRejected),
        ("LOAD '/etc/hostname'", duckdb.PermissionException, QueryRejected),
        # The outside
        ("COPY (SELECT range FROM range(100000)) TO '/dev/full' (FORMAT csv)", duckdb.IOException, ConnectionFailed),
    ],
)
def test_a_failing_statement_has_its_kind(warehouse, statement, exception, kind):
    with warehouse.session() as session, pytest.raises(WarehouseError) as raised:
        session.execute(statement)

    assert (type(raised.value), type(raised.value.__cause__)) == (kind, exception)
    assert raised.value.statement == statement


def test_too_little_memory_rejects_the_statement_and_says_what_to_do(warehouse):
    with warehouse.session() as session:
        session.execute("SET memory_limit = '5MB'")
        session.execute("SET temp_directory = ''")
        with pytest.raises(QueryRejected) as raised:
            session.execute("SELECT list(range) FROM range(10000000)")

    assert type(raised.value.__cause__) is duckdb.OutOfMemoryException
    assert raised.value.message.endswith("run fewer at once, or make it smaller.")


def test_a_transaction_that_writes_two_databases_is_rejected_and_not_tried_again(warehouse):
    with (  # noqa: PT012 — the transaction raises too
        warehouse.session() as session,
        pytest.raises(QueryRejected, match="single attached database") as raised,
        session.transaction(),
    ):
        for statement in ("ATTACH ':memory:' AS o", "CREATE TABLE o.t (i INTEGER)", "CREATE TABLE t (i INTEGER)"):
            session.execute(statement)

    assert type(raised.value.__cause__) is duckdb.TransactionException


def test_writing_to_what_is_open_for_reading_is_rejected(tmp_path):
    path = str(tmp_path / "store.duckdb")
    open_warehouse(DuckDBOptions(path)).close()
    reader = open_warehouse(DuckDBOptions(path, read_only=True))

    with reader.session() as session, pytest.raises(QueryRejected, match="read-only"):
        session.execute("CREATE TABLE t (i INTEGER)")
    reader.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        # Types that no statement here can provoke
        (duckdb.FatalException("FATAL Error: database has been invalidated"), ConnectionFailed),
        (duckdb.HTTPException("HTTP Error: 503"), ConnectionFailed),
        (duckdb.ConnectionException("Connection Error: Connection already closed!"), ConnectionFailed),
        (duckdb.ResourceInUseException("Resource In Use Error: busy"), TransientFailure),
        (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), StatementCancelled),
        (duckdb.InvalidTypeException("Invalid type Error"), QueryRejected),
        (duckdb.TypeMismatchException("Mismatch Type Error"), QueryRejected),
        (duckdb.SerializationException("Serialization Error"), QueryRejected),
        (duckdb.InternalException("INTERNAL Error: index out of bounds"), WarehouseError),
        (duckdb.Error("something that this table does not know"), WarehouseError),
        (duckdb.Error('{"exception_type":"Data Corruption","exception_message":"bad block"}'), ConnectionFailed),
        (
            duckdb.Error('{"exception_type":"Extension Autoloading","exception_message":"Failed to download"}'),
            ConnectionFailed,
        ),
        (
            duckdb.IOException(
                'IO Error: {"exception_type":"IO","exception_message":"Async read failed: '
                '{\\"exception_type\\":\\"IO\\",\\"exception_message\\":\\"gone\\",\\"errno\\":\\"2\\"}"}'
            ),
            ObjectNotFound,
        ),
        (duckdb.TransactionException("TransactionContext Error: Conflict on update!"), TransientFailure),
        (
            duckdb.TransactionException("TransactionContext Error: Failed to commit: x: No space left on device"),
            ConnectionFailed,
        ),
        (duckdb.TransactionException("TransactionContext Error: no transaction is active"), QueryRejected),
    ],
)
def test_what_cannot_be_provoked_has_its_kind_too(error, kind):
    assert type(translate(error)) is kind


def test_what_is_not_known_stays_unknown():
    assert translate(duckdb.Error("a riddle")).failure_kind is FailureKind.UNKNOWN


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM missing",
        "SELECT missing",
        "SELECT 1,\n       'éü', missing\nFROM range(3)",
        "SELEC",
        "SELECT CAST('x' AS INTEGER)",
        "SELECT missing(1)",
        "SELECT * FROM missing.s.t",
        "SET missing = 1",
        "SELECT error('{\"exception_type\": broken')",
        "SELECT error('a { brace')",
        "SELECT *\nFROM read_csv('/nowhere.csv')",
        "SELECT 1 + CAST(\n  'x' AS INTEGER) AS y, 2",
    ],
)
def test_the_message_is_the_one_that_duckdb_prints(statement):
    plain = duckdb.connect()
    with pytest.raises(duckdb.Error) as printed:
        plain.execute(statement).fetchall()
    plain.close()
    warehouse = open_warehouse(DuckDBOptions())

    with warehouse.session() as session, pytest.raises(WarehouseError) as raised:
        session.query(statement)
    warehouse.close()

    assert raised.value.message == str(printed.value)


def test_an_error_within_an_error_is_told_in_one_sentence(warehouse):
    with warehouse.session() as session, pytest.raises(ConnectionFailed) as raised:
        session.execute("COPY (SELECT range FROM range(100000)) TO '/dev/full' (FORMAT csv)")

    first, advice = raised.value.message.split("\n")
    assert first.endswith('Could not write file "/dev/full": No space left on device')
    assert "{" not in first
    assert advice == "Free space on that disk and run again; nothing of what failed was kept."


def test_of_a_very_long_line_only_the_place_is_shown(warehouse):
    statement = "SELECT " + "1, " * 500 + "missing, " + "2, " * 500 + "3"

    with warehouse.session() as session, pytest.raises(QueryRejected) as raised:
        session.query(statement)

    _, excerpt, carets = raised.value.message.rsplit("\n", 2)
    assert len(excerpt) < 140
    start = carets.index("^")
    assert excerpt[start : start + carets.count("^")] == "missing"
