"""A server of the state that is not well: the run says what is wrong and writes nothing, and the next run is right."""

from __future__ import annotations

import json
import os
import signal
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import redis

from tests.adapters.state.servers import free_port, s3, valkey
from tests.forked import start_rocky

pytestmark = pytest.mark.slow
SECRET = "never-shown"  # noqa: S105 — the test's own
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": SECRET}


@contextmanager
def nobody(folder):
    del folder
    yield f"redis://:{SECRET}@127.0.0.1:{free_port()}/0"


@contextmanager
def wrong_password(folder):
    with valkey(folder, "--requirepass", "another") as url:
        yield url.replace("redis://", f"redis://:{SECRET}@")


@contextmanager
def full(folder):
    with valkey(folder, "--maxmemory", "1mb", "--maxmemory-policy", "noeviction") as url:
        yield url


@contextmanager
def read_only(folder):
    """A replica of a server that is not there."""
    with valkey(folder, "--replicaof", "127.0.0.1", str(free_port()), "--replica-serve-stale-data", "yes") as url:
        yield url


@contextmanager
def no_right_to_write(folder):
    with valkey(folder) as url:
        client = redis.Redis.from_url(url)
        client.execute_command("ACL", "SETUSER", "reader", "on", f">{SECRET}", "~*", "+@read", "+ping", "+hello")
        client.close()
        yield url.replace("redis://", f"redis://reader:{SECRET}@")


@contextmanager
def hangs(folder):
    """A server that was stopped: connections are accepted and nothing is answered."""
    with valkey(folder) as url:
        client = redis.Redis.from_url(url)
        pid = int(client.info("server")["process_id"])
        client.close()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield url
        finally:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def no_bucket(folder):
    del folder
    with s3() as address:
        yield f's3_bucket = "no-such-bucket"\ns3_endpoint = "{address}"\ns3_region = "us-east-1"'


TROUBLES = {
    "not there": (nobody, "cannot be reached", "connection-failed"),
    "another password": (wrong_password, "does not accept the credentials", "auth-failed"),
    "no memory left": (full, "its memory is full", "quota-exceeded"),
    "a replica": (read_only, "it is a read-only replica", "connection-failed"),
    "a user who may only read": (no_right_to_write, "may not run what the state needs", "auth-failed"),
    "hanging": (hangs, "does not answer in time", "connection-failed"),
    "no bucket": (no_bucket, "the bucket is not there", None),
}


def section(place: str) -> str:
    if place.startswith("s3_"):
        return f'backend = "s3"\n{place}'
    return f'backend = "valkey"\nvalkey_url = "{place}"'


def write(folder: Path, place: str) -> None:
    (folder / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.nightly]\ntype = "transformation"\n\n'
        f"[state]\n{section(place)}\ntransfer_timeout_seconds = 1\n\n"
        "[state.retry]\nmax_retries = 1\ninitial_backoff_ms = 10\n"
    )


def run(folder: Path):
    running = start_rocky(folder, "run", "-o", "json", environment={**os.environ, **CREDENTIALS})
    out, err = running.communicate()
    assert SECRET not in out + err
    assert "Traceback" not in out + err
    return running.returncode, out, err


def rows(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return connection.execute("SELECT id FROM main.events ORDER BY id").fetchall()


@pytest.fixture
def project(tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    (models / "events.sql").write_text("SELECT id, happened FROM raw.events\n")
    (models / "events.toml").write_text(
        '[strategy]\ntype = "incremental"\ntimestamp_column = "happened"\n\n[target]\ncatalog = "w"\nschema = "main"\n'
    )
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute("CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS happened")
    return tmp_path


@pytest.mark.parametrize(("trouble", "words", "kind"), TROUBLES.values(), ids=TROUBLES)
def test_a_server_that_is_not_well_is_named_and_nothing_is_written(trouble, words, kind, project, tmp_path):
    (tmp_path / "server").mkdir()
    with trouble(tmp_path / "server") as place:
        write(project, place)
        code, out, err = run(project)

    assert code == 1
    assert words in out + err
    told = json.loads(err.strip().splitlines()[-1])
    assert told.get("failure_kind") == kind
    with pytest.raises(duckdb.CatalogException):
        rows(project)
    (tmp_path / "healthy").mkdir()
    with valkey(tmp_path / "healthy") as url:
        write(project, url)
        assert run(project)[0] == 0
    assert rows(project) == [(1,)]
