"""The program that runs pipelines and kills them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("run_and_die.py")


@dataclass
class Runner:
    """The program, kept open: starting Python for every run would take most of the time."""

    process: subprocess.Popen[str]

    def run(self, folder: Path, **request) -> dict[str, object]:
        self.process.stdin.write(json.dumps({"folder": str(folder), **request}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def runner():
    process = subprocess.Popen([sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield Runner(process)
    process.stdin.close()
    process.wait()
    process.stdout.close()
