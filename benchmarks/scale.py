"""How a run grows: its own time per model with their number, its memory with the number of rows; raw DuckDB beside it.

`python -m benchmarks.scale [--models 200 1000 5000] [--rows 100000 1000000 10000000]`
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compile import ROCKY
from benchmarks.layered_project import write_rocky
from benchmarks.measure import Run, run_once
from benchmarks.peers import QUIET, ROOT
from benchmarks.run import RAW, write_raw

_RAW_COPY = """
import duckdb
connection = duckdb.connect("bench.duckdb")
connection.execute("CREATE OR REPLACE TABLE main.copied AS SELECT * FROM raw.big")
"""
# In processes of their own: the largest size of a process counts that of the one which started it.
_WRITE_SOURCES = """
import sys
from pathlib import Path
from benchmarks.run import write_sources
write_sources(Path(sys.argv[1]), int(sys.argv[2]))
"""
_WRITE_ROWS = """
import duckdb, sys
with duckdb.connect("bench.duckdb") as connection:
    connection.execute("CREATE SCHEMA raw")
    connection.execute(
        "CREATE TABLE raw.big AS SELECT i AS id, i % 97 AS kind, md5(i::VARCHAR) AS text "
        f"FROM range({int(sys.argv[1])}) r(i)"
    )
"""
_SIDECAR = """\
[target]
catalog = "bench"
schema = "main"
table = "copied"

[[tests]]
type = "not_null"
column = "id"
"""
_ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "bench.duckdb"

[pipeline]
type = "transformation"

[pipeline.target]
catalog = "bench"
schema = "main"
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same work by us and by raw statements."""

    size: int
    ours: Run
    raw: Run


def main() -> int:
    """Measure every size once, then print the tables and how much the largest costs more than the smallest."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="rocky-scale-") as folder:
        models = [measure_models(Path(folder), count) for count in options.models]
        rows = [measure_rows(Path(folder), count) for count in options.rows]
    print(f"\n{'models':>8} {'ours CPU s':>11} {'raw CPU s':>11} {'own ms per model':>17} {'ours MB':>8} {'raw MB':>8}")
    for pair in models:
        print(
            f"{pair.size:>8} {pair.ours.cpu_seconds:>11.2f} {pair.raw.cpu_seconds:>11.2f} "
            f"{_own_ms(pair):>17.2f} {pair.ours.peak_mb:>8.0f} {pair.raw.peak_mb:>8.0f}"
        )
    growth = _own_ms(models[-1]) / _own_ms(models[0])
    print(f"own time per model, {models[-1].size} against {models[0].size} models: {growth:.2f}x")
    print(f"\n{'rows':>10} {'ours MB':>9} {'raw MB':>9} {'ours - raw':>11}")
    for pair in rows:
        difference = pair.ours.peak_mb - pair.raw.peak_mb
        print(f"{pair.size:>10} {pair.ours.peak_mb:>9.0f} {pair.raw.peak_mb:>9.0f} {difference:>11.0f}")
    return 0


def _own_ms(pair: Pair) -> float:
    return (pair.ours.cpu_seconds - pair.raw.cpu_seconds) / pair.size * 1000


def measure_models(folder: Path, count: int) -> Pair:
    """A first run of so many small models."""
    print(f"measuring {count} models …", flush=True)
    ours, raw = folder / f"ours-{count}", folder / f"raw-{count}"
    write_rocky(ours, count)
    write_raw(raw, count)
    run_once([sys.executable, "-c", _WRITE_SOURCES, "bench.duckdb", str(count)], ours, {"PYTHONPATH": str(ROOT)})
    shutil.copy(ours / "bench.duckdb", raw / "bench.duckdb")
    return Pair(
        count, run_once([*ROCKY, "-o", "json", "run"], ours, QUIET), run_once([sys.executable, "-c", RAW], raw, QUIET)
    )


def measure_rows(folder: Path, count: int) -> Pair:
    """One model that copies a table of so many rows and tests its key, and the bare copy."""
    print(f"measuring {count} rows …", flush=True)
    ours, raw = folder / f"ours-{count}-rows", folder / f"raw-{count}-rows"
    for project in (ours, raw):
        (project / "models").mkdir(parents=True)
        run_once([sys.executable, "-c", _WRITE_ROWS, str(count)], project)
    (ours / "rocky.toml").write_text(_ROCKY_TOML)
    (ours / "models" / "copied.sql").write_text("SELECT * FROM raw.big\n")
    (ours / "models" / "copied.toml").write_text(_SIDECAR)
    return Pair(
        count,
        run_once([*ROCKY, "-o", "json", "run"], ours, QUIET),
        run_once([sys.executable, "-c", _RAW_COPY], raw, QUIET),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=[200, 1000, 5000])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
