"""What is remembered of a table: the records of one task, whatever became of it."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import blake2b
from typing import ClassVar, Final

from msgspec import Struct, field

from rocky_core.errors import (
    FailureKind,
    QuotaExceeded,
    RockyError,
    StatementCancelled,
    WarehouseError,
)
from rocky_core.execution.admit_file import FileChanged, FileRefused
from rocky_core.execution.build_ledger import record_of
from rocky_core.execution.run_context import RunContext
from rocky_core.ir.builds import BuildBasis
from rocky_core.ir.plan import NewWatermark, PlannedTable
from rocky_core.ir.shadow import Shadow
from rocky_core.ir.state import (
    LedgerEntry,
    LoadedFile,
    ModelExecution,
    PartitionBuild,
    PartitionStatus,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
    table_key,
)
from rocky_core.ir.world import Watermark
from rocky_core.planning.plan_load import FORGET_LOST
from rocky_core.planning.plan_sent_file import STAGE_FILE
from rocky_core.ports.warehouse import StatementCost

PREPARING: Final = frozenset({"create_schema", FORGET_LOST, STAGE_FILE})  # Steps that write no rows.
ALTERING: Final = frozenset({"alter_table", "drop_columns"})  # Steps that bring a target's columns in line.


class TableTask(Struct, frozen=True):
    """One entry of the plan: where it stands, and what must be known of its siblings."""

    index: int
    table: PlannedTable
    is_last: bool = True  # Of the entries that share its name.
    sibling_failed: bool = False
    forgotten_partitions: tuple[str, ...] = ()  # Keys whose records are void once this entry begins.
    basis: BuildBasis | None = None  # What it is made from.


class Progress(Struct):
    """How far the attempts came: steps before `done` are in the warehouse and are not run again."""

    started_at: datetime
    started: float
    done: int = 0
    attempts: int = 0
    rows: int | None = None
    cost: StatementCost = field(default_factory=StatementCost)
    job_ids: list[str] = field(default_factory=list)
    statements_ms: list[int] = field(default_factory=list)
    watermark: Watermark | None = None
    build_id: str = field(default_factory=lambda: secrets.token_hex(8))
    is_published: bool = False  # Of a table that is built beside its target.


class NotPublished(RockyError):
    """The table was built beside its target and did not pass its checks."""

    failure_kind: ClassVar[FailureKind] = FailureKind.QUERY_REJECTED


class HookObjected(RockyError):
    """A hook that may stop a table has failed."""


class RefusedByPlan(RockyError):
    """The planner already knows that the table cannot be built."""

    def __init__(self, reason: str, kind: FailureKind) -> None:
        super().__init__(reason)
        self.kind = kind


def write_intent(task: TableTask, context: RunContext, now: datetime) -> WriteIntent:
    """The announcement of the task's write; partitions whose records are void count as unbuilt from here on."""
    return WriteIntent(
        pipeline=context.pipeline,
        run_id=context.run_id,
        table=table_key(task.table.target),
        strategy=task.table.strategy,
        began_at=now,
        partitions=(*task.forgotten_partitions, *partition_keys(task.table)),
        is_repeatable=task.table.new_watermark is NewWatermark.KEEP,
    )


def partition_keys(table: PlannedTable) -> tuple[str, ...]:
    """The keys of all partitions that the entry writes."""
    return () if table.partition is None else (table.partition.key, *table.partition.batched_with)


def success_outcome(task: TableTask, context: RunContext, progress: Progress) -> TableOutcome:
    table = task.table
    status = TableStatus.SUCCESS
    if not task.is_last or task.sibling_failed:  # The table as a whole is not done: a resumed run does it again.
        status = TableStatus.FAILED if task.sibling_failed else TableStatus.INTERRUPTED
    return TableOutcome(
        progress=_table_progress(task, context, progress, status),
        execution=_execution(table, context, progress, "success"),
        watermark=progress.watermark,
        build=record_of(context.run_id, progress.build_id, task.basis),
        partitions=_builds(task, context, progress, PartitionStatus.COMPUTED),
        grace_periods=table.grace_periods,
        source_marker=table.source_marker,
        ledger=_ledger(table, context, progress),
        loaded_files=_loaded_file(table, context, progress),
    )


def failure_outcome(
    task: TableTask, context: RunContext, progress: Progress, error: Exception, text: str
) -> TableOutcome:
    """What is remembered of a table that was not written, or of which nobody knows."""
    cancelled = isinstance(error, StatementCancelled)
    status = TableStatus.INTERRUPTED if cancelled else TableStatus.FAILED
    partition = PartitionStatus.INTERRUPTED if cancelled else PartitionStatus.FAILED
    return TableOutcome(
        progress=_table_progress(task, context, progress, status, text),
        execution=_execution(task.table, context, progress, "failed"),
        partitions=_builds(task, context, progress, partition),
        ledger=_ledger(task.table, context, progress, error, text),
        is_settled=_left_nothing(task.table, progress, error),
    )


def failure_kind(error: Exception) -> FailureKind:
    """The kind of any exception."""
    if isinstance(error, RefusedByPlan):
        return error.kind
    return error.failure_kind if isinstance(error, RockyError) else FailureKind.UNKNOWN


def _ledger(
    table: PlannedTable, context: RunContext, progress: Progress, error: Exception | None = None, text: str = ""
) -> tuple[LedgerEntry, ...]:
    """The entries of the table's partitions; rows and time are known of a batch as a whole and stand with its first."""
    if context.work is None:
        return ()
    keys = partition_keys(table) or ("",)
    return tuple(
        LedgerEntry(
            work_id=context.work.work_id,
            model=table.name,
            partition=key,
            attempts=1,
            requested_by=context.work.requested_by,
            run_id=context.run_id,
            noted_at=context.clock.now(),
            failure=None if error is None else failure_kind(error),
            error=text,
            cooldown_seconds=error.cooldown_seconds if isinstance(error, QuotaExceeded) else None,
            strategy=table.strategy,
            recipe_hash=table.recipe_hash,
            rows_affected=progress.rows if key == keys[0] else None,
            duration_ms=elapsed_ms(context, progress) if key == keys[0] else 0,
        )
        for key in keys
    )


def _left_nothing(table: PlannedTable, progress: Progress, error: Exception) -> bool:
    """Whether it is certain that no row was written; otherwise the announced write stays open for the next run."""
    if isinstance(error, RefusedByPlan | NotPublished | FileRefused | FileChanged):
        return True
    certain = isinstance(error, WarehouseError) and not error.in_doubt
    if certain and table.audit is not None:
        return not progress.is_published
    if not certain or progress.done == len(table.steps):
        return False
    failed = table.steps[progress.done]
    is_whole = failed.is_atomic or len(failed.statements) == 1 or failed.purpose == STAGE_FILE
    return is_whole and all(step.purpose in PREPARING for step in table.steps[: progress.done])


def elapsed_ms(context: RunContext, progress: Progress) -> int:
    return round(1000 * (context.clock.monotonic() - progress.started))


def _table_progress(
    task: TableTask, context: RunContext, progress: Progress, status: TableStatus, error: str | None = None
) -> TableProgress:
    return TableProgress(
        index=task.index,
        table=table_key(task.table.target),
        asset_key=task.table.asset_key,
        status=status,
        completed_at=context.clock.now(),
        duration_ms=elapsed_ms(context, progress),
        error=error,
    )


def _execution(table: PlannedTable, context: RunContext, progress: Progress, status: str) -> ModelExecution:
    return ModelExecution(
        model_name=remembered_name(table.name, context.shadow),
        asset_key=table.asset_key,
        started_at=progress.started_at,
        finished_at=context.clock.now(),
        duration_ms=elapsed_ms(context, progress),
        status=status,
        sql_hash=sql_hash(statements_of(table)),
        strategy=table.strategy,
        partition=_part(table),
        rows_affected=progress.rows if status == "success" else None,
        bytes_scanned=progress.cost.bytes_scanned,
        bytes_billed=progress.cost.bytes_billed,
        credits=progress.cost.credits,
        recipe_hash=table.recipe_hash or None,
        attempts=max(progress.attempts, 1),
    )


def _part(table: PlannedTable) -> str | None:
    """What of the table one entry is about: a partition, or the rows of a file."""
    if table.load is not None:
        return table.load.path
    return None if table.partition is None else table.partition.key


def _loaded_file(table: PlannedTable, context: RunContext, progress: Progress) -> tuple[LoadedFile, ...]:
    load = table.load
    if load is None:
        return ()
    loaded = LoadedFile(
        pipeline=context.pipeline,
        path=load.path,
        loaded_at=context.clock.now(),
        rows_loaded=progress.rows or 0,
        bytes_read=load.size,
        duration_ms=elapsed_ms(context, progress),
        file_hash=load.content_hash,
    )
    return (loaded,)


def _builds(
    task: TableTask, context: RunContext, progress: Progress, status: PartitionStatus
) -> tuple[PartitionBuild, ...]:
    """The records of the partitions; rows and time are known of a batch as a whole and stand with its first."""
    own = partition_keys(task.table)
    void = tuple(key for key in task.forgotten_partitions if key not in own)
    return tuple(
        PartitionBuild(
            model_name=table_key(task.table.target),
            partition_key=key,
            status=status if key in own else PartitionStatus.INTERRUPTED,
            computed_at=context.clock.now(),
            run_id=context.run_id,
            recipe_hash=task.table.recipe_hash,
            row_count=progress.rows if status is PartitionStatus.COMPUTED and own == (key,) else None,
            duration_ms=elapsed_ms(context, progress) if own[:1] == (key,) else 0,
        )
        for key in (*own, *void)
    )


def remembered_name(name: str, shadow: Shadow | None) -> str:
    """The name under which history keeps what became of a table; a shadow's is apart from the real one's."""
    return name if shadow is None else shadow.key(name)


def statements_of(table: PlannedTable) -> tuple[str, ...]:
    """All statements of the table, in order."""
    return tuple(statement for step in table.steps for statement in step.statements)


def sql_hash(statements: tuple[str, ...]) -> str:
    """Sixteen hexadecimal digits over the statements that were run."""
    return blake2b("\0".join(statements).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
