"""Runs inside a transaction: checkpoints, announced writes, resumption, history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from rocky_core.errors import StateError
from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import (
    Lease,
    ModelExecution,
    PartitionBuild,
    PartitionStatus,
    RunProgress,
    RunRecord,
    TableOutcome,
    TableProgress,
    TableStatus,
    WriteIntent,
)
from rocky_core.ir.world import Watermark
from rocky_core.state import ledger
from rocky_core.state.backend import Scan, Transaction
from rocky_core.state.tables import (
    BUILDS,
    GRACE_PERIODS,
    LOADED_FILES,
    MODEL_EXECUTIONS,
    PARTITIONS,
    RUN_HISTORY,
    RUN_PROGRESS,
    RUN_PROGRESS_ENTRIES,
    SOURCE_MARKERS,
    WATERMARKS,
    WRITE_INTENTS,
)

_SEPARATOR: Final = "\t"  # Between the parts of an execution's key; names do not hold it.


def start(transaction: Transaction, progress: RunProgress) -> tuple[TableProgress, ...]:
    """Open a run and carry over what the run it resumes from had finished."""
    if progress_of(transaction, progress.run_id) is not None:
        raise StateError(f"there is a run {progress.run_id} already; a run needs an id of its own")
    _close_dead_run(transaction, progress.pipeline)
    transaction.put(RUN_PROGRESS, progress.pipeline, progress.run_id, progress)
    if progress.resumed_from is None:
        return ()
    finished = tuple(
        replace(entry, status=TableStatus.SKIPPED)
        for entry in entries(transaction, progress.resumed_from)
        if entry.status.is_finished
    )
    for entry in finished:
        transaction.put(RUN_PROGRESS_ENTRIES, progress.run_id, entry.table, entry)
    return finished


def _close_dead_run(transaction: Transaction, pipeline: str) -> None:
    """Put the last run into history if it never came to that: whoever starts a run holds the lease, so it is dead."""
    for stored in transaction.scan(RUN_PROGRESS, Scan(scope=pipeline, newest_first=True, limit=1)):
        run = stored.record
        if run.outcome is not None:
            return
        done = entries(transaction, run.run_id)
        has_built = any(entry.status is TableStatus.SUCCESS for entry in done)
        status = RunStatus.PARTIAL_FAILURE if has_built else RunStatus.FAILURE
        ended_at = max((entry.completed_at for entry in done), default=run.started_at)
        record = RunRecord(run.run_id, run.started_at, ended_at, status, trigger=run.trigger, pipeline=pipeline)
        transaction.put(RUN_HISTORY, "", run.run_id, record)
        closed = replace(run, outcome=status, finished_at=ended_at)
        transaction.put(RUN_PROGRESS, pipeline, run.run_id, closed)


def begin_tables(transaction: Transaction, intents: Iterable[WriteIntent]) -> None:
    """Announce writes."""
    for intent in intents:
        transaction.put(WRITE_INTENTS, intent.pipeline, intent.table, intent)
        # From here on nobody knows what is in the table, until a build says so.
        transaction.put(BUILDS, "", intent.table, BuildRecord(intent.run_id))
        for key in intent.partitions:
            build = PartitionBuild(intent.table, key, PartitionStatus.IN_PROGRESS, intent.began_at, intent.run_id)
            transaction.put(PARTITIONS, intent.table, key, build)


def finish_tables(transaction: Transaction, lease: Lease, outcomes: Iterable[TableOutcome]) -> None:
    """Store everything that is to be remembered of tables."""
    for outcome in outcomes:
        table = outcome.progress.table
        transaction.put(RUN_PROGRESS_ENTRIES, lease.run_id, table, outcome.progress)
        if outcome.execution is not None:
            put_execution(transaction, lease.run_id, outcome.execution)
        if outcome.watermark is not None:
            transaction.put(WATERMARKS, "", table, outcome.watermark)
        for build in outcome.partitions:
            transaction.put(PARTITIONS, build.model_name, build.partition_key, build)
        if outcome.grace_periods is not None:
            for scope, key in transaction.places(GRACE_PERIODS, Scan(scope=table)):
                transaction.delete(GRACE_PERIODS, scope, key)
            for period in outcome.grace_periods:
                transaction.put(GRACE_PERIODS, table, period.column, period)
        if outcome.source_marker is not None:
            transaction.put(SOURCE_MARKERS, "", table, outcome.source_marker)
        ledger.note(transaction, outcome.ledger)
        if outcome.build is not None:
            transaction.put(BUILDS, "", table, outcome.build)
        for file in outcome.loaded_files:
            transaction.put(LOADED_FILES, file.pipeline, file.path, file)
        if outcome.is_settled:
            transaction.delete(WRITE_INTENTS, lease.pipeline, table)


def confirm_builds(transaction: Transaction, builds: Mapping[str, str]) -> None:
    """Note of these builds, by table, that their checks hold; of a later build it is not noted."""
    for table, build_id in builds.items():
        record = transaction.get(BUILDS, "", table)
        if record is not None and record.build_id == build_id:
            transaction.put(BUILDS, "", table, replace(record, checks_hold=True))


def settle_intents(transaction: Transaction, lease: Lease, watermarks: Mapping[str, Watermark | None]) -> None:
    """Close announced writes with the watermarks that their targets prove."""
    for table, watermark in watermarks.items():
        intent = transaction.get(WRITE_INTENTS, lease.pipeline, table)
        if intent is None:
            continue
        if watermark is not None:
            transaction.put(WATERMARKS, "", table, watermark)
        for key in intent.partitions:
            build = transaction.get(PARTITIONS, intent.table, key)
            if build is not None and build.status is PartitionStatus.IN_PROGRESS:
                interrupted = replace(build, status=PartitionStatus.INTERRUPTED)
                transaction.put(PARTITIONS, intent.table, key, interrupted)
        transaction.delete(WRITE_INTENTS, lease.pipeline, table)


def distrust_watermarks(transaction: Transaction, now: datetime) -> None:
    """Have the next runs ask their targets: after a restore the tables may hold more than the watermarks say."""
    for scope, table in transaction.places(BUILDS, Scan()):
        transaction.delete(BUILDS, scope, table)
    runs = {stored.key: stored.record for stored in transaction.scan(RUN_PROGRESS, Scan())}
    last_runs = {table: run_id for run_id, table in transaction.places(RUN_PROGRESS_ENTRIES, Scan())}
    for stored in transaction.scan(WATERMARKS, Scan(scope="")):
        table, watermark = stored.key, stored.record
        run = runs.get(last_runs.get(table, ""))
        if watermark.is_set_by_hand:
            continue
        if run is None:
            # Nobody knows whose table it is, so what is newer is loaded anew.
            transaction.put(WATERMARKS, "", table, replace(watermark, is_set_by_hand=True))
        elif transaction.get(WRITE_INTENTS, run.pipeline, table) is None:
            intent = WriteIntent(run.pipeline, run.run_id, table, "restored", now, watermark.last_value)
            transaction.put(WRITE_INTENTS, run.pipeline, table, intent)


def finish(transaction: Transaction, lease: Lease, record: RunRecord) -> None:
    """Close a run and put it into history."""
    progress = transaction.get(RUN_PROGRESS, lease.pipeline, record.run_id)
    if progress is None:
        raise StateError(f"run {record.run_id} of pipeline '{lease.pipeline}' was never started")
    closed = replace(progress, outcome=record.status, finished_at=record.finished_at)
    transaction.put(RUN_PROGRESS, lease.pipeline, record.run_id, closed)
    for execution in record.models_executed:
        put_execution(transaction, record.run_id, execution)
    transaction.put(RUN_HISTORY, "", record.run_id, replace(record, models_executed=()))


def put_execution(transaction: Transaction, run_id: str, execution: ModelExecution) -> None:
    """Store one execution; a later attempt in the same run replaces it."""
    transaction.put(MODEL_EXECUTIONS, execution.model_name, execution_key(run_id, execution), execution)


def execution_key(run_id: str, execution: ModelExecution) -> str:
    """The key of an execution among those of its model."""
    return _SEPARATOR.join((run_id, ".".join(execution.asset_key), execution.partition or ""))


def open_intents(transaction: Transaction, pipeline: str) -> tuple[WriteIntent, ...]:
    """Announced writes that were never settled."""
    return tuple(stored.record for stored in transaction.scan(WRITE_INTENTS, Scan(scope=pipeline)))


def progress_of(transaction: Transaction, run_id: str) -> RunProgress | None:
    """A run's header, whatever its pipeline."""
    found = transaction.scan(RUN_PROGRESS, Scan(key=run_id, limit=1))
    return found[0].record if found else None


def entries(transaction: Transaction, run_id: str) -> tuple[TableProgress, ...]:
    """How far a run came with each of its tables, in their order."""
    found = transaction.scan(RUN_PROGRESS_ENTRIES, Scan(scope=run_id))
    return tuple(sorted((stored.record for stored in found), key=lambda entry: entry.index))


def resumable(transaction: Transaction, pipeline: str, before_run: str | None) -> RunProgress | None:
    """The newest run that did not succeed and that no later run stands in for."""
    resumed: set[str] = set()
    succeeded: set[str] = set()
    # Newest by the order in which they started, which no change of the clock can turn around.
    for stored in transaction.scan(RUN_PROGRESS, Scan(scope=pipeline, newest_first=True)):
        run = stored.record
        if run.run_id == before_run:
            continue
        if run.outcome is RunStatus.SUCCESS:
            succeeded.add(run.selection)
        elif run.run_id not in resumed and run.selection not in succeeded:
            return run
        if run.resumed_from is not None:
            resumed.add(run.resumed_from)
    return None


def record_of(transaction: Transaction, run_id: str) -> RunRecord | None:
    """A finished run with its executions."""
    record = transaction.get(RUN_HISTORY, "", run_id)
    return None if record is None else _with_executions(transaction, record)


def records(transaction: Transaction, limit: int | None, since: datetime | None) -> tuple[RunRecord, ...]:
    """Finished runs, newest first."""
    which = Scan(newest_first=True, limit=limit if since is None else None)
    found = [stored.record for stored in transaction.scan(RUN_HISTORY, which)]
    if since is not None:
        found = [record for record in found if record.started_at >= since][:limit]
    return tuple(_with_executions(transaction, record) for record in found)


def executions(transaction: Transaction, model_name: str, limit: int | None) -> tuple[ModelExecution, ...]:
    """A model's executions, newest first."""
    found = transaction.scan(MODEL_EXECUTIONS, Scan(scope=model_name, newest_first=True, limit=limit))
    return tuple(stored.record for stored in found)


def _with_executions(transaction: Transaction, record: RunRecord) -> RunRecord:
    found = transaction.scan(MODEL_EXECUTIONS, Scan(key_prefix=record.run_id + _SEPARATOR))
    return replace(record, models_executed=tuple(stored.record for stored in found))
