"""`rocky run --watch` as a process, while somebody edits the project."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

PROJECT = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n[pipeline.p]\ntype = "transformation"\n',
    "models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "out"\n',
    "models/one.sql": "SELECT 1 AS a",
    "models/two.sql": "SELECT a + 1 AS b FROM one",
    "models/apart.sql": "SELECT 3 AS c",
}
PATIENCE = 60.0  # Seconds, for a machine that has other things to do.


class Watching:
    """The process with its answers, one per line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.answers: Queue[dict[str, object]] = Queue()
        self.said: list[str] = []
        self._threads = [Thread(target=self._read_answers), Thread(target=self._read_banners)]
        for thread in self._threads:
            thread.start()

    def next_run(self) -> tuple[str, set[str]]:
        """The status of the next run, and what it has built."""
        answer = self.answers.get(timeout=PATIENCE)
        return str(answer["status"]), {one["model"] for one in answer["materializations"]}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return code

    def _read_answers(self) -> None:
        for line in self.process.stdout or ():
            self.answers.put(json.loads(line))

    def _read_banners(self) -> None:
        self.said.extend(self.process.stderr or ())


@contextmanager
def watching(root: Path) -> Iterator[Watching]:
    command = [sys.executable, "-m", "rocky_core.cli.main", "-o", "json", "run", "--watch"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        found = Watching(process)
        try:
            yield found
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture
def root(tmp_path):
    for name, text in PROJECT.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.mark.slow
def test_every_edit_builds_what_it_reaches_and_a_failure_is_survived(root):
    with watching(root) as watched:
        assert watched.next_run() == ("Success", {"one", "two", "apart"})

        (root / "models/two.sql").write_text("SELECT a + 2 AS b FROM one")
        assert watched.next_run() == ("Success", {"two"})

        (root / "models/one.sql").write_text("SELECT error('no') AS a")
        assert watched.next_run() == ("Failure", set())

        (root / "rocky.toml").write_text("[adapter\n")  # No run, and no end.
        (root / "models/one.sql").write_text("SELECT 5 AS a")
        with pytest.raises(Empty):
            watched.answers.get(timeout=2.0)
        (root / "rocky.toml").write_text(PROJECT["rocky.toml"])
        assert watched.next_run() == ("Success", {"one", "two"})

        (root / "models/new.sql").write_text("SELECT b FROM two")
        assert watched.next_run() == ("Success", {"new"})

        assert watched.stop() == 0
        banners = [line for line in watched.said if "[watch]" in line]
        assert "watching .; Ctrl-C ends it" in banners[0]
        assert any("changed: models/two.sql" in line for line in banners)
        assert not any("Traceback" in line for line in watched.said)
