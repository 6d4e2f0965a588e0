"""What the program writes to a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest


def written_to_a_terminal(arguments: list[str], folder: str, **environment: str) -> str:
    """All that the program writes, on either stream, while both are a terminal."""
    ours, theirs = pty.openpty()
    plain = {name: text for name, text in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    command = [sys.executable, "-m", "rocky_core.cli.main", *arguments]
    with subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env={**plain, "TERM": "xterm", **environment}
    ) as process:
        os.close(theirs)
        pieces: list[bytes] = []
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # How Linux says that the program has closed its end.
                break
            if not piece:
                break
            pieces.append(piece)
        process.wait(timeout=60)
    os.close(ours)
    return b"".join(pieces).decode()


@pytest.mark.parametrize("arguments", [["compile"], ["compile", "--model", "nothing"]], ids=" ".join)
def test_colours_are_for_terminals_that_want_them(tmp_path, arguments):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.sql").write_text("SELECT 1 AS one")

    assert "\x1b[" in written_to_a_terminal(arguments, str(tmp_path))
    assert "\x1b[" not in written_to_a_terminal(arguments, str(tmp_path), NO_COLOR="1")
    assert "\x1b[" not in written_to_a_terminal(arguments, str(tmp_path), TERM="dumb")
