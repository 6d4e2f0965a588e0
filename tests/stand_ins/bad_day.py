"""What a network or a service does on a bad day, for servers that stand in for one; needs nothing but Python."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import time
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What happens to the next requests for a path (and statement), so many times."""

    path: str
    times: int
    sql: str = ""  # Of the request's body.
    method: str = ""
    status: int = 0
    headers: dict = field(default_factory=dict)
    body: str = ""
    cut: str = ""  # `before` it is carried out, or `after`, in the middle of the answer.
    delay: float = 0.0
    drip: float = 0.0  # Seconds over which the answer comes, in small pieces.
    share: float = 1.0  # Of those requests.


class BadDay:
    """An application in front of another one: every request goes through here, and may meet a fault."""

    def __init__(self, inner) -> None:
        self.inner = inner
        self.faults: list[Fault] = []
        self.seen: list[dict] = []
        self.chance = random.Random(7)  # The same misfortunes each time.

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/control"):
            await self.inner(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        plain = gzip.decompress(body) if (b"content-encoding", b"gzip") in scope["headers"] else body
        self.seen.append({"method": scope["method"], "path": scope["path"], "at": time.time()})

        async def again() -> dict:
            return {"type": "http.request", "body": body, "more_body": False}

        fault = self._choose(scope, plain.decode("utf-8", "replace"))
        if fault is None:
            await self.inner(scope, again, send)
            return
        fault.times -= 1
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.cut:
            if fault.cut == "after":
                await self.inner(scope, again, _nobody)
            await _break_off(send)
        if fault.status or fault.body:
            await _answer(send, fault)
        elif fault.drip:
            await self.inner(scope, again, _dripping(send, fault.drip))
        else:
            await self.inner(scope, again, send)

    def _choose(self, scope, text: str) -> Fault | None:
        for fault in self.faults:
            if (
                fault.times
                and re.search(fault.path, scope["path"])
                and fault.method in {"", scope["method"]}
                and re.search(fault.sql, text, re.IGNORECASE)
                and self.chance.random() < fault.share
            ):
                return fault
        return None


async def _nobody(_message) -> None:
    """Nobody hears the answer."""


async def _break_off(send) -> None:
    head = [(b"content-type", b"application/json"), (b"content-length", b"100000")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b'{"data": {"quer', "more_body": True})
    raise ConnectionResetError


async def _answer(send, fault: Fault) -> None:
    body = fault.body.encode()
    told = {"content-type": "application/json", "content-length": str(len(body)), **fault.headers}
    head = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": fault.status or 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


def _dripping(send, seconds: float):
    async def drip(message) -> None:
        body = message.get("body", b"")
        if message["type"] != "http.response.body" or not body:
            await send(message)
            return
        size = max(len(body) // 10, 1)
        for start in range(0, len(body), size):
            await asyncio.sleep(seconds / 10)
            await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)})

    return drip
