"""The client of a workspace: made when there is work, one for all threads; it sends every request a single time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

import requests
from databricks.sdk.clock import Clock
from databricks.sdk.core import ApiClient, Config
from databricks.sdk.errors import platform

from rocky_core.errors import AuthFailed, ConnectionFailed, WarehouseError
from rocky_core.version import VERSION
from rocky_core.warehouses.databricks.errors import translate
from rocky_core.warehouses.databricks.settings import DatabricksSettings

REQUEST_SECONDS: Final = 60.0
logging.getLogger("databricks.sdk").addHandler(logging.NullHandler())  # It would tell stderr of every failed probe.
_PROBE_SECONDS: Final = 1  # For what the SDK asks of a workspace before it knows how to log in.


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
        client = self._logged_in()
        try:
            return _send(client, method, path, query, body, data)
        except (platform.Unauthenticated, platform.PermissionDenied):
            if not self._forget_token(client):
                raise
        if data is not None:
            data.seek(0)
        return _send(self._logged_in(), method, path, query, body, data)

    def close(self) -> None:
        """Let nothing more be sent."""
        with self._lock:
            self._is_closed = True
            self._client = self._config = None

    def _logged_in(self) -> ApiClient:
        """The client with a token at hand. Raises a WarehouseError of which nothing is in doubt."""
        with self._lock:
            if self._is_closed:
                raise ConnectionFailed("The connection to Databricks has been closed.", never_sent=True)
            try:
                if self._config is None or self._client is None:
                    self._config = self._make_config()
                    self._client = ApiClient(self._config)
                self._config.authenticate()
            except (OSError, RuntimeError, ValueError, KeyError, requests.RequestException) as error:
                raise _not_logged_in(error) from error
            return self._client

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


def _send(
    client: ApiClient,
    method: str,
    path: str,
    query: Mapping[str, object] | None,
    body: Mapping[str, object] | None,
    data: BinaryIO | None,
) -> dict[str, Any]:
    kind = "application/json" if data is None else "application/octet-stream"
    try:
        answer = client.do(
            method,
            path,
            query=None if query is None else dict(query),
            headers={"Accept": "application/json", "Content-Type": kind},
            body=None if body is None else dict(body),
            data=data,
        )
    except _NotAgainError as stop:
        # It was raised while the SDK dealt with the error that counts.
        error = stop.__context__
        raise (error if error is not None else stop) from None
    if not isinstance(answer, dict):
        raise requests.exceptions.InvalidJSONError("The answer cannot be read: it is no object.")
    return answer


def _not_logged_in(error: BaseException) -> WarehouseError:
    if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
        return AuthFailed(str(error))
    failure = translate(error)
    failure.in_doubt = False  # Nothing has been sent yet.
    return failure
