"""What the engine asks of its memory between runs.

Every method is one transaction: it happens as a whole, and what it reads is what it changes. Methods that take a
`Lease` fail with LeaseLost, and change nothing, when another run has taken that lease over.

A run that may be killed at any instant stays truthful by announcing its writes:

1. `acquire_lease` (through `state.hold_lease`, which keeps it alive), then `start_run`.
2. `open_intents` shows writes that an earlier run announced and never settled. A service may still be at them, so have
   `Warehouse.end_statements` stop that. Then look at each target (for a watermark: its greatest value is what was
   loaded, whether or not the last write landed) and `settle_intents`.
3. `begin_tables` announces writes. It is on disk when it returns, unless they can be repeated without harm.
4. The warehouse write. Ask `check_lease` right before its commit: the store is fenced, the warehouse is not.
5. `finish_tables` stores checkpoint, execution, watermark, partitions, grace periods and marker, and settles the
   intent, in one transaction. It survives the end of the process; a power cut may take the newest of these, in which
   case their intents are open again and step 2 of the next run sees them.
6. `finish_run` stores the verdict, then the lease is released.

A remote store that does not answer any more makes 1 to 4 fail. What 5 and 6 say is kept in a local journal then, if
the store has one, and `settle_journals` of a later run stores it by the rules of `state.settle_dues`.

All methods raise StateError: StateLocked, StateCorrupted naming the table, StateTooNew, StateUnavailable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

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


class LeaseStore(Protocol):
    """One writer per pipeline; unrelated pipelines do not see each other."""

    def acquire_lease(self, request: LeaseRequest) -> LeaseGrant:
        """Take the pipeline, from a dead holder too; raises StateLocked naming a live one."""
        ...

    def renew_lease(self, lease: Lease) -> None:
        """Give a sign of life. Raises LeaseLost."""
        ...

    def check_lease(self, lease: Lease) -> None:
        """Prove that the lease is still held. Raises LeaseLost."""
        ...

    def release_lease(self, lease: Lease) -> bool:
        """Give the pipeline back; False if somebody else holds it by now."""
        ...

    def leases(self) -> tuple[LeaseHolder, ...]: ...


class RunStore(Protocol):
    """Checkpoints of running runs and the history of finished ones."""

    def start_run(self, lease: Lease, progress: RunProgress) -> tuple[TableProgress, ...]:
        """Open a run; what the run it resumes from had finished is carried over as Skipped, and returned.

        The pipeline's last run, if it died, goes into history with what is known of it.
        Raises StateError when there is a run of that id already.
        """
        ...

    def begin_tables(self, lease: Lease, intents: Iterable[WriteIntent]) -> None:
        """Announce writes; their partitions count as InProgress from here on.

        This waits for the disk unless all of them are repeatable, so announce many at once.
        """
        ...

    def finish_tables(self, lease: Lease, outcomes: Iterable[TableOutcome]) -> None:
        """Store all that is to be remembered of tables, and settle their intents."""
        ...

    def confirm_builds(self, lease: Lease, builds: Mapping[str, str]) -> None:
        """Note of these builds, each by its table, that every check that decides has passed."""
        ...

    def finish_run(self, lease: Lease, record: RunRecord) -> None:
        """Close a run with its verdict; executions that `finish_tables` stored need not be in the record."""
        ...

    def open_intents(self, pipeline: str) -> tuple[WriteIntent, ...]:
        """Writes that were announced and never settled, oldest first."""
        ...

    def settle_intents(self, lease: Lease, watermarks: Mapping[str, Watermark | None]) -> None:
        """Close intents by table, each with the watermark that the target proves; None keeps the stored one.

        Their partitions that are still InProgress become Interrupted.
        """
        ...

    def ledger(self, work_id: str) -> tuple[LedgerEntry, ...]:
        """What became of the models of one piece of work, over all of its runs."""
        ...

    def forget_work(self, work_id: str, models: Iterable[str]) -> None:
        """Drop models of a piece of work from the ledger: nobody will ask for them again."""
        ...

    def run_progress(self, run_id: str) -> RunProgress | None: ...

    def table_progress(self, run_id: str) -> tuple[TableProgress, ...]: ...

    def resumable_run(self, pipeline: str, *, before_run: str | None = None) -> RunProgress | None:
        """The newest run of the pipeline that did not succeed and that no later run stands in for.

        A later run stands in for it when it was resumed from it, or succeeded with the same selection.
        `before_run` is the caller's own run, which is never meant.
        """
        ...

    def run_record(self, run_id: str) -> RunRecord | None: ...

    def run_records(self, *, limit: int | None = None, since: datetime | None = None) -> tuple[RunRecord, ...]:
        """Finished runs, newest first, with their executions."""
        ...

    def model_executions(self, model_name: str, *, limit: int | None = None) -> tuple[ModelExecution, ...]:
        """A model's executions, newest first."""
        ...


class TableStore(Protocol):
    """What is known of single tables; keys are `ir.state.table_key`."""

    def watermarks(self) -> Mapping[str, Watermark]: ...

    def watermark(self, table: str) -> Watermark | None: ...

    def set_watermark(self, lease: Lease, table: str, watermark: Watermark) -> None: ...

    def delete_watermark(self, lease: Lease, table: str) -> bool: ...

    def partitions(self, table: str) -> tuple[PartitionBuild, ...]:
        """A table's partitions, by key."""
        ...

    def grace_periods(self) -> Mapping[str, tuple[GracePeriod, ...]]:
        """Vanished columns that are being kept, by table."""
        ...

    def source_markers(self) -> Mapping[str, str]: ...

    def builds(self) -> Mapping[str, BuildRecord]:
        """The last build of every table."""
        ...

    def row_counts(self, table: str) -> tuple[RowCount, ...]:
        """The last ten, oldest first."""
        ...

    def add_row_counts(self, lease: Lease, counts: Mapping[str, RowCount]) -> None: ...

    def add_quality(self, lease: Lease, snapshots: Iterable[QualitySnapshot]) -> None: ...

    def quality_history(self, model_name: str, *, limit: int | None = None) -> tuple[QualitySnapshot, ...]:
        """Newest first."""
        ...

    def add_loaded_files(self, lease: Lease, files: Iterable[LoadedFile]) -> None: ...

    def loaded_files(self, pipeline: str) -> tuple[LoadedFile, ...]: ...


class ProjectStore(Protocol):
    """What is known of the project as a whole."""

    def cached_schemas(self, ttl: timedelta) -> Mapping[str, CachedSchema]:
        """Described tables that are not older than `ttl`."""
        ...

    def cache_schemas(self, schemas: Iterable[CachedSchema]) -> None: ...

    def clear_schema_cache(self, *, dry_run: bool = False) -> int:
        """How many tables were forgotten, or would be."""
        ...

    def create_branch(self, branch: Branch) -> bool:
        """False if there is a branch of that name."""
        ...

    def branch(self, name: str) -> Branch | None: ...

    def branches(self) -> tuple[Branch, ...]: ...

    def delete_branch(self, name: str) -> bool: ...

    def swap_discovered(self, lease: Lease, pipeline: str, schemas: tuple[str, ...]) -> tuple[str, ...] | None:
        """Remember what was discovered; what was remembered before, None the first time."""
        ...

    def discovered(self, pipeline: str) -> tuple[str, ...] | None:
        """What the last run has discovered; None if none has."""
        ...

    def add_dag_snapshot(self, lease: Lease, snapshot: DagSnapshot) -> None: ...

    def dag_snapshots(self, *, limit: int | None = None) -> tuple[DagSnapshot, ...]:
        """Newest first."""
        ...

    def metadata(self, name: str) -> str | None: ...

    def set_metadata(self, name: str, value: str) -> None: ...


class KeyStore(Protocol):
    """Idempotency keys; the protocol for runs is `state.idempotency`."""

    def claim_key(self, claim: KeyClaim) -> ClaimVerdict:
        """Take a key, or say whose it is.

        A run that was killed before it could finalize its key counts as it ended, or is replaced if nobody knows.
        """
        ...

    def finalize_key(self, claim: KeyClaim, outcome: RunStatus) -> bool:
        """Store or free a key after its run; False, and no change, if the key is not this run's any more."""
        ...

    def key_entry(self, key: str) -> KeyEntry | None: ...

    def sweep_keys(self, in_flight_ttl: timedelta) -> int:
        """Delete expired keys of ended runs, and claims older than `in_flight_ttl`; how many."""
        ...


class StateStore(LeaseStore, RunStore, TableStore, ProjectStore, KeyStore, Protocol):
    """The engine's memory; used by all threads of a process."""

    @property
    def location(self) -> str:
        """Where the state is, as people know it; without secrets."""
        ...

    @property
    def schema_version(self) -> int:
        """The version of the stored format."""
        ...

    def sweep_history(self, policy: RetentionPolicy, *, dry_run: bool = False) -> SweepReport:
        """Delete history beyond the policy."""
        ...

    def sweep_is_due(self, interval: timedelta) -> bool:
        """Whether the last sweep is at least so long ago."""
        ...

    def problems(self) -> tuple[StateProblem, ...]:
        """Everything that cannot be read, found by reading everything."""
        ...

    def settle_journals(self, pipeline: str) -> tuple[str, ...]:
        """Store what earlier runs of a pipeline kept in local journals because the store did not answer.

        Gives what to tell people. Raises StateUnavailable where it still does not answer; a journal that cannot be
        stored for any other reason is told of, and stays.
        """
        ...

    def waiting(self) -> str | None:
        """What of this run waits in a local journal, in words; None if everything is stored."""
        ...

    def prove_writable(self, marker: str) -> None:
        """Write a record under a name of its own, read it back and delete it. Raises StateError."""
        ...

    def close(self) -> None: ...
