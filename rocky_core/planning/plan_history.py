"""Plans a snapshot pipeline: every version of a source's rows is kept, so nothing in the target is ever replaced."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.tables import create_schema
from rocky_core.dialects.statements.versions import (
    VALID_FROM,
    VALID_TO,
    Versions,
    close_changed,
    close_deleted,
    first_versions,
    guard_keys,
    merge_versions,
    open_new,
)
from rocky_core.errors import FailureKind
from rocky_core.ir.copy import TableHistory
from rocky_core.ir.drift import DriftAction
from rocky_core.ir.plan import Plan, PlannedTable, Refusal, Step, TableKind
from rocky_core.ir.replace import replace
from rocky_core.ir.world import ObservedColumn, ObservedTable, ObservedWorld
from rocky_core.planning.decide_drift import decide_drift
from rocky_core.planning.detect_drift import detect_drift
from rocky_core.planning.plan_options import PlanOptions

STRATEGY = "snapshot_scd2"


def plan_history(history: TableHistory, world: ObservedWorld, options: PlanOptions) -> Plan:
    """What a run does; source and target must have been looked at.

    The history is named by its table.
    """
    target = history.target
    entry = PlannedTable(
        (target.catalog, target.schema, target.table),
        target.table,
        target,
        STRATEGY,
        (),
        recipe_hash=_recipe(history),
        kind=TableKind.HISTORY,
    )
    return Plan(options.pipeline, "snapshot", (_planned(entry, history, world, options),))


def _planned(entry: PlannedTable, history: TableHistory, world: ObservedWorld, options: PlanOptions) -> PlannedTable:
    shapes, source = shapes_of(options.dialect_name), world.tables.get(history.source)
    if source is None:
        return _refused(entry, FailureKind.NOT_FOUND, f"the source {history.source} is not there")
    problem = _problem(history, source)
    if problem is not None:
        return _refused(entry, FailureKind.COMPILE_ERROR, problem)
    versions = Versions(
        shapes=shapes,
        source=history.source,
        target=history.target,
        columns=tuple(column.name for column in source.columns),
        unique_key=tuple(_stored(key, source.columns) for key in history.unique_key),
        updated_at=_stored(history.updated_at, source.columns),
        instant=shapes.version_instant,
    )
    guard = guard_keys(versions, shapes.raise_error)
    observed = world.tables.get(history.target)
    if observed is None:
        create = Step("create_schema", (create_schema(shapes, history.target),))
        step = _step(versions, guard, first_versions(versions))
        needs_schema = bool(history.target.schema) and history.target.schema.lower() != "main"
        return replace(entry, steps=(create, step) if needs_schema else (step,))
    return _next_versions(entry, (versions, guard), (history, source, observed), world, options)


def _next_versions(
    entry: PlannedTable,
    statements: tuple[Versions, str],
    tables: tuple[TableHistory, ObservedTable, ObservedTable],
    world: ObservedWorld,
    options: PlanOptions,
) -> PlannedTable:
    """Bring the target's columns in line, then close and open versions."""
    (versions, guard), (history, source, observed) = statements, tables
    if observed.kind != "table":
        reason = (
            f"{history.target} is a {observed.kind}, which cannot keep versions; remove it or choose another target"
        )
        return _refused(entry, FailureKind.QUERY_REJECTED, reason)
    lacking = {VALID_FROM, VALID_TO} - {column.name.lower() for column in observed.columns}
    if lacking:
        reason = f"{history.target} is no table of versions: it has no column {' and no '.join(sorted(lacking))}"
        return _refused(entry, FailureKind.QUERY_REJECTED, reason)
    kept = tuple(column for column in observed.columns if column.name.lower() not in {VALID_FROM, VALID_TO})
    # A column that the source has lost stays: older versions have it.
    drift = replace(detect_drift(source.columns, kept, options.dialect_name), missing=())
    decision = decide_drift(
        history.target, drift, dialect_name=options.dialect_name, policy=options.drift, now=world.now
    )
    if decision.refusal is not None:
        return replace(entry, refusal=decision.refusal, drift=decision.drift)
    if decision.action is DriftAction.DROP_AND_RECREATE:
        reason = f"{decision.reason}; to rebuild the table would lose its history, so change the type yourself"
        return _refused(entry, FailureKind.QUERY_REJECTED, reason)
    columns = tuple(name for name in versions.columns if name.lower() not in decision.not_copied)
    versions = replace(versions, columns=columns)
    if versions.shapes.has_transaction_instant:
        deleted = (close_deleted(versions),) if history.closes_deleted else ()
        step = _step(versions, guard, close_changed(versions), *deleted, open_new(versions))
    else:
        step = _step(versions, guard, merge_versions(versions, closes_deleted=history.closes_deleted))
    return replace(
        entry,
        steps=(*decision.steps, step),
        drift_action=None if decision.action is None else decision.action.value,
        drift_reason=decision.reason,
        drift=decision.drift,
    )


def _step(versions: Versions, *statements: str) -> Step:
    return Step(STRATEGY, statements, is_atomic=versions.shapes.holds_together(statements))


def _recipe(history: TableHistory) -> str:
    return blake2b(repr(history).encode(), digest_size=16).hexdigest()


def _problem(history: TableHistory, source: ObservedTable) -> str | None:
    """Why these settings do not fit the source."""
    if not history.unique_key:
        return "a snapshot needs at least one column in unique_key"
    names = {column.name.lower() for column in source.columns}
    for wanted in (*history.unique_key, history.updated_at):
        if wanted.lower() not in names:
            available = ", ".join(column.name for column in source.columns)
            return f"column '{wanted}' is not in {history.source}; it has {available}"
    taken = {VALID_FROM, VALID_TO} & names
    if taken:
        return f"the source {history.source} has a column '{min(taken)}' of its own, which the snapshot would overwrite"
    return None


def _stored(name: str, columns: Sequence[ObservedColumn]) -> str:
    return next(column.name for column in columns if column.name.lower() == name.lower())


def _refused(entry: PlannedTable, kind: FailureKind, reason: str) -> PlannedTable:
    return replace(entry, refusal=Refusal(kind, f"snapshot '{entry.name}' cannot be built: {reason}"))
