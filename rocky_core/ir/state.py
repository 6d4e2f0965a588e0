"""What is remembered between runs: the records of the state store, neutral to where it keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from rocky_core.errors import FailureKind
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.names import TargetName
from rocky_core.ir.run import RunStatus
from rocky_core.ir.world import GracePeriod, Watermark


def table_key(target: TargetName) -> str:
    """The key under which a table is remembered; names that differ only by case are one table."""
    return ".".join(part for part in target.folded() if part)


class ProcessIdentity(Struct, frozen=True):
    """One process of one machine; an empty part is one that this system does not tell."""

    host: str
    boot: str  # Changes when the machine starts again.
    pid_namespace: str  # Containers may count their processes apart.
    pid: int
    started: str  # Tells a process from a later one with the same number.


class LeaseRequest(Struct, frozen=True):
    """Who wants to be the only run of a pipeline, and how long it stays so without a sign of life."""

    pipeline: str
    run_id: str
    process: ProcessIdentity
    ttl: timedelta


class Lease(Struct, frozen=True):
    """The right to write for a pipeline; the token is higher than that of every earlier lease of this store."""

    pipeline: str
    run_id: str
    token: int


class LeaseHolder(Struct, frozen=True):
    """A lease as it is stored."""

    lease: Lease
    process: ProcessIdentity
    ttl: timedelta
    acquired_at: datetime
    heartbeat_at: datetime
    heartbeat_monotonic: float  # Comparable within one boot of one machine; immune to changes of the clock.
    expires_at: datetime

    def describe(self) -> str:
        """The holder, in words for the person who is kept waiting."""
        where = f"process {self.process.pid} on {self.process.host}"
        return f"run {self.lease.run_id} ({where}, last sign of life {self.heartbeat_at:%Y-%m-%d %H:%M:%S} UTC)"


class TakeOver(StrEnum):
    """Why a lease may be taken from its holder."""

    PROCESS_GONE = "its process is gone"
    EXPIRED = "it has given no sign of life"
    CLOCK_WRONG = "its sign of life lies in the future"


class LeaseGrant(Struct, frozen=True):
    """A lease that was given, and from whom it was taken where the holder had not given it back."""

    lease: Lease
    replaced: LeaseHolder | None = None
    reason: TakeOver | None = None

    @property
    def warning(self) -> str | None:
        """What to tell people when a lease was taken over."""
        if self.replaced is None or self.reason is None:
            return None
        return f"took over pipeline '{self.lease.pipeline}' from {self.replaced.describe()}: {self.reason.value}"


class TableStatus(StrEnum):
    """How a table ended in one run; the spelling is the one on the wire."""

    SUCCESS = "Success"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    INTERRUPTED = "Interrupted"

    @property
    def is_finished(self) -> bool:
        """Whether a resumed run need not do the table again."""
        return self in {TableStatus.SUCCESS, TableStatus.SKIPPED}


class TableProgress(Struct, frozen=True):
    """How far a run came with one table."""

    index: int
    table: str
    asset_key: tuple[str, ...]
    status: TableStatus
    completed_at: datetime
    duration_ms: int = 0
    error: str | None = None


class RunProgress(Struct, frozen=True):
    """A run as its checkpoints show it; without an outcome it is running, or died."""

    run_id: str
    pipeline: str
    started_at: datetime
    total_tables: int
    selection: str = ""  # What of the pipeline was asked for, in one canonical spelling.
    resumed_from: str | None = None
    outcome: RunStatus | None = None
    finished_at: datetime | None = None
    trigger: str = "Manual"  # For the history of a run that dies before it can write its own.


class WriteIntent(Struct, frozen=True):
    """A write to the warehouse that was announced; while it is open, nobody knows whether it landed."""

    pipeline: str
    run_id: str
    table: str
    strategy: str
    began_at: datetime
    watermark_before: str | None = None
    partitions: tuple[str, ...] = ()
    is_repeatable: bool = False  # Writing again gives the same table, so a power cut may take the announcement.


class PartitionStatus(StrEnum):
    """How the last build of a partition ended; the spelling is the one on the wire."""

    COMPUTED = "Computed"
    FAILED = "Failed"
    IN_PROGRESS = "InProgress"
    INTERRUPTED = "Interrupted"


class PartitionBuild(Struct, frozen=True):
    """The last build of one partition; `model_name` is the key of the table that holds it."""

    model_name: str
    partition_key: str
    status: PartitionStatus
    computed_at: datetime
    run_id: str
    recipe_hash: str = ""
    row_count: int | None = None
    duration_ms: int = 0
    checksum: str | None = None


class ModelExecution(Struct, frozen=True):
    """One table of one run, as history shows it; `status` is `success` or `failed`."""

    model_name: str
    asset_key: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    duration_ms: int
    status: str
    sql_hash: str = ""
    strategy: str = ""
    partition: str | None = None
    rows_affected: int | None = None
    bytes_scanned: int | None = None
    bytes_written: int | None = None
    recipe_hash: str | None = None
    input_hash: str | None = None
    env_hash: str | None = None
    skip_hash: str | None = None
    upstream_freshness: tuple[tuple[str, str], ...] = ()
    tenant: str | None = None
    attempts: int = 1
    bytes_billed: int | None = None
    credits: float | None = None  # In the warehouse's own unit.


class RunRecord(Struct, frozen=True):
    """A finished run, as history shows it."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    status: RunStatus
    models_executed: tuple[ModelExecution, ...] = ()
    trigger: str = "Manual"
    config_hash: str = ""
    hostname: str = ""
    rocky_version: str = ""
    pipeline: str | None = None
    triggering_identity: str | None = None
    session_source: str = "cli"
    git_commit: str | None = None
    git_branch: str | None = None
    idempotency_key: str | None = None
    target_catalog: str | None = None
    submission_id: str | None = None
    check_outcomes: tuple[tuple[str, bool], ...] = ()


class WorkLink(Struct, frozen=True):
    """Runs that are one piece of work, such as the attempts of a job, share a ledger; `requested_by` asks for this."""

    work_id: str
    requested_by: str


class LedgerEntry(Struct, frozen=True):
    """What became of one model, or of one of its partitions, in all runs of one piece of work."""

    work_id: str
    model: str
    partition: str  # Empty for a model that has none.
    attempts: int  # Runs in which it was tried.
    requested_by: str  # Who asked for the last of them.
    run_id: str
    noted_at: datetime
    failure: FailureKind | None = None  # None if it is written.
    error: str = ""
    cooldown_seconds: float | None = None
    strategy: str = ""
    recipe_hash: str = ""
    rows_affected: int | None = None
    duration_ms: int = 0


class TableOutcome(Struct, frozen=True):
    """Everything to be remembered of one table after its write, stored as a whole or not at all."""

    progress: TableProgress
    execution: ModelExecution | None = None
    watermark: Watermark | None = None  # None keeps what is stored.
    partitions: tuple[PartitionBuild, ...] = ()
    grace_periods: tuple[GracePeriod, ...] | None = None  # The whole list; None keeps what is stored.
    source_marker: str | None = None
    ledger: tuple[LedgerEntry, ...] = ()  # Their attempts are added to those that are stored.
    build: BuildRecord | None = None
    loaded_files: tuple[LoadedFile, ...] = ()
    is_settled: bool = True  # False leaves the intent open: the warehouse did not say whether the write landed.


class RowCount(Struct, frozen=True):
    """How many rows a table had when it was checked."""

    timestamp: datetime
    row_count: int


class QualitySnapshot(Struct, frozen=True):
    """What was measured of a model in one run."""

    model_name: str
    run_id: str
    timestamp: datetime
    row_count: int
    null_rates: tuple[tuple[str, float], ...] = ()
    freshness_lag_seconds: int | None = None


class DagSnapshot(Struct, frozen=True):
    """The shape of the project at one moment, and what had changed since the one before."""

    timestamp: datetime
    graph_hash: str
    model_count: int
    edge_count: int
    changes: tuple[str, ...] = ()


class CachedColumn(Struct, frozen=True):
    """A column as the warehouse described it."""

    name: str
    data_type: str
    nullable: bool = True


class CachedSchema(Struct, frozen=True):
    """What a table looked like when it was last described."""

    table: str
    columns: tuple[CachedColumn, ...]
    cached_at: datetime


class LoadedFile(Struct, frozen=True):
    """A file that a load pipeline has taken in."""

    pipeline: str
    path: str
    loaded_at: datetime
    rows_loaded: int
    bytes_read: int
    duration_ms: int = 0
    file_hash: str | None = None


class Branch(Struct, frozen=True):
    """A named set of schemas beside the real ones."""

    name: str
    schema_prefix: str
    created_by: str
    created_at: datetime
    description: str = ""


class HistoryDomain(StrEnum):
    """What a retention sweep may thin out."""

    HISTORY = "history"
    LINEAGE = "lineage"
    AUDIT = "audit"


class RetentionPolicy(Struct, frozen=True):
    """How much is kept whatever its age, and how old the rest may become."""

    max_age: timedelta = timedelta(days=365)
    min_kept: int = 100
    domains: tuple[HistoryDomain, ...] = tuple(HistoryDomain)
    budget_ms: int = 5000


class DomainSweep(Struct, frozen=True):
    """What a sweep deleted and kept in one domain."""

    domain: HistoryDomain
    deleted: int
    kept: int


class SweepReport(Struct, frozen=True):
    """A sweep; with `is_complete` false the time was used up and the next sweep goes on."""

    domains: tuple[DomainSweep, ...]
    is_complete: bool
    duration_ms: int


class StateProblem(Struct, frozen=True):
    """Something in the store that cannot be read."""

    table: str
    message: str
