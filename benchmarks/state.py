"""What a state that machines share costs a run: wall time against a local file, and how often the server is asked.

`python -m benchmarks.state [--models 1000] [--runs 5] [--history 10000]`
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.layered_project import write_rocky
from benchmarks.peers import ROOT
from tests.adapters.state.servers import s3, valkey

_RUN = """
import json, sys, time
from rocky_core.ir.replace import replace
from threading import Event
from rocky_core.api import ProjectOptions, open_project
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline

stores = []
site = open_project(ProjectOptions()).site()
opened = site.open_state

def remembered(pipeline):
    found = opened(pipeline)
    stores.append(found[0])
    return found

began = time.perf_counter()
events = list(run_pipeline(replace(site, open_state=remembered), RunOptions(), Event()))
seconds = time.perf_counter() - began
assert events[-1].status.value == "Success", events[-1]
print(json.dumps([seconds, getattr(stores[0].backend, "round_trips", 0)]))
"""
_OPEN = """
import json, time
from rocky_core.api import ProjectOptions, open_project

site = open_project(ProjectOptions()).site()
began = time.perf_counter()
store = site.read_state("default")
store.watermark("bench.main.table_7"), store.leases(), store.model_executions("t7", limit=5)
print(json.dumps([time.perf_counter() - began, getattr(store.backend, "round_trips", 0)]))
store.close()
"""
_FILL = """
import sys
from datetime import UTC, datetime, timedelta
from rocky_core.api import ProjectOptions, open_project
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    LeaseRequest, ModelExecution, RunProgress, RunRecord, TableOutcome, TableProgress, TableStatus
)
from rocky_core.ir.world import Watermark
from rocky_core.state.process import this_process

store, _ = open_project(ProjectOptions()).site().open_state("default")
lease = store.acquire_lease(LeaseRequest("filled", "fill", this_process(), timedelta(hours=1))).lease
now = datetime.now(UTC)
outcomes = [
    TableOutcome(
        TableProgress(number, f"bench.main.table_{number}", (f"t{number}",), TableStatus.SUCCESS, now),
        execution=ModelExecution(f"t{number}", (f"t{number}",), now, now, 5, "success"),
        watermark=Watermark("2026-01-01", now),
    )
    for number in range(int(sys.argv[1]))
]
store.start_run(lease, RunProgress("fill", "filled", now, len(outcomes)))
for at in range(0, len(outcomes), 100):
    store.finish_tables(lease, outcomes[at : at + 100])
store.finish_run(lease, RunRecord("fill", now, now, RunStatus.SUCCESS, pipeline="filled"))
store.release_lease(lease)
store.close()
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A project whose state is in one place, and what each round has told: seconds and requests."""

    name: str
    project: Path
    runs: list[tuple[float, float]] = field(default_factory=list)
    opens: list[tuple[float, float]] = field(default_factory=list)


GOALS = {"Valkey": 1.10, "S3": 1.20}  # Of the time with a local file, for 1,000 models.


def main() -> int:
    """Measure the places in turns on the same models, so that a busy machine is busy for all; then print the table.

    Every run finds the same rows, and the history of the runs before it.
    """
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rocky-state-")))
        fresh, places = folder / "fresh.duckdb", []
        for name, section in _sections(stack, folder):
            project = folder / f"project-{len(places)}"
            write_rocky(project, options.models)
            (project / "rocky.toml").write_text(f"{(project / 'rocky.toml').read_text()}\n{section}")
            places.append(Place(name, project))
        writing = "import sys; from pathlib import Path; from benchmarks.run import write_sources; "
        writing += "write_sources(Path(sys.argv[1]), int(sys.argv[2]))"
        subprocess.run([sys.executable, "-c", writing, str(fresh), str(options.models)], cwd=ROOT, check=True)
        for at in range(options.runs + 1):
            # The first round compiles, and does not count; each round begins with another place.
            print(f"round {at} of {options.runs}: {options.models} models …", flush=True)
            for place in (*places[at % len(places) :], *places[: at % len(places)]):
                told = _run_once(place.project, fresh)
                place.runs.extend([told] if at else [])
        for place in places:
            print(f"{options.history} tables with history, {place.name} …", flush=True)
            _python(place.project, _FILL, str(options.history))
        for _ in range(options.runs):
            for place in places:
                place.opens.append(_python(place.project, _OPEN))
    print(f"\n{'state':14} {'run s':>8} {'of local':>9} {'goal':>7} {'requests':>9}   opening {options.history} tables")
    for place in places:
        print(_row(place, places[0]))
    return 0


def _row(place: Place, local: Place) -> str:
    """Medians; the ratio is that of each round, so that what slows a whole round down does not count."""
    seconds, asked = (statistics.median(told[at] for told in place.runs) for at in (0, 1))
    pairs = zip(place.runs, local.runs, strict=True)
    ratio = statistics.median(own[0] / other[0] for own, other in pairs)
    goal = f"{GOALS[place.name]:.2f}x" if place.name in GOALS else ""
    opening, needed = (statistics.median(told[at] for told in place.opens) for at in (0, 1))
    told = f"{opening * 1000:.0f} ms, {needed:.0f} requests"
    return f"{place.name:14} {seconds:>8.2f} {ratio:>8.2f}x {goal:>7} {asked:>9.0f}   {told}"


def _sections(stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    """[state] for each place, with its servers running."""
    (folder / "valkey").mkdir()
    redis = stack.enter_context(valkey(folder / "valkey", "--appendonly", "yes"))  # As a server of one's own would be.
    bucket = stack.enter_context(s3())
    objects = f's3_bucket = "rocky-state"\ns3_endpoint = "{bucket}"\ns3_region = "us-east-1"\n'
    yield "a local file", ""
    yield "Valkey", f'[state]\nbackend = "valkey"\nvalkey_url = "{redis}"\n'
    yield "S3", f'[state]\nbackend = "s3"\ns3_prefix = "plain/"\n{objects}'
    yield "S3 and Valkey", f'[state]\nbackend = "tiered"\ns3_prefix = "tiered/"\nvalkey_url = "{redis}"\n{objects}'


def _run_once(project: Path, fresh: Path) -> tuple[float, float]:
    for leftover in ("bench.duckdb", "bench.duckdb.wal"):
        (project / leftover).unlink(missing_ok=True)
    shutil.copy(fresh, project / "bench.duckdb")
    return _python(project, _RUN)


def _python(project: Path, program: str, *arguments: str) -> tuple[float, float]:
    environment: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])
    told = ended.stdout.strip().splitlines()
    seconds, asked = json.loads(told[-1]) if told else (0.0, 0)
    time.sleep(0.05)
    return seconds, asked


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--history", type=int, default=10_000)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
