"""Ctrl-C, which reaches a command and all of its worker processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

MODELS = 700  # Enough to be compiled by worker processes.


@pytest.mark.slow
@pytest.mark.parametrize("after_seconds", [0.4, 0.7, 1.0])
def test_an_interrupt_ends_a_compile_without_a_traceback(tmp_path, after_seconds):
    models = tmp_path / "models"
    models.mkdir()
    (models / "_defaults.toml").write_text('[target]\ncatalog = "c"\nschema = "s"\n')
    for number in range(MODELS):
        (models / f"m{number}.sql").write_text(f"SELECT {number} AS id, sum(x) AS x FROM raw.t GROUP BY ALL")
    command = [sys.executable, "-m", "rocky_core.cli.main", "compile", "--no-cache"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        time.sleep(after_seconds)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert "Traceback" not in said
    assert process.returncode in {0, 130, -signal.SIGINT}
