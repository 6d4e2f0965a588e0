"""A load that is killed at any instant neither doubles a file nor loses one, once the next run is done."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.state.open_state import open_state_for_reading

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
def test_a_load_killed_at_any_call_leaves_no_trace_after_the_next(truncates, runner, tmp_path):
    start = project(tmp_path / "start", truncates=truncates)
    assert runner.run(start) == {"killed": False, "code": 0}
    bring_news(start)
    undisturbed = shutil.copytree(start, tmp_path / "undisturbed")
    assert runner.run(undisturbed) == {"killed": False, "code": 0}
    expected = what_is_left(undisturbed)
    assert (len(expected["rows"]), expected["leases"], expected["intents"]) == (3, (), ())

    deaths = 0
    for kill_at in range(1, 500):
        folder = shutil.copytree(start, tmp_path / str(kill_at))
        ended = runner.run(folder, kill_at=kill_at)
        if not ended["killed"]:
            assert ended["code"] == 0
            break
        deaths += 1
        assert runner.run(folder) == {"killed": False, "code": 0}, f"killed before call {kill_at}"
        if what_is_left(folder)["leases"]:  # Killed when the key was spent already; the lease must not be stuck.
            assert runner.run(folder, key="another") == {"killed": False, "code": 0}, f"killed before call {kill_at}"
        assert what_is_left(folder) == expected, f"killed before call {kill_at}"
        shutil.rmtree(folder)

    assert deaths > 15  # Else the calls were not reached, and nothing was tried.
