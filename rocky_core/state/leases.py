"""Leases inside a transaction: who may have one, and the fence that stops a holder that was replaced."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from rocky_core.errors import LeaseLost, StateLocked
from rocky_core.ir.state import Lease, LeaseGrant, LeaseHolder, LeaseRequest, TakeOver
from rocky_core.state.backend import Scan, Transaction
from rocky_core.state.process import Liveness, is_this_boot, liveness
from rocky_core.state.tables import LEASES, METADATA, STORE_SCOPE

LAST_TOKEN: Final = "last_lease_token"  # noqa: S105 — a name; fencing tokens are counters, not secrets
# Clocks of two machines may differ; a sign of life further ahead than this was given by a clock that was wrong.
_MOST_BELIEVED_SKEW: Final = timedelta(hours=1)


def acquire(transaction: Transaction, request: LeaseRequest, now: datetime, monotonic: float) -> LeaseGrant:
    """Give the pipeline to the caller, or raise StateLocked naming its live holder."""
    holder = transaction.get(LEASES, "", request.pipeline)
    reason = None if holder is None else may_be_taken(holder, now, monotonic)
    if holder is not None and reason is None:
        raise StateLocked(
            f"state file locked: pipeline '{request.pipeline}' is being run by {holder.describe()}",
            holder=holder.lease.run_id,
        )
    # The counter outlives leases that were given back, so that no token is ever given twice.
    last_token = transaction.get(METADATA, STORE_SCOPE, LAST_TOKEN)
    token = 1 if last_token is None else int(last_token) + 1
    transaction.put(METADATA, STORE_SCOPE, LAST_TOKEN, str(token))
    lease = Lease(request.pipeline, request.run_id, token)
    taken = LeaseHolder(lease, request.process, request.ttl, now, now, monotonic, now + request.ttl)
    transaction.put(LEASES, "", request.pipeline, taken)
    return LeaseGrant(lease, holder, reason)


def may_be_taken(holder: LeaseHolder, now: datetime, monotonic: float) -> TakeOver | None:
    """Why the holder has no claim any more; None while it has."""
    if liveness(holder.process) is Liveness.GONE:
        return TakeOver.PROCESS_GONE
    if is_this_boot(holder.process):
        # One machine, one monotonic count: whatever was done to the clock does not matter.
        silent_seconds = monotonic - holder.heartbeat_monotonic
        return TakeOver.EXPIRED if silent_seconds >= holder.ttl.total_seconds() else None
    if holder.heartbeat_at > now + _MOST_BELIEVED_SKEW:
        return TakeOver.CLOCK_WRONG
    return TakeOver.EXPIRED if now >= holder.expires_at else None


def renew(transaction: Transaction, lease: Lease, now: datetime, monotonic: float) -> timedelta:
    """Note a sign of life; how long it holds. Raises LeaseLost."""
    holder = fence(transaction, lease)
    renewed = LeaseHolder(lease, holder.process, holder.ttl, holder.acquired_at, now, monotonic, now + holder.ttl)
    transaction.put(LEASES, "", lease.pipeline, renewed)
    return renewed.ttl


def fence(transaction: Transaction, lease: Lease) -> LeaseHolder:
    """Raise LeaseLost unless the lease is the pipeline's current one."""
    holder = transaction.get(LEASES, "", lease.pipeline)
    if holder is None or holder.lease != lease:
        by = "it was given back" if holder is None else f"taken over by {holder.describe()}"
        raise LeaseLost(f"run {lease.run_id} no longer holds pipeline '{lease.pipeline}' ({by}); nothing was written")
    return holder


def release(transaction: Transaction, lease: Lease) -> bool:
    """Give the pipeline back; False if the lease is not its current one."""
    holder = transaction.get(LEASES, "", lease.pipeline)
    if holder is None or holder.lease != lease:
        return False
    return transaction.delete(LEASES, "", lease.pipeline)


def all_holders(transaction: Transaction) -> tuple[LeaseHolder, ...]:
    """Every lease that was not given back."""
    return tuple(stored.record for stored in transaction.scan(LEASES, Scan()))
