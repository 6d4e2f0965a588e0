"""Real shells, a real server on loopback, and a clock that does not wait."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rocky_core.config.rocky_toml import parse_config
from rocky_core.hooks.definition import HookTable
from rocky_core.hooks.load_hooks import load_hooks
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.payload import Payload
from rocky_core.hooks.run_shell import ShellRunner
from rocky_core.hooks.send_http import RequestsSender

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class SetClock:
    """Time that only moves when somebody sleeps."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """Answers with the statuses of `script` in turn (the last one for ever), or as a function of the handler."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.script: list[int | Callable[[BaseHTTPRequestHandler], None]] = [200]
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.received.append(Received(self.command, self.path, dict(self.headers), body))
                step = outer.script[0] if len(outer.script) == 1 else outer.script.pop(0)
                if callable(step):
                    step(self)
                    return
                self.send_response(step)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_PUT = do_GET = answer  # noqa: N815 — the library's names

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    running = Server()
    yield running
    running.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def outside(clock) -> Outside:
    return Outside(clock, ShellRunner(), RequestsSender(), dict(os.environ))


@pytest.fixture
def hooks(tmp_path) -> Callable[..., HookTable]:
    """A function from the text of a rocky.toml to its hooks, whose commands run in the test's folder."""

    def load(text: str, environment: dict[str, str] | None = None, folder: Path = tmp_path) -> HookTable:
        checked = parse_config(text, "rocky.toml", environment or {})
        assert checked.value is not None, checked.diagnostics
        return load_hooks(checked.value, folder)

    return load


@pytest.fixture
def payload() -> Payload:
    return Payload("pipeline_error", "run-1", "daily", NOW, model="orders", error='no "table"\n', duration_ms=7)
