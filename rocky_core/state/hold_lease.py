"""A lease for as long as a block of code runs, kept alive by a thread."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Final

from rocky_core.errors import LeaseLost, StateError
from rocky_core.ir.state import Lease, LeaseGrant, LeaseRequest
from rocky_core.ports.state_store import LeaseStore

DEFAULT_TTL: Final = timedelta(seconds=60)
_HEARTBEATS_PER_TTL: Final = 4


class HeldLease:
    """A lease with its heartbeat."""

    def __init__(self, store: LeaseStore, grant: LeaseGrant) -> None:
        self._store = store
        self.grant = grant
        self._lost = Event()

    @property
    def lease(self) -> Lease:
        return self.grant.lease

    @property
    def is_lost(self) -> bool:
        """Whether a heartbeat found that another run has taken over; costs nothing to ask."""
        return self._lost.is_set()

    def check(self) -> None:
        """Prove that the lease is still held; ask right before a commit in the warehouse. Raises LeaseLost."""
        self._store.check_lease(self.lease)

    def beat(self, stop: Event, interval_seconds: float) -> None:
        """Give signs of life until told to stop or replaced."""
        while not stop.wait(interval_seconds):
            try:
                self._store.renew_lease(self.lease)
            except LeaseLost:
                self._lost.set()
                return
            except StateError:
                # A full disk or a busy file may pass. If it does not, the lease expires, and the fence holds.
                continue


@contextlib.contextmanager
def hold_lease(store: LeaseStore, request: LeaseRequest) -> Iterator[HeldLease]:
    """Hold a pipeline during the block. Raises StateLocked naming the run that holds it."""
    held = HeldLease(store, store.acquire_lease(request))
    stop = Event()
    interval_seconds = request.ttl.total_seconds() / _HEARTBEATS_PER_TTL
    name = f"lease-{request.pipeline}"
    thread = Thread(target=held.beat, args=(stop, interval_seconds), name=name, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        stop.set()
        thread.join()
        # If it cannot be given back now, the next run sees that this process is gone.
        with contextlib.suppress(StateError):
            store.release_lease(held.lease)
