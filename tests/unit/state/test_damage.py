"""Damage is named by its table; a disk that cannot be written leaves everything as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rocky_core.errors import StateCorrupted, StateUnavailable
from rocky_core.ir.state import StateProblem
from rocky_core.ir.world import Watermark
from rocky_core.state.open_state import open_state, open_state_for_reading

from .conftest import CLOCK, START, take

WATERMARK = Watermark("2026-02-28T00:00:00Z", START)


@pytest.fixture
def whole(path, opened):
    """A closed state file with a few hundred watermarks."""
    store = opened(path)
    lease = take(store)
    for number in range(300):
        store._backend.write(lambda t, number=number: put_watermark(t, f"shop.main.t{number:03}"))
    store.set_metadata("a", "b")
    store.release_lease(lease)
    store.close()
    return path


def put_watermark(transaction, key):
    from rocky_core.state.tables import WATERMARKS  # noqa: PLC0415 — kept beside its only use

    transaction.put(WATERMARKS, "", key, WATERMARK)


def run_sql(path, sql):
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()


UNREADABLE = {
    "not JSON": "UPDATE watermarks SET value = '{\"last' WHERE key = 'shop.main.t007'",
    "another shape": "UPDATE watermarks SET value = '[1]' WHERE key = 'shop.main.t007'",
    "not a time": 'UPDATE watermarks SET value = \'{"last_value":"a","updated_at":"b"}\' '
    "WHERE key = 'shop.main.t007'",
    "not text": "UPDATE watermarks SET value = x'ff00' WHERE key = 'shop.main.t007'",
    "not UTF-8": "UPDATE watermarks SET value = CAST(x'22ff22' AS TEXT) WHERE key = 'shop.main.t007'",
}


@pytest.mark.parametrize("damage", UNREADABLE.values(), ids=UNREADABLE)
def test_a_single_unreadable_record_is_named_and_hides_no_other(whole, opened, damage):
    run_sql(whole, damage)
    store = opened(whole)

    with pytest.raises(StateCorrupted, match=r"^state file corrupted: table 'watermarks' of ") as info:
        store.watermarks()
    assert (info.value.table, "rocky state restore" in str(info.value)) == ("watermarks", True)
    assert (store.watermark("shop.main.t008"), store.metadata("a")) == (WATERMARK, "b")
    (problem,) = store.problems()
    assert problem.table == "watermarks"


def test_a_record_is_named_by_its_key(whole, opened):
    run_sql(whole, UNREADABLE["not JSON"])

    with pytest.raises(StateCorrupted, match=r"record 'shop\.main\.t007': Input data was truncated"):
        opened(whole).watermark("shop.main.t007")


def test_a_missing_table_is_named(whole, opened):
    run_sql(whole, "DROP TABLE partitions")
    store = opened(whole)

    with pytest.raises(StateCorrupted, match=r"table 'partitions' of .*: no such table: partitions"):
        store.partitions("t")
    assert store.problems() == (StateProblem("partitions", "no such table: partitions"),)


def test_a_damaged_page_is_named_by_its_table(whole, opened):
    connection = sqlite3.connect(whole)
    page_size = connection.execute("PRAGMA page_size").fetchone()[0]
    pages = (
        [row[0] for row in connection.execute("SELECT pageno FROM dbstat WHERE name = 'watermarks'")]
        if has_dbstat(connection)
        else [root_page(connection)]
    )
    connection.close()
    with whole.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * page_size)
            file.write(b"\x99" * page_size)
    store = opened(whole)

    with pytest.raises(StateCorrupted, match=r"^state file corrupted: table 'watermarks' of ") as info:
        store.watermarks()
    assert info.value.table == "watermarks"
    assert store.metadata("a") == "b"
    assert "watermarks" in [problem.table for problem in store.problems()]


def has_dbstat(connection):
    return bool(connection.execute("SELECT count(*) FROM pragma_module_list WHERE name = 'dbstat'").fetchone()[0])


def root_page(connection):
    return connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'watermarks'").fetchone()[0]


def test_a_cut_off_file_is_damaged(whole):
    whole.write_bytes(whole.read_bytes()[:5000])

    with pytest.raises(StateCorrupted, match=r"^state file corrupted: "):
        open_state(whole, CLOCK).store.problems()


def test_a_whole_file_has_no_problems(whole, opened):
    assert opened(whole).problems() == ()


PROGRAM = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from rocky_core.errors import StateError
from rocky_core.state.open_state import open_state, open_state_for_reading

class Clock:
    def now(self): return datetime(2026, 3, 1, 12, tzinfo=UTC)
    def monotonic(self): return 1000.0

clock, path = Clock(), Path(sys.argv[1])
open_state(path.with_name("loads-all-modules.db"), clock).store.close()
def become_nobody():
    if os.geteuid() == 0:
        os.setuid(65534)
"""


def said_by(program, path):
    """What a program of its own says, line by line: it may have its disk full, or be a user without rights."""
    command = [sys.executable, "-c", PROGRAM + program, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


NO_MORE_SPACE = """
store = open_state(path, clock).store
store.set_metadata("before", "stored")
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, resource.RLIM_INFINITY))
try:
    store.set_metadata("large", "x" * 300_000)
except StateError as error:
    print(type(error).__name__, error)
print(store.metadata("before"), store.metadata("large"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.set_metadata("after", "stored")
print(store.metadata("after"), store.problems())
"""
READ = """
become_nobody()
try:
    store = open_state_for_reading(path, clock)
    print(store.metadata("a"), store.problems())
except StateError as error:
    print(type(error).__name__, error)
"""
WRITE = """
become_nobody()
try:
    open_state(path, clock).store.set_metadata("a", "c")
    print("written")
except StateError as error:
    print(type(error).__name__, error)
"""


def test_a_write_that_the_system_refuses_is_said_and_nothing_is_lost(tmp_path):
    path = tmp_path / ".rocky-state.db"
    failure, *rest = said_by(NO_MORE_SPACE, path)

    assert failure.startswith(f"StateUnavailable state file {path} cannot be used, reading or writing the disk failed")
    assert rest == ["stored None", "stored ()"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk with room for an empty state and little more."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(small_disk, opened):
    store = opened(small_disk / ".rocky-state.db")
    lease = take(store)
    rest = small_disk / "rest"
    rest.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 64 * 1024))

    def write_until_it_fails():
        for number in range(1000):
            store.set_watermark(lease, f"t{number}", WATERMARK)

    with pytest.raises(StateUnavailable, match="cannot be used, the disk is full"):
        write_until_it_fails()
    count = len(store.watermarks())
    rest.unlink()
    store.set_watermark(lease, f"t{count}", WATERMARK)

    assert list(store.watermarks()) == [f"t{number}" for number in range(count + 1)]
    assert (count > 0, store.problems()) == (True, ())


@pytest.fixture
def shared_directory():
    """A directory that other users may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


def test_a_read_only_file_can_be_read_and_says_so_when_written(shared_directory):
    path = shared_directory / ".rocky-state.db"
    made = open_state(path, CLOCK).store
    made.set_metadata("a", "b")
    made.close()
    path.chmod(0o444)
    path.with_name(".rocky-state.db.lock").unlink()
    shared_directory.chmod(0o555)

    refusal = f"StateUnavailable state file {path} cannot be used: Permission denied: {path}.lock"
    assert (said_by(READ, path), said_by(WRITE, path)) == (["b ()"], [refusal])


def test_a_file_of_somebody_else_is_not_accessible(shared_directory):
    if os.geteuid() != 0:
        pytest.skip("only root can act as two users")
    path = shared_directory / ".rocky-state.db"
    open_state(path, CLOCK).store.close()

    refusal = f"StateUnavailable state file {path} cannot be opened: no permission to read it"
    assert said_by(READ, path) == [refusal]


def test_a_read_only_file_in_a_writable_directory_says_so(shared_directory):
    path = shared_directory / ".rocky-state.db"
    open_state(path, CLOCK).store.close()
    path.chmod(0o444)
    path.with_name(".rocky-state.db.lock").chmod(0o666)
    shared_directory.chmod(0o777)

    (said,) = said_by(WRITE, path)
    assert said.startswith(f"StateUnavailable state file {path} cannot be used, it is read-only")


def test_reading_an_unreadable_directory_is_no_damage(tmp_path):
    with pytest.raises(StateUnavailable):
        open_state_for_reading(tmp_path / "none" / ".rocky-state.db", CLOCK)
