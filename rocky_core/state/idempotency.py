"""One run per idempotency key: the rules of a claim, and the claim a run carries until its end."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from rocky_core.errors import StateError
from rocky_core.ir.idempotency import (
    UNREADABLE,
    ClaimVerdict,
    DedupOn,
    KeyClaim,
    KeyEntry,
    KeyState,
    Proceed,
    SkipCompleted,
    SkipInFlight,
)
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import RunProgress
from rocky_core.ports.state_store import KeyStore
from rocky_core.state.backend import Scan, Transaction
from rocky_core.state.corruption import RecordCorrupted
from rocky_core.state.leases import may_be_taken
from rocky_core.state.process import Liveness, liveness
from rocky_core.state.runs import progress_of
from rocky_core.state.tables import IDEMPOTENCY_KEYS, LEASES


class RunClaim:
    """A claimed key; the first `finalize` uses it up, and an error that escapes the block frees the key.

    A finalize that fails is a warning, never the run's failure: the key is then adopted when its time is over,
    or at once after this process has ended.
    """

    def __init__(self, store: KeyStore, claim: KeyClaim, adopted_from: str | None) -> None:
        self._store = store
        self._claim = claim
        self._is_used_up = False
        self.adopted_from = adopted_from
        self.warning: str | None = None

    def finalize(self, outcome: RunStatus) -> None:
        """Store how the run ended; only the first call does anything."""
        if self._is_used_up:
            return
        self._is_used_up = True
        try:
            self._store.finalize_key(self._claim, outcome)
        except StateError as error:
            self.warning = f"idempotency key '{self._claim.key}' could not be finalized: {error}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.finalize(RunStatus.FAILURE)


def claim_run(store: KeyStore, claim: KeyClaim) -> RunClaim | SkipInFlight | SkipCompleted:
    """Claim a key for a run, before anything else is done; a skip names the run that has it."""
    match store.claim_key(claim):
        case Proceed(adopted_from):
            return RunClaim(store, claim, adopted_from)
        case SkipInFlight() | SkipCompleted() as skip:
            return skip


def claim(transaction: Transaction, wanted: KeyClaim, now: datetime, monotonic: float) -> ClaimVerdict:
    """Decide about a key, and take it if that is the decision; an entry that nobody can read must not block it."""
    try:
        prior = transaction.get(IDEMPOTENCY_KEYS, "", wanted.key)
    except RecordCorrupted:
        return _take(transaction, wanted, now, Proceed(UNREADABLE))
    if prior is not None and prior.state is KeyState.IN_FLIGHT:
        prior = _as_left_behind(transaction, prior, now, monotonic)
    verdict = decide(prior, wanted.dedup_on, now)
    return _take(transaction, wanted, now, verdict) if isinstance(verdict, Proceed) else verdict


def _take(transaction: Transaction, wanted: KeyClaim, now: datetime, verdict: Proceed) -> Proceed:
    expires_at = now + wanted.in_flight_ttl
    entry = KeyEntry(wanted.key, wanted.run_id, KeyState.IN_FLIGHT, now, expires_at, wanted.dedup_on, wanted.process)
    transaction.put(IDEMPOTENCY_KEYS, "", wanted.key, entry)
    return verdict


def decide(prior: KeyEntry | None, dedup_on: DedupOn, now: datetime) -> ClaimVerdict:
    """What a claim leads to, given what is stored."""
    match prior:
        case None:
            return Proceed()
        case KeyEntry(state=KeyState.SUCCEEDED):
            return SkipCompleted(prior.run_id)
        case KeyEntry(state=KeyState.FAILED):
            return SkipCompleted(prior.run_id) if dedup_on is DedupOn.ANY else Proceed(prior.run_id)
        case _:
            return Proceed(prior.run_id) if prior.expires_at <= now else SkipInFlight(prior.run_id)


def _as_left_behind(transaction: Transaction, entry: KeyEntry, now: datetime, monotonic: float) -> KeyEntry:
    """The entry of a run that was killed before it could finalize it, as that run would have left it."""
    run = progress_of(transaction, entry.run_id)
    if not _is_over(transaction, entry, run, now, monotonic):
        return entry
    if run is not None and run.outcome is not None:
        return replace(entry, state=KeyState.SUCCEEDED if run.outcome is RunStatus.SUCCESS else KeyState.FAILED)
    return replace(entry, expires_at=now)


def _is_over(
    transaction: Transaction, entry: KeyEntry, run: RunProgress | None, now: datetime, monotonic: float
) -> bool:
    match Liveness.UNKNOWN if entry.process is None else liveness(entry.process):
        case Liveness.GONE:
            return True
        case Liveness.RUNNING:
            return entry.expires_at <= now
        case Liveness.UNKNOWN:
            # The process is on another machine, or from before this one started; its lease tells more.
            holder = None if run is None else transaction.get(LEASES, "", run.pipeline)
            has_lost_lease = run is not None and (
                holder is None or holder.lease.run_id != run.run_id or may_be_taken(holder, now, monotonic) is not None
            )
            return has_lost_lease or entry.expires_at <= now


def finalize(transaction: Transaction, claimed: KeyClaim, outcome: RunStatus, now: datetime) -> bool:
    """Store or free a key after its run, if it still is that run's and at work."""
    entry = transaction.get(IDEMPOTENCY_KEYS, "", claimed.key)
    if entry is None or entry.run_id != claimed.run_id or entry.state is not KeyState.IN_FLIGHT:
        return False
    state = KeyState.SUCCEEDED if outcome is RunStatus.SUCCESS else KeyState.FAILED
    if state is KeyState.FAILED and claimed.dedup_on is DedupOn.SUCCESS:
        return transaction.delete(IDEMPOTENCY_KEYS, "", claimed.key)
    ended = KeyEntry(claimed.key, claimed.run_id, state, now, now + claimed.retention, claimed.dedup_on)
    transaction.put(IDEMPOTENCY_KEYS, "", claimed.key, ended)
    return True


def sweep(transaction: Transaction, in_flight_ttl: timedelta, now: datetime) -> int:
    """Delete ended keys that have expired, and claims older than they may become."""
    found = _readable(transaction)
    old = [
        entry.key
        for entry in found
        if (entry.stamped_at + in_flight_ttl if entry.state is KeyState.IN_FLIGHT else entry.expires_at) <= now
    ]
    for key in old:
        transaction.delete(IDEMPOTENCY_KEYS, "", key)
    return len(old)


def _readable(transaction: Transaction) -> list[KeyEntry]:
    """Every entry; one that cannot be read stays for the next claim of its key to replace."""
    with contextlib.suppress(RecordCorrupted):
        return [stored.record for stored in transaction.scan(IDEMPOTENCY_KEYS, Scan())]
    found: list[KeyEntry] = []
    for scope, key in transaction.places(IDEMPOTENCY_KEYS, Scan()):
        with contextlib.suppress(RecordCorrupted):
            entry = transaction.get(IDEMPOTENCY_KEYS, scope, key)
            found += [] if entry is None else [entry]
    return found
