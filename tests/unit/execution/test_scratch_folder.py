"""What a killed process leaves of rows on their way is removed, and what a living one uses is not."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from rocky_core.execution.scratch_folder import scratch_folder
from tests.forked import Forked


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the system's temporary files are."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def work_until_told() -> None:
    tempfile.tempdir = None
    with scratch_folder() as folder:
        (folder / "rows.csv").write_text("1")
        print(folder, flush=True)
        input()


def test_a_folder_is_gone_when_the_work_is_done(place):
    with scratch_folder() as folder:
        (folder / "rows.csv").write_text("1")
        assert folder.stat().st_mode & 0o077 == 0

    assert list(place.glob("rocky-*")) == []


def test_what_a_killed_process_has_left_is_removed_and_what_is_in_use_stays(place):
    killed, living = (Forked(work_until_told, environment={**os.environ}) for _ in range(2))
    left, used = (Path(one.stdout.readline().strip()) for one in (killed, living))
    killed.kill()
    killed.close()
    assert left.exists()
    stranger = place / "rocky-load-of-somebody"
    stranger.mkdir()

    with scratch_folder():
        found = (left.exists(), (used / "rows.csv").read_text(), stranger.exists())

    living.stdin.write("go on\n")
    living.communicate()
    assert found == (False, "1", True)
    assert list(place.glob("rocky-*")) == [stranger]
