"""Time and memory of building a small project on DuckDB: raw statements, ours, and the peers', in the same run.

`python -m benchmarks.run [--models 200] [--unchanged-models 1000] [--runs 5] [--no-peers]`
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.compile import ROCKY
from benchmarks.layered_project import layered_models, write_dbt, write_rocky, write_sqlmesh
from benchmarks.measure import Run, median_run, run_once
from benchmarks.peers import QUIET, install_peer
from rocky_core.ir.replace import replace

ROWS_PER_SOURCE = 100
_FEWEST_MODELS = 4  # One of each layer.

RAW = """
import duckdb, sys
connection = duckdb.connect("bench.duckdb")
for statement in open("statements.sql").read().split(";\\n"):
    if statement.strip():
        connection.execute(statement)
"""


@dataclass(frozen=True, slots=True)
class Builder:
    """How a tool is given the project and told to build it."""

    name: str
    write: Callable[[Path, int], None]
    command: Sequence[str]
    caches: tuple[str, ...] = ()


def main() -> int:
    """Measure each builder on a fresh database, then print the table and the ratios."""
    options = _options()
    builders = [
        Builder("raw", write_raw, [sys.executable, "-c", RAW]),
        Builder("rocky", write_rocky, [*ROCKY, "-o", "json", "run"], (".rocky", "models/.rocky-state.db")),
    ]
    if not options.no_peers:
        dbt = [str(install_peer("dbt") / "dbt"), "--quiet", "run", "--profiles-dir", "."]
        sqlmesh = [str(install_peer("sqlmesh") / "sqlmesh"), "plan", "--auto-apply", "--no-prompts"]
        builders += [
            Builder("dbt", write_dbt, dbt, ("target", "logs")),
            Builder("sqlmesh", write_sqlmesh, sqlmesh, (".cache",)),
        ]
    with tempfile.TemporaryDirectory(prefix="rocky-bench-") as folder:
        start = measure(replace(builders[1], name="start"), Path(folder), _FEWEST_MODELS, options.runs)
        unchanged = measure_unchanged(Path(folder), options.unchanged_models, options.runs)
        measured = {
            builder.name: measure(builder, Path(folder), options.models, options.runs if i < 2 else options.peer_runs)
            for i, builder in enumerate(builders)
        }
    print(f"\n{'builder':10} {'s':>8} {'CPU s':>8} {'MB':>8}")
    for name, run in measured.items():
        print(f"{name:10} {run.seconds:>8.2f} {run.cpu_seconds:>8.2f} {run.peak_mb:>8.0f}")
    ours, raw = measured["rocky"].seconds, measured["raw"].seconds
    print(
        f"\nrocky / raw statements: {ours / raw:.1f}x; without its start: {(ours - start.seconds) / raw:.1f}x "
        f"(rocky run of {_FEWEST_MODELS} models: {start.seconds:.2f} s)"
    )
    print(
        f"rocky run --skip-unchanged, nothing changed, {options.unchanged_models} models: "
        f"{unchanged.seconds:.2f} s ({unchanged.cpu_seconds:.2f} s CPU), {unchanged.peak_mb:.0f} MB"
    )
    for name in measured.keys() - {"raw", "rocky"}:
        print(f"{name} / rocky: {measured[name].seconds / ours:.1f}x")
    return 0


def measure(builder: Builder, folder: Path, models: int, runs: int) -> Run:
    """Every run starts from a database that holds the raw tables only."""
    project = folder / builder.name
    builder.write(project, models)
    fresh = folder / f"{builder.name}-fresh.duckdb"
    write_sources(fresh, models)
    print(f"measuring {builder.name} on {models} models …", flush=True)

    def once() -> Run:
        for cache in (*builder.caches, "bench.duckdb", "bench.duckdb.wal"):
            path = project / cache
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        shutil.copy(fresh, project / "bench.duckdb")
        return run_once(builder.command, project, QUIET)

    return median_run(once, runs)


def measure_unchanged(folder: Path, models: int, runs: int) -> Run:
    """A run that finds out that nothing is to be built, after one that has built everything."""
    project = folder / "unchanged"
    write_rocky(project, models)
    write_sources(project / "bench.duckdb", models)
    print(f"measuring a run without changes on {models} models …", flush=True)
    run_once([*ROCKY, "-o", "json", "run"], project, QUIET)
    run_once([*ROCKY, "-o", "json", "run", "--skip-unchanged"], project, QUIET)  # Looks at every table.
    return median_run(lambda: run_once([*ROCKY, "-o", "json", "run", "--skip-unchanged"], project, QUIET), runs)


def write_raw(folder: Path, models: int) -> None:
    """The same models as plain statements, in an order that works."""
    folder.mkdir(parents=True)
    statements = [
        f"CREATE OR REPLACE TABLE {model.name} AS {model.sql.format(**{name: name for name in model.reads})}"
        for model in layered_models(models)
    ]
    (folder / "statements.sql").write_text(";\n".join(statements))


def write_sources(database: Path, models: int) -> None:
    """The raw tables that the first layer reads."""
    with duckdb.connect() as connection:
        # A storage version that the peers' older DuckDB reads as well.
        connection.execute(f"ATTACH '{database}' AS fresh (STORAGE_VERSION 'v1.2.0')")
        connection.execute("USE fresh")
        connection.execute("CREATE SCHEMA fresh.raw")
        for i in range(models * 30 // 100):
            connection.execute(
                f"CREATE TABLE fresh.raw.events_{i} AS SELECT i AS id, i % 10 AS customer_id, i * 1.5 AS amount, "
                f"'new' AS status, TIMESTAMP '2026-01-01' + INTERVAL (i) HOUR AS created_at "
                f"FROM range({ROWS_PER_SOURCE}) r(i)"
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--unchanged-models", type=int, default=1000)
    parser.add_argument("--peer-runs", type=int, default=2)
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
