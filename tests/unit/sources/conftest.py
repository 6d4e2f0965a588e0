"""An API on loopback that answers from a table, and misbehaves where it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class SetClock:
    """Time that only moves when somebody sleeps."""

    seconds: float = 0.0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self.turn:
            self.seconds += seconds


@dataclass(frozen=True)
class Reply:
    """What the API answers: JSON unless bytes are given, or whatever `misbehave` does with the connection."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    misbehave: Callable[[BaseHTTPRequestHandler], None] | None = None


def say_nothing(handler: BaseHTTPRequestHandler) -> None:
    """Accept the question and leave it at that."""
    handler.close_connection = True
    time.sleep(0.4)


class Api:
    """Answers each address (path and query) from a script; the last reply of a script is given for ever."""

    def __init__(self) -> None:
        self.scripts: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.sent: list[bytes] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("Authorization")))
                if self.command == "POST":
                    outer.sent.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                script = outer.scripts.get(self.path, [Reply({"message": "nothing here"}, 404)])
                reply = script[0] if len(script) == 1 else script.pop(0)
                if reply.misbehave is not None:
                    reply.misbehave(self)
                    return
                body = json.dumps(reply.content).encode() if reply.body is None else reply.body
                self.send_response(reply.status)
                for key, value in reply.headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 — the name that the server calls

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def says(self, path: str, *replies: Reply | dict[str, Any]) -> None:
        self.scripts[path] = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def api() -> Iterator[Api]:
    served = Api()
    thread = threading.Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()
