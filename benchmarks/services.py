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
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks.compile import ROCKY
from benchmarks.measure import run_once
from benchmarks.peers import ROOT
from rocky_core.config.adapters import Adapter

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


def main() -> int:
    """Copy all tables by the adapter alone, then twice by whole runs, and print what was under way in the meantime."""
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
        _set_latency(address, options.latency)
        _copy_by_adapter(address, options)
        _show("the adapter alone", options, address)
        for what in ("made", "replaced"):
            _set_latency(address, options.latency)
            run = run_once([*ROCKY, "-o", "json", "run"], project)
            each = 1000 * run.cpu_seconds / options.tables
            _show(f"rocky run, tables {what}: {run.seconds:.1f} s, {each:.1f} ms of our CPU for each", options, address)
    return 0


def _copy_by_adapter(address: str, options: argparse.Namespace) -> None:
    """What the engine's workers do at the least: one statement after the other, each on a session of its own."""
    from rocky_core.warehouses.databricks.connect import open_adapter  # noqa: PLC0415 — the driver is an extra

    text = _ROCKY_TOML.format(concurrency=options.concurrency, address=address, warehouse=_WAREHOUSE)
    warehouse = open_adapter("lake", Adapter.model_validate(tomllib.loads(text)["adapter"]), Path())

    def copy(number: int) -> None:
        with warehouse.session() as session:
            session.execute(f"CREATE OR REPLACE TABLE alone.t{number} AS SELECT * FROM src__big.t{number}")

    with ThreadPoolExecutor(options.concurrency) as pool:
        list(pool.map(copy, range(options.tables)))
    warehouse.close()


def _set_latency(address: str, seconds: float) -> None:
    requests.post(f"{address}/control/latency", data=json.dumps(seconds), timeout=10).raise_for_status()


def _show(what: str, options: argparse.Namespace, address: str) -> None:
    told = requests.get(f"{address}/control/history", timeout=60).json()
    print(f"{options.tables} tables, {what}")
    for name, quarters in (("requests", told["asked"]), ("statements", told["running"])):
        shares = ", ".join(f"{100 * one / options.concurrency:.0f} %" for one in quarters)
        print(f"  {name} under way, of {options.concurrency}, by quarters of the run: {shares}")


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
