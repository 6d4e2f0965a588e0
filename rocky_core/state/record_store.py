"""The state store over any backend: each method is one transaction, fenced where it takes a lease."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, TypeVar

from rocky_core.errors import StateUnavailable
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.idempotency import ClaimVerdict, KeyClaim, KeyEntry
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    Branch,
    CachedSchema,
    DagSnapshot,
    Lease,
    LeaseGrant,
    LeaseHolder,
    LeaseRequest,
    LedgerEntry,
    LoadedFile,
    ModelExecution,
    PartitionBuild,
    QualitySnapshot,
    RetentionPolicy,
    RowCount,
    RunProgress,
    RunRecord,
    StateProblem,
    SweepReport,
    TableOutcome,
    TableProgress,
    WriteIntent,
)
from rocky_core.ir.world import GracePeriod, Watermark
from rocky_core.ports.clock import Clock
from rocky_core.state import idempotency, leases, ledger, retention, runs, tables
from rocky_core.state.backend import Backend, Scan, Table, Transaction
from rocky_core.state.certain_leases import CertainLeases
from rocky_core.state.due_writes import DueWrites, JournalSettler
from rocky_core.state.journal import BuildsDue, Journal, KeyDue, RunDue, TableDue
from rocky_core.state.settle_dues import forget_journals

R = TypeVar("R")
T = TypeVar("T")

CHECK_HISTORY_LENGTH: Final = 10
_LEDGER_AGE: Final = timedelta(days=30)  # Older work is not gone on with.


class RecordStore:
    """Implements `ports.state_store.StateStore`."""

    def __init__(self, backend: Backend, clock: Clock) -> None:
        self._backend = backend
        self._clock = clock
        self._certain = CertainLeases()
        self._journal: Journal | None = None
        self._due = DueWrites(backend, None)

    @property
    def location(self) -> str:
        return self._backend.location

    @property
    def backend(self) -> Backend:
        """The records themselves, for those who copy them."""
        return self._backend

    @property
    def clock(self) -> Clock:
        """The clock that leases are judged by."""
        return self._clock

    @property
    def schema_version(self) -> int:
        return self._backend.schema_version

    def close(self) -> None:
        self._backend.close()
        self._due.close()

    def keep_journal(self, journal: Journal) -> None:
        """From now on what may be stored later waits there while the store does not answer."""
        self._journal, self._due = journal, DueWrites(self._backend, journal)

    def settle_journals(self, pipeline: str) -> tuple[str, ...]:
        journal = self._journal
        return () if journal is None else JournalSettler(self, self._backend, self._clock).settle(journal, pipeline)

    def waiting(self) -> str | None:
        return self._due.waiting()

    def problems(self) -> tuple[StateProblem, ...]:
        return self._backend.problems(tables.ALL_TABLES)

    # --- leases -------------------------------------------------------------------------------------------------

    def acquire_lease(self, request: LeaseRequest) -> LeaseGrant:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        grant = self._backend.write(lambda t: leases.acquire(t, request, now, monotonic))
        self._certain.note(grant.lease, request.ttl, monotonic)
        return grant

    def renew_lease(self, lease: Lease) -> None:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        is_proof = self._backend.is_far_away
        ttl = self._backend.write(lambda t: leases.renew(t, lease, now, monotonic), survives_power_cut=is_proof)
        self._certain.note(lease, ttl, monotonic)

    def check_lease(self, lease: Lease) -> None:
        if not self._backend.is_far_away:
            self._backend.read(lambda t: leases.fence(t, lease))
        elif not self._certain.holds(lease, self._clock.monotonic()):
            # What is read may be a copy; what is to be stored is proven, also if it is nothing.
            self._backend.write(lambda t: leases.fence(t, lease))

    def release_lease(self, lease: Lease) -> bool:
        self._certain.forget(lease)
        return self._backend.write(lambda t: leases.release(t, lease), survives_power_cut=False)

    def leases(self) -> tuple[LeaseHolder, ...]:
        return self._backend.read(leases.all_holders)

    # --- runs ---------------------------------------------------------------------------------------------------

    def start_run(self, lease: Lease, progress: RunProgress) -> tuple[TableProgress, ...]:
        return self._fenced(lease, lambda t: runs.start(t, progress))

    def begin_tables(self, lease: Lease, intents: Iterable[WriteIntent]) -> None:
        announced = tuple(intents)
        self._due.catch_up()  # What is announced here may be of a table whose last end is still to be stored.
        work = _guarded(lease, lambda t: runs.begin_tables(t, announced))
        if all(intent.is_repeatable for intent in announced):
            self._backend.write_later(work)
        else:
            self._backend.write(work)

    def finish_tables(self, lease: Lease, outcomes: Iterable[TableOutcome]) -> None:
        finished = tuple(outcomes)
        # Losing this to a power cut leaves the announced writes open, which the next run looks into.
        work = _guarded(lease, lambda t: runs.finish_tables(t, lease, finished))
        self._due.write_later(tuple(TableDue(lease, one) for one in finished), work)

    def confirm_builds(self, lease: Lease, builds: Mapping[str, str]) -> None:
        work = _guarded(lease, lambda t: runs.confirm_builds(t, builds))
        self._due.write_later((BuildsDue(lease, dict(builds)),), work)

    def finish_run(self, lease: Lease, record: RunRecord) -> None:
        self._due.write(RunDue(lease, record), _guarded(lease, lambda t: runs.finish(t, lease, record)))

    def open_intents(self, pipeline: str) -> tuple[WriteIntent, ...]:
        return self._backend.read(lambda t: runs.open_intents(t, pipeline))

    def settle_intents(self, lease: Lease, watermarks: Mapping[str, Watermark | None]) -> None:
        self._fenced(lease, lambda t: runs.settle_intents(t, lease, watermarks))

    def ledger(self, work_id: str) -> tuple[LedgerEntry, ...]:
        return self._backend.read(lambda t: ledger.entries(t, work_id))

    def forget_work(self, work_id: str, models: Iterable[str]) -> None:
        names = tuple(models)
        self._backend.write_later(lambda t: ledger.forget(t, work_id, names))

    def run_progress(self, run_id: str) -> RunProgress | None:
        return self._backend.read(lambda t: runs.progress_of(t, run_id))

    def table_progress(self, run_id: str) -> tuple[TableProgress, ...]:
        return self._backend.read(lambda t: runs.entries(t, run_id))

    def resumable_run(self, pipeline: str, *, before_run: str | None = None) -> RunProgress | None:
        return self._backend.read(lambda t: runs.resumable(t, pipeline, before_run))

    def run_record(self, run_id: str) -> RunRecord | None:
        return self._backend.read(lambda t: runs.record_of(t, run_id))

    def run_records(self, *, limit: int | None = None, since: datetime | None = None) -> tuple[RunRecord, ...]:
        return self._backend.read(lambda t: runs.records(t, limit, since))

    def model_executions(self, model_name: str, *, limit: int | None = None) -> tuple[ModelExecution, ...]:
        return self._backend.read(lambda t: runs.executions(t, model_name, limit))

    # --- tables -------------------------------------------------------------------------------------------------

    def watermarks(self) -> Mapping[str, Watermark]:
        return self._by_key(tables.WATERMARKS)

    def watermark(self, table: str) -> Watermark | None:
        return self._backend.read(lambda t: t.get(tables.WATERMARKS, "", table))

    def set_watermark(self, lease: Lease, table: str, watermark: Watermark) -> None:
        self._fenced(lease, lambda t: t.put(tables.WATERMARKS, "", table, watermark))

    def delete_watermark(self, lease: Lease, table: str) -> bool:
        return self._fenced(lease, lambda t: t.delete(tables.WATERMARKS, "", table))

    def partitions(self, table: str) -> tuple[PartitionBuild, ...]:
        found = self._in_scope(tables.PARTITIONS, table)
        return tuple(sorted(found, key=lambda build: build.partition_key))

    def grace_periods(self) -> Mapping[str, tuple[GracePeriod, ...]]:
        found: dict[str, tuple[GracePeriod, ...]] = {}
        for stored in self._backend.read(lambda t: t.scan(tables.GRACE_PERIODS, Scan())):
            found[stored.scope] = (*found.get(stored.scope, ()), stored.record)
        return MappingProxyType(found)

    def source_markers(self) -> Mapping[str, str]:
        return self._by_key(tables.SOURCE_MARKERS)

    def builds(self) -> Mapping[str, BuildRecord]:
        return self._by_key(tables.BUILDS)

    def row_counts(self, table: str) -> tuple[RowCount, ...]:
        return self._backend.read(lambda t: t.get(tables.CHECK_HISTORY, "", table)) or ()

    def add_row_counts(self, lease: Lease, counts: Mapping[str, RowCount]) -> None:
        def add(transaction: Transaction) -> None:
            for table, count in counts.items():
                known = transaction.get(tables.CHECK_HISTORY, "", table) or ()
                transaction.put(tables.CHECK_HISTORY, "", table, (*known, count)[-CHECK_HISTORY_LENGTH:])

        self._backend.write_later(_guarded(lease, add))

    def add_quality(self, lease: Lease, snapshots: Iterable[QualitySnapshot]) -> None:
        rows = tuple((one.model_name, one.run_id, one) for one in snapshots)
        self._backend.write_later(_guarded(lease, lambda t: _put_all(t, tables.QUALITY_HISTORY, rows)))

    def quality_history(self, model_name: str, *, limit: int | None = None) -> tuple[QualitySnapshot, ...]:
        return self._in_scope(tables.QUALITY_HISTORY, model_name, newest_first=True, limit=limit)

    def add_loaded_files(self, lease: Lease, files: Iterable[LoadedFile]) -> None:
        rows = tuple((one.pipeline, one.path, one) for one in files)
        self._fenced(lease, lambda t: _put_all(t, tables.LOADED_FILES, rows))

    def loaded_files(self, pipeline: str) -> tuple[LoadedFile, ...]:
        return self._in_scope(tables.LOADED_FILES, pipeline)

    # --- the project --------------------------------------------------------------------------------------------

    def cached_schemas(self, ttl: timedelta) -> Mapping[str, CachedSchema]:
        oldest = self._clock.now() - ttl
        found = self._by_key(tables.SCHEMA_CACHE)
        return MappingProxyType({table: schema for table, schema in found.items() if schema.cached_at >= oldest})

    def cache_schemas(self, schemas: Iterable[CachedSchema]) -> None:
        rows = tuple(("", one.table, one) for one in schemas)
        self._backend.write_later(lambda t: _put_all(t, tables.SCHEMA_CACHE, rows))

    def clear_schema_cache(self, *, dry_run: bool = False) -> int:
        def clear(transaction: Transaction) -> int:
            places = transaction.places(tables.SCHEMA_CACHE, Scan())
            for scope, key in places if not dry_run else ():
                transaction.delete(tables.SCHEMA_CACHE, scope, key)
            return len(places)

        return self._backend.read(clear) if dry_run else self._backend.write(clear)

    def create_branch(self, branch: Branch) -> bool:
        def create(transaction: Transaction) -> bool:
            if transaction.get(tables.BRANCHES, "", branch.name) is not None:
                return False
            transaction.put(tables.BRANCHES, "", branch.name, branch)
            return True

        return self._backend.write(create)

    def branch(self, name: str) -> Branch | None:
        return self._backend.read(lambda t: t.get(tables.BRANCHES, "", name))

    def branches(self) -> tuple[Branch, ...]:
        return self._in_scope(tables.BRANCHES, "")

    def delete_branch(self, name: str) -> bool:
        return self._backend.write(lambda t: t.delete(tables.BRANCHES, "", name))

    def swap_discovered(self, lease: Lease, pipeline: str, schemas: tuple[str, ...]) -> tuple[str, ...] | None:
        def swap(transaction: Transaction) -> tuple[str, ...] | None:
            before = transaction.get(tables.DISCOVER_SNAPSHOTS, "", pipeline)
            transaction.put(tables.DISCOVER_SNAPSHOTS, "", pipeline, schemas)
            return before

        return self._fenced(lease, swap)

    def discovered(self, pipeline: str) -> tuple[str, ...] | None:
        return self._backend.read(lambda t: t.get(tables.DISCOVER_SNAPSHOTS, "", pipeline))

    def add_dag_snapshot(self, lease: Lease, snapshot: DagSnapshot) -> None:
        key = snapshot.timestamp.isoformat()
        self._backend.write_later(_guarded(lease, lambda t: t.put(tables.DAG_SNAPSHOTS, "", key, snapshot)))

    def dag_snapshots(self, *, limit: int | None = None) -> tuple[DagSnapshot, ...]:
        return self._in_scope(tables.DAG_SNAPSHOTS, "", newest_first=True, limit=limit)

    def metadata(self, name: str) -> str | None:
        return self._backend.read(lambda t: t.get(tables.METADATA, "", name))

    def set_metadata(self, name: str, value: str) -> None:
        self._backend.write(lambda t: t.put(tables.METADATA, "", name, value))

    def prove_writable(self, marker: str) -> None:
        key = f"proof-{marker}"
        self._backend.write(lambda t: t.put(tables.METADATA, tables.STORE_SCOPE, key, marker))
        found = self._backend.read(lambda t: t.get(tables.METADATA, tables.STORE_SCOPE, key))
        self._backend.write(lambda t: t.delete(tables.METADATA, tables.STORE_SCOPE, key))
        if found != marker:
            raise StateUnavailable(f"{self.location} does not give back what was written")

    # --- idempotency keys ---------------------------------------------------------------------------------------

    def claim_key(self, claim: KeyClaim) -> ClaimVerdict:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        return self._backend.write(lambda t: idempotency.claim(t, claim, now, monotonic))

    def finalize_key(self, claim: KeyClaim, outcome: RunStatus) -> bool:
        now = self._clock.now()
        done = True  # Or will be, if it is still this run's by then.

        def finalize(transaction: Transaction) -> None:
            nonlocal done
            done = idempotency.finalize(transaction, claim, outcome, now)

        self._due.write(KeyDue(claim, outcome, now), finalize)
        return done

    def key_entry(self, key: str) -> KeyEntry | None:
        return self._backend.read(lambda t: t.get(tables.IDEMPOTENCY_KEYS, "", key))

    def sweep_keys(self, in_flight_ttl: timedelta) -> int:
        now = self._clock.now()
        return self._backend.write(lambda t: idempotency.sweep(t, in_flight_ttl, now), survives_power_cut=False)

    # --- retention ----------------------------------------------------------------------------------------------

    def sweep_history(self, policy: RetentionPolicy, *, dry_run: bool = False) -> SweepReport:
        if not dry_run:
            before = self._clock.now() - _LEDGER_AGE
            self._backend.write(lambda t: ledger.sweep(t, before), survives_power_cut=False)
            self._backend.write(lambda t: forget_journals(t, before), survives_power_cut=False)
        return retention.sweep_history(self._backend, policy, self._clock, dry_run=dry_run)

    def sweep_is_due(self, interval: timedelta) -> bool:
        now = self._clock.now()
        return self._backend.read(lambda t: retention.sweep_is_due(t, interval, now))

    def _fenced(self, lease: Lease, work: Callable[[Transaction], T]) -> T:
        return self._backend.write(_guarded(lease, work))

    def _by_key(self, table: Table[R]) -> Mapping[str, R]:
        found = self._backend.read(lambda t: t.scan(table, Scan(scope="")))
        return MappingProxyType({stored.key: stored.record for stored in found})

    def _in_scope(
        self, table: Table[R], scope: str, *, newest_first: bool = False, limit: int | None = None
    ) -> tuple[R, ...]:
        which = Scan(scope=scope, newest_first=newest_first, limit=limit)
        return tuple(stored.record for stored in self._backend.read(lambda t: t.scan(table, which)))


def _guarded(lease: Lease, work: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
    """The work, done only under the lease."""

    def guarded(transaction: Transaction) -> T:
        leases.fence(transaction, lease)
        return work(transaction)

    return guarded


def _put_all(transaction: Transaction, table: Table[R], rows: Iterable[tuple[str, str, R]]) -> None:
    for scope, key, record in rows:
        transaction.put(table, scope, key, record)
