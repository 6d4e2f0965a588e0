"""What a session must not leave behind in the database."""

import subprocess
import sys

import pytest

from rocky_core.errors import WarehouseError
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse


def test_the_unread_rows_of_a_limited_query_hold_nothing_back(tmp_path):
    warehouse = open_warehouse(DuckDBOptions(str(tmp_path / "store.duckdb")))
    with warehouse.session() as reader, warehouse.session() as writer:
        writer.execute("CREATE TABLE t AS SELECT range AS i FROM range(1000000)")
        reader.query("SELECT * FROM t", limit=1)

        writer.execute("UPDATE t SET i = i + 1")
        writer.execute("DROP TABLE t")
        writer.execute("CHECKPOINT")  # DuckDB refuses while somebody may still read what was dropped.

        assert reader.query("SELECT 1").rows == ((1,),)
    warehouse.close()


def test_an_error_that_is_not_one_of_duckdbs_spoils_a_transaction_too():
    warehouse = open_warehouse(DuckDBOptions())
    with warehouse.session() as session:
        session.execute("CREATE TABLE t (i INTEGER)")
        with pytest.raises(WarehouseError, match="Nothing of this transaction is kept"), session.transaction():  # noqa: PT012 — it is raised at its end
            session.execute("INSERT INTO t VALUES (1)")
            with pytest.raises(TypeError):
                session.execute("SELECT '\udcff'")  # No text can hold half a character.

        assert session.query("SELECT * FROM t").rows == ()
    warehouse.close()


INTERRUPTED = """
import os, signal, threading, time
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
warehouse = open_warehouse(DuckDBOptions())

def interrupt_and_cancel():
    while not warehouse._running._running:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)
    while warehouse._running._running:
        time.sleep(0.2)
        warehouse.cancel()

try:
    helper = threading.Thread(target=interrupt_and_cancel)
    helper.start()
    with warehouse.session() as session:
        session.query("SELECT sum(a.range * b.range) FROM range(1000000) AS a, range(1000000) AS b")
except KeyboardInterrupt:
    print("interrupted")
helper.join()
with warehouse.session() as session:
    print(session.query("SELECT 1 AS one").rows)
warehouse.close()
"""


def test_a_ctrl_c_stays_a_keyboard_interrupt_in_the_main_thread():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False, timeout=60)

    assert (done.stdout, done.stderr) == ("interrupted\n((1,),)\n", "")
