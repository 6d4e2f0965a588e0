"""What a state that machines share costs a run: wall time against a local file, and how often the server is asked.

`python -m benchmarks.state [--models 1000] [--runs 3] [--history 1000]`
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
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.layered_project import write_rocky
from benchmarks.peers import ROOT
from tests.adapters.state.servers import s3, valkey

_RUN = """
import json, sys, time
from dataclasses import replace
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
store.watermark("bench.main.table_7"), store.leases(), store.run_records(limit=20)
print(json.dumps([time.perf_counter() - began, getattr(store.backend, "round_trips", 0)]))
store.close()
"""
_FILL = """
import sys
from datetime import UTC, datetime, timedelta
from rocky_core.api import ProjectOptions, open_project
from rocky_core.ir.state import LeaseRequest
from rocky_core.ir.world import Watermark
from rocky_core.state.process import this_process

store, _ = open_project(ProjectOptions()).site().open_state("default")
lease = store.acquire_lease(LeaseRequest("filled", "fill", this_process(), timedelta(hours=1))).lease
now = datetime.now(UTC)
for number in range(int(sys.argv[1])):
    store.set_watermark(lease, f"bench.main.table_{number}", Watermark("2026-01-01", now))
store.release_lease(lease)
store.close()
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """The median of several processes."""

    seconds: float
    round_trips: float


def main() -> int:
    """Measure each place of the state on the same project, then print the table."""
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rocky-state-")))
        sections = dict(_sections(stack, folder))
        project, fresh = folder / "project", folder / "fresh.duckdb"
        write_rocky(project, options.models)
        config = (project / "rocky.toml").read_text()
        writing = "import sys; from pathlib import Path; from benchmarks.run import write_sources; "
        writing += "write_sources(Path(sys.argv[1]), int(sys.argv[2]))"
        subprocess.run([sys.executable, "-c", writing, str(fresh), str(options.models)], cwd=ROOT, check=True)
        runs, opens = {}, {}
        for name, section in sections.items():
            print(f"measuring {options.models} models with {name} …", flush=True)
            (project / "rocky.toml").write_text(f"{config}\n{section}")
            runs[name] = _median(lambda: _run_once(project, fresh), options.runs)
            _python(project, _FILL, str(options.history))
            opens[name] = _median(lambda: _python(project, _OPEN), options.runs)
    local = runs["a local file"].seconds
    print(f"\n{'state':14} {'run s':>8} {'of local':>9} {'requests':>9}   reading it with {options.history} tables")
    for name, run in runs.items():
        told = f"{opens[name].seconds * 1000:.0f} ms, {opens[name].round_trips:.0f} requests"
        print(f"{name:14} {run.seconds:>8.2f} {run.seconds / local:>8.2f}x {run.round_trips:>9.0f}   {told}")
    return 0


def _sections(stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    """[state] for each place, with its servers running."""
    (folder / "valkey").mkdir()
    redis = stack.enter_context(valkey(folder / "valkey"))
    bucket = stack.enter_context(s3())
    objects = f's3_bucket = "rocky-state"\ns3_endpoint = "{bucket}"\ns3_region = "us-east-1"\n'
    yield "a local file", ""
    yield "Valkey", f'[state]\nbackend = "valkey"\nvalkey_url = "{redis}"\n'
    yield "S3", f'[state]\nbackend = "s3"\ns3_prefix = "plain/"\n{objects}'
    yield "S3 and Valkey", f'[state]\nbackend = "tiered"\ns3_prefix = "tiered/"\nvalkey_url = "{redis}"\n{objects}'


def _run_once(project: Path, fresh: Path) -> tuple[float, float]:
    for leftover in ("bench.duckdb", "bench.duckdb.wal"):
        (project / leftover).unlink(missing_ok=True)
    for leftover in project.glob("models/.rocky-state*"):
        leftover.unlink()
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


def _median(once: Callable[[], tuple[float, float]], times: int) -> Figures:
    found = [once() for _ in range(times)]
    return Figures(statistics.median(one[0] for one in found), statistics.median(one[1] for one in found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--history", type=int, default=1_000)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
