"""Records that come late, inside a transaction: each by its own rule, whatever others have stored meanwhile.

The store counts the lines of a journal that it has, in the very transaction that stores one, so a crash at any moment
stores none twice. A record may also be stored from before there was a journal, because only the answer was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from rocky_core.ir.builds import BuildRecord
from rocky_core.ir.replace import replace
from rocky_core.ir.state import Lease, TableOutcome
from rocky_core.state import idempotency, ledger, runs
from rocky_core.state.backend import Scan, Transaction
from rocky_core.state.journal import BuildsDue, Due, KeyDue, RunDue, TableDue
from rocky_core.state.tables import (
    BUILDS,
    JOURNAL_SCOPE,
    LEDGER,
    LOADED_FILES,
    METADATA,
    MODEL_EXECUTIONS,
    PARTITIONS,
    RUN_PROGRESS,
    RUN_PROGRESS_ENTRIES,
    WRITE_INTENTS,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One record with its place: the lines of a journal are counted from 1."""

    journal: str
    number: int
    due: Due


def settle(transaction: Transaction, line: Line) -> None:
    """Store what is still news."""
    stored = transaction.get(METADATA, JOURNAL_SCOPE, line.journal)
    if stored is not None and line.number <= int(stored):
        return
    _settle(transaction, line.due)
    transaction.put(METADATA, JOURNAL_SCOPE, line.journal, str(line.number))


def forget_journals(transaction: Transaction, before: datetime) -> None:
    """Drop the counts of journals that were begun before an instant; what is left of such a journal is old news."""
    for scope, identity in transaction.places(METADATA, Scan(scope=JOURNAL_SCOPE)):
        if identity < f"{before:%Y%m%d}":  # An identity begins with its day.
            transaction.delete(METADATA, scope, identity)


def _settle(transaction: Transaction, due: Due) -> None:
    match due:
        case TableDue(lease=lease, outcome=outcome):
            _settle_table(transaction, lease, outcome)
        case BuildsDue(builds=builds):
            runs.confirm_builds(transaction, builds)
        case RunDue(lease=lease, record=record):
            # Only this run knows how it ended; a successor may have guessed. A run that was swept away stays away.
            if transaction.get(RUN_PROGRESS, lease.pipeline, record.run_id) is not None:
                runs.finish(transaction, lease, record)
        case KeyDue(claim=claim, outcome=ended, ended_at=ended_at):
            idempotency.finalize(transaction, claim, ended, ended_at)
        case _:
            assert_never(due)


def _settle_table(transaction: Transaction, lease: Lease, outcome: TableOutcome) -> None:
    table = outcome.progress.table
    if _is_stored(transaction, lease, outcome):
        return
    intent = transaction.get(WRITE_INTENTS, lease.pipeline, table)
    if intent is not None and intent.run_id == lease.run_id:
        # Nobody has looked into the table since it was announced, so all of this is what is known of it.
        runs.finish_tables(transaction, lease, (outcome,))
        return
    # Another run has asked the table what is in it, or has written it: of the table that run knows more, and the
    # watermark is its to say. History is everybody's.
    if transaction.get(RUN_PROGRESS_ENTRIES, lease.run_id, table) is None:
        transaction.put(RUN_PROGRESS_ENTRIES, lease.run_id, table, outcome.progress)
    if outcome.execution is not None:
        runs.put_execution(transaction, lease.run_id, outcome.execution)
    _add_partitions(transaction, outcome)
    _add_files(transaction, outcome)
    _add_ledger(transaction, outcome)
    build = transaction.get(BUILDS, "", table)
    if outcome.build is not None and build is not None and build.run_id != lease.run_id:
        # Which of the two writes came last is not certain; a table of unknown making is built again.
        transaction.put(BUILDS, "", table, BuildRecord(lease.run_id))


def _is_stored(transaction: Transaction, lease: Lease, outcome: TableOutcome) -> bool:
    execution = outcome.execution
    if execution is None:
        stored = transaction.get(RUN_PROGRESS_ENTRIES, lease.run_id, outcome.progress.table)
        return stored == outcome.progress
    key = runs.execution_key(lease.run_id, execution)
    return transaction.get(MODEL_EXECUTIONS, execution.model_name, key) == execution


def _add_partitions(transaction: Transaction, outcome: TableOutcome) -> None:
    """The newest build of a partition counts."""
    for build in outcome.partitions:
        stored = transaction.get(PARTITIONS, build.model_name, build.partition_key)
        if stored is None or stored.run_id == build.run_id or stored.computed_at < build.computed_at:
            transaction.put(PARTITIONS, build.model_name, build.partition_key, build)


def _add_files(transaction: Transaction, outcome: TableOutcome) -> None:
    for file in outcome.loaded_files:
        stored = transaction.get(LOADED_FILES, file.pipeline, file.path)
        if stored is None or stored.loaded_at < file.loaded_at:
            transaction.put(LOADED_FILES, file.pipeline, file.path, file)


def _add_ledger(transaction: Transaction, outcome: TableOutcome) -> None:
    """Attempts are counted whenever they come; what became of the model is what was noted last."""
    for entry in outcome.ledger:
        key = ledger.key_of(entry)
        stored = transaction.get(LEDGER, entry.work_id, key)
        if stored is None or stored.noted_at <= entry.noted_at:
            ledger.note(transaction, (entry,))
        else:
            transaction.put(LEDGER, entry.work_id, key, replace(stored, attempts=stored.attempts + entry.attempts))
