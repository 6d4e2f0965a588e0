"""Connections to an account: opened when there is work, kept for the next worker, and replaced when they are spent."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import snowflake.connector
from snowflake.connector import errors as driver

from rocky_core.errors import ConnectionFailed, WarehouseError
from rocky_core.warehouses.snowflake.errors import translate


class Connections:
    """The connections of a process: those that wait for work, guarded by one lock."""

    def __init__(self, options: Mapping[str, object], most_idle: int) -> None:
        self._options = options
        self._most_idle = most_idle
        self._lock = threading.Lock()
        self._idle: list[snowflake.connector.SnowflakeConnection] = []
        self._is_closed = False

    @contextmanager
    def borrow(self) -> Iterator[Line]:
        """A connection of one's own. Raises a WarehouseError of which nothing is in doubt."""
        with self._lock:
            self._refuse_if_closed()
            connection = self._idle.pop() if self._idle else None
        line = Line(self, connection if connection is not None else self.open())
        try:
            yield line
        finally:
            self._give_back(line)

    def open(self) -> snowflake.connector.SnowflakeConnection:
        """A new connection."""
        self._refuse_if_closed()
        try:
            with warnings.catch_warnings():
                # The driver's advice to those who write against it is none of our users' business.
                warnings.simplefilter("ignore", (FutureWarning, DeprecationWarning))
                return snowflake.connector.connect(**self._options)
        except driver.Error as error:
            failure = translate(error)
            failure.in_doubt = False  # Nothing has been sent yet.
            raise failure from error

    def close(self) -> None:
        """Let go of those that wait; whoever works gives up its own."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            close_quietly(connection)

    def _give_back(self, line: Line) -> None:
        with self._lock:
            keeps = not self._is_closed and not line.is_spent and len(self._idle) < self._most_idle
            if keeps:
                self._idle.append(line.connection)
        if not keeps:
            close_quietly(line.connection)

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise ConnectionFailed("The connection to Snowflake has been closed.", never_sent=True)


class Line:
    """One borrowed connection; `is_spent` keeps it from being used again."""

    def __init__(self, connections: Connections, connection: snowflake.connector.SnowflakeConnection) -> None:
        self._connections = connections
        self.connection = connection
        self.is_spent = False

    def renew(self) -> None:
        """Log in anew in place of a session that is over. Raises a WarehouseError."""
        fresh = self._connections.open()
        close_quietly(self.connection)
        self.connection = fresh


def close_quietly(connection: snowflake.connector.SnowflakeConnection) -> None:
    """Log out where that is still possible; a session that is not logged out ends by itself."""
    with suppress(driver.Error, WarehouseError, ValueError):
        connection.close(retry=False)
