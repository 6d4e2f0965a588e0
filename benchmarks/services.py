"""How busy a replication keeps a service that takes a while to answer: many small tables on Databricks' stand-in.

`python -m benchmarks.services [--tables 2000] [--concurrency 10] [--latency 0.05]`
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from benchmarks.peers import ROOT
from rocky_core.api import ProjectOptions, open_project
from rocky_core.config.adapters import Adapter
from rocky_core.execution.run_options import RunOptions
from rocky_core.ir.run import ModelFailed
from rocky_core.warehouses.databricks import connect
from rocky_core.warehouses.databricks.service import Service

_STAND_IN = ROOT / "tests" / "stand_ins" / "databricks_server.py"
_WAREHOUSE = "0123456789abcdef"  # The one that the stand-in has.
_ROCKY_TOML = """\
[execution]
concurrency = {concurrency}

[adapter]
type = "databricks"
host = "{address}"
http_path = "/sql/1.0/warehouses/{warehouse}"
token = "right"
max_concurrency = {concurrency}

[pipeline.copies]
type = "replication"
strategy = "full_refresh"
source = {{ catalog = "workspace", schema_pattern = {{ prefix = "src__", separator = "__", components = ["source"] }} }}
target = {{ catalog_template = "workspace", schema_template = "staging__{{source}}" }}
"""


@dataclass(slots=True)
class Waiting:
    """What workers have waited for the service: the seconds of all their requests, and from when till when."""

    seconds: float = 0.0
    began: float | None = None
    ended: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, began: float, ended: float) -> None:
        with self.lock:
            self.seconds += ended - began
            self.began = began if self.began is None else min(self.began, began)
            self.ended = max(self.ended, ended)

    def share(self, workers: int) -> float:
        return 0.0 if self.began is None else self.seconds / (self.ended - self.began) / workers


def main() -> int:
    """Copy all tables by the adapter alone, then twice by whole runs, and print what the workers were doing."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="rocky-bench-") as folder, _served(Path(folder)) as address:
        project = Path(folder, "project")
        (project / "models").mkdir(parents=True)
        text = _ROCKY_TOML.format(concurrency=options.concurrency, address=address, warehouse=_WAREHOUSE)
        (project / "rocky.toml").write_text(text)
        for schema in ("src__big", "staging__big", "alone"):
            _execute(address, f"CREATE SCHEMA IF NOT EXISTS {schema}")
        print(f"making {options.tables} tables …", flush=True)
        for number in range(options.tables):
            _execute(address, f"CREATE TABLE src__big.t{number} AS SELECT {number} AS i")
        requests.post(f"{address}/control/latency", data=json.dumps(options.latency), timeout=10).raise_for_status()
        print(f"{options.tables} tables, {options.concurrency} workers, {1000 * options.latency:.0f} ms a statement")
        _show("the adapter alone", _copy_by_adapter(text, options), options)
        for what in ("made", "replaced"):
            _show(f"a run, tables {what}", _copy_by_run(project), options)
    return 0


def _copy_by_adapter(text: str, options: argparse.Namespace) -> Waiting:
    """What the engine's workers do at the least: one statement after the other, each on a session of its own."""
    warehouse = connect.open_adapter("lake", Adapter.model_validate(tomllib.loads(text)["adapter"]), Path())

    def copy(number: int) -> None:
        with warehouse.session() as session:
            session.execute(f"CREATE OR REPLACE TABLE alone.t{number} AS SELECT * FROM src__big.t{number}")

    with _watched() as waiting, ThreadPoolExecutor(options.concurrency) as pool:
        list(pool.map(copy, range(options.tables)))
    warehouse.close()
    return waiting


def _copy_by_run(project: Path) -> Waiting:
    """The whole engine, with its plan, its state and what it asks of costs; only what workers ask is counted."""
    opened = open_project(ProjectOptions(config_file=project / "rocky.toml"))
    with _watched() as waiting:
        failed = [event for event in opened.run(RunOptions()) if isinstance(event, ModelFailed)]
    if failed:
        raise RuntimeError(failed[0])
    return waiting


@contextlib.contextmanager
def _watched() -> Iterator[Waiting]:
    """Notes how long every request takes that is not the main thread's."""
    waiting, send = Waiting(), Service.send

    def noted(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return send(*arguments, **options)
        finally:
            if threading.current_thread() is not threading.main_thread():
                waiting.note(began, time.perf_counter())

    with patch.object(Service, "send", noted):
        yield waiting


def _show(what: str, waiting: Waiting, options: argparse.Namespace) -> None:
    span = waiting.ended - (waiting.began or 0.0)
    alone = options.tables * options.latency / options.concurrency
    print(
        f"{what:22} {100 * waiting.share(options.concurrency):3.0f} % of the workers' time is waiting for the service"
        f" ({span:.1f} s; {alone:.1f} s is the latency)"
    )


def _execute(address: str, statement: str) -> None:
    answer = requests.post(
        f"{address}/api/2.0/sql/statements",
        headers={"Authorization": "Bearer right"},
        json={"statement": statement, "warehouse_id": _WAREHOUSE, "wait_timeout": "50s"},
        timeout=60,
    ).json()
    if answer["status"]["state"] != "SUCCEEDED":
        raise RuntimeError(answer)


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "stand-in.log").open("w") as log:
        process = subprocess.Popen([sys.executable, _STAND_IN, str(port)], stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            give_up_at = time.monotonic() + 60
            while True:
                with contextlib.suppress(requests.RequestException):
                    requests.get(f"{address}/control/history", timeout=10)
                    break
                if process.poll() is not None or time.monotonic() > give_up_at:
                    raise RuntimeError(f"the stand-in did not start: {Path(log.name).read_text()}")
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each statement takes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
