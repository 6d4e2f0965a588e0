"""A run that is killed at any instant loses nothing: after the next run everything is as if it had never happened."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import PartitionStatus
from rocky_core.state.open_state import open_state_for_reading

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "warehouse.duckdb"

[pipeline.nightly]
type = "transformation"
"""
BEFORE = """\
CREATE SCHEMA raw;
CREATE TABLE raw.events AS SELECT * FROM (VALUES
    (1, 'a', 10, TIMESTAMP '2026-01-01 08:00:00'),
    (2, 'b', 20, TIMESTAMP '2026-01-01 09:00:00'),
    (3, 'c', 30, TIMESTAMP '2026-01-02 08:00:00')
) AS t(id, name, amount, happened_at);
"""
NEWS = """\
INSERT INTO raw.events VALUES (4, 'd', 40, '2026-01-03 07:00:00'), (5, 'e', 50, '2026-01-03 08:00:00');
UPDATE raw.events SET amount = 33 WHERE id = 3;
"""
QUERY = "SELECT id, name, amount, happened_at FROM raw.events"
WINDOW = "WHERE happened_at >= @start_date AND happened_at < @end_date"
TEST = '\n[[tests]]\ntype = "not_null"\ncolumn = "id"\n'
STRATEGIES = {
    "full_refresh": (QUERY, ""),
    "view": (QUERY, 'type = "view"'),
    "incremental": (QUERY, 'type = "incremental"\ntimestamp_column = "happened_at"'),
    "incremental_by_key": (QUERY, 'type = "incremental"\ntimestamp_column = "happened_at"\nunique_key = ["id"]'),
    "merge": (QUERY, 'type = "merge"\nunique_key = ["id"]'),
    "delete_insert": (
        f"{QUERY.replace('SELECT ', 'SELECT CAST(happened_at AS DATE) AS day, ')}",
        'type = "delete_insert"\npartition_by = ["day"]',
    ),
    "time_interval": (
        f"{QUERY} {WINDOW}",
        'type = "time_interval"\ntime_column = "happened_at"\ngranularity = "day"',
    ),
    "microbatch": (QUERY, 'type = "microbatch"\ntimestamp_column = "happened_at"\ngranularity = "day"'),
}


COPY = """
[adapter]
type = "duckdb"
path = "warehouse.duckdb"

[pipeline.nightly]
{strategy}
metadata_columns = [{{ name = "_from", type = "VARCHAR", value = "'{{place}}'" }}]
{checks}

[pipeline.nightly.source]
schema_pattern = {{ prefix = "r", separator = "_", components = ["place"] }}
discovery = {{ adapter = "default", report_new_sources = true }}

[pipeline.nightly.target]
catalog_template = "warehouse"
schema_template = "out"
governance = {{ auto_create_schemas = true }}
"""
SNAPSHOT = """
[adapter]
type = "duckdb"
path = "warehouse.duckdb"

[pipeline.nightly]
type = "snapshot"
unique_key = ["id"]
updated_at = "amount"
invalidate_hard_deletes = true
source = { catalog = "warehouse", schema = "raw", table = "events" }
target = { catalog = "warehouse", schema = "out", table = "events", governance = { auto_create_schemas = true } }
"""
PIPELINES = {
    "copy_full_refresh": COPY.format(strategy='strategy = "full_refresh"', checks=""),
    "copy_incremental": COPY.format(
        strategy='strategy = "incremental"\ntimestamp_column = "happened_at"', checks="checks = { row_count = true }"
    ),
    "copy_merge": COPY.format(strategy='strategy = "merge"\nmerge_keys = ["id"]', checks=""),
    "snapshot": SNAPSHOT,
}


def project(folder: Path, strategy: str) -> Path:
    if strategy in PIPELINES:
        (folder / "models").mkdir(parents=True)  # The state is beside it.
        (folder / "rocky.toml").write_text(PIPELINES[strategy])
        execute(folder, BEFORE)
        return folder
    is_audited = strategy in AUDITED
    query, table = STRATEGIES[strategy.removesuffix("_audited")]
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "rocky.toml").write_text(ROCKY_TOML + ('[execution]\npublish = "audited"\n' if is_audited else ""))
    (models / "events.sql").write_text(query)
    sidecar = '[target]\ncatalog = "warehouse"\nschema = "out"\n'
    (models / "events.toml").write_text(
        sidecar + (f"\n[strategy]\n{table}\n" if table else "") + (TEST if is_audited else "")
    )
    (models / "counted.sql").write_text("SELECT name, COUNT(*) AS n, SUM(amount) AS total FROM events GROUP BY name")
    (models / "counted.toml").write_text(sidecar)
    execute(folder, BEFORE)
    return folder


def execute(folder: Path, script: str) -> None:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(script)


def what_is_left(folder: Path, store=None) -> dict[str, object]:
    """Everything that must not depend on whether an earlier run was killed."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'out'")
        tables = {str(name): rows(connection, f"out.{name}") for (name,) in found.fetchall()}
        names = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")
        tables["all"] = names.fetchall()
    store = store or open_state_for_reading(folder / "models" / ".rocky-state.db", SystemClock())
    partitions = store.partitions("warehouse.out.events")
    left = {
        "tables": tables,
        "watermarks": {table: mark.last_value for table, mark in store.watermarks().items()},
        "partitions": [one.partition_key for one in partitions if one.status is PartitionStatus.COMPUTED],
        "leases": store.leases(),
        "intents": store.open_intents("nightly"),
        "counts": [one.row_count for one in store.row_counts("warehouse.out.events")][-1:],
    }
    store.close()
    return left


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[list[object]]:
    """When a version began and ended is the time of the run; whether it has is not."""
    found = connection.execute(f"SELECT * FROM {table}")
    names = [name for name, *_ in found.description]
    told = [
        [cell is None if name.startswith("valid_") else cell for name, cell in zip(names, row, strict=True)]
        for row in found.fetchall()
    ]
    return sorted(told, key=repr)


def forget_the_key(folder: Path) -> None:
    """The second run of a scenario is another night's, under the same key for simplicity."""
    import sqlite3  # noqa: PLC0415 — only here is the file looked into

    connection = sqlite3.connect(folder / "models" / ".rocky-state.db")
    with connection:
        connection.execute("DELETE FROM idempotency_keys")
    connection.close()


FIRST_BUILDS = ("full_refresh", "incremental", "time_interval")  # Those of the other strategies are one of these.
CASES = [*((strategy, False) for strategy in FIRST_BUILDS), *((strategy, True) for strategy in STRATEGIES)]
AUDITED = ("incremental_audited", "full_refresh_audited")
CASES += [(strategy, True) for strategy in PIPELINES]  # A first copy is a full_refresh, a first snapshot a part of one.
CASES += [(strategy, has_run_before) for strategy in AUDITED for has_run_before in (False, True)]


@pytest.mark.slow
@pytest.mark.parametrize(("strategy", "has_run_before"), CASES)
def test_a_run_killed_at_any_call_leaves_no_trace_after_the_next(strategy, has_run_before, runner, tmp_path):
    start = project(tmp_path / "start", strategy)
    if has_run_before:
        assert runner.run(start) == {"killed": False, "code": 0}
        forget_the_key(start)
        execute(start, NEWS)
    undisturbed = shutil.copytree(start, tmp_path / "undisturbed")
    assert runner.run(undisturbed) == {"killed": False, "code": 0}
    expected = what_is_left(undisturbed)
    assert (expected["leases"], expected["intents"]) == ((), ())

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
