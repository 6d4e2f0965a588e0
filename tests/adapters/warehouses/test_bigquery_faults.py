"""BigQuery on a bad day: the right kind of failure, and never anything twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from bigquery_bench import WORDS, BigQueryServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.cloud.bigquery import client

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, StatementTag
from rocky_core.warehouses.bigquery import follow, session
from rocky_core.warehouses.bigquery.connect import open_adapter
from rocky_core.warehouses.bigquery.warehouse import BigQueryWarehouse

START, JOB, HELD, UPLOAD = "/jobs$", "/v2/projects/[^/]+/jobs/", "/queries/", "^/upload/"
INSERT = "INSERT INTO s.t SELECT 2"
SOON = {"max_retries": 1, "initial_backoff_ms": 10, "max_backoff_ms": 20}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a minute in a test."""
    monkeypatch.setattr(follow, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(follow, "_STOPPING_SECONDS", 5.0)
    monkeypatch.setattr(session, "_FETCHES", (0.05, 0.1))


@pytest.fixture
def bq(bigquery: BigQueryServer) -> Iterator[BigQueryWarehouse]:
    """A project with a table t that holds the number 1."""
    warehouse = open_adapter("bq", bigquery.adapter(retry=SOON), Path())
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA s")
        line.execute("CREATE TABLE s.t AS SELECT 1 AS i")
    yield warehouse
    bigquery.faults()
    bigquery.expire(right=10.0**12)
    warehouse.close()


def rows(warehouse: BigQueryWarehouse) -> list[object]:
    with warehouse.session() as line:
        return [row[0] for row in line.query("SELECT i FROM s.t ORDER BY i").rows]


def insert(warehouse: BigQueryWarehouse) -> WarehouseError | None:
    """Insert one row; the failure, if there is one."""
    with warehouse.session() as line:
        try:
            line.execute(INSERT)
        except WarehouseError as error:
            return error
    return None


def fault(path: str, **what: object) -> dict[str, object]:
    return {"path": path, "times": 99, "sql": "INSERT INTO s.t" if path == START else "", **what}


def refusal(status: int, reason: str) -> dict[str, object]:
    """An answer as Google gives it."""
    errors = [{"reason": reason, "message": "It is so.", "domain": "global"}]
    body = {"error": {"code": status, "message": "It is so.", "errors": errors}}
    return {"status": status, "body": json.dumps(body)}


@pytest.mark.parametrize(
    ("what", "kind", "in_doubt"),
    [
        pytest.param({"status": 401}, AuthFailed, False, id="401"),
        pytest.param(refusal(403, "accessDenied"), AuthFailed, False, id="403 accessDenied"),
        pytest.param({"status": 403}, AuthFailed, False, id="403"),
        pytest.param(refusal(403, "quotaExceeded"), QuotaExceeded, False, id="403 quotaExceeded"),
        pytest.param(refusal(403, "rateLimitExceeded"), QuotaExceeded, False, id="403 rateLimitExceeded"),
        pytest.param({"status": 404}, ObjectNotFound, False, id="404"),
        pytest.param({"status": 408}, TransientFailure, False, id="408"),
        pytest.param({"status": 429}, QuotaExceeded, False, id="429"),
        pytest.param({"status": 500}, TransientFailure, False, id="500"),
        pytest.param(refusal(500, "backendError"), TransientFailure, False, id="500 backendError"),
        pytest.param({"status": 502}, TransientFailure, False, id="502"),
        pytest.param({"status": 503}, TransientFailure, False, id="503"),
        pytest.param({"status": 504}, TransientFailure, False, id="504"),
        pytest.param({"cut": "before"}, ConnectionFailed, True, id="reset before it was served"),
        pytest.param({"body": "{nope"}, ConnectionFailed, True, id="malformed JSON"),
        pytest.param({"body": "<html>A proxy</html>"}, ConnectionFailed, True, id="somebody else's page"),
    ],
)
def test_a_job_that_is_refused_fails_in_its_way_and_is_not_there(bq, bigquery, what, kind, in_doubt):
    bigquery.faults(fault(START, **what))

    error = insert(bq)

    bigquery.faults()
    assert (type(error), error.in_doubt) == (kind, in_doubt)
    assert rows(bq) == [1]


@pytest.mark.parametrize(
    "what",
    [
        pytest.param({"status": 408}, id="408"),
        pytest.param({"status": 429, "headers": {"Retry-After": "0"}}, id="429"),
        pytest.param({"status": 500}, id="500"),
        pytest.param({"status": 503}, id="503"),
        pytest.param(refusal(403, "rateLimitExceeded"), id="rateLimitExceeded"),
        pytest.param({"cut": "before"}, id="reset before it was served"),
        pytest.param({"cut": "after"}, id="reset after it was served"),
        pytest.param({"body": "{nope"}, id="malformed JSON"),
        pytest.param({"drip": 0.3}, id="slow drip"),
        pytest.param({"delay": 0.2}, id="latency"),
    ],
)
def test_a_moment_of_weakness_is_survived_and_the_statement_runs_once(bq, bigquery, what):
    bigquery.faults({**fault(START, **what), "times": 1})

    assert insert(bq) is None
    assert rows(bq) == [1, 2]
    mine = [job for job in bigquery.history()["jobs"] if job["sql"] == INSERT]
    assert len({job["id"] for job in mine}) == len(mine)


def test_nothing_is_sent_again_behind_our_back(bigquery):
    warehouse = open_adapter("bq", bigquery.adapter(retry={"max_retries": 0}), Path())
    bigquery.faults({"path": "/", "times": 99, "status": 503})
    before = len(bigquery.history()["requests"])

    for use in (
        warehouse.list_schemas,
        lambda: warehouse.list_tables("s"),
        lambda: warehouse.describe_query("SELECT 1"),
    ):
        with pytest.raises(TransientFailure):
            use()

    asked = [one["path"] for one in bigquery.history()["requests"][before:]]
    bigquery.faults()
    warehouse.close()
    assert [path.rpartition("/")[2] for path in asked] == ["datasets", "tables", "jobs"]


def test_a_start_whose_answers_are_all_lost_is_found_by_its_name(bq, bigquery):
    bigquery.faults(fault(START, cut="after"))

    assert insert(bq) is None

    bigquery.faults()
    assert rows(bq) == [1, 2]


def test_what_cannot_be_found_out_is_in_doubt_and_never_started_again(bq, bigquery):
    bigquery.faults(fault(START, cut="after"), fault(JOB, status=503), fault(HELD, status=503))

    error = insert(bq)

    bigquery.faults()
    assert error.in_doubt
    assert rows(bq) == [1, 2]  # It has happened, which nobody could know.


def test_a_wait_that_the_service_asks_for_is_kept_and_told(bq, bigquery):
    bigquery.faults(fault(START, status=429, headers={"Retry-After": "1"}, times=1))
    assert insert(bq) is None
    asked = [one["at"] for one in bigquery.history()["requests"] if one["path"].endswith("/jobs")][-2:]
    assert asked[1] - asked[0] >= 1.0

    bigquery.faults(fault(START, status=429, headers={"Retry-After": "90"}))
    error = insert(bq)

    assert isinstance(error, QuotaExceeded)
    assert error.cooldown_seconds == 90.0


def test_nobody_waits_longer_than_the_statement_may_take(bq, bigquery):
    bigquery.faults(fault(START, status=429, headers={"Retry-After": "30"}, times=2))
    before = len(bigquery.history()["requests"])

    with bq.session(timeout_seconds=10) as line, pytest.raises(QuotaExceeded) as raised:
        line.execute(INSERT)

    asked = [one for one in bigquery.history()["requests"][before:] if one["path"].endswith("/jobs")]
    assert (len(asked), raised.value.cooldown_seconds, raised.value.in_doubt) == (1, 30.0, False)


@pytest.mark.parametrize(
    "what", [{"status": 503}, {"cut": "after"}, {"body": "{nope"}, {"body": "{}"}, {"status": 429}]
)
@pytest.mark.parametrize("path", [JOB, HELD])
def test_questions_are_asked_again_until_there_is_an_answer(bq, bigquery, path, what):
    bigquery.faults({**fault(path, **what), "times": 2})

    assert insert(bq) is None
    assert rows(bq) == [1, 2]


def test_a_statement_of_which_nothing_is_heard_any_more_is_in_doubt(bq, bigquery):
    bigquery.faults(fault(JOB, status=503), fault(HELD, status=503))

    error = insert(bq)

    bigquery.faults()
    assert (error.failure_kind, error.in_doubt) == (FailureKind.CONNECTION_FAILED, True)
    assert "could not be found out" in error.message
    assert rows(bq) == [1, 2]


def test_a_result_is_read_again_where_a_page_is_cut_off(bq, bigquery):
    with bq.session() as line:
        line.execute("CREATE TABLE s.long AS SELECT i FROM UNNEST(GENERATE_ARRAY(1, 25000)) AS i")
        bigquery.faults({"path": HELD, "times": 2, "cut": "after"})
        found = line.query("SELECT i FROM s.long ORDER BY i").rows

    assert [row[0] for row in found] == list(range(1, 25001))


def test_an_address_where_nobody_listens_is_a_failed_connection(bigquery):
    warehouse = open_adapter("bq", bigquery.adapter(host="http://127.0.0.1:9", retry=SOON), Path())

    for use in (warehouse.ping, warehouse.list_schemas, lambda: warehouse.describe_query("SELECT 1")):
        with pytest.raises(ConnectionFailed):
            use()

    warehouse.close()


# Who we are


def test_a_wrong_token_is_refused_and_never_shown(bigquery):
    warehouse = open_adapter("bq", bigquery.adapter(token="wr0ng"), Path())  # noqa: S106 — no secret

    with pytest.raises(AuthFailed) as raised:
        warehouse.ping()

    warehouse.close()
    assert "wr0ng" not in raised.value.message


def test_a_token_that_expires_in_the_middle_ends_the_work_and_leaves_nothing_half_done(bq, bigquery):
    bigquery.expire()

    error = insert(bq)

    bigquery.expire(right=10.0**12)
    assert isinstance(error, AuthFailed)
    assert not error.in_doubt
    assert rows(bq) == [1]


@pytest.fixture
def key_file(bigquery: BigQueryServer, tmp_path: Path) -> Path:
    """The key of a service account, whose tokens the stand-in gives out."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    content: dict[str, Any] = {
        "type": "service_account",
        "project_id": "acme",
        "private_key_id": "one",
        "private_key": key.private_bytes(*form).decode(),
        "client_email": "rocky@acme.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{bigquery.address}/token",
    }
    file = tmp_path / "key.json"
    file.write_text(json.dumps(content))
    file.chmod(0o600)
    return file


def test_a_service_accounts_token_is_renewed_in_the_middle_and_nobody_notices(bigquery, key_file):
    adapter = bigquery.adapter(token=None, credentials_path=key_file.name, retry=SOON)
    warehouse = open_adapter("bq", adapter, key_file.parent)
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA s")
        line.execute("CREATE TABLE s.t AS SELECT 1 AS i")

    bigquery.expire(right=10.0**12)
    error = insert(warehouse)

    assert error is None
    assert rows(warehouse) == [1, 2]
    assert [link.name for link in warehouse.auth_chain if link.is_used] == ["service account (credentials_path)"]
    warehouse.close()


def test_a_token_that_cannot_be_had_fails_and_leaves_nothing_in_doubt(bigquery, key_file):
    adapter = bigquery.adapter(token=None, credentials_path="key.json", retry=SOON)
    warehouse = open_adapter("bq", adapter, key_file.parent)
    bigquery.faults({"path": "^/token", "times": 99, "status": 400, "body": '{"error": "invalid_grant"}'})

    with pytest.raises(AuthFailed) as raised:
        warehouse.ping()

    bigquery.faults()
    warehouse.close()
    assert not raised.value.in_doubt


# Files


def loaded(warehouse: BigQueryWarehouse, file: Path) -> WarehouseError | None:
    with warehouse.session() as line:
        try:
            line.load_csv(CsvFile(str(file), ("i",)), TargetName("", "s", "t"))
        except WarehouseError as error:
            return error
    return None


@pytest.mark.parametrize(
    "what", [{"status": 503}, {"cut": "before"}, {"cut": "after"}, {"body": "{nope"}, {"status": 429}]
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_file_whose_upload_breaks_is_sent_again_under_its_name_and_is_there_once(
    bq, bigquery, tmp_path, monkeypatch, what, method
):
    if method == "PUT":  # As large files are sent, in parts.
        monkeypatch.setattr(client, "_MAX_MULTIPART_SIZE", 1)
    file = tmp_path / "rows.csv"
    file.write_text("i\n2\n3\n")
    bigquery.faults({"path": UPLOAD, "times": 1, "method": method, **what})

    assert loaded(bq, file) is None
    assert rows(bq) == [1, 2, 3]


def test_a_file_that_never_arrives_is_told_so(bq, bigquery, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("i\n2\n")
    bigquery.faults({"path": UPLOAD, "times": 99, "status": 503})

    error = loaded(bq, file)

    bigquery.faults()
    assert isinstance(error, TransientFailure)
    assert not error.in_doubt
    assert rows(bq) == [1]


# The history of jobs


def test_each_job_carries_run_and_model_in_letters_that_labels_may_have(bq, bigquery):
    with bq.session(tag=StatementTag("run-7", "Nightly Load", "shop.Orders")) as line:
        made = line.execute("CREATE TABLE s.tagged AS SELECT 1 AS i")

    found = next(job for job in bigquery.history()["jobs"] if job["id"] == made.job_id)
    assert found["configuration"]["labels"] == {
        "app": "rocky",
        "run_id": "run-7",
        "pipeline": "nightly_load",
        "model": "shop_orders",
    }
    assert made.job_id.startswith("rocky_run-7_shop_Orders_")


def test_what_a_job_has_cost_is_known_with_its_end(bq):
    with bq.session() as line:
        made = line.execute(INSERT)

    assert (made.rows_affected, made.bytes_scanned, made.bytes_billed) == (1, 4096, 10 * 1024 * 1024)
    told = bq.costs([made.job_id, "x'; DROP TABLE s.t"])
    assert {one: (cost.bytes_scanned, cost.bytes_billed) for one, cost in told.items()} == {
        made.job_id: (4096, 10 * 1024 * 1024)
    }


def test_hundreds_of_tables_of_several_datasets_are_described_in_one_job(bq, bigquery):
    with bq.session() as line:
        line.execute("CREATE SCHEMA other")
        line.execute("CREATE TABLE other.t AS SELECT 1 AS i")
    before = len(bigquery.history()["jobs"])

    wanted = [TargetName("", schema, f"t{n}") for schema in ("s", "other") for n in range(150)]
    found = bq.describe([*wanted, TargetName("", "s", "t"), TargetName("", "other", "t")])

    assert sum(one is not None for one in found.values()) == 2
    assert len(bigquery.history()["jobs"]) == before + 1


def test_a_dataset_that_is_not_there_takes_nothing_from_those_that_are(bq):
    found = bq.describe([TargetName("", "s", "t"), TargetName("", "gone", "t")])

    assert [one is not None for one in found.values()] == [True, False]


def test_a_statement_that_never_ends_is_stopped_in_the_warehouse_too(bq, bigquery):
    with bq.session(timeout_seconds=0.3) as line, pytest.raises(TransientFailure, match="longer than its timeout"):
        line.execute(f"INSERT INTO s.t {WORDS.endless}")

    last = bigquery.history()["jobs"][-1]
    assert "CROSS JOIN" in last["sql"]
    assert last["state"] == "DONE"
    assert last["configuration"]["jobTimeoutMs"] == "5300"
    assert rows(bq) == [1]


def test_a_statement_that_is_stopped_by_somebody_else_is_cancelled(bq, bigquery):
    with ThreadPoolExecutor(1) as pool, bq.session() as line:
        stopping = pool.submit(bigquery.stop_what_runs)
        with pytest.raises(StatementCancelled):
            line.execute(f"INSERT INTO s.t {WORDS.endless}")
        stopping.result()

    assert rows(bq) == [1]


def test_an_interrupt_stops_the_job_too(bq, bigquery, monkeypatch):
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow, "_hold", interrupted)
    with bq.session() as line, pytest.raises(KeyboardInterrupt):
        line.execute(f"INSERT INTO s.t {WORDS.endless}")

    assert bigquery.history()["jobs"][-1]["state"] == "DONE"


def test_a_warehouse_that_is_closed_stops_what_runs(bq, bigquery):
    Timer(0.3, bq.close).start()

    with bq.session() as line, pytest.raises(StatementCancelled):
        line.execute(f"INSERT INTO s.t {WORDS.endless}")

    assert all(job["state"] == "DONE" for job in bigquery.history()["jobs"])


def test_a_transaction_is_refused_before_anything_is_done(bq):
    with bq.session() as line, pytest.raises(QueryRejected), line.transaction():
        line.execute(INSERT)

    assert rows(bq) == [1]
