"""`rocky doctor` on projects that are broken in every way it is called for; the files and processes are real."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import jsonschema
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import LeaseRequest
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "doctor.schema.json").read_text())
STATE = "models/.rocky-state.db"
ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"
"""
PROJECT = {
    "rocky.toml": ROCKY_TOML,
    "models/numbers.sql": "SELECT 1 AS n",
    "models/numbers.toml": '[target]\ncatalog = "shop"\nschema = "main"\n',
}
BASE = [
    *("config", "state", "state_schema", "adapters", "pipelines", "state_sync", "state_rw"),
    *("state_lock", "auth", "disk", "duckdb_file", "auth/default"),
]


@pytest.fixture
def shop(rocky, write):
    """A project whose pipeline has run once."""
    write(PROJECT)
    assert rocky("run").code == 0
    return rocky


def examined(rocky, *arguments: str) -> dict[str, dict[str, str]]:
    """The checks by name, of an answer that keeps to the schema and to the exit code."""
    ran = rocky("doctor", "-o", "json", *arguments)
    jsonschema.validate(ran.json, SCHEMA)
    worst = {one["status"] for one in ran.json["checks"]}
    overall = "critical" if "critical" in worst else "warning" if "warning" in worst else "healthy"
    assert (ran.code, ran.json["overall"], ran.err) == (3 if overall == "critical" else 0, overall, "")
    return {one["name"]: one for one in ran.json["checks"]}


def statuses(checks: dict[str, dict[str, str]], status: str) -> set[str]:
    return {name for name, check in checks.items() if check["status"] == status} - {"disk"}


def test_a_project_that_works_is_healthy_and_stays_as_it_was(shop, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.duckdb")}

    checks = examined(shop)

    assert sorted(checks) == sorted(BASE)
    assert statuses(checks, "healthy") == set(BASE) - {"disk"}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.duckdb")} == before
    with sqlite3.connect(tmp_path / STATE) as state:
        assert state.execute("SELECT count(*) FROM metadata WHERE key LIKE 'proof%'").fetchone() == (0,)


def test_a_project_that_was_never_run_is_healthy_and_nothing_is_made(rocky, write, tmp_path):
    write(PROJECT)

    assert statuses(examined(rocky), "healthy") == set(BASE) - {"disk"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models", "rocky.toml"]
    assert not (tmp_path / STATE).exists()


def test_the_convenience_keys_mirror_the_checks(shop):
    answer = shop("doctor", "-o", "json").json

    assert [(one["name"], one["type"], one["status"]) for one in answer["adapters"]] == [
        ("default", "duckdb", "healthy")
    ]
    assert (answer["state"]["status"], answer["state_sync"]["status"]) == ("healthy", "healthy")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[adapter\n", "rocky.toml:1"),
        (ROCKY_TOML.replace('type = "duckdb"', "type = 7"), "rocky.toml:2"),
        (ROCKY_TOML + "[nonsense]\n", "unknown section"),
    ],
    ids=["no TOML", "a wrong type", "an unknown section"],
)
def test_with_a_broken_rocky_toml_the_place_is_named_and_the_state_is_looked_at_all_the_same(shop, write, text, told):
    write({"rocky.toml": text})

    checks = examined(shop)

    assert told in checks["config"]["message"]
    assert {"config", "adapters", "pipelines"} == statuses(checks, "critical")
    assert checks["state"]["status"] == "healthy"


def test_without_rocky_toml_the_next_command_is_named(rocky):
    ran = rocky("doctor", "-o", "json")

    assert (ran.code, "rocky init" in ran.json["suggestions"][0]) == (3, True)


def corrupt_record(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE run_history SET value = '{\"run'")


def cut_off(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.write_bytes(file.read_bytes()[:9000])


DAMAGES = {
    "a record": (corrupt_record, "'run_history'"),
    "cut off": (cut_off, "state file corrupted"),
    "another file": (lambda file: file.write_bytes(b"x" * 8192), "this is not a state file"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_state_is_critical_names_the_table_and_offers_to_restore(shop, tmp_path, damage):
    spoil, told = damage
    spoil(tmp_path / STATE)
    before = (tmp_path / STATE).read_bytes()

    checks = examined(shop)
    suggestions = shop("doctor", "-o", "json").json["suggestions"]

    assert checks["state"]["status"] == "critical"
    assert "state file corrupted" in checks["state"]["message"]
    assert told in checks["state"]["message"]
    assert any("rocky state restore --from" in one for one in suggestions)
    assert checks["duckdb_file"]["status"] == "healthy"
    assert (tmp_path / STATE).read_bytes() == before


def test_a_state_of_a_later_version_is_critical_and_is_not_touched(shop, tmp_path):
    with sqlite3.connect(tmp_path / STATE) as connection:
        connection.execute("PRAGMA user_version = 999")

    checks = examined(shop, "--check", "state_schema", "--check", "state")

    assert statuses(checks, "critical") == {"state", "state_schema"}
    assert "upgrade dagster-rocky" in checks["state_schema"]["message"]
    assert (tmp_path / STATE).exists()


def test_a_damaged_warehouse_file_is_critical_and_is_kept(shop, tmp_path):
    file = tmp_path / "shop.duckdb"
    file.write_bytes(b"\x99" * 20_000)

    checks = examined(shop)
    answer = shop("doctor", "-o", "json").json

    assert statuses(checks, "critical") == {"duckdb_file", "auth/default"}
    assert checks["duckdb_file"]["message"].startswith("DuckDB file damaged: ")
    assert ["failure_kind", "connection-failed"] in checks["duckdb_file"]["details"]
    assert any("shop.duckdb.broken" in one for one in answer["suggestions"])
    assert file.read_bytes() == b"\x99" * 20_000


def test_a_missing_warehouse_file_is_critical_only_when_something_was_built(shop, tmp_path):
    (tmp_path / "shop.duckdb").unlink()
    checks = examined(shop)

    assert statuses(checks, "critical") == {"duckdb_file", "auth/default"}
    assert checks["duckdb_file"]["message"].startswith("DuckDB file missing: ")
    assert not (tmp_path / "shop.duckdb").exists()


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def holder(tmp_path):
    """Another process that has the warehouse file open for writing."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "shop.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process
        process.stdin.close()


def test_a_file_that_another_process_has_open_is_told_from_a_damaged_one_and_names_it(shop, holder):
    assert holder.stdout.readline() == "held\n"

    checks = examined(shop)

    assert statuses(checks, "critical") == {"duckdb_file", "auth/default"}
    assert f"open for writing in process {holder.pid}" in checks["duckdb_file"]["message"]
    assert checks["duckdb_file"]["message"].startswith("DuckDB file locked: ")


def test_a_file_that_a_run_has_open_is_no_reason_to_be_woken(shop, write, tmp_path):
    slow = "SELECT count(*) AS n FROM range(4000000000) a, range(4000000000) b"
    target = '[target]\ncatalog = "shop"\nschema = "main"\ntable = "slow"\n'
    write({"models/slow.sql": slow, "models/slow.toml": target})
    command = [sys.executable, "-m", "rocky_core.cli.main", "run"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            checks = examined(shop, "--check", "state_lock")
            while f"process {run.pid} on " not in checks["state_lock"]["message"]:
                assert run.poll() is None
                checks = examined(shop, "--check", "state_lock")
            while "is being run by" not in checks.get("duckdb_file", {}).get("message", ""):
                time.sleep(0.3)  # A look at the file keeps the run from opening it for a moment.
                assert run.poll() is None
                checks = examined(shop, "--check", "duckdb_file", "--check", "state_lock")
            assert checks["duckdb_file"]["status"] == "warning"
            assert f"process {run.pid} on " in checks["state_lock"]["message"]
            assert checks["state_lock"]["status"] == "healthy"
        finally:
            run.kill()


AS_NOBODY = """
import contextlib, io, os, sys
from rocky_core.cli.run_command import run_command
os.chdir(sys.argv[1])
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
    run_command(["doctor", "-o", "json"])  # Loads every module, which the other user may not be able to read.
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(run_command(["doctor", "-o", "json"]))
"""


@pytest.fixture
def shared_shop(rocky, monkeypatch):
    """The project where other users may look at it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file, text in PROJECT.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text)
        monkeypatch.chdir(folder)
        assert rocky("run").code == 0
        yield folder
        subprocess.run(["chmod", "-R", "u+rwx", str(folder)], check=True)


def as_nobody(folder: Path) -> dict[str, dict[str, str]]:
    command = [sys.executable, "-c", AS_NOBODY, str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    return {one["name"]: one for one in json.loads(ran.stdout)["checks"]}


def test_files_that_may_only_be_read_are_said_to_be_so(shared_shop):
    for name in ("shop.duckdb", STATE):
        (shared_shop / name).chmod(0o444)
    for folder in ("models", "."):
        (shared_shop / folder).chmod(0o555)

    checks = as_nobody(shared_shop)

    assert (checks["duckdb_file"]["status"], checks["state_rw"]["status"]) == ("warning", "critical")
    assert checks["duckdb_file"]["message"].startswith("DuckDB file read-only: ")
    assert (checks["state"]["status"], checks["config"]["status"]) == ("healthy", "healthy")


def test_files_that_may_not_even_be_read_are_said_to_be_so(shared_shop):
    if os.geteuid() != 0:
        pytest.skip("only root can act as two users")
    for name in ("shop.duckdb", STATE):
        (shared_shop / name).chmod(0o600)

    checks = as_nobody(shared_shop)

    assert checks["duckdb_file"]["message"].startswith("DuckDB file not readable: ")
    assert "no permission to read it" in checks["state"]["message"]
    assert statuses(checks, "critical") >= {"duckdb_file", "state"}


def test_a_lease_of_a_process_that_is_gone_is_named_with_what_happens_next(shop, tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    process = this_process()
    dead = type(process)(process.host, process.boot, process.pid_namespace, gone.pid, "1")
    store = open_state(tmp_path / STATE, SystemClock()).store
    store.acquire_lease(LeaseRequest("shop", "run-1", dead, timedelta(seconds=60)))
    store.close()

    checks = examined(shop, "--check", "state_lock")

    assert list(checks) == ["state_lock"]
    assert "pipeline 'shop' is held by run run-1" in checks["state_lock"]["message"]
    assert checks["state_lock"]["status"] == "warning"
    assert ["lock_file", str(tmp_path / f"{STATE}.lock")] in checks["state_lock"]["details"]


def test_a_state_that_is_open_elsewhere_is_said_to_be(shop, tmp_path):
    store = open_state(tmp_path / STATE, SystemClock()).store
    try:
        held = dict(examined(shop, "--check", "state_lock")["state_lock"]["details"])["held"]
    finally:
        store.close()

    assert held in {f"open in process {os.getpid()}", "held"}
    assert dict(examined(shop, "--check", "state_lock")["state_lock"]["details"])["held"] == "not held"


@pytest.mark.parametrize(
    ("used_share", "status"), [(0.5, "healthy"), (0.93, "warning"), (0.99, "critical")], ids=["half", "little", "none"]
)
def test_a_disk_that_fills_up_is_noticed_in_time(rocky, write, tmp_path, used_share, status):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        write({**PROJECT, "rocky.toml": ROCKY_TOML.replace("shop.duckdb", "disk/shop.duckdb")})
        (disk / "rest").write_bytes(b"x" * int(shutil.disk_usage(disk).total * used_share))

        found = examined(rocky, "--check", "disk")["disk"]

        assert dict(found["details"])[str(disk)].endswith("bytes free")
        # The state lies on the disk of the tests, which may itself be nearly full.
        assert found["status"] == status or (status == "healthy" and str(disk) not in found["message"])
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_schedule_whose_time_has_passed_is_overdue(shop, write, tmp_path):
    daily = ROCKY_TOML + '[pipeline.shop.schedule]\ncron = "0 0 * * *"\n'
    write({"rocky.toml": daily})
    assert examined(shop, "--check", "scheduler")["scheduler"]["status"] == "healthy"
    with sqlite3.connect(tmp_path / STATE) as connection:
        connection.execute("UPDATE run_history SET value = json_set(value, '$.started_at', '2020-01-01T00:00:00Z')")

    found = examined(shop, "--check", "scheduler")["scheduler"]

    assert found["status"] == "warning"
    assert "its last run began at 2020-01-01 00:00 UTC" in found["message"]


def test_no_secret_is_said_whatever_is_wrong(rocky, write, monkeypatch):
    monkeypatch.setenv("FIVETRAN_KEY", "s3cr3t-from-env")
    write(
        {
            "rocky.toml": '[adapter.lake]\ntype = "duckdb"\npath = "md:shop?motherduck_token=s3cr3t-in-path"\n'
            '[adapter.bricks]\ntype = "databricks"\nhost = "h"\nhttp_path = "p"\ntoken = "s3cr3t-token"\n'
            '[adapter.fivetran]\ntype = "fivetran"\nkind = "discovery"\ndestination_id = "d"\n'
            'api_key = "${FIVETRAN_KEY}"\napi_secret = "s3cr3t-api"\n'
            '[state]\nbackend = "valkey"\nvalkey_url = "redis://:s3cr3t-url@127.0.0.1:1/0"\n'
            '[pipeline.shop]\ntype = "transformation"\ntarget = { adapter = "lake" }\n'
        }
    )
    sound = [rocky("doctor", "-o", "table", "--verbose")]
    write(
        {"rocky.toml": '[adapter.a]\ntype = "databricks"\ntoken = "s3cr3t-token"\nhost = 7\n[state]\nvalkey_url = 9\n'}
    )
    broken = [rocky("doctor", "-o", form, "--verbose") for form in ("json", "table", "markdown")]

    assert [one for one in (*sound, *broken) if "s3cr3t" in one.out + one.err] == []
    assert {one.code for one in (*sound, *broken)} == {3}


def test_a_single_check_can_be_asked_for_and_a_wrong_name_is_told(shop):
    assert list(examined(shop, "--check", "auth")) == ["auth", "auth/default"]
    assert list(examined(shop, "--check", "auth/default")) == ["auth/default"]

    wrong = shop("doctor", "--check", "sate")

    assert (wrong.code, wrong.out) == (1, "")
    assert "there is no check 'sate' — did you mean 'state'?" in wrong.err


def test_text_shows_every_check_and_the_details_only_when_asked(shop):
    plain, verbose = shop("doctor", "-o", "table"), shop("doctor", "-o", "table", "--verbose")

    assert all(f" {name} " in plain.out for name in BASE)
    assert ("lock_file:" in plain.out, "lock_file:" in verbose.out) == (False, True)


def test_the_warehouse_is_asked_with_real_statements(shop, tmp_path):
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        assert connection.execute("SELECT n FROM main.numbers").fetchall() == [(1,)]
    assert examined(shop)["auth/default"]["message"].endswith("shop.duckdb")
