"""How a request is sent over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request, and how long it may take in all."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the other side said; the text is the beginning of a refusal, and empty for a success."""

    status: int
    text: str = field(default="", repr=False)


class NoAnswer(Struct, frozen=True):
    """Why there is no answer, in words that name neither the address nor anything that was sent."""

    reason: str


class HttpSender(Protocol):
    """Sends one request; redirects are answers like any other."""

    def send(self, request: HttpRequest) -> HttpAnswer | NoAnswer: ...
