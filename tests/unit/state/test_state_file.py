"""The state file: private, of a known version, and never mistaken for another program's."""

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from rocky_core.errors import StateCorrupted, StateError, StateLocked, StateTooNew, StateUnavailable
from rocky_core.ir.replace import replace
from rocky_core.ir.state import TableOutcome, TableProgress, TableStatus, WriteIntent
from rocky_core.ir.world import Watermark
from rocky_core.state.file_lock import is_open_elsewhere
from rocky_core.state.migrate import Migration, migrate, migrations, supported_version
from rocky_core.state.open_state import open_state, open_state_for_reading
from rocky_core.state.tables import ALL_TABLES

from .conftest import CLOCK, START, take

WATERMARK = Watermark("2026-02-28T00:00:00Z", START)


def make(path, opened):
    store = opened(path)
    store.set_watermark(take(store), "t", WATERMARK)
    store.close()


def run_sql(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_only_the_owner_may_read_the_state_whatever_the_umask(path, opened):
    before = os.umask(0)
    try:
        store = opened(path)
        store.set_watermark(take(store), "t", WATERMARK)
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    finally:
        os.umask(before)

    names = (".rocky-state.db", ".rocky-state.db-shm", ".rocky-state.db-wal", ".rocky-state.db.lock")
    assert modes == dict.fromkeys(names, "0o600")


def test_a_closed_state_is_one_file_and_a_harmless_lock(path, opened):
    make(path, opened)

    assert sorted(file.name for file in path.parent.iterdir()) == [".rocky-state.db", ".rocky-state.db.lock"]
    assert not is_open_elsewhere(path)


def table_names(path):
    connection = sqlite3.connect(path)
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def test_every_table_of_the_store_is_in_the_file(path, opened):
    opened(path).close()

    assert table_names(path) == {table.name for table in ALL_TABLES}


def test_migrations_are_numbered_without_a_gap():
    assert [step.version for step in migrations()] == list(range(1, supported_version() + 1))


def test_a_file_of_version_1_is_brought_up_to_date_with_all_it_holds(path, opened):
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, str(path), migrations()[:1])
    connection.execute(
        "INSERT INTO watermarks (scope, key, value) VALUES "
        """('', 't', '{"last_value":"2026-02-28T00:00:00Z","updated_at":"2026-03-01T12:00:00Z"}')"""
    )
    connection.close()

    store = opened(path)

    assert (store.schema_version, dict(store.watermarks())) == (supported_version(), {"t": WATERMARK})
    assert (store.open_intents("sales"), store.problems()) == ((), ())


def test_reading_an_old_file_brings_it_up_to_date_too(path):
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, str(path), migrations()[:1])
    connection.close()

    store = open_state_for_reading(path, CLOCK)
    found = (store.open_intents("sales"), store.schema_version)
    store.close()

    assert found == ((), supported_version())


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, opened):
    make(path, opened)
    broken = (*migrations(), Migration(99, "0099.sql", "CREATE TABLE more (a);\nINSERT INTO nowhere VALUES (1);\n"))
    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, str(path), broken)
    connection.close()

    store = opened(path)
    assert (store.schema_version, dict(store.watermarks())) == (supported_version(), {"t": WATERMARK})
    assert table_names(path) == {table.name for table in ALL_TABLES}


def test_whoever_comes_second_waits_for_the_migration_of_the_first(path):
    path.parent.mkdir()
    first, second = (sqlite3.connect(path, isolation_level=None, check_same_thread=False) for _ in range(2))
    first.execute("PRAGMA journal_mode = WAL")
    first.execute("BEGIN IMMEDIATE")
    first.execute("CREATE TABLE watermarks (a)")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(migrate, second, str(path), migrations())
        time.sleep(0.2)
        first.execute(f"PRAGMA user_version = {supported_version()}")
        first.execute("COMMIT")
        waiting.result()
    first.close()
    second.close()

    assert table_names(path) == {"watermarks"}  # Nothing was left to do.


def test_a_file_of_a_later_version_is_refused_with_what_to_do(path, opened):
    make(path, opened)
    run_sql(path, "PRAGMA user_version = 99")
    expected = (
        f"state file {path} has version 99, this installation reads up to {supported_version()}: "
        'upgrade dagster-rocky, or set [state] on_schema_mismatch = "recreate" to move the file aside '
        "and start with an empty one"
    )

    for how in (open_state, open_state_for_reading):
        with pytest.raises(StateTooNew) as info:
            how(path, CLOCK)
        assert str(info.value) == expected


def test_a_file_of_a_later_version_is_moved_aside_where_that_is_wanted(path, opened):
    make(path, opened)
    run_sql(path, "PRAGMA user_version = 99")

    found = open_state(path, CLOCK, recreates_newer=True)
    known = dict(found.store.watermarks())
    found.store.close()
    aside = path.with_name(".rocky-state.db.newer-20260301T120000Z")

    assert (known, found.is_recreated, aside.exists()) == ({}, True, True)
    assert found.warnings == (
        f"the state file was written by a newer version; it is now {aside}, and an empty one takes its place",
    )
    run_sql(aside, f"PRAGMA user_version = {supported_version()}")
    assert dict(opened(aside).watermarks()) == {"t": WATERMARK}


def test_a_file_that_others_have_open_is_not_moved_aside(path, opened):
    opened(path)
    run_sql(path, "PRAGMA user_version = 99")

    with pytest.raises(StateLocked, match="state file locked: other programs have"):
        open_state(path, CLOCK, recreates_newer=True)


def test_a_store_stops_writing_when_a_later_version_migrates_its_file(path, opened):
    store = opened(path)
    lease = take(store)
    run_sql(path, "PRAGMA user_version = 99")

    with pytest.raises(StateTooNew):
        store.set_watermark(lease, "t", WATERMARK)


@pytest.mark.parametrize("puts_another", [False, True])
def test_a_store_stops_writing_when_its_file_is_moved_away(path, opened, puts_another):
    store = opened(path)
    lease = take(store)
    path.rename(path.with_name("moved.db"))
    if puts_another:
        opened(path.with_name("other.db")).close()
        path.with_name("other.db").rename(path)

    with pytest.raises(StateUnavailable, match="was moved or deleted while it was open"):
        store.set_watermark(lease, "t", WATERMARK)


def test_the_warehouse_file_is_never_taken_for_the_state(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    before = path.read_bytes()

    with pytest.raises(StateUnavailable, match="is a DuckDB database; state is never kept in the warehouse"):
        open_state(path, CLOCK)

    assert path.read_bytes() == before


def test_opening_a_state_again_does_not_give_up_the_locks_of_this_process(path, opened):
    store = opened(path)
    lease = take(store)
    opened(path).close()
    open_state_for_reading(path, CLOCK).close()
    # Another program that believes to be the last one would fold the log into the file and delete it.
    subprocess.run([sys.executable, "-c", TOUCH, str(path)], check=True)

    assert path.with_name(".rocky-state.db-wal").exists()
    store.set_watermark(lease, "t", WATERMARK)
    assert dict(opened(path).watermarks()) == {"t": WATERMARK}


TOUCH = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM leases').fetchall(); c.close()"


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    run_sql(path, "CREATE TABLE watermarks (a)")
    before = path.read_bytes()

    with pytest.raises(StateUnavailable, match="is a database of another program"):
        open_state(path, CLOCK)

    assert path.read_bytes() == before


def test_any_other_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, and longer than its header would be")

    with pytest.raises(StateCorrupted, match=r"^state file corrupted: .*notes\.txt: this is not a state file"):
        open_state(path, CLOCK)

    assert path.read_text().startswith("not a database")


def test_a_file_that_was_made_but_never_filled_is_a_new_state(path, opened):
    path.parent.mkdir()
    path.touch()

    assert opened(path).problems() == ()


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(StateUnavailable, match="cannot be opened: it is a directory"):
        open_state(tmp_path, CLOCK)


def test_a_place_below_a_file_is_refused(tmp_path):
    (tmp_path / "models").write_text("a file")

    with pytest.raises(StateUnavailable, match="cannot be created: "):
        open_state(tmp_path / "models" / ".rocky-state.db", CLOCK)


def test_reading_makes_no_file(path):
    with pytest.raises(StateUnavailable, match="there is no state file"):
        open_state_for_reading(path, CLOCK)

    assert not path.parent.exists()


def test_a_store_for_reading_does_not_write(path, opened):
    make(path, opened)
    store = open_state_for_reading(path, CLOCK)
    with pytest.raises(StateUnavailable, match="was opened for reading"):
        store.set_metadata("a", "b")
    found = dict(store.watermarks())
    store.close()

    assert found == {"t": WATERMARK}


def test_readers_see_what_a_writer_has_stored_meanwhile(path, opened):
    writer = opened(path)
    lease = take(writer)
    reader = open_state_for_reading(path, CLOCK)
    before = dict(reader.watermarks())
    writer.set_watermark(lease, "t", WATERMARK)
    after = dict(reader.watermarks())
    reader.close()

    assert (before, after) == ({}, {"t": WATERMARK})


def test_a_closed_store_says_so(path, opened):
    store = opened(path)
    store.close()
    store.close()

    with pytest.raises(StateError, match="cannot be used: Cannot operate on a closed database"):
        store.watermarks()


def test_what_is_interrupted_in_the_middle_is_not_stored(path, opened):
    store = opened(path)
    lease = take(store)

    def outcomes():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store._backend.write(lambda t: (store_half(t), outcomes()))

    assert dict(store.watermarks()) == {}
    store.check_lease(lease)


def store_half(transaction):
    transaction.put(ALL_TABLES[0], "", "half", WATERMARK)


NORMAL, FULL = 1, 2
ENTRY = TableProgress(0, "t", ("t",), TableStatus.SUCCESS, START)
APPEND = WriteIntent("sales", "run-1", "t", "incremental", START)
REBUILD = replace(APPEND, is_repeatable=True)
WRITES = {
    "a watermark set by hand": (lambda store, lease: store.set_watermark(lease, "t", WATERMARK), FULL),
    "a table that is finished": (lambda store, lease: store.finish_tables(lease, [TableOutcome(ENTRY)]), NORMAL),
    "an append that is announced": (lambda store, lease: store.begin_tables(lease, [REBUILD, APPEND]), FULL),
    "a rebuild that is announced": (lambda store, lease: store.begin_tables(lease, [REBUILD]), NORMAL),
    "a sign of life": (lambda store, lease: store.renew_lease(lease), NORMAL),
    "a lease": (lambda store, _: take(store, "stock", "run-2"), FULL),
}


@pytest.mark.parametrize(("write", "expected"), WRITES.values(), ids=WRITES)
def test_only_what_can_be_proven_again_is_stored_without_waiting_for_the_disk(path, opened, write, expected):
    store = opened(path)
    lease = take(store)
    write(store, lease)

    assert store._backend._connection.execute("PRAGMA synchronous").fetchone()[0] == expected


def test_the_lock_is_named_after_the_file(path, opened):
    opened(path)

    assert (is_open_elsewhere(path), Path(f"{path}.lock").exists()) == (True, True)
