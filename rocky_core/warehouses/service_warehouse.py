"""What is the same of every service: sessions in turn, who stops them, and an end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, Protocol, TypeVar

from rocky_core.ports.warehouse import AuthLink, Session, StatementTag
from rocky_core.warehouses.running_statements import RunningStatements


class ServiceSettings(Protocol):
    """What is read of every service's settings."""

    @property
    def chain(self) -> tuple[AuthLink, ...]: ...

    @property
    def timeout_seconds(self) -> float | None: ...

    @property
    def max_concurrency(self) -> int: ...


class ServiceSession(Session, Protocol):
    """A session that is closed by whoever has opened it."""

    def close(self) -> None: ...


class Lines(Protocol):
    """The connections to a service."""

    def close(self) -> None: ...


_Session = TypeVar("_Session", bound=ServiceSession)


class ServiceWarehouse(ABC, Generic[_Session]):
    """Guards the lines to a service and the statements that it waits for."""

    def __init__(self, service: str, settings: ServiceSettings, lines: Lines) -> None:
        self._running = RunningStatements(service)
        self.__settings = settings
        self.__lines = lines

    @property
    def auth_chain(self) -> tuple[AuthLink, ...]:
        return self.__settings.chain

    @property
    def max_concurrency(self) -> int:
        return self.__settings.max_concurrency

    @contextmanager
    def session(self, *, timeout_seconds: float | None = None, tag: StatementTag | None = None) -> Iterator[_Session]:
        """A place for one worker's statements; what it left open is given up at the end."""
        patience = self.__settings.timeout_seconds if timeout_seconds is None else timeout_seconds
        with self._new_session(patience, tag) as session:
            try:
                yield session
            finally:
                session.close()

    @abstractmethod
    def _new_session(self, timeout_seconds: float | None, tag: StatementTag | None) -> AbstractContextManager[_Session]:
        """A session whose statements may take so long, with whatever it stands on."""

    def cancel(self) -> None:
        self._running.cancel()

    def ping(self) -> None:
        with self.session() as session:
            session.query("SELECT 1")

    def close(self) -> None:
        """Stop what runs and let go of the lines; closing twice is closing once."""
        self._running.close()
        self.__lines.close()
