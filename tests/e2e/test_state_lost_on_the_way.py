"""A state whose server goes away, flaps or refuses during a run: no success that is kept nowhere, no wrong row."""

from __future__ import annotations

import contextlib
import json
import os
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import duckdb
import pytest

from tests.adapters.state.cutting_proxy import rough_network
from tests.adapters.state.servers import s3, valkey
from tests.forked import start_rocky

pytestmark = pytest.mark.slow
TABLES = ("first", "second")
SECRET = "never-shown"  # noqa: S105 — the test's own
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": SECRET}


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with valkey(tmp_path_factory.mktemp("valkey"), "--requirepass", SECRET) as url, s3() as address:
        yield {"valkey": url, "s3": address}


def section(kind: str, address: str, name: str) -> str:
    if kind == "valkey":
        place = address.replace("redis://", f"redis://:{SECRET}@")
        return f'backend = "valkey"\nvalkey_url = "{place}"\nvalkey_prefix = "{name}:"'
    return (
        f'backend = "s3"\ns3_bucket = "rocky-state"\ns3_prefix = "{name}/"\n'
        f's3_endpoint = "{address}"\ns3_region = "us-east-1"'
    )


def use(folder: Path, state: str) -> None:
    (folder / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.nightly]\ntype = "transformation"\n\n'
        f"[state]\n{state}\ntransfer_timeout_seconds = 1\n\n"
        "[state.retry]\nmax_retries = 4\ninitial_backoff_ms = 10\ncircuit_breaker_threshold = 0\n"
    )


def run(folder: Path) -> tuple[int, str, str]:
    running = start_rocky(folder, "run", "-o", "json", environment={**os.environ, **CREDENTIALS})
    out, err = running.communicate()
    assert SECRET not in out + err
    assert "Traceback" not in out + err
    return running.returncode, out, err


def history(folder: Path) -> dict[str, str]:
    """How each run ended, as the next ones know it."""
    asking = start_rocky(folder, "history", "-o", "json", environment={**os.environ, **CREDENTIALS})
    return {one["run_id"]: one["status"] for one in json.loads(asking.communicate()[0])["runs"]}


def add_event(folder: Path, number: int) -> None:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
        connection.execute("CREATE TABLE IF NOT EXISTS raw.events (id INTEGER, happened TIMESTAMP)")
        connection.execute(f"INSERT INTO raw.events VALUES ({number}, TIMESTAMP '2026-01-0{number}')")


def ids(folder: Path, table: str) -> list[int]:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return [row[0] for row in connection.execute(f"SELECT id FROM main.{table} ORDER BY id").fetchall()]


@pytest.fixture
def project(tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    for name in TABLES:
        (models / f"{name}.sql").write_text("SELECT id, happened FROM raw.events\n")
        (models / f"{name}.toml").write_text(
            '[strategy]\ntype = "incremental"\ntimestamp_column = "happened"\n\n'
            '[target]\ncatalog = "w"\nschema = "main"\n'
        )
    add_event(tmp_path, 1)
    return tmp_path


@contextmanager
def network_to(address: str, **settings):
    parts = urlsplit(address)
    with rough_network(parts.port, seed=3, **settings) as (port, network):
        yield address.replace(str(parts.port), str(port)), network


MOMENTS = (0.0, 0.3, 0.6, 0.95)  # Shares of what travels in a run that nothing happens to.


@pytest.mark.parametrize("kind", ["valkey", "s3"])
def test_a_server_that_goes_away_at_any_moment_costs_no_row(kind, project, servers):
    name = project.name.replace("_", "-")
    with contextlib.ExitStack() as stack:
        address, network = stack.enter_context(network_to(servers[kind], cut_share=0.0))
        use(project, section(kind, address, name))
        assert run(project)[0] == 0
        add_event(project, 2)
        before = network.passed_bytes
        assert run(project)[0] == 0
        usual = network.passed_bytes - before
        ended = []
        for number, moment in enumerate(MOMENTS, start=3):
            add_event(project, number)
            network.down_after = network.passed_bytes + int(usual * moment)
            code, out, err = run(project)
            network.come_back()
            told = json.loads((out or err).strip().splitlines()[-1]) if code and not out else json.loads(out)
            assert (told.get("status") == "Success") == (code == 0), out + err
            ended.append(told)
            code, out, err = run(project)
            assert code == 0, out + err
            for table in TABLES:
                assert ids(project, table) == list(range(1, number + 1))
        known = history(project)

    assert [one.get("status") for one in ended[:2]].count("Success") == 0, "the server was lost before the writes"
    successes = {one["run_id"] for one in ended if one.get("status") == "Success"}
    assert {known[run_id] for run_id in successes} <= {"Success"}, "what was told is what is kept"


@pytest.mark.parametrize("has_journal", [True, False])
def test_success_is_told_only_where_its_record_is_kept(has_journal, project, servers):
    name = project.name.replace("_", "-")
    journal = project / ".rocky" / "journal"
    if not has_journal:
        journal.parent.mkdir(exist_ok=True)
        journal.write_text("")  # So there can be no folder.
    with network_to(servers["valkey"], cut_share=0.0) as (address, network):
        network.down_at = (b"run_history", b'"status":"Success"')
        use(project, section("valkey", address, name))
        code, out, err = run(project)
        assert network.is_down, "the record was on its way"
        network.come_back()

        told = json.loads(out)
        assert (code == 0, told["status"] == "Success") == (has_journal, has_journal), out + err
        assert told["run_id"] not in history(project)
        assert ids(project, "second") == [1]
        add_event(project, 2)
        assert run(project)[0] == 0
        assert (history(project)[told["run_id"]] == "Success") == has_journal
        assert ids(project, "second") == [1, 2]


@pytest.mark.parametrize("kind", ["valkey", "s3"])
def test_a_server_that_flaps_is_asked_again(kind, project, servers):
    name = project.name.replace("_", "-")
    with network_to(servers[kind], cut_share=0.015) as (address, network):
        use(project, section(kind, address, name))
        for number in (2, 3, 4):
            code, out, err = run(project)
            assert code == 0, out + err
            add_event(project, number)
        assert run(project)[0] == 0

    assert len(network.cuts) > 0
    assert ids(project, "second") == [1, 2, 3, 4]


@contextmanager
def answering(status: int, code: str):
    """A bucket's server that answers every request alike."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

        do_GET = do_HEAD = do_PUT = do_DELETE = answer  # noqa: N815 — names that the base class looks for

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


# What a bucket's server answers, what people are told of it, and the kind of failure.
ANSWERS = {
    "another secret": (403, "SignatureDoesNotMatch", "the credentials do not allow it", "auth-failed"),
    "nobody it knows": (401, "InvalidAccessKeyId", "it does not accept the credentials", "auth-failed"),
    "no bucket": (404, "NoSuchBucket", "the bucket is not there", None),
    "no space": (507, "InsufficientStorage", "it has no space left", "quota-exceeded"),
    "over its quota": (403, "QuotaExceeded", "it has no space left", "quota-exceeded"),
    "overloaded": (503, "SlowDown", "it does not answer as it should", "connection-failed"),
    "too many writes": (429, "SlowDown", "it does not answer as it should", "connection-failed"),
    "broken": (500, "InternalError", "it does not answer as it should", "connection-failed"),
}


@pytest.mark.parametrize(("status", "code", "words", "kind"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_bucket_answers_is_told_and_nothing_is_written(status, code, words, kind, project):
    with answering(status, code) as address:
        use(project, section("s3", address, "any"))
        exit_code, out, err = run(project)

    told = json.loads(err.strip().splitlines()[-1])
    assert (exit_code, told.get("failure_kind")) == (1, kind)
    assert words in out + err
    assert "Debug source" not in out + err
    with pytest.raises(duckdb.CatalogException):
        ids(project, "first")
