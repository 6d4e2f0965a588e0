"""Asks an API over HTTP for JSON: patiently, in bounded time, and never at another address than the configured one."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.ir.backoff import Backoff
from rocky_core.ports.clock import Clock
from rocky_core.sources.access import Access, TokenDesk, Tolerance, checked_address

Query: TypeAlias = Mapping[str, str]
Items: TypeAlias = Mapping[str, Any]

_CONNECTIONS: Final = 10
_LARGEST_ANSWER: Final = 64 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_LONGEST_WORDS: Final = 300
_LONGEST_COOLDOWN_WAITED: Final = 60.0  # Who is told to come back later than that is not kept waiting.
_SLICE_SECONDS: Final = 0.1
_MOST_PAGES: Final = 100_000
_UNAUTHORIZED: Final = 401
_PASSING: Final = frozenset({408, 425, 500, 502, 503, 504})


class NotInTime(TransientFailure):
    """The API did not answer, or not to the end, in the time it is given."""


class JsonApi:
    """One API, asked from several threads at once."""

    def __init__(self, access: Access, tolerance: Tolerance, clock: Clock) -> None:
        self._access = access
        self._address = checked_address(access)
        self._tolerance = tolerance
        self._clock = clock
        self._turn = threading.Lock()
        self._failures = 0
        self._retries_made = 0
        self._at_desk = threading.Lock()
        self._bearer: _Bearer | None = None
        self._stopped = threading.Event()
        self._http = requests.Session()
        self._http.trust_env = True  # This machine's proxies and certificates …
        self._http.auth = _Nobody()  # … but not its .netrc.
        pool = HTTPAdapter(pool_connections=1, pool_maxsize=_CONNECTIONS)
        self._http.mount("https://", pool)
        self._http.mount("http://", pool)

    def close(self) -> None:
        self._http.close()

    def stop(self) -> None:
        """Let those who wait for another attempt give up."""
        self._stopped.set()

    def get(self, path: str, query: Query | None = None) -> Items:
        """The object that stands at a path, or at an address that an earlier answer gave.

        Raises:
            WarehouseError: it could not be had; the kind says whether it may be had later.

        """
        url = self._own(path)
        attempt = 0
        while True:
            attempt += 1
            self._require_closed()
            try:
                answer = self._ask(url, query)
            except WarehouseError as failure:
                wait = self._wait_after(failure, attempt)
                if wait is None:
                    raise
                self._wait(wait)
            else:
                with self._turn:
                    self._failures = 0
                return answer

    def pages(self, path: str, query: Query, following: Callable[[Items], tuple[str, Query] | None]) -> Iterator[Items]:
        """One page after the other, as `following` finds the next in each; a circle is an error, not a long wait."""
        place: tuple[str, Query] | None = (path, query)
        seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        while place is not None:
            key = (place[0], tuple(sorted(place[1].items())))
            if key in seen or len(seen) >= _MOST_PAGES:
                raise QueryRejected(f"{self._access.service}: the list of {path} has no end: a page came twice")
            seen.add(key)
            page = self.get(*place)
            yield page
            place = following(page)

    def _own(self, path: str) -> str:
        url = urljoin(self._address, path)
        if _origin(url) != _origin(self._address):
            raise QueryRejected(
                f"{self._access.service}: an answer leads to another address than the configured one, "
                f"{_shown_origin(url)}; it was not followed"
            )
        return url

    def _ask(self, url: str, query: Query | None) -> Items:
        proof = self._proof()
        status, answer = self._send("GET", url, params=query, auth=proof)
        if status == _UNAUTHORIZED and self._access.desk is not None:  # A token lives for an hour or less.
            status, answer = self._send("GET", url, params=query, auth=self._proof(refused=proof))
        return self._understood(status, answer, urlsplit(url).path)

    def _proof(self, *, refused: AuthBase | None = None) -> AuthBase | None:
        access = self._access
        if access.basic is not None:
            user, password = access.basic
            return HTTPBasicAuth(user.encode(), password.encode())
        if access.desk is None:
            return None if access.token is None else _Bearer(access.token)
        with self._at_desk:  # One asks for all.
            if self._bearer is None or self._bearer is refused:
                self._bearer = _Bearer(self._new_token(access.desk))
            return self._bearer

    def _new_token(self, desk: TokenDesk) -> str:
        form = {"json": dict(desk.form)} if desk.is_json else {"data": dict(desk.form)}
        status, answer = self._send("POST", self._own(desk.path), **form)
        if status in {400, 401, 403}:
            raise AuthFailed(f"{self._access.service} does not accept the client's id and secret (HTTP {status})")
        token = self._understood(status, answer, desk.path).get("access_token")
        if not isinstance(token, str) or not token:
            raise AuthFailed(f"{self._access.service}: {desk.path} gave no token")
        return token

    def _send(self, method: str, url: str, **arguments: Any) -> tuple[int, _Answer]:
        service, seconds = self._access.service, self._tolerance.timeout_seconds
        until = self._clock.monotonic() + seconds
        late = f"{service} did not answer {urlsplit(url).path} within {seconds:g} s"
        try:
            with closing(
                self._http.request(
                    method,
                    url,
                    timeout=seconds,
                    allow_redirects=False,  # A token is for one address only.
                    stream=True,
                    headers={"Accept": "application/json"},
                    **arguments,
                )
            ) as response:
                body = bytearray()
                # The library's own limit starts again with every byte that arrives.
                while chunk := response.raw.read1(_CHUNK, decode_content=True):
                    body += chunk
                    if self._clock.monotonic() > until:
                        raise NotInTime(late)
                    if len(body) > _LARGEST_ANSWER:
                        raise QueryRejected(f"{service}: the answer to {urlsplit(url).path} is larger than 64 MB")
                return response.status_code, _Answer(bytes(body), response.headers.get("Retry-After"))
        except requests.exceptions.SSLError:
            raise ConnectionFailed(
                f"no secure connection to {service}: the certificate of {_shown_origin(url)} was not accepted"
            ) from None
        except (requests.Timeout, urllib3.exceptions.ReadTimeoutError):
            raise NotInTime(late) from None
        except (requests.ConnectionError, urllib3.exceptions.HTTPError):
            raise ConnectionFailed(
                f"no connection to {service} at {_shown_origin(url)}, or it broke off before the answer ended"
            ) from None
        except requests.RequestException as error:
            raise QueryRejected(f"{service}: the request cannot be made ({type(error).__name__})") from None

    def _understood(self, status: int, answer: _Answer, path: str) -> Items:
        service = self._access.service
        told = f"{service} answered HTTP {status} to {path}{answer.words()}"
        match status:
            case 200:
                try:
                    content = json.loads(answer.body)
                except ValueError:
                    raise TransientFailure(f"{service}: the answer to {path} is not JSON") from None
                if not isinstance(content, dict):
                    raise TransientFailure(f"{service}: the answer to {path} is not an object")
                return content
            case 401 | 403:
                raise AuthFailed(told)
            case 404:
                raise ObjectNotFound(told)
            case 429:
                raise QuotaExceeded(told, cooldown_seconds=answer.cooldown(self._clock.now()))
            case 503 if answer.cooldown(self._clock.now()) is not None:
                raise QuotaExceeded(told, cooldown_seconds=answer.cooldown(self._clock.now()))
            case _ if status in _PASSING:
                raise TransientFailure(told)
            case _:
                raise QueryRejected(told)

    def _wait_after(self, failure: WarehouseError, attempt: int) -> float | None:
        """Seconds until the next attempt; None to give up."""
        if not failure.failure_kind.is_transient:
            return None
        retry = self._tolerance.retry
        cooldown = (failure.cooldown_seconds or 0.0) if isinstance(failure, QuotaExceeded) else 0.0
        with self._turn:
            most = retry.max_retries_per_run
            is_used_up = most is not None and self._retries_made >= most
            if attempt > retry.max_retries or cooldown > _LONGEST_COOLDOWN_WAITED or is_used_up:
                self._failures += 1
                return None
            self._retries_made += 1
        growing = Backoff(
            retry.initial_backoff_ms / 1000, retry.max_backoff_ms / 1000, retry.backoff_multiplier, retry.jitter
        )
        return max(growing.after(attempt, random.random()), cooldown)  # noqa: S311 — jitter is no secret

    def _require_closed(self) -> None:
        threshold = self._tolerance.retry.circuit_breaker_threshold
        with self._turn:
            is_open = 0 < threshold <= self._failures
        if is_open:
            raise ConnectionFailed(
                f"{self._access.service} failed {threshold} times in a row and is not asked any more"
            )

    def _wait(self, seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > 0:
            if self._stopped.is_set():
                raise StatementCancelled(f"asking {self._access.service} was interrupted")
            self._clock.sleep(min(left, _SLICE_SECONDS))


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes = field(repr=False)
    retry_after: str | None

    def words(self) -> str:
        """What the API says of its refusal, where it says it in the usual places."""
        try:
            content = json.loads(self.body)
        except ValueError:
            return ""
        if not isinstance(content, dict):
            return ""
        inner = content.get("error")
        for place in (inner if isinstance(inner, dict) else {}, content):
            for key in ("message", "detail", "title"):
                text = place.get(key)
                if isinstance(text, str) and text.strip():
                    return ": " + " ".join(text.split())[:_LONGEST_WORDS]
        return ""

    def cooldown(self, now: datetime) -> float | None:
        """`Retry-After`, which is a number of seconds or a date."""
        text = (self.retry_after or "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
        return max((until - now).total_seconds(), 0.0)


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Nobody(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def text_in(items: Items, key: str) -> str:
    """The text that stands there; what is missing, or something else, is empty."""
    value = items.get(key)
    return value if isinstance(value, str) else ""


def segment(text: str) -> str:
    """One part of a path, whatever characters are in it.

    Raises:
        QueryRejected: it would lead elsewhere than one step down.

    """
    if text in {"", ".", ".."}:
        raise QueryRejected(f"'{text}' cannot be a name in an address")
    return quote(text, safe="")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _shown_origin(url: str) -> str:
    scheme, host, port = _origin(url)
    return f"{scheme}://{host}:{port}"
