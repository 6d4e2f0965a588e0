"""A load that is killed at any instant neither doubles a file nor loses one, once the next run is done."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.state.open_state import open_state_for_reading
from tests.faults.run_and_die import SUCCEEDED, run_to_end, snapshots_of_run
from tests.faults.test_killed_runs import left_after_the_next

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "warehouse.duckdb"

[pipeline.nightly]
type = "load"
source_dir = "data"

[pipeline.nightly.target]
catalog = "warehouse"
schema = "out"
table = "rows"

[pipeline.nightly.options]
truncate_first = {truncates}

[pipeline.nightly.contract]
required_columns = [{{ name = "id", type = "INTEGER", nullable = false }}]
"""


def project(folder: Path, *, truncates: bool) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "rocky.toml").write_text(ROCKY_TOML.format(truncates=str(truncates).lower()))
    (folder / "data" / "1.csv").write_text("id,name\n1,a\n2,b\n")
    return folder


def bring_news(folder: Path) -> None:
    with sqlite3.connect(folder / "models" / ".rocky-state.db") as connection:
        connection.execute("DELETE FROM idempotency_keys")
    connection.close()
    (folder / "data" / "2.jsonl").write_text('{"name": "c", "id": 3}\n')


def what_is_left(folder: Path) -> dict[str, object]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT * FROM out.rows ORDER BY ALL").fetchall()
        ledger = connection.execute(
            "SELECT target_table, file, content_hash, batch, rows_loaded FROM out._rocky_loaded_files ORDER BY ALL"
        ).fetchall()
        names = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")
        tables = names.fetchall()
    store = open_state_for_reading(folder / "models" / ".rocky-state.db", SystemClock())
    left = {
        "rows": rows,
        "ledger": ledger,
        "tables": tables,
        "remembered": sorted((one.path, one.rows_loaded, one.file_hash) for one in store.loaded_files("nightly")),
        "leases": store.leases(),
        "intents": store.open_intents("nightly"),
    }
    store.close()
    return left


@pytest.mark.slow
@pytest.mark.parametrize("truncates", [False, True], ids=["more", "anew"])
def test_a_load_killed_at_any_call_leaves_no_trace_after_the_next(truncates, tmp_path):
    start = project(tmp_path / "start", truncates=truncates)
    assert run_to_end(start) == SUCCEEDED
    bring_news(start)
    undisturbed = shutil.copytree(start, tmp_path / "undisturbed")
    assert run_to_end(undisturbed) == SUCCEEDED
    expected = what_is_left(undisturbed)
    assert (len(expected["rows"]), expected["leases"], expected["intents"]) == (3, (), ())

    snapshots = snapshots_of_run(start, tmp_path / "snapshots")
    for call, folder in snapshots:
        assert left_after_the_next(folder, what_is_left) == expected, f"killed before call {call}"

    assert len(snapshots) > 8  # Else the calls were not reached, and nothing was tried.
