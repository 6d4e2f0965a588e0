"""A state on a server, from the command line: real programs against a real Valkey and a real S3 server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from tests.adapters.state.servers import s3, valkey
from tests.forked import Forked, start_rocky

pytestmark = pytest.mark.slow  # Each case starts several programs.

ENDLESS = "SELECT COUNT(*) AS n FROM range(1000000000000) AS r(x) WHERE x % 3 = 1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "never-shown",
    "AWS_DEFAULT_REGION": "us-east-1",
}
SECRET = "never-shown"  # noqa: S105 — the test's own


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """The [state] section of each backend."""
    with valkey(tmp_path_factory.mktemp("valkey"), "--requirepass", SECRET) as url, s3() as address:
        with_password = url.replace("redis://", f"redis://:{SECRET}@")
        yield {
            "valkey": f'backend = "valkey"\nvalkey_url = "{with_password}"\nvalkey_prefix = "t:NAME:"',
            "s3": 'backend = "s3"\ns3_bucket = "rocky-state"\ns3_prefix = "NAME/"\n'
            f's3_endpoint = "{address}"\ns3_region = "us-east-1"',
            "tiered": f'backend = "tiered"\nvalkey_url = "{with_password}"\nvalkey_prefix = "t:NAME:"\n'
            's3_bucket = "rocky-state"\ns3_prefix = "NAME/"\n'
            f's3_endpoint = "{address}"\ns3_region = "us-east-1"',
        }


@pytest.fixture(params=["valkey", "s3", "tiered"])
def state_section(request, settings, tmp_path):
    return settings[request.param].replace("NAME", tmp_path.name.replace("_", "-"))


@pytest.fixture
def project(tmp_path, state_section):
    """An incremental model, and a slow one that only some runs build."""
    write_state_section(tmp_path, state_section)
    models = tmp_path / "models"
    models.mkdir()
    (models / "events.sql").write_text("SELECT id, happened_at FROM raw.events")
    (models / "events.toml").write_text(
        '[strategy]\ntype = "incremental"\ntimestamp_column = "happened_at"\n'
        '[target]\ncatalog = "warehouse"\nschema = "out"\n'
    )
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        warehouse.execute("CREATE SCHEMA raw; CREATE SCHEMA out")
        warehouse.execute("CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01 08:00:00' AS happened_at")
    return tmp_path


def write_state_section(folder: Path, section: str) -> None:
    (folder / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "warehouse.duckdb"\n\n[pipeline.nightly]\ntype = "transformation"\n\n'
        f"[state]\n{section}\n\n[state.retry]\nmax_retries = 1\ninitial_backoff_ms = 10\n"
    )


def start(folder: Path, *arguments: str) -> Forked:
    return start_rocky(folder, *arguments, environment={**os.environ, **CREDENTIALS})


def rocky(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    running = start(folder, *arguments)
    out, err = running.communicate()
    assert SECRET not in out + err
    return subprocess.CompletedProcess(arguments, running.returncode, out, err)


def answer(folder: Path, *arguments: str) -> dict[str, object]:
    ended = rocky(folder, *arguments, "--output", "json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return json.loads(ended.stdout)


def test_runs_on_other_checkouts_go_on_from_one_state_and_a_key_is_done_once(project):
    first = answer(project, "run", "--idempotency-key", "monday")
    again = answer(project, "run", "--idempotency-key", "monday")
    (mark,) = answer(project, "state")["watermarks"]

    assert (first["status"], again["status"]) == ("Success", "SkippedIdempotent")
    assert mark["last_value"].startswith("2026-01-01T08:00:00")
    assert answer(project, "history")["count"] == 1
    assert not list(project.rglob(".rocky-state*")), "nothing is kept in a file"
    assert answer(project, "state", "set", "events", "--watermark", "2025-12-31T00:00:00Z")["watermarks"]
    assert answer(project, "state", "retention", "sweep", "--dry-run")["runs_kept"] == 1
    found = {one["name"]: one["status"] for one in answer(project, "doctor")["checks"] if "state" in one["name"]}
    assert set(found.values()) == {"healthy"}, found


@pytest.mark.parametrize("state_section", ["valkey"], indirect=True)
def test_pipelines_have_states_of_their_own_where_they_are_to(project, state_section):
    write_state_section(project, f'{state_section}\nnamespacing = "pipeline"')
    config = (project / "rocky.toml").read_text()
    (project / "rocky.toml").write_text(f'{config}\n[pipeline.hourly]\ntype = "transformation"\n')
    answer(project, "run", "--pipeline", "nightly", "--model", "events")

    told = {name: answer(project, "state", "--pipeline", name) for name in ("nightly", "hourly")}
    assert {name: (one["location"].rpartition(":")[2], len(one["watermarks"])) for name, one in told.items()} == {
        "nightly": ("nightly", 1),
        "hourly": ("hourly", 0),
    }


def test_two_runs_at_once_and_one_that_was_killed(project):
    (project / "models" / "slow.sql").write_text(ENDLESS)
    (project / "models" / "slow.toml").write_text('[target]\ncatalog = "warehouse"\nschema = "out"\n')
    running = start(project, "run")
    give_up_at = time.monotonic() + 60
    while "is being run by" not in (second := rocky(project, "doctor", "--check", "state_lock")).stdout:
        assert time.monotonic() < give_up_at, second.stdout + second.stderr
    refused = rocky(project, "run")
    running.send_signal(signal.SIGKILL)
    running.communicate()
    (project / "models" / "slow.sql").write_text("SELECT 1 AS n")
    after = rocky(project, "run", "--resume-latest", "--output", "json")

    assert refused.returncode != 0
    assert "state file locked" in refused.stdout + refused.stderr
    assert f"process {running.pid}" in refused.stdout + refused.stderr
    assert json.loads(after.stdout)["status"] == "Success", after.stdout + after.stderr
    with duckdb.connect(str(project / "warehouse.duckdb")) as warehouse:
        assert warehouse.execute("SELECT count(*) FROM out.events").fetchone() == (1,)


def test_a_state_moves_to_a_server_and_back_and_loses_nothing(project, state_section):
    write_state_section(project, 'backend = "local"')
    answer(project, "run")
    before = answer(project, "state")["watermarks"]
    write_state_section(project, state_section)

    pushed = answer(project, "state", "push")
    repeated = answer(project, "state", "push")
    assert answer(project, "state")["watermarks"] == before
    answer(project, "run")
    refused = rocky(project, "state", "push")
    pulled = answer(project, "state", "pull", "--force")
    write_state_section(project, 'backend = "local"')

    counts = {one["table"]: one["copied"] for one in pushed["tables"]}
    assert (counts["watermarks"], counts["run_history"]) == (1, 1)
    assert sum(one["copied"] + one["removed"] for one in repeated["tables"]) == 0
    assert refused.returncode != 0
    assert "holds other records" in refused.stdout + refused.stderr
    assert pulled["command"] == "state copy"
    assert answer(project, "history")["count"] == 2


def test_a_command_about_a_file_says_that_there_is_none(project):
    (project / "backup.db").write_bytes(b"")

    told = rocky(project, "state", "restore", "--from", "backup.db")
    elsewhere = rocky(project, "run", "--state-path", "here.db")

    assert told.returncode != 0
    assert "kept on a server" in told.stdout + told.stderr
    assert "--state-path names a file" in elsewhere.stdout + elsewhere.stderr


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('backend = "valkey"\nvalkey_url = "redis://:never-shown@127.0.0.1:1/0"', "127.0.0.1:1"),
        ('backend = "valkey"', "needs valkey_url"),
        ('backend = "s3"', "needs s3_bucket"),
        ('backend = "tiered"', "needs s3_bucket"),
        ('backend = "tiered"\ns3_bucket = "b"', "needs valkey_url"),
        ('backend = "tiered"\ns3_bucket = "b"\ngcs_bucket = "c"', "has one bucket"),
    ],
)
def test_a_run_that_cannot_store_writes_nothing_and_says_why(section, words, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "one.sql").write_text("SELECT 1 AS one")
    write_state_section(tmp_path, section)

    ended = rocky(tmp_path, "run")

    assert ended.returncode != 0
    assert words in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
