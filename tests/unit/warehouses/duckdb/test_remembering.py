"""A database is not opened to learn what the last look at it has told, and always once anybody has written to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from rocky_core.errors import TransientFailure
from rocky_core.ir.names import TargetName
from rocky_core.warehouses.duckdb.connect import open_warehouse
from rocky_core.warehouses.duckdb.last_look import fingerprint, recall
from rocky_core.warehouses.duckdb.options import DuckDBOptions
from rocky_core.warehouses.duckdb.remembering import RememberingWarehouse

ORDERS, VIEW, MISSING = (TargetName("", "main", name) for name in ("orders", "seen", "missing"))


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "w.duckdb"
    write(path, "CREATE TABLE orders AS SELECT range AS id FROM range(3)", "CREATE VIEW seen AS FROM orders")
    return path


@pytest.fixture
def looking(file):
    """Opens the database as a run does; `opened` counts how often that needed its driver."""

    class Looking:
        opened = 0

        def __call__(self) -> RememberingWarehouse:
            def connect(options):
                self.opened += 1
                return open_warehouse(options)

            memory = file.parent / "cache" / "w.look"
            return RememberingWarehouse(DuckDBOptions(str(file)), connect, memory, recall(memory, file))

    return Looking()


def write(file: Path, *statements: str) -> None:
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)


def look(warehouse: RememberingWarehouse):
    """Everything that a run asks which finds nothing to do."""
    tables = warehouse.describe([ORDERS, MISSING])
    markers = warehouse.content_markers([tables[ORDERS]])
    warehouse.close()
    return dict(tables), dict(markers)


def test_the_second_look_needs_no_database(looking):
    first, second = look(looking()), look(looking())

    assert second == first
    assert first[0][MISSING] is None
    assert [column.name for column in first[0][ORDERS].columns] == ["id"]
    assert looking.opened == 1


def same_size_and_time(file):
    facts = file.stat()
    for _ in range(10):
        write(file, "UPDATE orders SET id = id + 1")
        if file.stat().st_size == facts.st_size:
            break
    assert file.stat().st_size == facts.st_size
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def another_in_its_place(file):
    other = file.with_name("other.duckdb")
    write(other, "CREATE TABLE orders AS SELECT range + 5 AS id FROM range(3)", "CREATE VIEW seen AS FROM orders")
    facts = file.stat()
    shutil.move(other, file)
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def killed_after_a_commit(file):
    program = (
        "import duckdb, os, sys\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('INSERT INTO orders VALUES (9)')\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=False)


WRITERS = {
    "a row": lambda file: write(file, "INSERT INTO orders VALUES (7)"),
    "a row without a checkpoint": killed_after_a_commit,
    "the same rows anew": lambda file: write(file, "CREATE OR REPLACE TABLE orders AS FROM orders"),
    "a column": lambda file: write(file, "ALTER TABLE orders ADD COLUMN more INTEGER"),
    "another table": lambda file: write(file, "CREATE TABLE missing (i INTEGER)"),
    "the same size and time": same_size_and_time,
    "another file": another_in_its_place,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_whoever_has_written_the_next_look_sees_it(looking, file, writer):
    look(looking())
    writer(file)

    seen = look(looking())

    assert looking.opened == 2
    with duckdb.connect(str(file)) as truth:
        described = truth.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert {("orders", column.name) for column in seen[0][ORDERS].columns} == {
        row for row in described if row[0] == "orders"
    }
    assert (seen[0][MISSING] is None) == all(row[0] != "missing" for row in described)
    assert seen[1] == look(RememberingWarehouse(DuckDBOptions(str(file)), open_warehouse, file.parent / "x", None))[1]


def test_who_reads_or_rolls_back_has_not_written(looking, file):
    look(looking())
    write(file, "FROM orders", "BEGIN", "DELETE FROM orders", "ROLLBACK", "CREATE TEMP TABLE t AS SELECT 1")

    look(looking())

    assert looking.opened == 1


def test_nothing_is_remembered_of_a_file_that_was_written_while_it_was_open(looking):
    warehouse = looking()
    tables = warehouse.describe([ORDERS, MISSING])
    warehouse.content_markers([tables[ORDERS]])
    with warehouse.session() as session:
        session.execute("DELETE FROM orders")
    warehouse.close()

    assert look(looking())[1] != {}
    assert looking.opened == 2


def test_what_is_not_remembered_is_asked(looking):
    look(looking())
    warehouse = looking()

    assert warehouse.describe([VIEW])[VIEW].kind == "view"
    assert warehouse.list_tables("main") == ("orders", "seen")
    assert warehouse.content_markers([warehouse.describe([ORDERS])[ORDERS]], most_rows=2) == {}
    warehouse.close()
    assert looking.opened == 2


def test_what_a_view_shows_is_read_each_time(looking, file):
    """It may lie in files that nobody watches."""
    outside = file.with_name("outside.csv")
    outside.write_text("id\n1\n")
    write(file, f"CREATE OR REPLACE VIEW seen AS FROM read_csv('{outside}')")

    def seen():
        warehouse = looking()
        found = warehouse.content_markers([warehouse.describe([VIEW])[VIEW]])
        warehouse.close()
        return found[VIEW]

    before = seen()
    outside.write_text("id\n2\n")

    assert seen() != before


def test_a_plan_from_memory_is_not_carried_out_on_a_file_that_was_written_meanwhile(looking, file):
    look(looking())
    planned = looking()
    planned.describe([ORDERS])
    write(file, "INSERT INTO orders VALUES (7)")

    with pytest.raises(TransientFailure, match="was written by another process"), planned.session():
        pass
    planned.close()

    write(file, "INSERT INTO orders VALUES (8)")  # Nothing holds the file.


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x93\x63\xa1x\x90"], ids=["empty", "garbage", "another format"])
def test_a_damaged_memory_is_none(looking, file, content):
    look(looking())
    (file.parent / "cache" / "w.look").write_bytes(content)

    look(looking())

    assert looking.opened == 2


def test_where_nothing_can_be_remembered_all_is_well(looking, file):
    (file.parent / "cache").write_text("no folder")

    assert look(looking()) == look(looking())
    assert looking.opened == 2


def test_a_file_whose_log_holds_commits_has_no_fingerprint(file):
    assert fingerprint(file) == fingerprint(file)
    killed_after_a_commit(file)
    assert fingerprint(file) is None
    assert fingerprint(file.with_name("none")) is None


def test_what_is_read_of_the_file_leaves_the_lock_on_it(looking, file):
    warehouse = looking()
    warehouse.describe([ORDERS])
    program = "import duckdb, sys\ntry: duckdb.connect(sys.argv[1])\nexcept duckdb.IOException: sys.exit(7)"

    from_outside = subprocess.run([sys.executable, "-c", program, str(file)], check=False)
    warehouse.close()

    assert from_outside.returncode == 7, "two processes had the file open for writing at once"
    assert subprocess.run([sys.executable, "-c", program, str(file)], check=False).returncode == 0
