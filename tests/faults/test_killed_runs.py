"""A run that is killed at any instant loses nothing: after the next run everything is as if it had never happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import PartitionStatus
from rocky_core.state.open_state import open_state_for_reading
from tests.faults.run_and_die import DIED, SUCCEEDED, run_to_end, snapshots_of_run

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
        found = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")
        names = found.fetchall()
        tables = {str(name): rows(connection, f"out.{name}") for schema, name in names if schema == "out"}
        tables["all"] = names
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


def events_of(folder: Path) -> list[list[object]] | None:
    """What readers see in the table; None if it is not there."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        try:
            return rows(connection, "out.events")
        except duckdb.CatalogException:
            return None


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
WINDOWED = ("time_interval", "microbatch")  # Written window by window, each of them whole.
AUDITED = ("incremental_audited", "full_refresh_audited")
CASES += [(strategy, True) for strategy in PIPELINES]  # A first copy is a full_refresh, a first snapshot a part of one.
CASES += [(strategy, has_run_before) for strategy in AUDITED for has_run_before in (False, True)]


def prepared(folder: Path, strategy: str, *, has_run_before: bool) -> Path:
    project(folder, strategy)
    if has_run_before:
        assert run_to_end(folder) == SUCCEEDED
        forget_the_key(folder)
        execute(folder, NEWS)
    return folder


def left_of_undisturbed(start: Path, folder: Path) -> dict[str, object]:
    shutil.copytree(start, folder)
    assert run_to_end(folder) == SUCCEEDED
    expected = what_is_left(folder)
    assert (expected["leases"], expected["intents"]) == ((), ())
    return expected


def left_after_the_next(folder: Path, look: Callable[[Path], dict[str, object]]) -> dict[str, object]:
    """What is left after the next run; after one more if the key was spent already and so nothing was run."""
    assert run_to_end(folder) == SUCCEEDED
    left = look(folder)
    if left["leases"]:  # The lease of the killed run must not be stuck.
        assert run_to_end(folder, key="another") == SUCCEEDED
        left = look(folder)
    return left


@pytest.mark.slow
@pytest.mark.parametrize(("strategy", "has_run_before"), CASES)
def test_a_run_killed_at_any_call_leaves_no_trace_after_the_next(strategy, has_run_before, tmp_path):
    start = prepared(tmp_path / "start", strategy, has_run_before=has_run_before)
    expected = left_of_undisturbed(start, tmp_path / "undisturbed")

    before, after = events_of(start), events_of(tmp_path / "undisturbed")

    snapshots = snapshots_of_run(start, tmp_path / "snapshots")
    for call, folder in snapshots:
        if strategy not in WINDOWED:
            assert events_of(folder) in (before, after), f"readers see half a table, killed before call {call}"
        assert left_after_the_next(folder, what_is_left) == expected, f"killed before call {call}"

    assert len(snapshots) > 8  # Else the calls were not reached, and nothing was tried.


def test_what_a_kill_leaves_is_what_was_on_disk_before_the_call(tmp_path):
    """The other tests go on from copies; here the same run is killed in truth."""
    start = prepared(tmp_path / "start", "incremental", has_run_before=True)
    snapshots = snapshots_of_run(shutil.copytree(start, tmp_path / "run"), tmp_path / "snapshots")

    for call, snapshot in snapshots[::4]:
        killed = shutil.copytree(start, tmp_path / f"killed-{call}")
        assert run_to_end(killed, kill_at=call) == DIED
        assert without_names(what_is_left(killed)) == without_names(what_is_left(snapshot)), f"before call {call}"


def without_names(left: dict[str, object]) -> dict[str, object]:
    """The same without who did it and when."""
    return {
        **left,
        "leases": [holder.lease.pipeline for holder in left["leases"]],
        "intents": [(intent.table, intent.partitions) for intent in left["intents"]],
    }


@pytest.mark.soak
@pytest.mark.parametrize("strategy", ["incremental", "delete_insert", "incremental_audited", "snapshot"])
def test_a_run_that_is_really_killed_at_any_call_leaves_no_trace_either(strategy, tmp_path):
    start = prepared(tmp_path / "start", strategy, has_run_before=True)
    expected = left_of_undisturbed(start, tmp_path / "undisturbed")
    deaths = 0
    while run_to_end(killed := shutil.copytree(start, tmp_path / str(deaths + 1)), kill_at=deaths + 1) == DIED:
        deaths += 1
        assert left_after_the_next(killed, what_is_left) == expected, f"killed before call {deaths}"

    assert deaths > 15
