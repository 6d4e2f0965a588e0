"""Thins out history: the newest records stay whatever their age, older ones go, a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, assert_never

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

Place = tuple[str, str]


def sweep_history(backend: Backend, policy: RetentionPolicy, clock: Clock, *, dry_run: bool) -> SweepReport:
    """Delete what is beyond the policy, until that is done or the time is used up."""
    began = clock.monotonic()
    cutoff = clock.now() - policy.max_age
    swept: list[DomainSweep] = []
    is_complete = True
    for domain in policy.domains:
        old, count = backend.read(_old_places(domain, cutoff, policy.min_kept))
        deleted = len(old) if dry_run else 0
        while deleted < len(old):
            # At least one batch, so that every sweep comes further than the one before.
            batch = old[deleted : deleted + _BATCH]
            backend.write(_deletion(domain, batch), survives_power_cut=False)
            deleted += len(batch)
            if (clock.monotonic() - began) * 1000 >= policy.budget_ms:
                break
        is_complete = is_complete and deleted == len(old)
        swept.append(DomainSweep(domain, deleted, count - deleted))
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


def _old_places(
    domain: HistoryDomain, cutoff: datetime, min_kept: int
) -> Callable[[Transaction], tuple[tuple[Place, ...], int]]:
    table, instant = _domain_table(domain)

    def find(transaction: Transaction) -> tuple[tuple[Place, ...], int]:
        records = transaction.scan(table, Scan(newest_first=True))
        seen: dict[str, int] = {}
        old: list[Place] = []
        for stored in records:
            seen[stored.scope] = seen.get(stored.scope, 0) + 1
            if seen[stored.scope] > min_kept and instant(stored) < cutoff:
                old.append((stored.scope, stored.key))
        return tuple(reversed(old)), len(records)

    return find


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


def _deletion(domain: HistoryDomain, batch: tuple[Place, ...]) -> Callable[[Transaction], None]:
    table, _ = _domain_table(domain)

    def delete(transaction: Transaction) -> None:
        for scope, key in batch:
            transaction.delete(table, scope, key)
            if domain is HistoryDomain.HISTORY:
                _delete_details(transaction, key)

    return delete


def _delete_details(transaction: Transaction, run_id: str) -> None:
    details: tuple[tuple[Table[Any], Scan], ...] = (
        (MODEL_EXECUTIONS, Scan(key_prefix=f"{run_id}\t")),
        (RUN_PROGRESS_ENTRIES, Scan(scope=run_id)),
        (RUN_PROGRESS, Scan(key=run_id)),
    )
    for table, which in details:
        for scope, key in transaction.places(table, which):
            transaction.delete(table, scope, key)
