"""Compile time and memory, ours and the peers', on the same generated project in the same run.

`python -m benchmarks.compile [--models 1000] [--large 10000] [--runs 5] [--no-peers]`
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.layered_project import write_dbt, write_rocky, write_sqlmesh
from benchmarks.measure import Run, median_run, run_once
from benchmarks.peers import QUIET, dbt_command, sqlmesh_command

ROCKY = [sys.executable, "-m", "rocky_core.cli.main"]


@dataclass(frozen=True, slots=True)
class Tool:
    """How to write the project for a tool, compile it, and make it forget."""

    name: str
    write: Callable[[Path, int], None]
    command: Sequence[str]
    caches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one tool at one size."""

    tool: str
    models: int
    cold: Run
    warm: Run


def main() -> int:
    """Measure, print the table, then the ratios."""
    options = _options()
    figures: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="rocky-bench-") as folder:
        rocky = Tool("rocky", write_rocky, [*ROCKY, "-o", "json", "compile"], (".rocky",))
        figures.append(measure(rocky, Path(folder), options.models, options.runs))
        if not options.no_peers:
            dbt = Tool("dbt", write_dbt, dbt_command(), ("target", "logs"))
            sqlmesh = Tool("sqlmesh", write_sqlmesh, sqlmesh_command(), (".cache",))
            figures.extend(measure(peer, Path(folder), options.models, options.peer_runs) for peer in (dbt, sqlmesh))
        if options.large:
            figures.append(measure(rocky, Path(folder), options.large, options.runs))
        small = Path(folder) / "small"
        write_rocky(small, 10)
        start = [
            ("rocky --version", median_run(lambda: run_once([*ROCKY, "--version"], small), options.runs)),
            ("rocky validate (10 models)", median_run(lambda: run_once([*ROCKY, "validate"], small), options.runs)),
            ("python -c pass", median_run(lambda: run_once([sys.executable, "-c", "pass"], small), options.runs)),
        ]
    print_figures(figures, start)
    return 0


def measure(tool: Tool, folder: Path, models: int, runs: int) -> Figures:
    """Cold: no cache at all. Warm: one changed file since the last compile."""
    project = folder / f"{tool.name}-{models}"
    tool.write(project, models)
    print(f"measuring {tool.name} on {models} models …", flush=True)

    def cold() -> Run:
        for cache in tool.caches:
            shutil.rmtree(project / cache, ignore_errors=True)
        return run_once(tool.command, project, QUIET)

    cold_run = median_run(cold, runs)
    changed = project / "models" / f"stg_{models // 10}.sql"
    original = changed.read_text()
    edits = iter(range(1, 1_000_000))

    def warm() -> Run:
        changed.write_text(original.replace("* 100 AS", f"* {100 + next(edits)} AS"))
        return run_once(tool.command, project, QUIET)

    return Figures(tool.name, models, cold_run, median_run(warm, runs))


def print_figures(figures: Sequence[Figures], start: Sequence[tuple[str, Run]]) -> None:
    """The table, whole-process medians, then what they say as ratios."""
    print(
        f"\n{'tool':10} {'models':>7} {'cold s':>8} {'warm s':>8} {'cold MB':>8} {'warm MB':>8} {'cold ms/model':>14}"
    )
    for f in figures:
        print(
            f"{f.tool:10} {f.models:>7} {f.cold.seconds:>8.2f} {f.warm.seconds:>8.2f} {f.cold.peak_mb:>8.0f} "
            f"{f.warm.peak_mb:>8.0f} {f.cold.seconds / f.models * 1000:>14.2f}"
        )
    print()
    ours = figures[0]
    for peer in (f for f in figures if f.tool != "rocky"):
        print(
            f"{peer.tool} / rocky on {peer.models} models: "
            f"cold {peer.cold.seconds / ours.cold.seconds:.1f}x, warm {peer.warm.seconds / ours.warm.seconds:.1f}x, "
            f"memory {peer.cold.peak_mb / ours.cold.peak_mb:.1f}x"
        )
    large = [f for f in figures if f.tool == "rocky" and f is not ours]
    for f in large:
        growth = (f.cold.seconds / f.models) / (ours.cold.seconds / ours.models)
        print(f"cost per model, {f.models} against {ours.models} models: {growth:.2f}x")
    for name, run in start:
        print(f"{name}: {run.seconds * 1000:.0f} ms, {run.peak_mb:.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1000, help="size at which all tools are compared")
    parser.add_argument("--large", type=int, default=10_000, help="size that only rocky is measured at; 0 for none")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer-runs", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
