"""Writes that may be stored later: while the store does not answer they wait in a journal, and keep their order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final, assert_never

from rocky_core.errors import LeaseLost, StateError, StateLocked, StateUnavailable
from rocky_core.ir.state import Lease, LeaseRequest
from rocky_core.ports.clock import Clock
from rocky_core.ports.state_store import LeaseStore
from rocky_core.state import leases
from rocky_core.state.backend import Backend, Transaction
from rocky_core.state.hold_lease import DEFAULT_TTL, hold_lease
from rocky_core.state.journal import (
    BuildsDue,
    Due,
    FoundJournal,
    Journal,
    KeyDue,
    RunDue,
    TableDue,
    remove_journal,
    taken_journals,
)
from rocky_core.state.process import this_process
from rocky_core.state.settle_dues import Line, settle

_LOG: Final = logging.getLogger("rocky_core.state")


class DueWrites:
    """The writes of one open store; without a journal a store that does not answer is an error, as for any write."""

    def __init__(self, backend: Backend, journal: Journal | None) -> None:
        self._backend = backend
        self._journal = journal
        self._turn = Lock()  # Held while what waits is being stored; never taken by the backend's own thread.

    def write(self, due: Due, work: Callable[[Transaction], object]) -> None:
        """Do the work, or keep what it was to store; what has waited for longer is stored first.

        Raises:
            StateError: neither can be done, or the lease is lost.

        """
        self._write((due,), lambda: self._backend.write(work))

    def write_later(self, dues: tuple[Due, ...], work: Callable[[Transaction], object]) -> None:
        """The same for what may be stored a moment later. Raises StateError."""
        if_lost = None if self._journal is None else partial(self._keep, dues)
        self._write(dues, lambda: self._backend.write_later(work, if_lost=if_lost))

    def _write(self, dues: tuple[Due, ...], store: Callable[[], object]) -> None:
        try:
            self.catch_up()
            store()
        except StateUnavailable as error:
            if not self._keep(dues, error):
                raise

    def catch_up(self) -> None:
        """Store what waits, in its order, each under the lease that it was due under.

        Raises:
            StateError: it cannot be stored yet, or the lease is lost and others will have to.

        """
        journal = self._journal
        if journal is None or not journal.dues:
            return
        with self._turn:
            for number, due in journal.dues:
                line = Line(journal.identity, number, due)
                self._backend.write(partial(_settle_fenced, line, _lease_of(due)))
                journal.forget(1)
        _LOG.warning("the state in %s answers again; what had waited is stored", self._backend.location)

    def waiting(self) -> str | None:
        """What waits, in words."""
        journal = self._journal
        count = 0 if journal is None else len(journal.dues)
        if journal is None or not count:
            return None
        what = "1 record of this run waits" if count == 1 else f"{count} records of this run wait"
        return (
            f"the state in {self._backend.location} does not answer; {what} in {journal.path} "
            "and will be stored by the next run of this pipeline that starts here"
        )

    def close(self) -> None:
        """Leave what waits to the next run."""
        if self._journal is not None:
            self._journal.close()

    def _keep(self, dues: tuple[Due, ...], error: StateError) -> bool:
        """Whether the records are kept; only a store that cannot be reached is a reason to."""
        if self._journal is None or not isinstance(error, StateUnavailable):
            return False
        try:
            for due in dues:
                self._journal.append(due)
        except StateUnavailable as unkept:
            _LOG.warning("%s", unkept)
            return False
        return True


@dataclass(frozen=True, slots=True)
class JournalSettler:
    """Stores what earlier runs could not, under a lease of its own."""

    store: LeaseStore
    backend: Backend
    clock: Clock

    def settle(self, journal: Journal, pipeline: str) -> tuple[str, ...]:
        """Store the journals of a pipeline's runs; those of others are theirs, whose lease is not to be taken here.

        Raises:
            StateUnavailable: the store does not answer.

        """
        told: list[str] = []
        with taken_journals(journal.directory, self.backend.location, self.clock) as found:
            for one in found:
                if one.problem is None and not {*one.pipelines} <= {pipeline}:
                    continue
                told.append(self._settle(one, pipeline))
        return tuple(told)

    def _settle(self, found: FoundJournal, pipeline: str) -> str:
        if found.problem is not None:
            return f"the journal {found.path} is left as it is: {found.problem}"
        try:
            if pipeline in found.pipelines:
                request = LeaseRequest(pipeline, f"journal-{found.identity}", this_process(), DEFAULT_TTL)
                with hold_lease(self.store, request) as held:
                    self._store_lines(found, held.lease)
            else:
                self._store_lines(found, None)
            remove_journal(found)
        except StateUnavailable:
            raise
        except (StateLocked, LeaseLost) as error:
            return f"what waits in the journal {found.path} waits on: {error}"
        except (StateError, OSError) as error:
            # A run must not be kept from its work for good by what an earlier one has left.
            return f"the journal {found.path} could not be stored and stays: {error}"
        count = "1 record" if len(found.dues) == 1 else f"{len(found.dues)} records"
        return f"stored what had waited in the journal: {count} of {', '.join(found.runs)}"

    def _store_lines(self, found: FoundJournal, lease: Lease | None) -> None:
        for number, due in enumerate(found.dues, 1):
            self.backend.write(partial(_settle_fenced, Line(found.identity, number, due), lease))


def _settle_fenced(line: Line, lease: Lease | None, transaction: Transaction) -> None:
    if lease is not None:
        leases.fence(transaction, lease)
    settle(transaction, line)


def _lease_of(due: Due) -> Lease | None:
    """The lease under which it was due; the end of a key needs none."""
    match due:
        case TableDue(lease=lease) | BuildsDue(lease=lease) | RunDue(lease=lease):
            return lease
        case KeyDue():
            return None
        case _:
            assert_never(due)
