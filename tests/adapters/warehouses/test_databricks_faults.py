"""Databricks on a bad day: the right kind of failure, and never anything twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from databricks_bench import CLIENT, CLIENTS_OWN, WORDS, WRONG, DatabricksServer

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    UserError,
    WarehouseError,
)
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import CsvFile, StatementTag
from rocky_core.warehouses.databricks import follow, history, left_running
from rocky_core.warehouses.databricks.connect import open_adapter
from rocky_core.warehouses.databricks.warehouse import DatabricksWarehouse

START, LOOK, HISTORY, FILES = "/statements$", "/statements/[^/]+$", "/history/queries", "/fs/files/"
CHUNK, TOKEN = "/result/chunks/", "/oidc/v1/token$"
INSERT = "INSERT INTO s.t SELECT 2"
SOON = {"max_retries": 1, "initial_backoff_ms": 10, "max_backoff_ms": 20}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a minute in a test."""
    monkeypatch.setattr(follow, "_PATIENCE_SECONDS", 4.0)  # The SDK asks for a second where the service asks for none.
    monkeypatch.setattr(follow, "_SEARCH_SECONDS", 0.5)
    monkeypatch.setattr(follow, "_STOPPING_SECONDS", 5.0)


@pytest.fixture
def lake(databricks: DatabricksServer) -> Iterator[DatabricksWarehouse]:
    """A catalog with a table t that holds the number 1."""
    warehouse = open_adapter("lake", databricks.adapter(retry=SOON), Path())
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA s")
        line.execute("CREATE TABLE s.t AS SELECT 1 AS i")
    yield warehouse
    databricks.faults()
    databricks.tell("history-delay", 0)
    databricks.tell("latency", 0)
    databricks.expire(right=10.0**12)
    warehouse.close()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every start is answered at once, so that its end has to be asked for."""
    monkeypatch.setattr(follow, "_HELD_SECONDS", 0)


def rows(warehouse: DatabricksWarehouse) -> list[object]:
    with warehouse.session() as line:
        return [row[0] for row in line.query("SELECT i FROM s.t ORDER BY i").rows]


def insert(warehouse: DatabricksWarehouse) -> WarehouseError | None:
    """Insert one row; the failure, if there is one."""
    with warehouse.session() as line:
        try:
            line.execute(INSERT)
        except WarehouseError as error:
            return error
    return None


def fault(path: str, **what: object) -> dict[str, object]:
    return {"path": path, "times": 99, "sql": "INSERT INTO s.t" if path == START else "", **what}


def refusal(status: int, code: str) -> dict[str, object]:
    """An answer as Databricks gives it."""
    return {"status": status, "body": f'{{"error_code": "{code}", "message": "It is so."}}'}


@pytest.mark.parametrize(
    ("what", "kind", "in_doubt"),
    [
        pytest.param(refusal(400, "INVALID_PARAMETER_VALUE"), QueryRejected, False, id="400"),
        pytest.param(refusal(401, "UNAUTHENTICATED"), AuthFailed, False, id="401"),
        pytest.param({"status": 403}, AuthFailed, False, id="403"),
        pytest.param(refusal(404, "RESOURCE_DOES_NOT_EXIST"), ObjectNotFound, False, id="404"),
        pytest.param({"status": 408}, TransientFailure, True, id="408"),
        pytest.param({"status": 429}, QuotaExceeded, False, id="429"),
        pytest.param({"status": 500}, TransientFailure, True, id="500"),
        pytest.param({"status": 502}, TransientFailure, True, id="502"),
        pytest.param(refusal(503, "TEMPORARILY_UNAVAILABLE"), TransientFailure, True, id="503"),
        pytest.param({"status": 504}, TransientFailure, True, id="504"),
        pytest.param({"cut": "before"}, ConnectionFailed, True, id="reset before it was served"),
        pytest.param({"body": "{nope"}, ConnectionFailed, True, id="malformed JSON"),
        pytest.param({"body": "<html>A proxy</html>"}, ConnectionFailed, True, id="somebody else's page"),
        pytest.param({"body": "{}"}, ConnectionFailed, True, id="an answer that tells nothing"),
        pytest.param({"body": "[]"}, ConnectionFailed, True, id="an answer of another shape"),
        pytest.param(refusal(502, "OF_A_PROXY"), TransientFailure, True, id="502 with a code"),
        pytest.param({"status": 599, "body": "<html>"}, TransientFailure, True, id="599 with a page"),
        pytest.param({"status": 413}, QueryRejected, False, id="413"),
    ],
)
def test_a_start_that_is_refused_fails_in_its_way_and_nothing_happens(lake, databricks, what, kind, in_doubt):
    databricks.faults(fault(START, **what))

    error = insert(lake)

    databricks.faults()
    assert (type(error), error.in_doubt) == (kind, in_doubt)
    assert rows(lake) == [1]


@pytest.mark.parametrize(
    "what",
    [
        pytest.param({"status": 429, "headers": {"Retry-After": "0"}}, id="429"),
        pytest.param({"cut": "after"}, id="reset after it was served"),
        pytest.param({"drip": 0.3}, id="slow drip"),
        pytest.param({"delay": 0.2}, id="latency"),
    ],
)
def test_a_moment_of_weakness_is_survived_and_the_statement_runs_once(lake, databricks, what):
    databricks.faults({**fault(START, **what), "times": 1})

    assert insert(lake) is None
    assert rows(lake) == [1, 2]


@pytest.mark.parametrize("what", [{"status": 503}, {"cut": "before"}, {"cut": "after"}, {"body": "{nope"}])
def test_what_only_reads_is_simply_started_again(lake, databricks, what):
    databricks.faults({"path": START, "sql": "SELECT i FROM s.t", "times": 1, **what})

    assert rows(lake) == [1]


def test_a_start_whose_answer_is_lost_is_found_in_the_history_which_is_late(lake, databricks):
    databricks.tell("history-delay", 0.3)
    databricks.faults(fault(START, cut="after"))

    assert insert(lake) is None

    databricks.faults()
    assert rows(lake) == [1, 2]
    mine = [one for one in databricks.history()["statements"] if one["sql"] == INSERT]
    assert len({one["id"] for one in mine}) == len(mine)


def test_a_statement_is_found_on_a_later_page_of_the_history_that_is_asked_again(lake, databricks, monkeypatch):
    monkeypatch.setattr(follow, "_SEARCH_SECONDS", 10.0)
    monkeypatch.setattr(history, "_PAGE", 1)
    databricks.tell("history-delay", 0.5)
    databricks.faults(fault(START, cut="after", times=1), {"path": HISTORY, "times": 1, "status": 503})
    with ThreadPoolExecutor(1) as pool:
        mine = pool.submit(insert, lake)
        while INSERT not in [one["sql"] for one in databricks.history()["statements"][-1:]]:
            pass
        rows(lake)  # Of two statements, this is the newest.

    assert mine.result() is None
    assert rows(lake) == [1, 2]


def test_a_statement_that_was_found_and_has_failed_is_a_failure_like_any_other(lake, databricks):
    databricks.faults({"path": START, "times": 1, "cut": "after", "sql": "INSERT INTO s.t"})

    with lake.session() as line, pytest.raises(ObjectNotFound) as raised:
        line.execute("INSERT INTO s.t SELECT i FROM s.nowhere")

    assert not raised.value.in_doubt


def test_what_is_not_found_in_time_is_in_doubt_and_never_started_again(lake, databricks):
    databricks.tell("history-delay", 60)
    databricks.faults(fault(START, cut="after"))
    before = len(databricks.history()["statements"])

    error = insert(lake)

    databricks.faults()
    databricks.tell("history-delay", 0)
    assert error.in_doubt
    assert len(databricks.history()["statements"]) == before + 1
    assert rows(lake) == [1, 2]  # It has happened, which nobody could know.


def test_nothing_is_sent_again_behind_our_back(databricks):
    warehouse = open_adapter("lake", databricks.adapter(retry={"max_retries": 0}), Path())
    databricks.faults({"path": "/api/", "times": 99, "status": 503})
    before = len(databricks.history()["requests"])

    for use in (
        warehouse.list_schemas,
        lambda: warehouse.describe_query("SELECT 1"),
        lambda: warehouse.costs(["01f0"]),
    ):
        with pytest.raises(TransientFailure) as raised:
            use()
        assert not raised.value.in_doubt

    asked = [one["path"] for one in databricks.history()["requests"][before:] if one["path"].startswith("/api/")]
    databricks.faults()
    warehouse.close()
    assert [path.rpartition("/")[2] for path in asked] == ["statements", "statements", "queries"]


def test_a_wait_that_the_service_asks_for_is_kept_and_told(lake, databricks):
    databricks.faults(fault(START, status=429, headers={"Retry-After": "1"}, times=1))
    assert insert(lake) is None
    asked = [one["at"] for one in databricks.history()["requests"] if one["path"].endswith("/statements")][-2:]
    assert asked[1] - asked[0] >= 1.0

    databricks.faults(fault(START, status=429, headers={"Retry-After": "90"}))
    error = insert(lake)

    assert isinstance(error, QuotaExceeded)
    assert error.cooldown_seconds == 90.0


def test_nobody_waits_longer_than_the_statement_may_take(lake, databricks):
    databricks.faults(fault(START, status=429, headers={"Retry-After": "30"}, times=2))
    before = len(databricks.history()["requests"])

    with lake.session(timeout_seconds=10) as line, pytest.raises(QuotaExceeded) as raised:
        line.execute(INSERT)

    asked = [one for one in databricks.history()["requests"][before:] if one["path"].endswith("/statements")]
    assert (len(asked), raised.value.cooldown_seconds, raised.value.in_doubt) == (1, 30.0, False)


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    "what", [{"status": 503}, {"cut": "after"}, {"body": "{nope"}, {"body": "{}"}, {"status": 429}, {"status": 404}]
)
def test_questions_are_asked_again_until_there_is_an_answer(lake, databricks, what):
    databricks.tell("latency", 0.05)
    databricks.faults({**fault(LOOK, **what), "times": 2})

    assert insert(lake) is None
    assert rows(lake) == [1, 2]


@pytest.mark.usefixtures("held")
def test_a_statement_of_which_nothing_is_heard_any_more_is_in_doubt(lake, databricks, monkeypatch):
    monkeypatch.setattr(follow, "_PATIENCE_SECONDS", 0.3)
    databricks.tell("latency", 0.05)
    databricks.faults(fault(LOOK, status=503))

    error = insert(lake)

    databricks.faults()
    assert (error.failure_kind, error.in_doubt) == (FailureKind.CONNECTION_FAILED, True)
    assert "could not be found out" in error.message
    assert rows(lake) == [1, 2]


@pytest.mark.parametrize("what", [{"status": 503}, {"cut": "after"}, {"body": "{nope"}, {"body": "{}"}])
def test_a_result_is_read_again_where_a_chunk_is_cut_off(lake, databricks, what):
    databricks.faults({"path": CHUNK, "times": 1, **what})
    with lake.session() as line:
        found = line.query("SELECT id FROM range(2500) ORDER BY id").rows

    assert [row[0] for row in found] == list(range(2500))


def test_rows_that_cannot_be_read_fail_and_are_never_left_out(lake, databricks):
    databricks.faults(fault(CHUNK, body="{}"))

    with lake.session() as line, pytest.raises(ConnectionFailed) as raised:
        line.query("SELECT id FROM range(2500)")

    databricks.faults()
    assert not raised.value.in_doubt  # It has only read.


def test_no_more_rows_are_fetched_than_are_wanted(lake, databricks):
    before = len(databricks.history()["requests"])

    with lake.session() as line:
        found = line.query("SELECT id FROM range(2500)", limit=5).rows

    asked = [one["path"] for one in databricks.history()["requests"][before:]]
    assert len(found) == 5
    assert [path.rpartition("/")[2] for path in asked] == ["statements"]


def test_a_page_of_a_gateway_is_told_in_its_own_words(lake, databricks):
    databricks.faults(fault(START, status=502, body="<html> <b>upstream</b>\n is away</html>"))

    error = insert(lake)

    databricks.faults()
    assert error.message == "502 Bad Gateway: <html> <b>upstream</b> is away</html>"


def test_an_address_where_nobody_listens_is_a_failed_connection(databricks):
    adapter = databricks.adapter(host="http://127.0.0.1:9", database="main", retry=SOON)
    warehouse = open_adapter("lake", adapter, Path())

    for use in (warehouse.ping, warehouse.list_schemas, lambda: warehouse.costs(["01f0"])):
        with pytest.raises(ConnectionFailed) as raised:
            use()
        assert not raised.value.in_doubt

    warehouse.close()


def test_a_sql_warehouse_that_is_not_there_is_named(databricks):
    warehouse = open_adapter("lake", databricks.adapter(http_path="/sql/1.0/warehouses/ffff", database="main"), Path())

    with pytest.raises(ObjectNotFound, match="SQL warehouse ffff does not exist"):
        warehouse.ping()

    warehouse.close()


# Who we are


def test_a_wrong_token_is_refused_and_never_shown(databricks):
    warehouse = open_adapter("lake", databricks.adapter(token=WRONG, database="main"), Path())

    with pytest.raises(AuthFailed) as raised:
        warehouse.ping()

    warehouse.close()
    assert WRONG not in raised.value.message


def test_a_token_that_expires_in_the_middle_ends_the_work_and_leaves_nothing_half_done(lake, databricks):
    databricks.expire()

    error = insert(lake)

    databricks.expire(right=10.0**12)
    assert (type(error), error.in_doubt) == (AuthFailed, False)
    assert rows(lake) == [1]


def as_principal(databricks: DatabricksServer, proof: str = CLIENTS_OWN) -> DatabricksWarehouse:
    adapter = databricks.adapter(retry=SOON)
    principal = adapter.model_copy(update={"token": None})
    given = {"client_id": CLIENT, "client_secret": proof}
    return open_adapter(
        "lake", type(adapter).model_validate({**principal.model_dump(exclude_unset=True), **given}), Path()
    )


def test_a_service_principals_token_is_renewed_in_the_middle_and_nobody_notices(databricks):
    warehouse = as_principal(databricks)
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA s")
        line.execute("CREATE TABLE s.t AS SELECT 1 AS i")

    databricks.expire(right=10.0**12)
    error = insert(warehouse)

    assert error is None
    assert rows(warehouse) == [1, 2]
    assert [link.name for link in warehouse.auth_chain if link.is_used] == [
        "OAuth of a service principal (client_id, client_secret)"
    ]
    warehouse.close()


def test_a_secret_that_is_wrong_fails_the_login_and_is_never_shown(databricks):
    warehouse = as_principal(databricks, "wr0ng-secret")

    with pytest.raises(AuthFailed) as raised:
        warehouse.ping()

    warehouse.close()
    assert not raised.value.in_doubt
    assert "invalid_client" in raised.value.message
    assert "wr0ng-secret" not in raised.value.message


@pytest.fixture
def principal(databricks: DatabricksServer) -> Iterator[DatabricksWarehouse]:
    """A service principal with a table t that holds the number 1."""
    warehouse = as_principal(databricks)
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA s")
        line.execute("CREATE TABLE s.t AS SELECT 1 AS i")
    yield warehouse
    databricks.faults()
    databricks.tell("latency", 0)
    warehouse.close()


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("what", [{"status": 503}, {"status": 503, "body": "<html>"}, {"body": "{}"}, {"cut": "after"}])
def test_a_statement_is_followed_on_while_no_token_can_be_had_for_a_moment(principal, databricks, what):
    databricks.tell("latency", 0.3)
    databricks.faults(
        {"path": LOOK, "times": 1, **refusal(401, "UNAUTHENTICATED")}, {"path": TOKEN, "times": 1, **what}
    )

    assert insert(principal) is None

    assert databricks.history()["faults"] == [0, 0]
    assert rows(principal) == [1, 2]


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        pytest.param({"status": 401, "body": '{"error": "invalid_client"}'}, AuthFailed, id="a secret that is over"),
        pytest.param({"status": 503, "body": '{"error": "server_error"}'}, TransientFailure, id="503"),
        pytest.param({"status": 502, "headers": {"content-type": "text/html"}}, TransientFailure, id="502"),
        pytest.param({"cut": "before"}, ConnectionFailed, id="reset"),
    ],
)
def test_a_token_that_cannot_be_had_fails_and_leaves_nothing_in_doubt(principal, databricks, what, kind):
    databricks.expire(right=10.0**12)
    databricks.faults(fault(TOKEN, **what))

    error = insert(principal)

    databricks.faults()
    assert (type(error), error.in_doubt) == (kind, False)
    assert "hush" not in error.message
    assert rows(principal) == [1]


# Files


def loaded(warehouse: DatabricksWarehouse, file: Path) -> WarehouseError | None:
    with warehouse.session() as line:
        try:
            line.load_csv(CsvFile(str(file), ("i",)), TargetName("", "s", "t"))
        except WarehouseError as error:
            return error
    return None


@pytest.mark.parametrize(
    "what", [{"status": 503}, {"cut": "before"}, {"cut": "after"}, {"body": "{nope"}, {"status": 429}]
)
def test_a_file_whose_upload_breaks_is_sent_again_and_is_there_once(lake, databricks, tmp_path, what):
    file = tmp_path / "rows.csv"
    file.write_text("i\n2\n3\n")
    databricks.faults({"path": FILES, "method": "PUT", "times": 1, **what})

    assert loaded(lake, file) is None
    assert rows(lake) == [1, 2, 3]
    assert databricks.history()["files"] == []


@pytest.mark.parametrize("what", [{"status": 503}, {"cut": "before"}, {"cut": "after"}, {"status": 429}])
def test_no_file_is_left_behind_because_of_one_lost_answer(lake, databricks, tmp_path, what):
    file = tmp_path / "rows.csv"
    file.write_text("i\n2\n3\n")
    databricks.faults({"path": FILES, "method": "DELETE", "times": 1, **what})

    assert loaded(lake, file) is None
    assert rows(lake) == [1, 2, 3]
    assert databricks.history()["files"] == []


def test_a_file_that_never_arrives_is_told_so(lake, databricks, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("i\n2\n")
    databricks.faults({"path": FILES, "times": 99, "status": 503})

    error = loaded(lake, file)

    databricks.faults()
    assert (type(error), error.in_doubt) == (TransientFailure, False)
    assert rows(lake) == [1]


def test_without_a_volume_it_is_said_where_to_name_one(databricks, tmp_path):
    warehouse = open_adapter("lake", databricks.adapter(volume=None, database="main"), Path())
    file = tmp_path / "rows.csv"
    file.write_text("i\n2\n")

    with warehouse.session() as line, pytest.raises(UserError) as raised:
        line.load_csv(CsvFile(str(file), ("i",)), TargetName("", "s", "t"))

    warehouse.close()
    assert raised.value.hint == 'set volume = "/Volumes/CATALOG/SCHEMA/VOLUME" in [adapter.lake]'


# The history of queries


def test_each_statement_carries_run_and_model(lake, databricks):
    with lake.session(tag=StatementTag("run-7", "Nightly Load", "shop.Orders")) as line:
        made = line.execute("CREATE TABLE s.tagged AS SELECT 1 AS i")

    found = next(one for one in databricks.history()["statements"] if one["id"] == made.job_id)
    assert {key: value for key, value in found["tags"].items() if key != follow.TAG} == {
        "app": "rocky",
        "run_id": "run-7",
        "pipeline": "Nightly Load",
        "model": "shop.Orders",
    }


def test_a_statement_of_which_the_history_tells_late_is_ended_too(lake, databricks, monkeypatch):
    monkeypatch.setattr(left_running, "_LATE_SECONDS", 3.0)
    databricks.tell("history-delay", 1.5)
    with ThreadPoolExecutor(1) as pool, closing(open_adapter("lake", databricks.adapter(), Path())) as theirs:

        def run_forever() -> None:
            with theirs.session(tag=StatementTag("run-late")) as line:
                line.query(WORDS.endless)

        left = pool.submit(run_forever)
        while "run-late" not in [one["tags"].get("run_id") for one in databricks.history()["statements"]]:
            pass

        assert lake.end_statements({"run-late"}) == 1
        assert isinstance(left.exception(), StatementCancelled)


def test_what_a_statement_has_read_is_told_by_the_history(lake):
    with lake.session() as line:
        made = line.execute(INSERT)

    assert made.rows_affected == 1
    told = lake.costs([made.job_id, "01f0-nobody"])
    assert {one: cost.bytes_scanned for one, cost in told.items()} == {made.job_id: 4096}


def test_hundreds_of_tables_of_several_schemas_are_described_in_one_statement(lake, databricks):
    with lake.session() as line:
        line.execute("CREATE SCHEMA other")
        line.execute("CREATE TABLE other.t AS SELECT 1 AS i")
    before = len(databricks.history()["statements"])

    wanted = [TargetName("", schema, f"t{n}") for schema in ("s", "other") for n in range(150)]
    found = lake.describe([*wanted, TargetName("", "s", "t"), TargetName("", "other", "t")])

    assert sum(one is not None for one in found.values()) == 2
    assert len(databricks.history()["statements"]) == before + 1


def test_a_catalog_that_is_not_there_takes_nothing_from_those_that_are(lake):
    found = lake.describe([TargetName("", "s", "t"), TargetName("gone", "s", "t")])

    assert [one is not None for one in found.values()] == [True, False]


def test_a_statement_that_never_ends_is_stopped_in_the_warehouse_too(lake, databricks):
    with lake.session(timeout_seconds=0.3) as line, pytest.raises(TransientFailure, match="longer than its timeout"):
        line.execute(f"INSERT INTO s.t {WORDS.endless}")

    last = databricks.history()["statements"][-1]
    assert ("CROSS JOIN" in last["sql"], last["state"]) == (True, "CANCELED")
    assert rows(lake) == [1]


@pytest.mark.usefixtures("held")
def test_an_answer_to_a_cancel_that_is_lost_changes_nothing(lake, databricks):
    databricks.faults({"path": "/cancel$", "times": 1, "status": 503}, {"path": "/cancel$", "times": 1, "cut": "after"})

    with lake.session(timeout_seconds=0.3) as line, pytest.raises(TransientFailure, match="longer than its timeout"):
        line.execute(f"INSERT INTO s.t {WORDS.endless}")

    assert databricks.history()["statements"][-1]["state"] == "CANCELED"
    assert rows(lake) == [1]


def test_a_statement_that_is_stopped_by_somebody_else_is_cancelled(lake, databricks):
    with ThreadPoolExecutor(1) as pool, lake.session() as line:
        stopping = pool.submit(databricks.stop_what_runs)
        with pytest.raises(StatementCancelled):
            line.execute(f"INSERT INTO s.t {WORDS.endless}")
        stopping.result()

    assert rows(lake) == [1]


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("moment", ["_wait", "_checked"])
def test_an_interrupt_stops_the_statement_too(lake, databricks, monkeypatch, moment):
    """Whether it comes while the statement is asked after, or before the answer to its start was understood."""

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, lake.session() as line:
        patched.setattr(follow, moment, interrupted)
        with pytest.raises(KeyboardInterrupt):
            line.execute(f"INSERT INTO s.t {WORDS.endless}")

    give_up_at = time.monotonic() + 10
    while databricks.history()["statements"][-1]["state"] != "CANCELED":
        assert time.monotonic() < give_up_at


@pytest.mark.usefixtures("held")
def test_a_warehouse_that_is_closed_stops_what_runs(lake, databricks):
    Timer(0.3, lake.close).start()

    with lake.session() as line, pytest.raises(StatementCancelled):
        line.execute(f"INSERT INTO s.t {WORDS.endless}")

    assert {one["state"] for one in databricks.history()["statements"]} <= {"SUCCEEDED", "FAILED", "CANCELED"}


def test_a_transaction_is_refused_before_anything_is_done(lake):
    with lake.session() as line, pytest.raises(QueryRejected), line.transaction():
        line.execute(INSERT)

    assert rows(lake) == [1]


def test_as_many_statements_run_at_once_as_the_adapter_is_made_for(databricks):
    warehouse = open_adapter("lake", databricks.adapter(max_concurrency=16), Path())
    databricks.tell("latency", 1.0)  # Long enough for a busy machine to start them all.
    all_there = threading.Barrier(16)

    def work(_: int) -> None:
        with warehouse.session() as line:
            all_there.wait()
            line.query("SELECT 1")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))

    most_running = databricks.history()["most_running"]
    databricks.tell("latency", 0)
    warehouse.close()
    assert most_running == 16
