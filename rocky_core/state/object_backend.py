"""Records in an object store: transactions run on a view of the head, and one conditional put commits many of them.

A thread of its own commits: what waits is put together, the head is replaced if it is still the one that the work was
run on, and if somebody else was faster, the work is run again on what is there now. Whoever needs to know that a
change is stored waits for that; changes that the next run can find out about by itself are committed a moment later,
together, so that a run makes few requests however many tables it writes.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Condition, RLock, Thread
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct, field

from rocky_core.errors import RockyError, StateError
from rocky_core.ir.state import StateProblem
from rocky_core.ports.clock import Clock
from rocky_core.state.backend import Scan, Table, Transaction
from rocky_core.state.compact_objects import compact, roll_tail
from rocky_core.state.object_head import Change, Head
from rocky_core.state.object_io import Outrun
from rocky_core.state.object_namespace import LeftBehind, ObjectNamespace
from rocky_core.state.object_view import ObjectView
from rocky_core.state.staged_transaction import RawRecord, StagedTransaction, unreadable

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_GATHER_SECONDS: Final = 0.2  # So long changes that nobody waits for are put together.
_MOST_GATHERED: Final = 2_000  # Then they are committed at once.


class _Waiting(Struct, Generic[T], eq=False):
    """A transaction that is on the view and not yet committed."""

    work: Callable[[Transaction], T]
    changes: tuple[Change, ...]
    answer: T
    stored: Future[T] = field(default_factory=Future)
    is_awaited: bool = False
    if_lost: Callable[[StateError], bool] | None = None


class ObjectBackend:
    """One namespace of records; used by all threads of a process."""

    def __init__(self, namespace: ObjectNamespace, clock: Clock) -> None:
        self._namespace = namespace
        self._clock = clock
        self._asking = RLock()  # Held while the head is read or replaced; taken before `_turn`, never after it.
        self._turn = RLock()  # Guards the view and what waits.
        self._news = Condition(self._turn)
        self._view: ObjectView | None = None
        self._waiting: list[_Waiting[Any]] = []
        self._failure: StateError | None = None  # Of a commit that nobody waited for; the next caller hears of it.
        self._committer: Thread | None = None
        self._is_closing = False
        self._has_read_again = False  # Whether the head is another one than the last commit left; for that thread only.

    @property
    def location(self) -> str:
        return self._namespace.location

    @property
    def is_far_away(self) -> bool:
        return True

    @property
    def schema_version(self) -> int:
        with self._asking:
            self._refresh()
            return self._namespace.head.format

    @property
    def round_trips(self) -> int:
        """How often the store was asked so far."""
        return self._namespace.round_trips

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on what is stored now, and on what this process is about to store."""
        return self._on_the_head(lambda: work(StagedTransaction(self._current(), self.location)))

    def write(self, work: Callable[[Transaction], T], *, survives_power_cut: bool = True) -> T:
        """Run a function that changes records; without `survives_power_cut` it is stored a moment after the answer."""
        return self._write(work, None, is_awaited=survives_power_cut)

    def write_later(
        self, work: Callable[[Transaction], object], *, if_lost: Callable[[StateError], bool] | None = None
    ) -> None:
        """Run a function that changes records, which are stored a moment later."""
        self._write(work, if_lost, is_awaited=False)

    def _write(
        self, work: Callable[[Transaction], T], if_lost: Callable[[StateError], bool] | None, *, is_awaited: bool
    ) -> T:
        waiting = self._stage_on_the_view(work, if_lost)
        if waiting is None:
            waiting = self._on_the_head(lambda: self._stage(work, if_lost))
        # An answer without a change may be outdated, so it is proven too.
        return self._answer(waiting, is_awaited=is_awaited or not waiting.changes)

    def flush(self) -> None:
        """Wait until everything is stored.

        Raises:
            StateError: it cannot be.

        """
        with self._turn:
            stored = [waiting.stored for waiting in self._waiting]
            for waiting in self._waiting:
                waiting.is_awaited = True
            self._news.notify_all()
        for future in stored:
            future.result()
        with self._turn:
            self._raise_failure()

    def problems(self, tables: tuple[Table[object], ...]) -> tuple[StateProblem, ...]:
        """Read every record of every table."""
        found: list[StateProblem] = []
        for table in tables:
            try:
                records = self._on_the_head(partial(self._scan, table.name))
            except StateError as error:
                found.append(StateProblem(table.name, str(error)))
            else:
                found += unreadable(table, records)
        return tuple(found)

    def close(self) -> None:
        """Store what waits, as far as that is possible, and end the committing thread."""
        try:
            self.flush()
        except StateError as error:
            # Whoever had to know has been told: only changes that nobody waited for can be left here.
            _LOG.warning("state.close_failed location=%s error=%s", self.location, error)
        finally:
            with self._turn:
                self._is_closing = True
                self._news.notify_all()
            if self._committer is not None:
                self._committer.join()
            self._namespace.close()

    def _on_the_head(self, ask: Callable[[], T]) -> T:
        """Ask on what is stored now; where something that the head named is gone by now, on the next head."""
        while True:
            with self._asking:
                self._refresh()
                seen = self._namespace.head
                with self._turn:
                    try:
                        return ask()
                    except LeftBehind:
                        self._refresh(is_proof=True)
                        if self._namespace.head is seen:
                            raise

    def _scan(self, table: str) -> tuple[RawRecord, ...]:
        return self._current().scan(table, Scan())

    def _current(self) -> ObjectView:
        assert self._view is not None, "the head is read before anything else"  # noqa: S101 — keeps the type honest
        return self._view

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _stage_on_the_view(
        self, work: Callable[[Transaction], T], if_lost: Callable[[StateError], bool] | None
    ) -> _Waiting[T] | None:
        """Run the work on what was last seen; None where that is nothing, or where the work objects to it."""
        with self._turn:
            self._raise_failure()
            if self._view is None:
                return None
            try:
                return self._stage(work, if_lost)
            except RockyError:
                return None  # What it objects to may be outdated; it is told so only of what is there now.

    def _stage(self, work: Callable[[Transaction], T], if_lost: Callable[[StateError], bool] | None) -> _Waiting[T]:
        """Run the work on the view, and line up what it changes."""
        transaction = StagedTransaction(self._current(), self.location)
        answer = work(transaction)
        waiting = _Waiting(work, self._current().add(transaction.changes.items()), answer, if_lost=if_lost)
        self._waiting.append(waiting)
        return waiting

    def _answer(self, waiting: _Waiting[T], *, is_awaited: bool) -> T:
        with self._turn:
            waiting.is_awaited = waiting.is_awaited or is_awaited
            if is_awaited:
                waiting.if_lost = None  # The caller hears of it here.
            if self._committer is None:
                self._committer = Thread(target=self._commit_forever, name="state-committer", daemon=True)
                self._committer.start()
            self._news.notify_all()
        if not is_awaited:
            return waiting.answer
        answer = waiting.stored.result()
        with self._turn:
            self._raise_failure()  # Whoever reports that all is stored must hear of what is not.
        return answer

    def _refresh(self, *, is_proof: bool = False) -> None:
        """Look whether the head has changed; if it has, everything that waits is run again on the new one."""
        if self._namespace.refresh(is_proof=is_proof) or self._view is None:
            with self._turn:
                self._rebase()

    def _rebase(self) -> None:
        self._view = ObjectView(self._namespace.head, self._namespace.loader)
        again, self._waiting = self._waiting, []
        for waiting in again:
            transaction = StagedTransaction(self._view, self.location)
            try:
                waiting.answer = waiting.work(transaction)
            except Exception as error:  # noqa: BLE001 — whatever it is, it is for the one who asked for the work
                self._fail(waiting, error)
                continue
            waiting.changes = self._view.add(transaction.changes.items())
            self._waiting.append(waiting)

    def _fail(self, waiting: _Waiting[Any], error: Exception) -> None:
        meaning = error if isinstance(error, StateError) else StateError(str(error))
        is_seen_to = waiting.if_lost is not None and waiting.if_lost(meaning)
        if not is_seen_to and not waiting.is_awaited:
            self._failure = self._failure or meaning
        waiting.stored.set_exception(error)

    # --- the committing thread ----------------------------------------------------------------------------------

    def _commit_forever(self) -> None:
        while self._wait_for_work():
            with self._asking:
                try:
                    self._commit_all()
                except Exception as error:  # noqa: BLE001 — those who wait must hear of it, whatever it is
                    with self._turn:
                        failed, self._waiting, self._view = self._waiting, [], None
                        for waiting in failed:
                            self._fail(waiting, error)

    def _wait_for_work(self) -> bool:
        """False when there is nothing more to come."""
        with self._turn:
            while not self._waiting:
                if self._is_closing:
                    return False
                self._news.wait()
            is_urgent = self._is_closing or any(waiting.is_awaited for waiting in self._waiting)
            if not is_urgent and len(self._waiting) < _MOST_GATHERED:
                self._news.wait_for(
                    lambda: (
                        self._is_closing
                        or any(waiting.is_awaited for waiting in self._waiting)
                        or len(self._waiting) >= _MOST_GATHERED
                    ),
                    timeout=_GATHER_SECONDS,
                )
        return True

    def _commit_all(self) -> None:
        """Commit what waits, running it again as often as others are faster."""
        races = 0
        while True:
            with self._turn:
                batch = tuple(self._waiting)
                changes = tuple(change for waiting in batch for change in waiting.changes)
            if not batch:
                return
            commit = secrets.token_hex(6)
            self._has_read_again = False
            if self._try_commit(commit, changes):
                with self._turn:
                    self._settle(batch)
                    if self._has_read_again:
                        self._rebase()  # Others may have written since, and the next work must see it.
                self._tidy()
                return
            with self._turn:
                self._rebase()
            races += 1
            self._step_back(races)

    def _try_commit(self, commit: str, changes: tuple[Change, ...]) -> bool:
        """Whether the changes, if any, are stored on top of the head that the work was run on."""
        if not changes:
            return not self._namespace.refresh(is_proof=True)
        try:
            self._namespace.commit(commit, changes)
        except Outrun:
            self._has_read_again = True
            self._namespace.refresh(is_proof=True)
            return commit in self._namespace.head.commits  # Then only the answer was lost.
        return True

    def _settle(self, batch: tuple[_Waiting[Any], ...]) -> None:
        with self._turn:
            self._waiting = self._waiting[len(batch) :]
            for waiting in batch:
                waiting.stored.set_result(waiting.answer)

    def _tidy(self) -> None:
        """Keep the head small."""
        before = self._namespace.head
        try:
            roll_tail(self._namespace)
            compact(self._namespace)
        except Outrun:
            pass  # Somebody else has written, and keeps it small as well.
        except StateError as error:
            _LOG.debug("state.tidy_failed location=%s error=%s", self.location, error)  # Tried again after the next.
        head = self._namespace.head
        if head is before:
            return
        with self._turn:
            if head.commits == before.commits:
                self._follow(head)
            else:
                self._rebase()  # What was outrun has looked at the head, and the next commit would put it past theirs.

    def _follow(self, head: Head) -> None:
        """Build the view anew on a head that says the same in other words, with what waits on top."""
        view = ObjectView(head, self._namespace.loader)
        for waiting in self._waiting:
            view.readd(waiting.changes)
        self._view = view

    def _step_back(self, races: int) -> None:
        """Wait a moment, longer each time, so that those who race do not meet again."""
        most = min(0.01 * 2 ** min(races, 6), 0.5)
        self._clock.sleep(secrets.randbelow(1000) / 1000 * most)
