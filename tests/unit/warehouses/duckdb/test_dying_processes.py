"""What another process finds after one was killed, ran out of disk, or just ended."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse

IMPORTS = """
import json, os, resource, signal, sys, threading
from rocky_core.errors import WarehouseError
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
warehouse = open_warehouse(DuckDBOptions(sys.argv[1]))

def attempt(*statements):
    with warehouse.session() as session:
        try:
            with session.transaction():
                for statement in statements:
                    session.execute(statement)
        except WarehouseError as error:
            return [type(error).__name__, str(error.failure_kind), error.message]
    return "kept"

def once(statement):
    with warehouse.session() as session:
        return [list(row) for row in session.query(statement).rows]
"""


def script(path: Path, body: str) -> list[str]:
    return [sys.executable, "-c", IMPORTS + body, str(path)]


def tables(path: Path) -> dict[str, object]:
    """Every table's number of rows, as a new process's first look finds them."""
    warehouse = open_warehouse(DuckDBOptions(str(path)))
    with warehouse.session() as session:
        found = {
            name: session.query(f"SELECT count(*) FROM {name}").rows[0][0] for name in warehouse.list_tables("main")
        }
    warehouse.close()
    return found


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        pytest.param("pass", {"t": 10}, id="before anything"),
        pytest.param("session.execute('DELETE FROM t')", {"t": 10}, id="after a delete"),
        pytest.param(
            "session.execute('CREATE OR REPLACE TABLE t AS SELECT 1 AS i')", {"t": 10}, id="after a replacement"
        ),
        pytest.param(
            "session.execute('DELETE FROM t'); session.execute('INSERT INTO t SELECT range FROM range(2000000)')",
            {"t": 10},
            id="after more than memory buffers hold back",
        ),
        pytest.param("session.execute('DROP TABLE t')", {"t": 10}, id="after a drop"),
    ],
)
def test_a_writer_killed_inside_a_transaction_leaves_what_was_committed(tmp_path, inside, kept):
    path = tmp_path / "store.duckdb"
    body = f"""
assert attempt("CREATE TABLE t AS SELECT range AS i FROM range(10)") == "kept"
with warehouse.session() as session, session.transaction():
    {inside}
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(script(path, body), check=False, timeout=60)

    assert done.returncode == -signal.SIGKILL
    assert tables(path) == kept


def test_a_writer_killed_right_after_a_commit_has_committed(tmp_path):
    path = tmp_path / "store.duckdb"
    body = """
attempt("CREATE TABLE t AS SELECT range AS i FROM range(10)")
attempt("DELETE FROM t WHERE i < 5", "CREATE TABLE u AS SELECT 1 AS i")
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run(script(path, body), check=False, timeout=60)

    assert tables(path) == {"t": 5, "u": 1}


FILL = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(json.dumps([
    attempt("CREATE TABLE kept AS SELECT 1 AS i", "INSERT INTO kept VALUES (2)"),
    SHRINK
    attempt("CREATE TABLE big AS SELECT range AS i, random() AS r FROM range(2000000)"),
    attempt("DELETE FROM kept", "CREATE OR REPLACE TABLE big AS SELECT range AS i, random() AS r FROM range(2000000)"),
    attempt("INSERT INTO kept SELECT range FROM range(4000)"),
    once("SELECT i FROM kept ORDER BY i"),
]))
warehouse.close()
"""


def test_when_files_may_grow_no_more_nothing_is_lost_and_the_kind_is_right(tmp_path):
    path = tmp_path / "store.duckdb"
    shrink = '[once("CHECKPOINT"), resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))] and None,'
    done = subprocess.run(
        script(path, FILL.replace("SHRINK", shrink)), capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stderr == ""
    first, _, big, replaced, logged, remaining = json.loads(done.stdout)
    assert (first, remaining) == ("kept", [[1], [2]])
    for name, kind, message in (big, replaced, logged):
        assert (name, kind) == ("ConnectionFailed", "connection-failed")
        assert "File too large" in message
        assert message.endswith("Free space on that disk and run again; nothing of what failed was kept.")
    assert logged[2].startswith("TransactionContext Error: Failed to commit")
    assert tables(path) == {"kept": 2}


def test_on_a_full_disk_nothing_is_lost_and_the_kind_is_right(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can only be mounted by root; the test with a file size limit covers the rest")
    try:
        done = subprocess.run(
            script(disk / "store.duckdb", FILL.replace("SHRINK", "None,")),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        first, _, big, replaced, _, remaining = json.loads(done.stdout)
        assert (done.stderr, first, remaining[:2]) == ("", "kept", [[1], [2]])
        for name, kind, message in (big, replaced):
            assert (name, kind) == ("ConnectionFailed", "connection-failed")
            assert "No space left on device" in message
        assert set(tables(disk / "store.duckdb")) == {"kept"}
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("ending", ["warehouse.close()", "pass", "sys.exit(3)"])
def test_a_process_that_used_many_threads_ends_quietly(tmp_path, ending):
    path = tmp_path / "store.duckdb"
    body = f"""
def work(number):
    with warehouse.session(timeout_seconds=30) as session:
        session.execute(f"CREATE TABLE t{{number}} AS SELECT 1 AS i")
        session.query("SELECT * FROM range(100000)", limit=1)
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
warehouse.cancel()
{ending}
"""
    done = subprocess.run(script(path, body), capture_output=True, text=True, check=False, timeout=60)

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 3 if "exit" in ending else 0)
    assert len(tables(path)) == 8
