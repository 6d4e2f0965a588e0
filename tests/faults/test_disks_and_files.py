"""Full disks, damaged files, files of others, clocks that go back: said in the right words, and nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunFinished
from rocky_core.state.open_state import open_state_for_reading
from tests.forked import run_rocky

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "disk/shop.duckdb"

[pipeline.shop]
type = "transformation"

[resilience]
initial_backoff_ms = 1
"""
TARGET = '[target]\ncatalog = "shop"\nschema = "out"\n'
# Random text, so that it takes the room it has.
ROWS = "SELECT range AS id, hash(range)::VARCHAR || hash(range + 7)::VARCHAR AS junk FROM range({count})"
STATE = ("--state-path", "disk/state.db", "-o", "json")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few megabytes for the warehouse and the state."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def project(folder: Path, models: dict[str, str]) -> Path:
    (folder / "models").mkdir(exist_ok=True)
    (folder / "disk").mkdir(exist_ok=True)
    (folder / "rocky.toml").write_text(ROCKY_TOML)
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
        (folder / "models" / f"{name}.toml").write_text(TARGET)
    return folder


def rocky(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_rocky(folder, *arguments)


def tables(folder: Path) -> dict[str, int]:
    with duckdb.connect(str(folder / "disk" / "shop.duckdb"), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.execute(f"SELECT count(*) FROM out.{name}").fetchall()[0][0] for name in names}


def test_a_run_whose_disk_fills_up_says_so_and_the_next_one_completes(small_disk, tmp_path):
    project(tmp_path, {"small": "SELECT 1 AS n", "big": ROWS.format(count=400_000), "reader": "SELECT id FROM big"})

    full = rocky(tmp_path, "run", *STATE)

    assert full.returncode == 2
    answer = json.loads(full.stdout)
    assert answer["status"] == "PartialFailure"
    (error,) = answer["errors"]
    assert (error["model"], error["failure_kind"]) == ("big", "connection-failed")
    assert "Free space on that disk and run again" in error["error"]
    assert [one["model"] for one in answer["contained"]] == ["reader"]
    assert tables(tmp_path) == {"small": 1}

    still = rocky(tmp_path, "run", *STATE)
    assert (still.returncode, json.loads(still.stderr)["code"]) == (1, "state_error")
    assert "the disk is full" in still.stderr
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    again = rocky(tmp_path, "run", "--resume-latest", *STATE)

    assert (again.returncode, json.loads(again.stdout)["status"]) == (0, "Success")
    assert tables(tmp_path) == {"small": 1, "big": 400_000, "reader": 400_000}


def test_a_run_that_finds_no_room_for_its_state_changes_no_table(small_disk, tmp_path):
    project(tmp_path, {"small": "SELECT 1 AS n"})
    assert rocky(tmp_path, "run", *STATE).returncode == 0
    (tmp_path / "models" / "small.sql").write_text("SELECT 2 AS n FROM range(5)")
    rest = small_disk / "rest"
    with rest.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 4096)
            except OSError:
                break

    full = rocky(tmp_path, "run", *STATE)
    doctor = rocky(tmp_path, "doctor", "--check", "disk", "--check", "state_rw", *STATE)
    rest.unlink()
    after = tables(tmp_path)
    again = rocky(tmp_path, "run", *STATE)

    assert (full.returncode, "full" in full.stderr + full.stdout) == (1, True)
    assert "Traceback" not in full.stderr
    assert after == {"small": 1}
    assert (doctor.returncode, json.loads(doctor.stdout)["overall"]) == (3, "critical")
    assert (again.returncode, tables(tmp_path)) == (0, {"small": 5})


def test_a_damaged_warehouse_file_ends_the_run_and_is_kept(tmp_path):
    project(tmp_path, {"small": "SELECT 1 AS n"})
    file = tmp_path / "disk" / "shop.duckdb"
    file.write_bytes(b"\x99" * 20_000)

    failed = rocky(tmp_path, "run", *STATE)

    assert (failed.returncode, failed.stdout) == (1, "")
    assert json.loads(failed.stderr)["code"] == "connection-failed"
    assert file.read_bytes() == b"\x99" * 20_000
    file.rename(file.with_name("shop.duckdb.broken"))
    assert rocky(tmp_path, "run", *STATE).returncode == 0
    assert tables(tmp_path) == {"small": 1}


def test_a_file_that_another_process_has_open_fails_the_run_as_transient_and_names_it(tmp_path):
    project(tmp_path, {"small": "SELECT 1 AS n"})
    assert rocky(tmp_path, "run", *STATE).returncode == 0
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(tmp_path / "disk" / "shop.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        failed = rocky(tmp_path, "run", *STATE)
        holder.stdin.close()
    envelope = json.loads(failed.stderr)

    assert (failed.returncode, envelope["code"]) == (1, "transient")
    assert f"PID {holder.pid}" in envelope["message"]
    assert rocky(tmp_path, "run", *STATE).returncode == 0


AS_NOBODY = """
import contextlib, io, os, sys
from rocky_core.cli.run_command import run_command
os.chdir(sys.argv[1])
arguments = ["run", "--state-path", "disk/state.db", "-o", "json"]
quiet = io.TextIOWrapper(io.BytesIO())
with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
    run_command(arguments)
    run_command(["run", "--pipeline", "no", "-o", "json"])  # Loads what only failing commands need.
os.chmod("disk/shop.duckdb", 0o444)
os.chmod("disk", 0o777)
os.chmod("disk/state.db", 0o666)
os.chmod("disk/state.db.lock", 0o666)
os.setuid(65534)
sys.exit(run_command(arguments))
"""


def test_a_file_that_may_only_be_read_ends_the_run_with_what_to_do():
    if os.geteuid() != 0:
        pytest.skip("only root can act as two users")
    with tempfile.TemporaryDirectory() as name:
        folder = project(Path(name), {"small": "SELECT 1 AS n"})
        folder.chmod(0o755)
        ran = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(folder)], capture_output=True, text=True, check=False
        )

        assert (ran.returncode, ran.stdout) == (1, "")
        envelope = json.loads(ran.stderr)
        assert envelope["code"] == "connection-failed"
        assert "Give this user the right to write the file" in envelope["message"]
        assert tables(folder) == {"small": 1}


class ClockThatGoesBack(SystemClock):
    """A clock that somebody has set back."""

    def __init__(self, back: timedelta) -> None:
        self._back = back

    def now(self):
        return super().now() - self._back


class ClockThatJumpsBack(SystemClock):
    """A clock that somebody sets back while it is being read."""

    def __init__(self, reads: int, back: timedelta) -> None:
        self._reads, self._back = reads, back

    def now(self):
        self._reads -= 1
        return super().now() - (self._back if self._reads < 0 else timedelta(0))


def run_with(folder: Path, clock: SystemClock) -> str:
    site = open_project(ProjectOptions(config_file=folder / "rocky.toml")).site()
    from threading import Event  # noqa: PLC0415 — same

    from rocky_core.execution.run_pipeline import run_pipeline  # noqa: PLC0415 — same
    from rocky_core.state.open_state import open_state  # noqa: PLC0415 — same

    def opened(pipeline):
        found = open_state(site.state_file(pipeline), clock)
        return found.store, found.warnings

    back = replace(site, clock=clock, open_state=opened)
    events = list(run_pipeline(back, RunOptions(), Event()))
    return next(event.status.value for event in events if isinstance(event, RunFinished))


def test_a_clock_that_goes_backwards_loses_no_row_and_no_run(tmp_path):
    project(tmp_path, {})
    (tmp_path / "models" / "events.sql").write_text("SELECT id, seen_at FROM raw.events")
    (tmp_path / "models" / "events.toml").write_text(
        TARGET + '[strategy]\ntype = "incremental"\ntimestamp_column = "seen_at"\n'
    )
    source = tmp_path / "disk" / "shop.duckdb"
    with duckdb.connect(str(source)) as connection:
        connection.execute(
            "CREATE SCHEMA raw; CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS seen_at"
        )
    assert run_with(tmp_path, SystemClock()) == "Success"
    with duckdb.connect(str(source)) as connection:
        connection.execute("INSERT INTO raw.events VALUES (2, '2026-01-02')")

    assert run_with(tmp_path, ClockThatGoesBack(timedelta(days=400))) == "Success"
    assert run_with(tmp_path, SystemClock()) == "Success"

    with duckdb.connect(str(source)) as connection:
        assert connection.execute("SELECT id FROM out.events ORDER BY id").fetchall() == [(1,), (2,)]
    store = open_state_for_reading(tmp_path / "models" / ".rocky-state.db", SystemClock())
    try:
        assert (len(store.run_records()), store.leases()) == (3, ())
        assert store.watermarks()["shop.out.events"].last_value == "2026-01-02T00:00:00+00:00"
    finally:
        store.close()


@pytest.mark.parametrize("reads", [2, 5, 8, 12])
def test_a_clock_that_is_set_back_in_the_middle_of_a_run_loses_no_row_and_no_run(tmp_path, reads):
    project(tmp_path, {"reader": "SELECT count(*) AS n FROM events"})
    (tmp_path / "models" / "events.sql").write_text("SELECT id, seen_at FROM raw.events")
    (tmp_path / "models" / "events.toml").write_text(
        TARGET + '[strategy]\ntype = "incremental"\ntimestamp_column = "seen_at"\n'
    )
    source = tmp_path / "disk" / "shop.duckdb"
    with duckdb.connect(str(source)) as connection:
        connection.execute(
            "CREATE SCHEMA raw; CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS seen_at"
        )

    assert run_with(tmp_path, ClockThatJumpsBack(reads, timedelta(days=400))) == "Success"
    with duckdb.connect(str(source)) as connection:
        connection.execute("INSERT INTO raw.events VALUES (2, '2026-01-02')")
    assert run_with(tmp_path, ClockThatJumpsBack(reads, timedelta(days=400))) == "Success"

    with duckdb.connect(str(source)) as connection:
        assert connection.execute("SELECT id FROM out.events ORDER BY id").fetchall() == [(1,), (2,)]
        assert connection.execute("SELECT n FROM out.reader").fetchall() == [(2,)]
    with contextlib.closing(open_state_for_reading(tmp_path / "models" / ".rocky-state.db", SystemClock())) as store:
        assert (len(store.run_records()), store.leases(), store.open_intents("shop")) == (2, (), ())
        assert store.watermarks()["shop.out.events"].last_value == "2026-01-02T00:00:00+00:00"


def test_a_file_that_is_held_for_ever_is_waited_for_as_often_as_configured_and_then_named(tmp_path):
    project(tmp_path, {"small": "SELECT 1 AS n"})
    with (tmp_path / "rocky.toml").open("a") as config:
        config.write("transient_max_retries = 3\n")
    assert rocky(tmp_path, "run", *STATE).returncode == 0
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(tmp_path / "disk" / "shop.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        told = rocky(tmp_path, "run", "--state-path", "disk/state.db", "-o", "table")
        holder.stdin.close()

    waits = [line for line in told.stdout.splitlines() if "the warehouse cannot be opened yet" in line]
    assert (told.returncode, len(waits)) == (1, 3)
    assert f"PID {holder.pid}" in told.stderr
    assert "Let that process finish or stop it" in told.stderr
    with contextlib.closing(open_state_for_reading(tmp_path / "disk" / "state.db", SystemClock())) as store:
        assert (store.leases(), store.open_intents("shop")) == ((), ())
