"""The client of a workspace: made when there is work, one for all threads; it sends every request a single time."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, TypeVar

import requests
from databricks.sdk.clock import Clock
from databricks.sdk.core import ApiClient, Config
from databricks.sdk.errors import platform
from databricks.sdk.errors.base import DatabricksError
from requests.utils import get_environ_proxies

from rocky_core.errors import AuthFailed, ConnectionFailed, TransientFailure, WarehouseError
from rocky_core.version import VERSION
from rocky_core.warehouses.databricks.errors import FAILURES, Unserved, is_of_gateways, translate
from rocky_core.warehouses.databricks.settings import DatabricksSettings

REQUEST_SECONDS: Final = 60.0
_LOGIN_SECONDS: Final = 60.0  # The SDK itself waits for a token without an end.
logging.getLogger("databricks.sdk").addHandler(logging.NullHandler())  # It would tell stderr of every failed probe.
_PROBE_SECONDS: Final = 1  # For what the SDK asks of a workspace before it knows how to log in.
_LONGEST_PAGE: Final = 200
_NOT_PARSED: Final = "unable to parse response."  # With which the SDK begins to tell of a page that it does not know.
_NOT_NOW: Final = ("server_error:", "temporarily_unavailable:", "unknown:")  # Of a login that is out of order.


T = TypeVar("T")


class _NoLogin(TimeoutError):
    """Whoever gives out tokens does not answer."""


class _NotAgainError(Exception):
    """The SDK was about to wait, and to send a request again."""


class _Impatient(Clock):
    """Time for the SDK, which for minutes sends again whatever a broken line left unanswered, an INSERT too.

    It waits by its clock before it does: this one does not wait, so that what is sent again is ours to say.
    """

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        raise _NotAgainError(seconds)


@dataclass(frozen=True, slots=True)
class _Login:
    """A client, and the headers that say who it is now."""

    client: ApiClient
    headers: Mapping[str, str] = field(repr=False)

    def watching(self, seen: list[requests.Response]) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
        """Logs a request in, and keeps its answer: of an error the SDK does not tell the status."""

        def log_in(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers.update(self.headers)
            request.hooks["response"].append(lambda response, **_: seen.append(response))
            return request

        return log_in


class Service:
    """Guards the client and whether it has been closed."""

    def __init__(self, settings: DatabricksSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: ApiClient | None = None
        self._config: Config | None = None
        self._is_closed = False

    @property
    def settings(self) -> DatabricksSettings:
        return self._settings

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        data: BinaryIO | None = None,
    ) -> dict[str, Any]:
        """Send a request once and give the answer, {} if it is empty.

        A token that is refused although it should still be good is fetched anew: such a request was not carried out.

        Raises:
            WarehouseError: there was nothing to send it with, so nothing is in doubt.
            Exception: one of `errors.FAILURES`; it tells what became of the request.

        """
        login = self._logged_in()
        try:
            return _send(login, method, path, query, body, data)
        except (platform.Unauthenticated, platform.PermissionDenied):
            if not self._forget_token(login.client):
                raise
        if data is not None:
            data.seek(0)
        return _send(self._logged_in(), method, path, query, body, data)

    def close(self) -> None:
        """Let nothing more be sent."""
        with self._lock:
            self._is_closed = True
            self._client = self._config = None

    def _logged_in(self) -> _Login:
        """The client with a token at hand. Raises a WarehouseError of which nothing is in doubt."""
        with self._lock:
            if self._is_closed:
                raise ConnectionFailed("The connection to Databricks has been closed.", never_sent=True)
            try:
                if self._config is None or self._client is None:
                    self._config = self._in_time(self._make_config)
                    self._client = _client(self._config)
                return _Login(self._client, self._in_time(self._config.authenticate))
            except _NoLogin as error:
                self._client = self._config = None  # Whatever waits for it inside the SDK is left alone.
                raise _not_logged_in(error) from error
            except FAILURES as error:
                raise _not_logged_in(error) from error

    def _in_time(self, ask: Callable[[], T]) -> T:
        """What a login answers. Raises _NoLogin if it does not, which a token that was written down has no need of."""
        if self._settings.options.get("auth_type") == "pat":
            return ask()
        found: Future[T] = Future()

        def log_in() -> None:
            try:
                found.set_result(ask())
            except Exception as error:  # noqa: BLE001 — it is raised where the login is waited for
                found.set_exception(error)

        threading.Thread(target=log_in, name="databricks-login", daemon=True).start()
        if not wait((found,), _LOGIN_SECONDS).done:
            raise _NoLogin(f"No token could be had within {_LOGIN_SECONDS:g} s.")
        return found.result()

    def _forget_token(self, client: ApiClient) -> bool:
        """Whether another token can be had; one that was written down is what it is."""
        if self._settings.options.get("auth_type") == "pat":
            return False
        with self._lock:
            if self._client is client:
                self._client = self._config = None
        return True

    def _make_config(self) -> Config:
        settings = self._settings
        lines = 2 * settings.max_concurrency + 2  # A statement and a question about it for each worker.
        options: Mapping[str, Any] = settings.options
        return Config(
            host=settings.host,
            **options,
            clock=_Impatient(),
            product="rocky-for-dagster",
            product_version=VERSION.replace(".dev", "-dev"),
            http_timeout_seconds=REQUEST_SECONDS,
            retry_timeout_seconds=_PROBE_SECONDS,
            max_connection_pools=lines,
            max_connections_per_pool=lines,
        )


def _client(config: Config) -> ApiClient:
    """The SDK's client, whose lines read the environment once: they would look for proxies with every request."""
    client = ApiClient(config)
    lines = client._api_client._session  # noqa: SLF001 — the SDK shows it nowhere
    lines.proxies = get_environ_proxies(config.host)
    lines.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    lines.trust_env = False
    return client


def _send(
    login: _Login,
    method: str,
    path: str,
    query: Mapping[str, object] | None,
    body: Mapping[str, object] | None,
    data: BinaryIO | None,
) -> dict[str, Any]:
    kind = "application/json" if data is None else "application/octet-stream"
    seen: list[requests.Response] = []
    try:
        answer = login.client.do(
            method,
            path,
            query=None if query is None else dict(query),
            headers={"Accept": "application/json", "Content-Type": kind},
            body=None if body is None else dict(body),
            data=data,
            auth=login.watching(seen),
        )
    except _NotAgainError as stop:
        # It was raised while the SDK dealt with the error that counts.
        error = stop.__context__
        raise _in_plain_words(error if isinstance(error, Exception) else stop, seen) from None
    except DatabricksError as error:
        raise _in_plain_words(error, seen) from None
    if not isinstance(answer, dict):
        raise requests.exceptions.InvalidJSONError("The answer cannot be read: it is no object.")
    return answer


def _in_plain_words(error: Exception, seen: list[requests.Response]) -> Exception:
    """The error as it is, unless the SDK knows neither its status nor its page, which it calls a bug of its own."""
    if not isinstance(error, DatabricksError) or not seen:
        return error
    response = seen[-1]
    message = str(error)
    if message.startswith(_NOT_PARSED):
        page = " ".join(response.text.split())[:_LONGEST_PAGE]
        message = f"{response.status_code} {response.reason}: {page}".rstrip(": ")
    elif type(error) is not DatabricksError:
        return error
    if type(error) is DatabricksError:  # A status of which it knows nothing.
        gateway = is_of_gateways(response.status_code)
        return Unserved(message) if gateway else platform.BadRequest(message, error_code=error.error_code)
    return type(error)(message, error_code=error.error_code, retry_after_secs=error.retry_after_secs)


def _not_logged_in(error: BaseException) -> WarehouseError:
    """What is to be said where there is no token: nothing has been sent, so nothing is in doubt."""
    if isinstance(error, NotImplementedError | KeyError) or _is_out_of_order(error):
        return TransientFailure(f"No token could be had: {_words(error)}")
    if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
        return AuthFailed(_words(error))
    failure = translate(error)
    failure.in_doubt = False
    return failure


def _is_out_of_order(error: BaseException) -> bool:
    """Whether the login itself is broken; the SDK tells of it by a page's bytes, or by a code of OAuth."""
    told = error.args[0] if type(error) is ValueError and error.args else None
    return isinstance(told, bytes) or (isinstance(told, str) and told.startswith(_NOT_NOW))


def _words(error: BaseException) -> str:
    told = error.args[0] if error.args else None
    page = " ".join(told.decode("utf-8", "replace").split())[:_LONGEST_PAGE] if isinstance(told, bytes) else str(error)
    return page or type(error).__name__
