"""The server of the state dies while a run is at work: the rows count once, and the next run stores what was due."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import duckdb
import pytest
import redis

from tests.adapters.state.servers import free_port, valkey
from tests.forked import start_rocky

pytestmark = pytest.mark.slow
SECRET = "never-shown"  # noqa: S105 — the test's own
DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--requirepass", SECRET)


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def project(tmp_path, port):
    """An incremental model; once its rows are written, a hook kills the server whose number is in the file `pid`."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "events.sql").write_text("SELECT id, happened FROM raw.events\n")
    (models / "events.toml").write_text(
        '[strategy]\ntype = "incremental"\ntimestamp_column = "happened"\n\n[target]\ncatalog = "w"\nschema = "main"\n'
    )
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute("CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS happened")
    (tmp_path / "kill.sh").write_text(f'[ -f "{tmp_path}/pid" ] && kill -9 "$(cat "{tmp_path}/pid")"; exit 0\n')
    configure(tmp_path, port)
    return tmp_path


def configure(folder: Path, port: int, extra: str = "") -> None:
    (folder / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.nightly]\ntype = "transformation"\n\n'
        f'[hook.on_after_model_run]\ncommand = "sh {folder}/kill.sh"\n\n'
        f'[state]\nbackend = "valkey"\nvalkey_url = "redis://:{SECRET}@127.0.0.1:{port}/0"\n{extra}\n'
        "transfer_timeout_seconds = 2\n\n[state.retry]\nmax_retries = 1\ninitial_backoff_ms = 10\n"
    )


def rocky(folder: Path, *arguments: str):
    running = start_rocky(folder, *arguments, "-o", "json", environment=dict(os.environ))
    out, err = running.communicate()
    assert SECRET not in out + err
    assert "Traceback" not in out + err
    return running.returncode, out, err


def server_pid(port: int) -> int:
    client = redis.Redis(port=port, password=SECRET)
    pid = int(client.info("server")["process_id"])
    client.close()
    return pid


def run_whose_server_dies(folder: Path, port: int, *arguments: str):
    with valkey(folder, *DURABLE, port=port):
        pid = server_pid(port)
        (folder / "pid").write_text(str(pid))
        ended = rocky(folder, "run", *arguments)
        (folder / "pid").unlink()
        assert not is_running(pid), "the hook has killed it"
    return ended


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def journals(folder: Path) -> list[Path]:
    return list((folder / ".rocky" / "journal").glob("*"))


def rows(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return connection.execute("SELECT id FROM main.events ORDER BY id").fetchall()


def test_a_run_whose_server_dies_succeeds_and_the_next_one_stores_its_end(project, port):
    code, out, err = run_whose_server_dies(project, port, "--idempotency-key", "monday")

    assert (code, json.loads(out)["status"]) == (0, "Success"), out + err
    assert "3 records of this run wait" in out + err
    (journal,) = journals(project)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert SECRET not in journal.read_text()

    code, _, err = rocky(project, "state")
    assert code != 0
    assert str(journal) in err
    _, out, _ = rocky(project, "doctor", "--check", "state_sync")
    assert str(journal) in out

    with valkey(project, *DURABLE, port=port):
        _, out, _ = rocky(project, "state")
        (waiting,) = json.loads(out)["waiting"]
        assert (waiting["file"], waiting["records"], waiting["problem"]) == (str(journal), 3, None)
        assert SECRET not in waiting["location"]

        code, out, err = rocky(project, "run", "--idempotency-key", "monday")
        assert (code, json.loads(out)["status"]) == (0, "SkippedIdempotent"), out + err
        assert "stored what had waited in the journal: 3 records" in out + err
        _, out, _ = rocky(project, "history")
        (first,) = json.loads(out)["runs"]
        assert (first["status"], first["models_executed"]) == ("Success", 1)
        _, out, _ = rocky(project, "state")
        told = json.loads(out)
        assert (told["waiting"], told["watermarks"][0]["last_value"][:10]) == ([], "2026-01-01")
        assert rocky(project, "run")[0] == 0
    assert rows(project) == [(1,)]
    assert journals(project) == []


def test_where_the_end_must_be_stored_a_run_whose_server_dies_fails_and_nothing_is_lost(project, port):
    configure(project, port, 'on_upload_failure = "fail"')

    code, out, err = run_whose_server_dies(project, port)

    assert (code != 0, json.loads(out)["status"]) == (True, "PartialFailure"), out + err
    with valkey(project, *DURABLE, port=port):
        assert rocky(project, "run")[0] == 0
        _, out, _ = rocky(project, "history")
        assert [one["status"] for one in json.loads(out)["runs"]] == ["Success", "PartialFailure"]
    assert rows(project) == [(1,)]


def test_where_no_journal_can_be_written_the_tables_tell_what_became_of_the_run(project, port):
    (project / ".rocky").mkdir(exist_ok=True)
    (project / ".rocky" / "journal").write_text("")

    code, out, err = run_whose_server_dies(project, port)

    assert code != 0, out + err
    with valkey(project, *DURABLE, port=port):
        code, out, err = rocky(project, "run")
        assert code == 0, out + err
        assert "found out from the tables" in out + err
    assert rows(project) == [(1,)]
