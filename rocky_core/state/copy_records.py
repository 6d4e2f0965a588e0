"""Brings every record from one store to another, and proves that it has arrived."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from msgspec import Struct

from rocky_core.errors import StateLocked, UserError
from rocky_core.state.backend import Scan, Stored, Table, Transaction
from rocky_core.state.leases import LAST_TOKEN, all_holders, may_be_taken
from rocky_core.state.record_store import RecordStore
from rocky_core.state.tables import ALL_TABLES, LEASES, METADATA, SCHEMA_CACHE, STORE_SCOPE

_MOST_AT_ONCE: Final = 500
# Who runs now is not copied, and what the warehouse can be asked again need not be.
_COPIED: Final = tuple(table for table in ALL_TABLES if table.name not in {LEASES.name, SCHEMA_CACHE.name})


class TableCopy(Struct, frozen=True):
    """What was done to one table: records that were put, were the same already, were taken away."""

    table: str
    copied: int
    unchanged: int
    removed: int


def copy_records(source: RecordStore, target: RecordStore, *, force: bool = False) -> tuple[TableCopy, ...]:
    """Make the target hold what the source holds; without `force` nothing that only the target knows is lost.

    Raises:
        StateLocked: a run is under way in one of them, or has changed the source meanwhile.
        UserError: the target holds other records, and `force` is not given.

    """
    for store in (source, target):
        store.backend.read(partial(_require_unused, store))
    planned = [_Planned(table, _records(source, table), _records(target, table)) for table in _COPIED]
    differing = [plan for plan in planned if not plan.only_adds]
    if differing and not force:
        raise UserError(
            f"{target.location} holds other records than {source.location}: "
            + ", ".join(plan.table.name for plan in differing),
            hint="--force makes it hold the same; what only it knows is lost then",
        )
    done = tuple(_carry_out(target, plan) for plan in planned)
    _raise_token(source, target)
    for plan in planned:
        if _records(target, plan.table) != _records(source, plan.table):
            raise StateLocked(f"state file locked: '{plan.table.name}' changed while it was copied; copy again")
    source.backend.read(partial(_require_unused, source))
    return done


class _Planned(Struct, frozen=True):
    table: Table[Any]
    wanted: tuple[Stored[Any], ...]
    found: tuple[Stored[Any], ...]

    @property
    def only_adds(self) -> bool:
        """Whether the target has the first of the source's records, in their order, and nothing else."""
        return self.wanted[: len(self.found)] == self.found


def _carry_out(target: RecordStore, plan: _Planned) -> TableCopy:
    kept = len(plan.found)
    if not plan.only_adds:
        # The order of records is that of their first put, so the table is made anew.
        for some in _portions(plan.found):
            target.backend.write(partial(_take_away, target, plan.table, some))
        kept = 0
    for some in _portions(plan.wanted[kept:]):
        target.backend.write(partial(_put, target, plan.table, some))
    removed = 0 if plan.only_adds else len(plan.found)
    return TableCopy(plan.table.name, len(plan.wanted) - kept, kept, removed)


def _portions(records: tuple[Stored[Any], ...]) -> tuple[tuple[Stored[Any], ...], ...]:
    return tuple(records[at : at + _MOST_AT_ONCE] for at in range(0, len(records), _MOST_AT_ONCE))


def _put(store: RecordStore, table: Table[Any], records: tuple[Stored[Any], ...], transaction: Transaction) -> None:
    _require_unused(store, transaction)
    for one in records:
        transaction.put(table, one.scope, one.key, one.record)


def _take_away(
    store: RecordStore, table: Table[Any], records: tuple[Stored[Any], ...], transaction: Transaction
) -> None:
    _require_unused(store, transaction)
    for one in records:
        transaction.delete(table, one.scope, one.key)


def _records(store: RecordStore, table: Table[Any]) -> tuple[Stored[Any], ...]:
    found = store.backend.read(lambda transaction: transaction.scan(table, Scan()))
    # What a store notes about itself is its own.
    return tuple(one for one in found if (table.name, one.scope) != (METADATA.name, STORE_SCOPE))


def _raise_token(source: RecordStore, target: RecordStore) -> None:
    """Leases of the target get later tokens than any that either store has given."""
    given = source.backend.read(lambda transaction: transaction.get(METADATA, STORE_SCOPE, LAST_TOKEN))
    if given is None:
        return

    def raised(transaction: Transaction) -> None:
        own = transaction.get(METADATA, STORE_SCOPE, LAST_TOKEN)
        if own is None or int(own) < int(given):
            transaction.put(METADATA, STORE_SCOPE, LAST_TOKEN, given)

    target.backend.write(raised)


def _require_unused(store: RecordStore, transaction: Transaction) -> None:
    now, monotonic = store.clock.now(), store.clock.monotonic()
    for holder in all_holders(transaction):
        if may_be_taken(holder, now, monotonic) is None:
            raise StateLocked(
                f"state file locked: pipeline '{holder.lease.pipeline}' is being run by {holder.describe()}, "
                f"so {store.location} cannot be copied now",
                holder=holder.lease.run_id,
            )
