"""Puts writes that nobody waits for together with the next one that somebody does, in one transaction of a backend.

The order of writes is kept, and whoever reads or waits sees everything that was written before. So a run asks its
server few times however many tables it writes, and what it reports as done is stored by then with all before it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Condition, RLock, Thread
from typing import Final, TypeVar

from rocky_core.errors import StateError
from rocky_core.ir.state import StateProblem
from rocky_core.state.backend import Backend, Table, Transaction

T = TypeVar("T")

_LOG: Final = logging.getLogger("rocky_core.state")
_GATHER_SECONDS: Final = 0.2  # So long writes are put together.
_MOST_GATHERED: Final = 200  # Then they are stored at once.


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A write that nobody waits for."""

    work: Callable[[Transaction], object]
    if_lost: Callable[[StateError], bool] | None


class _Objected(StateError):
    """One of the works in a transaction cannot be done; `waiting` is None if it is the one that is waited for."""

    def __init__(self, waiting: _Waiting | None, error: StateError) -> None:
        super().__init__(str(error))
        self.waiting = waiting
        self.error = error


class GatheredWrites:
    """A backend over one that answers after it has stored; used by all threads of a process."""

    def __init__(self, inner: Backend) -> None:
        self.inner = inner
        self._turn = RLock()  # Held while something is stored, so that nothing overtakes it.
        self._news = Condition(self._turn)
        self._waiting: list[_Waiting] = []
        self._failure: StateError | None = None  # Of a write that nobody waited for; the next caller hears of it.
        self._storing: Thread | None = None
        self._is_closing = False

    @property
    def location(self) -> str:
        return self.inner.location

    @property
    def is_far_away(self) -> bool:
        return True

    @property
    def schema_version(self) -> int:
        return self.inner.schema_version

    @property
    def round_trips(self) -> int:
        """How often a server was asked so far; nothing where there is none."""
        return int(getattr(self.inner, "round_trips", 0))

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on what is stored, after what waits is."""
        with self._turn:
            if self._waiting:
                self._store_quietly()
        return self.inner.read(work)

    def write(self, work: Callable[[Transaction], T], *, survives_power_cut: bool = True) -> T:
        """Store what waits and what this function changes, as one; raises also what is wrong with what waited."""
        with self._turn:
            self._raise_failure()
            while True:
                batch = tuple(self._waiting)
                try:
                    answer = self.inner.write(partial(_do, batch, work), survives_power_cut=survives_power_cut)
                except _Objected as objection:
                    if objection.waiting is None:
                        self._store_quietly()
                        raise objection.error from None
                    self._drop(objection.waiting, objection.error)
                except StateError as error:
                    self._drop_all(error)
                    raise
                else:
                    del self._waiting[: len(batch)]
                    self._raise_failure()
                    return answer

    def write_later(
        self, work: Callable[[Transaction], object], *, if_lost: Callable[[StateError], bool] | None = None
    ) -> None:
        """Store what a function changes, a moment later."""
        with self._turn:
            self._raise_failure()
            self._waiting.append(_Waiting(work, if_lost))
            if self._storing is None:
                self._storing = Thread(target=self._store_forever, name="state-writes", daemon=True)
                self._storing.start()
            if len(self._waiting) in {1, _MOST_GATHERED}:
                self._news.notify_all()

    def flush(self) -> None:
        """Wait until everything is stored.

        Raises:
            StateError: it cannot be.

        """
        with self._turn:
            self._store_quietly()
            self._raise_failure()

    def problems(self, tables: tuple[Table[object], ...]) -> tuple[StateProblem, ...]:
        """Everything that cannot be read, after what waits is stored."""
        with self._turn:
            self._store_quietly()
        return self.inner.problems(tables)

    def close(self) -> None:
        """Store what waits, as far as that is possible."""
        with self._turn:
            self._store_quietly()
            if self._failure is not None:
                # Whoever had to know has been told: only changes that nobody waited for can be left here.
                _LOG.warning("state.close_failed location=%s error=%s", self.location, self._failure)
            self._is_closing = True
            self._news.notify_all()
        if self._storing is not None:
            self._storing.join()
        self.inner.close()

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _store_quietly(self) -> None:
        """Store what waits; what cannot be stored is seen to, or the next caller hears of it."""
        while self._waiting:
            batch = tuple(self._waiting)
            try:
                self.inner.write(partial(_do, batch, _nothing))
            except _Objected as objection:
                self._drop(objection.waiting or batch[-1], objection.error)
            except StateError as error:
                self._drop_all(error)
            else:
                del self._waiting[: len(batch)]

    def _drop_all(self, error: StateError) -> None:
        for waiting in tuple(self._waiting):
            self._drop(waiting, error)

    def _drop(self, waiting: _Waiting, error: StateError) -> None:
        self._waiting.remove(waiting)
        if waiting.if_lost is None or not waiting.if_lost(error):
            self._failure = self._failure or error

    def _store_forever(self) -> None:
        with self._news:
            while not self._is_closing:
                if self._waiting:
                    self._news.wait_for(
                        lambda: self._is_closing or len(self._waiting) >= _MOST_GATHERED, timeout=_GATHER_SECONDS
                    )
                    self._store_quietly()
                else:
                    self._news.wait()


def _do(batch: tuple[_Waiting, ...], work: Callable[[Transaction], T], transaction: Transaction) -> T:
    """All of it, in its order."""
    for waiting in batch:
        try:
            waiting.work(transaction)
        except StateError as error:
            raise _Objected(waiting, error) from error
        except Exception as error:  # Whatever it is, it must not keep the others from being stored.
            raise _Objected(waiting, StateError(f"{type(error).__name__}: {error}")) from error
    try:
        return work(transaction)
    except StateError as error:
        raise _Objected(None, error) from error


def _nothing(transaction: Transaction) -> None:
    del transaction
