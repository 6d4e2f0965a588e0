"""Commands in a real shell: what they are given, what they say, and that nothing is left of them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from rocky_core.hooks.run_shell import KEPT_BYTES, ShellRunner
from rocky_core.ports.command_runner import Command, CommandEnd

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def run(line, folder, *, stdin=b"in", timeout_seconds=20.0, environment=ENVIRONMENT):
    return ShellRunner().run(Command(line, stdin, environment, folder, timeout_seconds))


def is_alive(pid):
    """A killed child of nobody may stay behind as a zombie; that is not life."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


ENDS = [
    ("cat", b"hello", CommandEnd(0, b"hello", b"")),
    ("true", b"hello", CommandEnd(0, b"", b"")),
    ("echo out; echo err >&2; exit 3", b"", CommandEnd(3, b"out\n", b"err\n")),
    ("kill -TERM $$", b"", CommandEnd(-15, b"", b"")),
    ("no_such_program_at_all 2>/dev/null", b"", CommandEnd(127, b"", b"")),
    ("exec <&-; exec >&- 2>&-; sleep 0.1; exit 5", b"x" * 1_000_000, CommandEnd(5, b"", b"")),
    ("wc -c | tr -d ' '", b"x" * 1_000_000, CommandEnd(0, b"1000000\n", b"")),
    ("head -c 3; exit 4", b"x" * 1_000_000, CommandEnd(4, b"xxx", b"")),
    ("cat; cat >&2 <<'END'\nübér 🥐\nEND", "ü".encode(), CommandEnd(0, "ü".encode(), "übér 🥐\n".encode())),
]


@pytest.mark.parametrize(("line", "stdin", "end"), ENDS, ids=lambda value: str(value)[:30])
def test_a_command_is_heard_to_its_end(tmp_path, line, stdin, end):
    assert run(line, tmp_path, stdin=stdin) == end


def test_it_runs_in_its_folder_with_just_the_environment_it_is_given(tmp_path):
    end = run('pwd; echo "$GIVEN-$HOME"', tmp_path, environment={**ENVIRONMENT, "GIVEN": "a b"})

    assert end.stdout.decode() == f"{tmp_path}\na b-\n"


def test_more_output_than_is_kept_does_not_stop_the_command(tmp_path):
    end = run("head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 6", tmp_path)

    assert (end.exit_code, len(end.stdout), len(end.stderr)) == (6, KEPT_BYTES, KEPT_BYTES)


def test_a_megabyte_echoed_while_it_is_read_does_not_block(tmp_path):
    assert run("cat; echo done >&2", tmp_path, stdin=b"x" * 1_000_000).stderr == b"done\n"


def test_out_of_time_kills_the_shell_and_all_that_it_started(tmp_path):
    line = "echo before; sleep 300 & echo $! > child; (sleep 300 & echo $! > grandchild; wait) & wait"
    end = run(f"trap '' TERM INT; {line}", tmp_path, timeout_seconds=1.0)

    assert end == CommandEnd(None, b"before\n", b"")
    pids = [int((tmp_path / name).read_text()) for name in ("child", "grandchild")]
    assert wait_for(lambda: not any(map(is_alive, pids)))


def test_out_of_time_counts_even_when_nothing_is_connected_any_more(tmp_path):
    assert run("exec <&- >&- 2>&-; exec sleep 300", tmp_path, timeout_seconds=0.3) == CommandEnd(None, b"", b"")


def test_what_goes_on_in_the_background_is_not_waited_for(tmp_path):
    started = time.monotonic()
    end = run("echo here; sleep 300 & echo $! > child", tmp_path)
    child = int((tmp_path / "child").read_text())
    try:
        assert end == CommandEnd(0, b"here\n", b"")
        assert time.monotonic() - started < 200
        assert is_alive(child)
    finally:
        os.kill(child, 9)


def test_an_interrupt_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(_pause):
        if (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip():
            raise KeyboardInterrupt

    monkeypatch.setattr("rocky_core.hooks.run_shell.time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run("exec <&- >&- 2>&-; echo $$ > child; sleep 300", tmp_path)

    monkeypatch.undo()
    assert wait_for(lambda: not is_alive(int((tmp_path / "child").read_text())))


@pytest.mark.parametrize(
    ("line", "environment", "folder", "error"),
    [
        ("true", ENVIRONMENT, "missing", FileNotFoundError),
        ("echo \0", ENVIRONMENT, ".", ValueError),
        ("true", {"A=B": "x"}, ".", ValueError),
    ],
    ids=str,
)
def test_what_cannot_be_started_raises(tmp_path, line, environment, folder, error):
    with pytest.raises(error):
        run(line, tmp_path / folder, environment=environment)
