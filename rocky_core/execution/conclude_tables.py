"""What follows once all tables are done: checks across them, and row counts that are held against earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rocky_core.errors import RockyError, StateError
from rocky_core.execution.read_measurements import find_anomalies, read_quality, read_row_counts
from rocky_core.execution.run_checks import run_shared_check, unmade_check
from rocky_core.execution.run_context import RunContext
from rocky_core.ir.plan import Plan
from rocky_core.ir.planned_checks import SharedCheck
from rocky_core.ir.run import (
    AnomalyDetected,
    CheckEvaluated,
    CheckStatus,
    ModelSkipped,
    ModelSucceeded,
    RowCountJudged,
    RunEvent,
    RunWarning,
)
from rocky_core.ir.state import table_key


def conclude_tables(
    plan: Plan, context: RunContext, seen: Sequence[RunEvent], anomaly_threshold_percent: float
) -> Iterator[RunEvent]:
    """Make the checks that span tables, and remember what was counted; nothing is raised."""
    done = {event.name for event in seen if isinstance(event, ModelSucceeded | ModelSkipped)}
    yield from _shared_checks(plan.shared_checks, done, context)
    checks = [event for event in seen if isinstance(event, CheckEvaluated)]
    try:
        yield from _remember_counts(plan, context, checks, anomaly_threshold_percent)
    except StateError as error:
        yield RunWarning(f"the row counts of this run could not be stored: {error}")


def _shared_checks(shared: Sequence[SharedCheck], done: set[str], context: RunContext) -> Iterator[CheckEvaluated]:
    made = 0
    if context.interrupted.is_set():
        for check in shared:
            yield unmade_check(check.name, check.asset_key, check.check, CheckStatus.SKIPPED, "the run was interrupted")
        return
    if not shared:
        return
    try:
        with context.warehouse.session(tag=context.tag("")) as session:
            for check in shared:
                yield run_shared_check(check, done, session)
                made += 1
    except RockyError as error:
        for check in shared[made:]:
            yield unmade_check(check.name, check.asset_key, check.check, CheckStatus.ERRORED, str(error))


def _remember_counts(
    plan: Plan, context: RunContext, checks: Sequence[CheckEvaluated], threshold_percent: float
) -> Iterator[RowCountJudged | AnomalyDetected]:
    now = context.clock.now()
    tables = {table.name: table for table in plan.tables}
    counts = {name: count for name, count in read_row_counts(checks, now).items() if name in tables}
    if not counts:
        return
    keys = {name: table_key(tables[name].target) for name in counts}
    earlier = {name: context.store.row_counts(key) for name, key in keys.items()}
    anomalies = find_anomalies(counts, earlier.__getitem__, threshold_percent)
    context.store.add_row_counts(context.lease, {keys[name]: count for name, count in counts.items()})
    if context.shadow is None:  # It is kept by the names of models.
        context.store.add_quality(context.lease, read_quality(checks, context.run_id, now))
    outliers = {found.table for found in anomalies}
    for name, known in earlier.items():
        if known:  # The first count of a table is held against nothing.
            average = sum(one.row_count for one in known) / len(known)
            judged = counts[name].row_count, average, name in outliers
            yield RowCountJudged(name, tables[name].asset_key, *judged)
    for found in anomalies:
        yield AnomalyDetected(
            name=found.table,
            asset_key=tables[found.table].asset_key,
            current_count=found.current_count,
            baseline_average=found.baseline_average,
            deviation_percent=found.deviation_percent,
            reason=found.reason,
        )
