"""A program that speaks as much of Cloud Storage's XML API as the state uses, with its preconditions on generations.

`python gcs_server.py PORT FOLDER [WRITES_PER_SECOND]`. Buckets are folders below FOLDER and objects their files, so a
killed server that is started again has what it acknowledged. As in the real thing a precondition of generation 0 means
that there is no such object, an entity tag is the hash of the bytes alone, and one object takes few writes a second.
"""

from __future__ import annotations

import hashlib
import sys
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import quote, unquote, urlsplit

FOLDER = Path()
TURN = Lock()
MOST_WRITES_A_SECOND = 0.0  # Of one object; zero: any number.
WRITTEN_AT: dict[Path, float] = {}


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # Head and body leave as one packet.
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # Half an object is none.
            return
        try:
            with TURN:
                status, headers, data = getattr(self, f"_{self.command.lower()}")(self._file(), body)
        except Refused as refused:
            status, headers = refused.status, {}
            data = f"<?xml version='1.0'?><Error><Code>{refused.code}</Code></Error>".encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(data)

    do_GET = do_HEAD = do_PUT = do_DELETE = _answer  # noqa: N815 — names that the base class looks for

    def _file(self) -> Path:
        bucket, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        folder = FOLDER / quote(bucket, safe="")
        if not folder.is_dir():
            raise Refused(404, "NoSuchBucket")
        return folder / quote(name, safe="")

    def _put(self, file: Path, body: bytes) -> tuple[int, dict[str, str], bytes]:
        current = read(file)
        wanted = self.headers.get("x-goog-if-generation-match")
        if wanted is not None and int(wanted) != (0 if current is None else current[0]):
            raise Refused(412, "PreconditionFailed")
        if MOST_WRITES_A_SECOND and time.monotonic() - WRITTEN_AT.get(file, 0.0) < 1 / MOST_WRITES_A_SECOND:
            raise Refused(429, "SlowDown")
        WRITTEN_AT[file] = time.monotonic()
        generation = max(time.time_ns() // 1000, 0 if current is None else current[0] + 1)
        part = file.with_name(f"{file.name}%part")
        part.write_bytes(f"{generation}\n".encode() + body)
        part.replace(file)
        return 200, described(file), b""

    def _get(self, file: Path, _: bytes) -> tuple[int, dict[str, str], bytes]:
        current = read(file)
        if current is None:
            raise Refused(404, "NoSuchKey")
        headers = described(file)
        if self.headers.get("If-None-Match") == headers["ETag"]:
            return 304, {**headers, "Content-Length": "0"}, b""
        return 200, headers, current[1]

    _head = _get

    def _delete(self, file: Path, _: bytes) -> tuple[int, dict[str, str], bytes]:
        if not file.is_file():
            raise Refused(404, "NoSuchKey")
        file.unlink()
        return 204, {}, b""


def read(file: Path) -> tuple[int, bytes] | None:
    """An object's generation and bytes."""
    if not file.is_file():
        return None
    generation, _, data = file.read_bytes().partition(b"\n")
    return int(generation), data


def described(file: Path) -> dict[str, str]:
    """What the headers tell of an object."""
    current = read(file)
    assert current is not None
    return {
        "ETag": f'"{hashlib.md5(current[1]).hexdigest()}"',  # noqa: S324 — as the real one does it
        "x-goog-generation": str(current[0]),
        "Last-Modified": formatdate(file.stat().st_mtime, usegmt=True),
    }


def main() -> None:
    """Serve until killed."""
    global FOLDER, MOST_WRITES_A_SECOND  # noqa: PLW0603 — set once, before anything is served
    FOLDER = Path(sys.argv[2])
    MOST_WRITES_A_SECOND = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
