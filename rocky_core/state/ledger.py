"""What became of the models of one piece of work, inside a transaction; whoever asks again reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from rocky_core.ir.replace import replace
from rocky_core.ir.state import LedgerEntry
from rocky_core.state.backend import Scan, Transaction
from rocky_core.state.tables import LEDGER

_BATCH: Final = 500  # Entries per sweep, so that runs need not wait long for their turn.
_SEPARATOR: Final = "\t"  # Between model and partition; names do not hold it.


def entries(transaction: Transaction, work_id: str) -> tuple[LedgerEntry, ...]:
    """Everything that is known of a piece of work."""
    return tuple(stored.record for stored in transaction.scan(LEDGER, Scan(scope=work_id)))


def note(transaction: Transaction, found: Iterable[LedgerEntry]) -> None:
    """Store what has become of models; the attempts of earlier runs are kept."""
    for entry in found:
        key = key_of(entry)
        before = transaction.get(LEDGER, entry.work_id, key)
        attempts = entry.attempts + (0 if before is None else before.attempts)
        transaction.put(LEDGER, entry.work_id, key, replace(entry, attempts=attempts))


def key_of(entry: LedgerEntry) -> str:
    """The key of an entry within its piece of work."""
    return f"{entry.model}{_SEPARATOR}{entry.partition}"


def forget(transaction: Transaction, work_id: str, models: Iterable[str]) -> None:
    """Drop what is known of models of a piece of work that is over."""
    for model in models:
        for scope, key in transaction.places(LEDGER, Scan(scope=work_id, key_prefix=f"{model}{_SEPARATOR}")):
            transaction.delete(LEDGER, scope, key)


def sweep(transaction: Transaction, before: datetime) -> int:
    """Drop some of what was noted before an instant, oldest first; how many entries."""
    old = [stored for stored in transaction.scan(LEDGER, Scan(limit=_BATCH)) if stored.record.noted_at < before]
    for stored in old:
        transaction.delete(LEDGER, stored.scope, stored.key)
    return len(old)
