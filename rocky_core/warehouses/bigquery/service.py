"""The client of a project: made when there is work, one for all threads, with a line for each of them."""

from __future__ import annotations

import threading

from google.auth import exceptions as auth
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from requests.adapters import HTTPAdapter

from rocky_core.errors import ConnectionFailed
from rocky_core.warehouses.bigquery.errors import translate
from rocky_core.warehouses.bigquery.settings import BigQuerySettings


class Service:
    """Guards the client and whether it has been closed."""

    def __init__(self, settings: BigQuerySettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: bigquery.Client | None = None
        self._is_closed = False

    @property
    def settings(self) -> BigQuerySettings:
        return self._settings

    def client(self) -> bigquery.Client:
        """The client. Raises a WarehouseError of which nothing is in doubt."""
        with self._lock:
            if self._is_closed:
                raise ConnectionFailed("The connection to BigQuery has been closed.", never_sent=True)
            if self._client is None:
                self._client = self._make()
            return self._client

    def close(self) -> None:
        """Let go of the lines."""
        with self._lock:
            self._is_closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()  # type: ignore[no-untyped-call]  # Google declares no types here

    def _make(self) -> bigquery.Client:
        settings = self._settings
        try:
            credentials = settings.make_credentials()
        except auth.GoogleAuthError as error:
            failure = translate(error)
            failure.in_doubt = False  # Nothing has been sent yet.
            raise failure from error
        lines = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]  # Google declares no types here
        # A statement and a question about it may be under way for each worker.
        pool = HTTPAdapter(pool_connections=2, pool_maxsize=2 * settings.max_concurrency + 2)
        lines.mount("https://", pool)
        lines.mount("http://", pool)
        return bigquery.Client(
            project=settings.project,
            credentials=credentials,
            _http=lines,
            location=settings.location,
            client_options=None if settings.address is None else {"api_endpoint": settings.address},
        )
