"""A state file that a disk has damaged: what is read is true, or the damage is named, and the tables stay right.

Bytes get a bit that no text of ours has, pages are zeroed or filled with noise, the end is cut off. Damage of an index
alone can hide records from a command that reads through it; `rocky doctor` finds that. Not found is what is still a
valid record of the same shape, such as one digit for another: SQLite keeps no sums of its pages.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import shutil
import sqlite3
import subprocess
from pathlib import Path

import duckdb
import pytest

from rocky_core.cli.run_command import run_command
from tests.faults.run_and_die import SUCCEEDED, run_to_end, snapshots_of_run
from tests.faults.test_killed_runs import NEWS, execute, left_of_undisturbed, prepared, project, what_is_left

STATE = Path("models", ".rocky-state.db")
LOOKS = (("state",), ("history",))
PAGE = 4096
BEFORE, AFTER = [1, 2, 3, *range(100, 110)], [1, 2, 3, 4, 5, *range(100, 110)]
MORE = """\
INSERT INTO raw.events
SELECT i, 'x', i, TIMESTAMP '2026-01-02 09:00:00' + INTERVAL (i) MINUTE FROM range(100, 110) AS r(i)
"""


def rocky(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in this process, because starting it is what takes the time."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command((*arguments, "-o", "json"))
    for stream in (out, err):
        stream.seek(0)
    return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A project that has run three times, and a backup of its state."""
    folder = project(tmp_path_factory.mktemp("state") / "project", "incremental")
    execute(folder, MORE)
    for _ in range(3):
        assert rocky(folder, "run").returncode == 0
    with contextlib.closing(sqlite3.connect(folder / STATE)) as source:
        with contextlib.closing(sqlite3.connect(folder / "backup.db")) as copy:
            source.backup(copy)
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def damage(file: Path, chance: random.Random) -> str:
    """Damage the file in one way; which one."""
    data = bytearray(file.read_bytes())
    page = PAGE * chance.randrange(len(data) // PAGE)
    way = chance.choice(["a byte", "many bytes", "cut off", "zeroed", "noise"])
    match way:
        case "a byte":
            data[chance.randrange(len(data))] ^= 0x80
        case "many bytes":
            for _ in range(50):
                data[chance.randrange(len(data))] ^= 0x80
        case "cut off":
            del data[chance.randrange(len(data)) :]
        case "zeroed":
            data[page : page + PAGE] = bytes(PAGE)
        case _:
            data[page : page + PAGE] = chance.randbytes(PAGE)
    file.write_bytes(data)
    return f"{way}, at page {page // PAGE}"


def said(ended: subprocess.CompletedProcess[str], folder: Path) -> object:
    return json.loads(ended.stdout.replace(str(folder), "HERE"))


def names_the_damage(ended: subprocess.CompletedProcess[str], folder: Path) -> bool:
    message = json.loads(ended.stderr)["message"] if ended.stderr else ended.stdout
    return (
        "state file corrupted" in message and str(folder / STATE) in message and "rocky state restore --from" in message
    )


def ids(folder: Path) -> list[int]:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM out.events ORDER BY ALL").fetchall()]


def survive(whole: Path, folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    truth = {look: said(rocky(whole, *look), whole) for look in LOOKS}
    shutil.copytree(whole, folder)
    how = damage(folder / STATE, chance)

    doctor = rocky(folder, "doctor", "--check", "state")
    is_found = json.loads(doctor.stdout)["overall"] == "critical"
    for look in LOOKS:
        ended = rocky(folder, *look)
        if ended.returncode == 0:
            assert said(ended, folder) == truth[look] or is_found, (
                f"{look}: something is lost and nobody says so: {how}"
            )
        else:
            assert names_the_damage(ended, folder), f"{look}: {how}: {ended.stderr}"
            assert is_found, how

    execute(folder, NEWS)
    ran = rocky(folder, "run")
    assert ran.returncode == 0 or "state file corrupted" in ran.stderr + ran.stdout, f"{how}: {ran.stderr}"
    assert "Traceback" not in ran.stderr
    assert ids(folder) in (BEFORE, AFTER), how

    restored = rocky(folder, "state", "restore", "--from", "backup.db", "--force")
    assert restored.returncode == 0, f"{how}: {restored.stderr}"
    after = rocky(folder, "run")
    assert (after.returncode, ids(folder)) == (0, AFTER), how
    assert json.loads(rocky(folder, "doctor", "--check", "state").stdout)["overall"] == "healthy"
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_damaged_state_is_named_loses_nothing_silently_and_is_restored(whole, tmp_path):
    for seed in range(15):
        survive(whole, tmp_path / str(seed), seed)


@pytest.mark.slow
def test_a_log_that_lost_its_end_with_a_killed_run_doubles_no_rows(tmp_path):
    """The state is then what it was some moments before; how far a table is loaded is asked of the table itself."""
    start = prepared(tmp_path / "start", "incremental", has_run_before=True)
    expected = left_of_undisturbed(start, tmp_path / "undisturbed")
    chance, cut = random.Random(1), 0

    for call, folder in snapshots_of_run(start, tmp_path / "snapshots"):
        log = folder / f"{STATE}-wal"
        if log.exists() and log.stat().st_size:
            with log.open("r+b") as file:
                file.truncate(chance.randrange(log.stat().st_size))
            cut += 1
        assert run_to_end(folder, key="another") == SUCCEEDED
        assert what_is_left(folder)["tables"] == expected["tables"], f"killed before call {call}"

    assert cut > 5


@pytest.mark.soak
def test_the_same_of_many_more(whole, tmp_path):
    for seed in range(1_000, 1_150):
        survive(whole, tmp_path / str(seed), seed)
