"""Writes that may be stored later: while the store does not answer they wait in a journal, and keep their order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Final, assert_never

from rocky_core.errors import StateError, StateLocked, StateUnavailable
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
from rocky_core.state.settle_dues import settle

_LOG: Final = logging.getLogger("rocky_core.state")


class DueWrites:
    """The writes of one open store; without a journal a store that does not answer is an error, as for any write."""

    def __init__(self, backend: Backend, clock: Clock, journal: Journal | None) -> None:
        self._backend = backend
        self._clock = clock
        self._journal = journal
        self._turn = Lock()  # Held while what waits is being stored; never taken by the backend's own thread.

    def write(
        self, dues: tuple[Due, ...], work: Callable[[Transaction], object], *, survives_power_cut: bool = True
    ) -> None:
        """Do the work, or keep what it was to store; what has waited for longer is stored first.

        Raises:
            StateError: neither can be done, or the lease is lost.

        """
        if self._journal is None:
            self._backend.write(work, survives_power_cut=survives_power_cut)
            return
        try:
            self.catch_up()
            self._backend.write(work, survives_power_cut=survives_power_cut, if_lost=partial(self._keep, dues))
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
            for due in journal.dues:
                self._backend.write(partial(_settle_fenced, due, _lease_of(due), self._clock))
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
            "and will be stored by the next run that starts here"
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


def settle_journals(store: LeaseStore, backend: Backend, clock: Clock, journal: Journal) -> tuple[str, ...]:
    """Store what earlier runs could not, each pipeline's under a lease of its own; what to tell people."""
    told: list[str] = []
    with taken_journals(journal.directory, backend.location) as found:
        for one in found:
            if one.problem is not None:
                told.append(f"the journal {one.path} is left as it is: {one.problem}")
                continue
            try:
                _settle_journal(one, store, backend, clock)
            except StateLocked as error:
                told.append(f"what waits in the journal {one.path} waits on: {error}")
                continue
            remove_journal(one)
            count = "1 record" if len(one.dues) == 1 else f"{len(one.dues)} records"
            told.append(f"stored what had waited in the journal: {count} of {', '.join(one.runs)}")
    return tuple(told)


def _settle_journal(found: FoundJournal, store: LeaseStore, backend: Backend, clock: Clock) -> None:
    for pipeline in dict.fromkeys(lease.pipeline for due in found.dues if (lease := _lease_of(due)) is not None):
        request = LeaseRequest(pipeline, f"journal-{found.path.stem}", this_process(), DEFAULT_TTL)
        with hold_lease(store, request) as held:
            for due in found.dues:
                own = _lease_of(due)
                if own is not None and own.pipeline == pipeline:
                    backend.write(partial(_settle_fenced, due, held.lease, clock))
    for due in found.dues:
        if _lease_of(due) is None:
            backend.write(partial(_settle_fenced, due, None, clock))


def _settle_fenced(due: Due, lease: Lease | None, clock: Clock, transaction: Transaction) -> None:
    if lease is not None:
        leases.fence(transaction, lease)
    settle(transaction, due, clock)


def _lease_of(due: Due) -> Lease | None:
    """The lease under which it was due; the end of a key needs none."""
    match due:
        case TableDue(lease=lease) | BuildsDue(lease=lease) | RunDue(lease=lease):
            return lease
        case KeyDue():
            return None
        case _:
            assert_never(due)
