"""Runs as programs of their own: interrupted, killed, side by side, on a terminal."""

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

import duckdb
import pytest

from tests.forked import Forked, run_rocky, start_rocky

ENDLESS = "SELECT COUNT(*) AS n FROM range(1000000000000) AS r(x) WHERE x % 3 = 1"
PROGRAM = (sys.executable, "-m", "rocky_core.cli.main")


def project(folder: Path, *, slow: str, pipelines: tuple[str, ...] = ("p",)) -> Path:
    lines = []
    for name in pipelines:
        lines.append(f'[adapter.{name}]\ntype = "duckdb"\npath = "{name}.duckdb"\n')
        lines.append(f'[pipeline.{name}]\ntype = "transformation"\nmodels = "models/{name}/**"\n')
        lines.append(f'[pipeline.{name}.target]\nadapter = "{name}"\n')
        models = folder / "models" / name
        models.mkdir(parents=True)
        (models / "_defaults.toml").write_text(f'[target]\ncatalog = "{name}"\nschema = "out"\n')
        (models / f"quick_{name}.sql").write_text("SELECT 1 AS one")
        (models / f"slow_{name}.sql").write_text(slow)
        (models / f"reader_{name}.sql").write_text(f"SELECT n FROM slow_{name}")
    (folder / "rocky.toml").write_text("\n".join(lines))
    return folder


def wait_until_at_work(running: Forked) -> None:
    """The text output says so when the quick model is built; the slow one is under way then."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if "quick_p" in running.stdout.readline():
            return
    raise AssertionError("the run has not begun")


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_in_good_order_and_the_next_goes_on(asked, tmp_path):
    project(tmp_path, slow=ENDLESS)
    running = start_rocky(tmp_path, "run", "-o", "table", "--idempotency-key", "night-7")
    wait_until_at_work(running)

    meanwhile = run_rocky(tmp_path, "run", "-o", "json")
    same_key = json.loads(run_rocky(tmp_path, "run", "-o", "json", "--idempotency-key", "night-7").stdout)
    running.send_signal(asked)
    out, err = running.communicate()
    (tmp_path / "models" / "p" / "slow_p.sql").write_text("SELECT 7 AS n")
    resumed = json.loads(
        run_rocky(tmp_path, "run", "--resume-latest", "-o", "json", "--idempotency-key", "night-7").stdout
    )

    assert same_key["status"] == "SkippedInFlight"
    assert (meanwhile.returncode, meanwhile.stdout) == (1, "")
    assert "pipeline 'p' is being run by run run-" in json.loads(meanwhile.stderr)["message"]
    assert running.returncode == 130
    assert "running statements are cancelled" in err
    assert "reader_p: not started: the run was interrupted" in out
    assert "Interrupted: 1 model built, 1 failed, 1 blocked" in out
    assert (resumed["status"], resumed["models_built"], resumed["tables_skipped"]) == ("Success", 2, 1)
    assert resumed["warnings"] == []


@pytest.mark.slow
def test_a_run_whose_process_was_killed_holds_nothing_up(tmp_path):
    project(tmp_path, slow=ENDLESS)
    running = start_rocky(tmp_path, "run", "-o", "table")
    wait_until_at_work(running)
    running.kill()
    running.communicate()
    (tmp_path / "models" / "p" / "slow_p.sql").write_text("SELECT 7 AS n")

    after = json.loads(run_rocky(tmp_path, "run", "--resume-latest", "-o", "json").stdout)

    assert (after["status"], after["models_built"], after["tables_skipped"]) == ("Success", 2, 1)
    assert "took over pipeline 'p'" in after["warnings"][0]
    assert "its process is gone" in after["warnings"][0]


@pytest.mark.slow
def test_runs_of_different_pipelines_do_not_disturb_each_other(tmp_path):
    names = tuple(f"p{number}" for number in range(20))
    project(tmp_path, slow="SELECT 7 AS n", pipelines=names)

    running = [start_rocky(tmp_path, "run", "--pipeline", name, "-o", "json") for name in names]
    ended = [one.communicate() for one in running]

    assert [(one.returncode, err) for one, (_, err) in zip(running, ended, strict=True)] == [(0, "")] * len(names)
    assert [json.loads(out)["models_built"] for out, _ in ended] == [3] * len(names)
    history = json.loads(run_rocky(tmp_path, "history", "-o", "json", "--limit", "50").stdout)
    assert sorted(run["pipeline"] for run in history["runs"]) == sorted(names)


@pytest.mark.slow
def test_two_runs_of_one_pipeline_at_once_leave_one_that_is_told_why(tmp_path):
    project(tmp_path, slow="SELECT 7 AS n")
    running = [start_rocky(tmp_path, "run", "-o", "json") for _ in range(4)]
    ended = [one.communicate() for one in running]

    codes = sorted(one.returncode for one in running)
    refused = [json.loads(err)["message"] for one, (_, err) in zip(running, ended, strict=True) if one.returncode]
    assert codes[0] == 0
    assert set(codes) <= {0, 1}
    assert all("is being run by" in message for message in refused)
    with duckdb.connect(str(tmp_path / "p.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT n FROM out.reader_p").fetchall() == [(7,)]


@pytest.mark.slow
def test_a_terminal_shows_what_runs_and_what_is_done(tmp_path):
    project(tmp_path, slow="SELECT COUNT(*) AS n FROM range(300000000) AS r(x) WHERE x % 3 = 1")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    running = subprocess.Popen([*PROGRAM, "run"], cwd=tmp_path, stdout=theirs, stderr=theirs, env=environment)
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
    assert re.search(r"… slow_p +\d", text)
    assert "of 3 done" in text
    assert "✓ reader_p" in text
    assert "Success: 3 models built" in text
