"""A request is sent a single time by the real SDK, whatever the server does to the line."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    TransientFailure,
    WarehouseError,
)
from rocky_core.warehouses.databricks.errors import FAILURES, translate
from rocky_core.warehouses.databricks.service import Service
from rocky_core.warehouses.databricks.settings import read_settings

PATH = "/api/2.0/sql/statements"
RESET, GARBAGE = -1, -2
TOKEN = "dapi-nobody"  # noqa: S105 — it opens nothing


class Rough(ThreadingHTTPServer):
    """Answers each POST as told, and keeps what has arrived."""

    daemon_threads = True
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.arrived: list[object] = []


class Answer(BaseHTTPRequestHandler):
    server: Rough

    def do_GET(self) -> None:
        self.answer(404, b"{}")

    def do_POST(self) -> None:
        self.server.arrived.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.status == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif self.server.status == GARBAGE:
            self.answer(200, b'{"statement_id": "0')
        else:
            told = {"statement_id": "01"} if self.server.status == 200 else {"error_code": "", "message": "no"}
            self.answer(self.server.status, json.dumps(told).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "3")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def rough() -> Iterator[Rough]:
    server = Rough()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def service_at(port: int, host: str = "127.0.0.1") -> Service:
    adapter = Adapter.model_validate(
        {
            "type": "databricks",
            "host": f"http://{host}:{port}",
            "http_path": "/sql/1.0/warehouses/0",
            "token": TOKEN,
        }
    )
    return Service(read_settings("lake", adapter))


@pytest.fixture
def service(rough: Rough) -> Service:
    return service_at(rough.server_port)


def failure_of(service: Service) -> WarehouseError:
    with pytest.raises(FAILURES) as caught:
        service.send("POST", PATH, body={"statement": "INSERT"})
    return translate(caught.value, "INSERT")


@pytest.mark.parametrize(
    ("status", "kind", "in_doubt"),
    [
        (400, QueryRejected, False),
        (401, AuthFailed, False),
        (403, AuthFailed, False),
        (404, ObjectNotFound, False),
        (429, QuotaExceeded, False),
        (500, TransientFailure, True),
        (503, TransientFailure, True),
        (504, TransientFailure, True),
        (RESET, ConnectionFailed, True),
        (GARBAGE, ConnectionFailed, True),
    ],
)
def test_a_request_is_sent_once(
    rough: Rough, service: Service, status: int, kind: type[WarehouseError], in_doubt: bool
) -> None:
    rough.status = status
    rough.arrived.clear()

    failure = failure_of(service)

    assert (type(failure), failure.in_doubt) == (kind, in_doubt)
    assert rough.arrived == [{"statement": "INSERT"}]


def test_an_answer_is_given(rough: Rough, service: Service) -> None:
    rough.status = 200
    assert service.send("POST", PATH, body={"statement": "SELECT 1"}) == {"statement_id": "01"}


def test_what_was_never_sent_is_not_in_doubt() -> None:
    server = Rough()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    left_alone = service_at(server.server_port)
    assert left_alone.send("POST", PATH, body={"statement": "SELECT 1"})
    server.shutdown()
    thread.join()
    server.server_close()

    failure = failure_of(left_alone)

    assert (type(failure), failure.in_doubt) == (ConnectionFailed, False)


def test_a_proxy_of_the_environment_is_used_unless_the_host_is_left_out(
    rough: Rough, monkeypatch: pytest.MonkeyPatch
) -> None:
    rough.status = 200
    rough.arrived.clear()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{rough.server_port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    assert service_at(80, "workspace.example").send("POST", PATH, body={"through": "the proxy"})
    assert service_at(rough.server_port).send("POST", PATH, body={"straight": "on"})

    assert rough.arrived == [{"through": "the proxy"}, {"straight": "on"}]


def test_a_service_that_was_closed_sends_nothing_more(rough: Rough, service: Service) -> None:
    rough.arrived.clear()
    service.close()

    with pytest.raises(ConnectionFailed) as caught:
        service.send("POST", PATH, body={"statement": "INSERT"})

    assert (caught.value.in_doubt, rough.arrived) == (False, [])
