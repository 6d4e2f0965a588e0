"""Tokens: fetched when there is work, fetched anew when they are refused, and never asked for twice over."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from databricks.sdk.errors import platform

from rocky_core.config.adapters import Adapter
from rocky_core.errors import AuthFailed, ConnectionFailed, TransientFailure, WarehouseError
from rocky_core.warehouses.databricks import service as service_module
from rocky_core.warehouses.databricks.service import Service
from rocky_core.warehouses.databricks.settings import read_settings

PATH = "/api/2.0/sql/statements"
FILE = "/api/2.0/fs/files/Volumes/a/b/c/rows.csv"
PRINCIPAL = {"client_id": "rocky", "client_secret": "hush"}
WRITTEN_DOWN = {"token": "dapi-hush"}


class Workspace(ThreadingHTTPServer):
    """Gives out tokens `one`, `two`, …, and refuses requests by them as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.refused: dict[str, int] = {}  # By token: the status.
        self.login: tuple[int, str, bytes] | None = None  # What a login is answered instead of a token.
        self.is_awake = threading.Event()  # Logins wait for it.
        self.is_awake.set()
        self.given = 0
        self.asked: list[tuple[str, bytes]] = []  # Token and content of each request.


class Desk(BaseHTTPRequestHandler):
    server: Workspace

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}/oidc"
        told = {"oidc_endpoint": base, "token_endpoint": f"{base}/v1/token", "authorization_endpoint": f"{base}/auth"}
        self.answer(200, json.dumps(told).encode())

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/oidc/v1/token":
            self.log_in()
            return
        token = self.headers["Authorization"].removeprefix("Bearer ")
        self.server.asked.append((token, content))
        status = self.server.refused.get(token, 200)
        told = {"ok": True} if status == 200 else {"error_code": "", "message": "no"}
        self.answer(status, json.dumps(told).encode())

    def do_PUT(self) -> None:
        self.do_POST()

    def log_in(self) -> None:
        self.server.is_awake.wait()
        if self.server.login is not None:
            self.answer(self.server.login[0], self.server.login[2], self.server.login[1])
            return
        self.server.given += 1
        token = {"access_token": str(self.server.given), "token_type": "Bearer", "expires_in": 3600}
        self.answer(200, json.dumps(token).encode())

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    server = Workspace()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def service_of(workspace: Workspace, **secrets: str) -> Service:
    told = {"host": f"http://127.0.0.1:{workspace.server_port}", "http_path": "/sql/1.0/warehouses/0", **secrets}
    return Service(read_settings("lake", Adapter.model_validate({"type": "databricks", **told})))


def failure_of(service: Service) -> WarehouseError:
    with pytest.raises(WarehouseError) as raised:
        service.send("POST", PATH, body={})
    return raised.value


def test_nobody_is_asked_for_a_token_before_there_is_work(workspace: Workspace) -> None:
    service = service_of(workspace, **PRINCIPAL)
    assert workspace.given == 0

    service.send("POST", PATH, body={})
    service.send("POST", PATH, body={})

    assert workspace.given == 1
    assert [token for token, _ in workspace.asked] == ["1", "1"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_is_fetched_anew_and_the_request_sent_once_more(
    workspace: Workspace, status: int
) -> None:
    service = service_of(workspace, **PRINCIPAL)
    workspace.refused = {"1": status}

    assert service.send("POST", PATH, body={"statement": "INSERT"}) == {"ok": True}
    assert [token for token, _ in workspace.asked] == ["1", "2"]
    assert {content for _, content in workspace.asked} == {b'{"statement": "INSERT"}'}


@pytest.mark.parametrize(("status", "kind"), [(401, platform.Unauthenticated), (403, platform.PermissionDenied)])
def test_a_new_token_that_is_refused_too_ends_it(workspace: Workspace, status: int, kind: type[Exception]) -> None:
    workspace.refused = {"1": status, "2": status}

    with pytest.raises(kind):
        service_of(workspace, **PRINCIPAL).send("POST", PATH, body={})

    assert [token for token, _ in workspace.asked] == ["1", "2"]


def test_a_token_that_was_written_down_is_what_it_is(workspace: Workspace) -> None:
    workspace.refused = {"dapi-hush": 401}

    with pytest.raises(platform.Unauthenticated):
        service_of(workspace, **WRITTEN_DOWN).send("POST", PATH, body={})

    assert [token for token, _ in workspace.asked] == ["dapi-hush"]


def test_a_file_is_sent_whole_again_with_the_new_token(workspace: Workspace) -> None:
    workspace.refused = {"1": 401}

    service_of(workspace, **PRINCIPAL).send("PUT", FILE, data=BytesIO(b"i\n1\n"))

    assert workspace.asked == [("1", b"i\n1\n"), ("2", b"i\n1\n")]


def test_of_many_who_are_refused_at_once_one_fetches_the_token(workspace: Workspace) -> None:
    service = service_of(workspace, **PRINCIPAL)
    service.send("POST", PATH, body={})
    workspace.refused = {"1": 401}
    all_there = threading.Barrier(8)

    def work(_: int) -> object:
        all_there.wait()
        return service.send("POST", PATH, body={})

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [{"ok": True}] * 8
    assert workspace.given == 2


def test_a_login_that_never_answers_is_not_waited_for_without_an_end(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "_LOGIN_SECONDS", 0.2)
    service = service_of(workspace, **PRINCIPAL)
    workspace.is_awake.clear()

    failure = failure_of(service)

    workspace.is_awake.set()
    assert (type(failure), failure.in_doubt) == (ConnectionFailed, False)
    assert failure.message == "No token could be had within 0.2 s."
    monkeypatch.undo()
    assert service.send("POST", PATH, body={}) == {"ok": True}


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        pytest.param(
            (401, "application/json", b'{"error": "invalid_client", "error_description": "No such client"}'),
            AuthFailed,
            "invalid_client: No such client",
            id="a wrong secret",
        ),
        pytest.param(
            (503, "application/json", b'{"error": "temporarily_unavailable", "error_description": "later"}'),
            TransientFailure,
            "later",
            id="a login that is out of order",
        ),
        pytest.param((502, "text/html", b"<html>\nA proxy</html>"), TransientFailure, "A proxy", id="a proxy's page"),
        pytest.param(
            (200, "application/json", b"{}"), TransientFailure, "No token could be had", id="an answer without a token"
        ),
    ],
)
def test_a_login_that_fails_is_told_by_its_kind_and_nothing_was_sent(
    workspace: Workspace, answer: tuple[int, str, bytes], kind: type[WarehouseError], message: str
) -> None:
    workspace.login = answer

    failure = failure_of(service_of(workspace, **PRINCIPAL))

    assert (type(failure), failure.in_doubt) == (kind, False)
    assert message in failure.message
    assert "hush" not in failure.message
    assert workspace.asked == []
