"""`run --dag` as a program of its own: interrupted, killed, on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.forked import Forked, start_rocky

PROGRAM = (sys.executable, "-m", "rocky_core.cli.main")
ENDLESS = "SELECT COUNT(*) AS n FROM range(1000000000000) AS r(x) WHERE x % 3 = 1"
ROCKY_TOML = '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n'
NAMES = ("quick", "slow", "after")


def project(folder: Path, slow: str) -> Path:
    """Two pipelines side by side, and one that reads the slow one."""
    queries = {"quick": "SELECT 1 AS one", "slow": slow, "after": "SELECT n FROM slow_model"}
    text = ROCKY_TOML
    for name, query in queries.items():
        text += f'[pipeline.{name}]\ntype = "transformation"\nmodels = "models/{name}/**"\n'
        models = folder / "models" / name
        models.mkdir(parents=True, exist_ok=True)
        (models / f"{name}_model.sql").write_text(query)
        (models / f"{name}_model.toml").write_text('[target]\ncatalog = "w"\nschema = "out"\n')
    (folder / "rocky.toml").write_text(text)
    return folder


def start(folder: Path, *arguments: str) -> Forked:
    return start_rocky(folder, "run", "--dag", *arguments)


def wait_for(running: Forked, text: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if text in running.stdout.readline():
            return
    raise AssertionError(f"there was no line with {text!r}")


def ends(answer: dict) -> dict[str, str]:
    return {node["label"]: node["status"] for node in answer["nodes"]}


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_is_done_by_the_next_one(asked, tmp_path):
    project(tmp_path, ENDLESS)
    running = start(tmp_path, "-o", "table")
    wait_for(running, "✓ pipeline quick")
    running.send_signal(asked)
    out, _ = running.communicate()
    project(tmp_path, "SELECT 7 AS n")
    after = start(tmp_path, "-o", "json")
    answer = json.loads(after.communicate()[0])

    if asked is signal.SIGINT:
        assert running.returncode == 130
        assert "- pipeline after: not started, because " in out
        assert "Interrupted: 1 pipeline completed, 1 failed, 1 skipped" in out
    assert (after.returncode, ends(answer)) == (0, dict.fromkeys(NAMES, "completed"))
    took_over = [warning for warning in answer["warnings"] if "took over pipeline 'slow'" in warning]
    assert len(took_over) == (asked is signal.SIGKILL)


@pytest.mark.slow
def test_a_terminal_shows_which_pipelines_run_and_how_they_ended(tmp_path):
    project(tmp_path, "SELECT COUNT(*) AS n FROM range(200000000) AS r(x) WHERE x % 3 = 1")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    running = subprocess.Popen([*PROGRAM, "run", "--dag"], cwd=tmp_path, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # The other side has closed.
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    running.wait()

    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert running.returncode == 0
    assert re.search(r"… .*slow \d", text)
    assert "[after] ✓ after_model" in text
    assert "Success: 3 pipelines completed" in text
