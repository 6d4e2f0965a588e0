"""What stands in for a service, as a process of its own on a free loopback port."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from rocky_core.warehouses.bigquery import left_running as bigquery_left
from rocky_core.warehouses.databricks import left_running as databricks_left
from rocky_core.warehouses.snowflake import left_running as snowflake_left
from tools.stand_ins import NAMES, PINS, NotBuilt, interpreter

_PATIENCE_SECONDS = 60


@contextlib.contextmanager
def serve(name: str, service: str, folder: Path) -> Iterator[str]:
    """Start it and give its address, and stop it at the end; the test is skipped where it cannot be had."""
    try:
        # What needs no environment of its own runs in ours.
        python = interpreter(name) if name in NAMES else Path(sys.executable)
    except NotBuilt as error:
        pytest.skip(f"the stand-in for {service} cannot be built here: {error}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / f"{name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [python, PINS / f"{name}_server.py", str(port)],
            stdout=output,
            stderr=output,
            env={**os.environ, "OTEL_SDK_DISABLED": "true"},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            give_up_at = time.monotonic() + _PATIENCE_SECONDS
            while True:
                with contextlib.suppress(requests.RequestException):
                    requests.get(f"{address}/control/history", timeout=10)
                    break
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < give_up_at, f"the stand-in for {service} did not answer"
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait()


def tell_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in for a service tells of every statement that has reached it."""
    for service in (bigquery_left, databricks_left, snowflake_left):
        monkeypatch.setattr(service, "_LATE_SECONDS", 0.0)
