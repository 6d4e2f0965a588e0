"""Thins out history: the newest records stay whatever their age, older ones go, a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, assert_never

from msgspec import Struct

from rocky_core.ir.state import DomainSweep, HistoryDomain, RetentionPolicy, SweepReport
from rocky_core.ports.clock import Clock
from rocky_core.state.backend import Backend, Scan, Stored, Table, Transaction
from rocky_core.state.tables import (
    DAG_SNAPSHOTS,
    METADATA,
    MODEL_EXECUTIONS,
    QUALITY_HISTORY,
    RUN_HISTORY,
    RUN_PROGRESS,
    RUN_PROGRESS_ENTRIES,
    STORE_SCOPE,
)

_LAST_SWEEP: Final = "last_retention_sweep_at"
_BATCH: Final = 100  # Records per transaction, so that runs need not wait long for their turn.


def sweep_history(backend: Backend, policy: RetentionPolicy, clock: Clock, *, dry_run: bool) -> SweepReport:
    """Delete what is beyond the policy, until that is done or the time is used up."""
    began = clock.monotonic()
    swept: list[DomainSweep] = []
    is_complete = True
    for domain in policy.domains:
        step = _Step(domain, clock.now() - policy.max_age, policy.min_kept, dry_run=dry_run)
        # At least one batch, so that every sweep comes further than the one before.
        done = _do(backend, step, _Progress())
        while done.goes_on and (dry_run or (clock.monotonic() - began) * 1000 < policy.budget_ms):
            done = _do(backend, step, done)
        is_complete = is_complete and not done.goes_on
        count = backend.read(_count_of(domain))
        swept.append(DomainSweep(domain, done.deleted, count - (done.deleted if dry_run else 0)))
    if not dry_run:
        backend.write(lambda transaction: transaction.put(METADATA, STORE_SCOPE, _LAST_SWEEP, clock.now().isoformat()))
    return SweepReport(tuple(swept), is_complete, round((clock.monotonic() - began) * 1000))


def sweep_is_due(transaction: Transaction, interval: timedelta, now: datetime) -> bool:
    """Whether the last sweep is that long ago; one in the future was made by a clock that was wrong."""
    last = transaction.get(METADATA, STORE_SCOPE, _LAST_SWEEP)
    if last is None:
        return True
    swept_at = datetime.fromisoformat(last)
    return swept_at > now or now - swept_at >= interval


class _Step(Struct, frozen=True):
    """What every batch of a domain is measured against."""

    domain: HistoryDomain
    cutoff: datetime
    min_kept: int
    dry_run: bool


class _Progress(Struct, frozen=True):
    """How far the walk through a domain came, from its oldest record on."""

    deleted: int = 0
    passed_over: int = 0
    goes_on: bool = True


def _do(backend: Backend, step: _Step, before: _Progress) -> _Progress:
    if step.dry_run:
        return backend.read(lambda transaction: _do_batch(transaction, step, before))
    return backend.write(lambda transaction: _do_batch(transaction, step, before), survives_power_cut=False)


def _do_batch(transaction: Transaction, step: _Step, before: _Progress) -> _Progress:
    """Delete what is old among the next records and not among the newest of its scope."""
    table, instant = _domain_table(step.domain)
    batch = transaction.scan(table, Scan(limit=_BATCH, offset=before.passed_over))
    old = [(stored.scope, stored.key) for stored in batch if instant(stored) < step.cutoff]
    newest = {
        place
        for scope in {scope for scope, _ in old}
        for place in transaction.places(table, Scan(scope=scope, newest_first=True, limit=step.min_kept))
    }
    doomed = [place for place in old if place not in newest]
    for scope, key in doomed if not step.dry_run else ():
        transaction.delete(table, scope, key)
        if step.domain is HistoryDomain.HISTORY:
            _delete_details(transaction, key)
    gone = 0 if step.dry_run else len(doomed)
    # Records lie in the order of time, so after a batch without old ones there are none.
    goes_on = len(batch) == _BATCH and bool(old)
    return _Progress(before.deleted + len(doomed), before.passed_over + len(batch) - gone, goes_on)


def _count_of(domain: HistoryDomain) -> Callable[[Transaction], int]:
    return lambda transaction: transaction.count(_domain_table(domain)[0])


def _domain_table(domain: HistoryDomain) -> tuple[Table[Any], Callable[[Stored[Any]], datetime]]:
    match domain:
        case HistoryDomain.HISTORY:
            return RUN_HISTORY, lambda stored: stored.record.started_at
        case HistoryDomain.LINEAGE:
            return DAG_SNAPSHOTS, lambda stored: stored.record.timestamp
        case HistoryDomain.AUDIT:
            return QUALITY_HISTORY, lambda stored: stored.record.timestamp
        case _:
            assert_never(domain)


def _delete_details(transaction: Transaction, run_id: str) -> None:
    details: tuple[tuple[Table[Any], Scan], ...] = (
        (MODEL_EXECUTIONS, Scan(key_prefix=f"{run_id}\t")),
        (RUN_PROGRESS_ENTRIES, Scan(scope=run_id)),
        (RUN_PROGRESS, Scan(key=run_id)),
    )
    for table, which in details:
        for scope, key in transaction.places(table, which):
            transaction.delete(table, scope, key)
