"""Snowflake on a bad day: the right kind of failure, and never anything twice."""

from __future__ import annotations

import base64
import gc
import json
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from snowflake_bench import WORDS, SnowflakeServer

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import StatementTag
from rocky_core.warehouses.snowflake import follow, session
from rocky_core.warehouses.snowflake.connect import open_adapter
from rocky_core.warehouses.snowflake.connections import Connections
from rocky_core.warehouses.snowflake.settings import read_settings
from rocky_core.warehouses.snowflake.warehouse import SnowflakeWarehouse

SUBMIT, STATUS, RESULT, LOGIN = "query-request", "^/monitoring", "/result$", "login-request"
INSERT = "INSERT INTO T SELECT 2"
SOON = {"max_retries": 1, "initial_backoff_ms": 10, "max_backoff_ms": 20}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a minute in a test."""
    monkeypatch.setattr(follow, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(follow, "_STOPPING_SECONDS", 5.0)
    monkeypatch.setattr(follow, "_LOOKS_INTO_HISTORY", (0.05, 0.1))
    monkeypatch.setattr(session, "_FETCHES", (0.05, 0.1))


@pytest.fixture
def flake(snowflake: SnowflakeServer) -> Iterator[SnowflakeWarehouse]:
    """An account with a table T that holds the number 1."""
    warehouse = open_adapter("flake", snowflake.adapter(retry=SOON), Path())
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA S")
        line.execute("CREATE TABLE S.T AS SELECT 1 AS I")
    yield warehouse
    snowflake.faults()
    warehouse.close()


def rows(warehouse: SnowflakeWarehouse) -> list[object]:
    with warehouse.session() as line:
        return [row[0] for row in line.query("SELECT I FROM S.T ORDER BY I").rows]


def insert(warehouse: SnowflakeWarehouse) -> WarehouseError | None:
    """Insert one row; the failure, if there is one."""
    with warehouse.session() as line:
        try:
            line.execute("INSERT INTO S.T SELECT 2")
        except WarehouseError as error:
            return error
    return None


def fault(path: str, **what: object) -> dict[str, object]:
    return {"path": path, "times": 99, "sql": "INSERT INTO S.T" if path == SUBMIT else "", **what}


@pytest.mark.parametrize(
    ("what", "kind", "in_doubt"),
    [
        pytest.param({"status": 401}, AuthFailed, False, id="401"),
        pytest.param({"status": 403}, AuthFailed, False, id="403"),
        pytest.param({"status": 404}, ConnectionFailed, False, id="404"),
        pytest.param({"status": 408}, TransientFailure, False, id="408"),
        pytest.param({"status": 429}, QuotaExceeded, False, id="429"),
        pytest.param({"status": 500}, TransientFailure, False, id="500"),
        pytest.param({"status": 502}, TransientFailure, False, id="502"),
        pytest.param({"status": 503}, TransientFailure, False, id="503"),
        pytest.param({"status": 504}, TransientFailure, False, id="504"),
        pytest.param({"body": "{nope"}, ConnectionFailed, True, id="malformed JSON"),
        pytest.param({"body": '{"success": true}'}, ConnectionFailed, True, id="JSON without an id"),
    ],
)
def test_a_statement_that_is_refused_fails_in_its_way_and_is_not_there(flake, snowflake, what, kind, in_doubt):
    snowflake.faults(fault(SUBMIT, **what))

    error = insert(flake)

    snowflake.faults()
    assert (type(error), error.in_doubt) == (kind, in_doubt)
    assert rows(flake) == [1]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_moment_of_weakness_is_survived_and_the_statement_runs_once(flake, snowflake, status):
    snowflake.faults({**fault(SUBMIT, status=status, headers={"Retry-After": "0"}), "times": 1})

    assert insert(flake) is None
    assert rows(flake) == [1, 2]


def test_a_statement_whose_answer_was_cut_off_is_found_in_the_history_and_not_sent_again(flake, snowflake):
    snowflake.faults({**fault(SUBMIT, cut="after"), "times": 1})

    assert insert(flake) is None
    assert rows(flake) == [1, 2]
    sent = [one for one in snowflake.history()["statements"] if one["sql"] == "INSERT INTO S.T SELECT 2"]
    assert len({one["tag"] for one in sent}) == len(sent)


def test_what_cannot_be_found_out_is_in_doubt_and_never_sent_again(flake, snowflake):
    snowflake.faults({**fault(SUBMIT, cut="after"), "times": 1}, fault(LOGIN, status=503))

    error = insert(flake)

    snowflake.faults()
    assert error.in_doubt
    assert rows(flake) == [1, 2]  # It has happened, which nobody could know.


@pytest.mark.parametrize("what", [{"status": 503}, {"cut": "after"}, {"body": "{nope"}, {"status": 429}])
@pytest.mark.parametrize("path", [STATUS, RESULT])
def test_questions_are_asked_again_until_there_is_an_answer(flake, snowflake, path, what):
    snowflake.faults({**fault(path, **what), "times": 2})

    assert insert(flake) is None
    assert rows(flake) == [1, 2]


def test_a_result_that_cannot_be_read_does_not_undo_a_write(flake, snowflake):
    snowflake.faults(fault(RESULT, body="{nope"))

    with flake.session() as line:
        done = line.execute("INSERT INTO S.T SELECT 2")

    snowflake.faults()
    assert done.rows_affected is None
    assert done.job_id is not None
    assert rows(flake) == [1, 2]


def test_a_statement_of_which_nothing_is_heard_any_more_is_in_doubt(flake, snowflake):
    snowflake.faults(fault(STATUS, status=503))

    error = insert(flake)

    snowflake.faults()
    assert (error.failure_kind, error.in_doubt) == (FailureKind.CONNECTION_FAILED, True)
    assert "could not be found out" in error.message
    assert rows(flake) == [1, 2]


# Logins


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ({"status": 403}, FailureKind.AUTH_FAILED),
        ({"status": 404}, FailureKind.CONNECTION_FAILED),
        ({"status": 429}, FailureKind.QUOTA_EXCEEDED),
        ({"status": 503}, FailureKind.TRANSIENT),
        ({"body": "{nope"}, FailureKind.CONNECTION_FAILED),
        ({"cut": "after"}, FailureKind.CONNECTION_FAILED),
    ],
)
def test_a_login_that_fails_leaves_nothing_in_doubt(snowflake, what, kind):
    warehouse = open_adapter("flake", snowflake.adapter(retry=SOON), Path())
    snowflake.faults(fault(LOGIN, **what))

    with pytest.raises(WarehouseError) as raised:
        warehouse.ping()

    snowflake.faults()
    assert (raised.value.failure_kind, raised.value.in_doubt) == (kind, False)
    warehouse.ping()
    warehouse.close()


def test_an_address_where_nobody_listens_is_a_failed_connection(snowflake):
    nobody = snowflake.adapter(host="http://127.0.0.1:9", retry=SOON)
    warehouse = open_adapter("flake", nobody, Path())

    with pytest.raises(ConnectionFailed) as raised:
        warehouse.ping()

    warehouse.close()
    assert not raised.value.in_doubt


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"password": "wrong"}, id="password"),
        pytest.param({"pat": "wrong"}, id="access token"),
        pytest.param({"oauth_token": "wrong"}, id="OAuth"),
    ],
)
def test_wrong_credentials_are_refused_and_never_shown(snowflake, settings):
    warehouse = open_adapter("flake", snowflake.adapter(**settings), Path())

    with pytest.raises(AuthFailed) as raised:
        warehouse.ping()

    warehouse.close()
    assert "wrong" not in raised.value.message


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"pat": "pat-right", "password": "wrong"}, id="access token"),
        pytest.param({"oauth_token": "oauth-right", "password": "wrong"}, id="OAuth"),
        pytest.param({}, id="password"),
    ],
)
def test_each_way_of_logging_in_works(snowflake, settings):
    warehouse = open_adapter("flake", snowflake.adapter(**settings), Path())

    warehouse.ping()
    warehouse.close()


@pytest.mark.parametrize("is_file", [True, False])
@pytest.mark.parametrize("passphrase", [None, "open sesame"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_key_proves_who_we_are_also_an_encrypted_one(snowflake, tmp_path, passphrase, is_known, is_file):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    (tmp_path / "key.p8").write_bytes(pem)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    user = f"SIGNER_{passphrase is None}_{is_known}_{is_file}".upper()
    if is_known:
        snowflake.know_key(user, base64.b64encode(public).decode())
    given = {"private_key_path": "key.p8"} if is_file else {"private_key": pem.decode()}
    settings = {"username": user, "private_key_passphrase": passphrase, **given}
    warehouse = open_adapter("flake", snowflake.adapter(**settings), tmp_path)

    if is_known:
        warehouse.ping()
    else:
        with pytest.raises(AuthFailed, match="JWT"):
            warehouse.ping()
    warehouse.close()


def test_a_token_that_expires_in_the_middle_is_renewed_and_nobody_notices(flake, snowflake):
    expired = json.dumps({"success": False, "code": "390112", "message": "Session token has expired", "data": None})
    snowflake.faults({**fault(SUBMIT, body=expired), "times": 1}, {**fault(STATUS, body=expired), "times": 1})

    assert insert(flake) is None
    assert rows(flake) == [1, 2]


# Transactions


def test_a_transaction_whose_session_is_lost_keeps_nothing(flake, snowflake):
    with flake.session() as line, pytest.raises(WarehouseError) as raised, line.transaction():  # noqa: PT012 — it may raise at its end
        line.execute("INSERT INTO S.T SELECT 2")
        snowflake.faults({**fault(SUBMIT, cut="after"), "times": 1})
        line.execute("INSERT INTO S.T SELECT 3")

    assert not raised.value.in_doubt
    assert rows(flake) == [1]


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_commit_whose_answer_is_lost_is_asked_after(flake, snowflake, is_heard):
    cut = {"path": SUBMIT, "sql": "COMMIT", "times": 1, "cut": "after"}
    error = None
    with flake.session() as line:
        try:
            with line.transaction():
                line.execute("INSERT INTO S.T SELECT 2")
                snowflake.faults(cut, *(() if is_heard else (fault(LOGIN, status=503),)))
        except WarehouseError as raised:
            error = raised

    snowflake.faults()
    assert (error is None) is is_heard
    assert is_heard or error.in_doubt
    assert rows(flake) == [1, 2]


def test_what_a_session_sets_or_leaves_open_does_not_reach_the_next_one(flake):
    with flake.session() as line:
        line.execute("CREATE SCHEMA ELSEWHERE")
        line.execute("USE SCHEMA ELSEWHERE")
    with flake.session() as line:
        assert line.query("SELECT CURRENT_SCHEMA()").rows == (("PUBLIC",),)
    with flake.session() as line:
        unfinished = line.transaction()
        unfinished.__enter__()
        line.execute("INSERT INTO S.T SELECT 2")

    assert rows(flake) == [1]


# The history of statements


def test_each_statement_is_in_the_history_with_run_and_model(flake, snowflake):
    with flake.session(tag=StatementTag("run-7", "nightly", "orders")) as line:
        made = line.execute("CREATE TABLE S.TAGGED AS SELECT 1 AS I")

    found = next(one for one in snowflake.history()["statements"] if one["id"] == made.job_id)
    tag = json.loads(found["tag"])
    assert tag.pop("statement")
    assert tag == {"app": "rocky", "run_id": "run-7", "pipeline": "nightly", "model": "orders"}


def test_a_tag_that_would_be_too_long_keeps_the_run_by_which_statements_are_found():
    tag = json.loads(follow.tag_text(StatementTag("run-7", "nightly", "m" * 2000), "mark"))

    assert tag == {"app": "rocky", "statement": "mark", "run_id": "run-7"}


def test_costs_are_asked_of_the_history_in_one_statement(flake, snowflake):
    with flake.session() as line:
        made = [line.execute(f"INSERT INTO S.T SELECT {n}").job_id for n in (2, 3)]
    before = len(snowflake.history()["statements"])

    costs = flake.costs([*made, "x'; DROP TABLE S.T"])

    assert len(snowflake.history()["statements"]) == before + 1
    assert {one: (cost.bytes_scanned, cost.credits) for one, cost in costs.items()} == dict.fromkeys(
        made, (4096, 0.000125)
    )


def test_a_hundred_tables_are_described_in_one_statement(flake, snowflake):
    before = len(snowflake.history()["statements"])

    found = flake.describe([TargetName("", "s", f"t{n}") for n in range(100)] + [TargetName("", "s", "t")])

    assert sum(one is not None for one in found.values()) == 1
    assert len(snowflake.history()["statements"]) == before + 1


def test_a_statement_that_never_ends_is_stopped_in_the_warehouse_too(flake, snowflake):
    with flake.session(timeout_seconds=0.3) as line, pytest.raises(TransientFailure, match="longer than its timeout"):
        line.execute(f"INSERT INTO S.T {WORDS.endless}")

    last = next(one for one in reversed(snowflake.history()["statements"]) if "CROSS JOIN" in one["sql"])
    assert last["state"] == "ABORTED"
    assert rows(flake) == [1]


def test_a_statement_that_is_stopped_by_somebody_else_is_cancelled(flake, snowflake):
    with ThreadPoolExecutor(1) as pool, flake.session() as line:
        stopping = pool.submit(snowflake.stop_what_runs)
        with pytest.raises(StatementCancelled):
            line.execute(f"INSERT INTO S.T {WORDS.endless}")
        stopping.result()

    assert rows(flake) == [1]


def test_nothing_of_the_driver_runs_when_the_garbage_is_collected(snowflake, monkeypatch):
    connections = Connections(read_settings("flake", snowflake.adapter(), Path()).options, 1)
    connection, finalized = connections.open(), []
    monkeypatch.setattr(type(connection), "is_closed", lambda _: finalized.append("asked") or True)
    told_of_its_end = weakref.ref(connection)

    del connection
    gc.collect()

    assert told_of_its_end() is None
    assert finalized == []
