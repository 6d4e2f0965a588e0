"""The tables of the state store: what is kept, under which scope and key."""

from __future__ import annotations

from typing import Any, Final

from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.idempotency import KeyEntry
from rocky_core.ir.state import (
    Branch,
    CachedSchema,
    DagSnapshot,
    LeaseHolder,
    LedgerEntry,
    LoadedFile,
    ModelExecution,
    PartitionBuild,
    QualitySnapshot,
    RowCount,
    RunProgress,
    RunRecord,
    TableProgress,
    WriteIntent,
)
from rocky_core.ir.world import GracePeriod, Watermark
from rocky_core.state.backend import Table

# What a table is about, and then: scope / key.
WATERMARKS: Final = Table("watermarks", Watermark)  # "" / table
SOURCE_MARKERS: Final = Table("source_markers", str)  # "" / table
CHECK_HISTORY: Final = Table("check_history", tuple[RowCount, ...])  # "" / table
RUN_HISTORY: Final = Table("run_history", RunRecord)  # "" / run, without its executions
MODEL_EXECUTIONS: Final = Table("model_executions", ModelExecution)  # model / run TAB asset TAB partition
RUN_PROGRESS: Final = Table("run_progress", RunProgress)  # pipeline / run
RUN_PROGRESS_ENTRIES: Final = Table("run_progress_entries", TableProgress)  # run / table
WRITE_INTENTS: Final = Table("write_intents", WriteIntent)  # pipeline / table
PARTITIONS: Final = Table("partitions", PartitionBuild)  # table / partition
GRACE_PERIODS: Final = Table("grace_periods", GracePeriod)  # table / column
QUALITY_HISTORY: Final = Table("quality_history", QualitySnapshot)  # model / run
DAG_SNAPSHOTS: Final = Table("dag_snapshots", DagSnapshot)  # "" / instant
LOADED_FILES: Final = Table("loaded_files", LoadedFile)  # pipeline / path
BRANCHES: Final = Table("branches", Branch)  # "" / name
SCHEMA_CACHE: Final = Table("schema_cache", CachedSchema)  # "" / table
IDEMPOTENCY_KEYS: Final = Table("idempotency_keys", KeyEntry)  # "" / key
DISCOVER_SNAPSHOTS: Final = Table("discover_snapshots", tuple[str, ...])  # "" / pipeline
BUILDS: Final = Table("builds", BuildRecord)  # "" / table
LEASES: Final = Table("leases", LeaseHolder)  # "" / pipeline
LEDGER: Final = Table("ledger", LedgerEntry)  # piece of work / model TAB partition
METADATA: Final = Table("metadata", str)  # "" for callers, else as below / name
STORE_SCOPE: Final = "store"
JOURNAL_SCOPE: Final = "journal"  # How many lines of a journal are stored / its identity.

ALL_TABLES: Final[tuple[Table[Any], ...]] = (
    WATERMARKS,
    SOURCE_MARKERS,
    CHECK_HISTORY,
    RUN_HISTORY,
    MODEL_EXECUTIONS,
    RUN_PROGRESS,
    RUN_PROGRESS_ENTRIES,
    WRITE_INTENTS,
    PARTITIONS,
    GRACE_PERIODS,
    QUALITY_HISTORY,
    DAG_SNAPSHOTS,
    LOADED_FILES,
    BRANCHES,
    SCHEMA_CACHE,
    IDEMPOTENCY_KEYS,
    DISCOVER_SNAPSHOTS,
    BUILDS,
    LEASES,
    LEDGER,
    METADATA,
)
