"""Dagster's web server on a copy of the example: started on a free port, asked through GraphQL, and stopped again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

SETTINGS: Final = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
# Runs start at once: no daemon takes them from a queue.
_AT_ONCE: Final = "run_coordinator:\n  module: dagster._core.run_coordinator\n  class: DefaultRunCoordinator\n"
_LOCATION: Final = "birding"
_WORKSPACE: Final = """load_from:
  - python_file:
      relative_path: {project}/definitions.py
      working_directory: {project}
      location_name: birding
"""
_LAUNCH: Final = """mutation Launch($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } ... on InvalidSubsetError { message } } }"""
_TERMINATE: Final = """mutation Terminate($id: String!) { terminateRun(runId: $id) {
  __typename ... on TerminateRunFailure { message } ... on PythonError { message } } }"""
_STATUS: Final = "query Status($id: ID!) { runOrError(runId: $id) { __typename ... on Run { status } } }"


@dataclass(frozen=True)
class Served:
    """A web server that answers."""

    address: str

    def query(self, text: str, **variables: Any) -> Any:
        """The data of a GraphQL answer. Raises RuntimeError if it holds errors."""
        answer = requests.post(f"{self.address}/graphql", json={"query": text, "variables": variables}, timeout=120)
        found = answer.json()
        if "errors" in found:
            raise RuntimeError(f"GraphQL: {found['errors']}")
        return found["data"]

    def run(self, job: str, *, tags: Mapping[str, str] | None = None, select: tuple[str, ...] = ()) -> str:
        """Launch a job as the web interface does and wait for its end; gives the run's id."""
        run_id = self.launch(job, tags=tags, select=select)
        self.await_end(run_id)
        return run_id

    def launch(self, job: str, *, tags: Mapping[str, str] | None = None, select: tuple[str, ...] = ()) -> str:
        """Launch a job as the web interface does; gives the run's id."""
        selector: dict[str, Any] = {
            "repositoryLocationName": _LOCATION,
            "repositoryName": "__repository__",
            "jobName": job,
        }
        if select:
            selector["assetSelection"] = [{"path": key.split("/")} for key in select]
        listed = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        params = {"selector": selector, "mode": "default", "executionMetadata": {"tags": listed}}
        launched = self.query(_LAUNCH, params=params)["launchRun"]
        if launched["__typename"] != "LaunchRunSuccess":
            raise RuntimeError(f"the run was not launched: {launched}")
        return str(launched["run"]["runId"])

    def terminate(self, run_id: str) -> None:
        """Stop a run as the web interface does; it ends in its own time."""
        answer = self.query(_TERMINATE, id=run_id)["terminateRun"]
        if answer["__typename"] != "TerminateRunSuccess":
            raise RuntimeError(f"the run was not terminated: {answer}")

    def status(self, run_id: str) -> str:
        """SUCCESS, FAILURE, or where it stands."""
        return str(self.query(_STATUS, id=run_id)["runOrError"]["status"])

    def await_end(self, run_id: str, patience_seconds: float = 180) -> None:
        """Wait until a run has succeeded, failed or was stopped. Raises RuntimeError if it does not end."""
        give_up_at = time.monotonic() + patience_seconds
        while self.status(run_id) not in {"SUCCESS", "FAILURE", "CANCELED"}:
            if time.monotonic() > give_up_at:
                raise RuntimeError(f"run {run_id} has not ended after {patience_seconds:.0f} s")
            time.sleep(0.5)


@contextmanager
def served(project: Path, home: Path, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Serve the definitions of a copy until the block ends."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(SETTINGS + _AT_ONCE, encoding="utf-8")
    (home / "workspace.yaml").write_text(_WORKSPACE.format(project=project), encoding="utf-8")
    port = _free_port()
    log = (home / "webserver.log").open("w", encoding="utf-8")
    command = [sys.executable, "-m", "dagster_webserver", "-w", str(home / "workspace.yaml")]
    process = subprocess.Popen(  # noqa: S603 — a fixed command line
        [*command, "-h", "127.0.0.1", "-p", str(port)],
        cwd=project,
        env={**os.environ, **(environment or {}), "DAGSTER_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        server = Served(f"http://127.0.0.1:{port}")
        _await_answer(server, process, home / "webserver.log")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(server: Served, process: subprocess.Popen[bytes], log: Path, patience_seconds: float = 120) -> None:
    give_up_at = time.monotonic() + patience_seconds
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            if requests.get(f"{server.address}/server_info", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.3)
    raise RuntimeError(f"the web server does not answer:\n{log.read_text(encoding='utf-8')[-2000:]}")
