"""Plans a model that changes rows of its target: drift first, then the rows, window by window where it has windows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.placeholders import END, START, WATERMARK, fill_texts
from rocky_core.dialects.statements.rendered import Refused, Statements
from rocky_core.dialects.statements.row_writes import stored_name
from rocky_core.dialects.statements.tables import drop_relation
from rocky_core.errors import FailureKind
from rocky_core.ir.model import Model
from rocky_core.ir.plan import NewWatermark, PlannedTable, Refusal, Step
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import DeleteInsert, Incremental, Merge, Microbatch, TimeInterval
from rocky_core.ir.types import TIMESTAMP_TZ, VARCHAR
from rocky_core.ir.world import ObservedColumn, ObservedTable, ObservedWorld
from rocky_core.planning.decide_drift import DriftDecision, decide_drift
from rocky_core.planning.detect_drift import detect_drift
from rocky_core.planning.partitions import choose_windows
from rocky_core.planning.plan_options import PlanOptions

if TYPE_CHECKING:
    from rocky_core.dialects.statements.shapes import StatementShapes

RowStrategy = Incremental | Merge | TimeInterval | Microbatch | DeleteInsert

_BEFORE_ALL: Final = "1970-01-01 00:00:00"  # The watermark of a table that holds nothing yet.
_NO_WINDOW: Final = "1900-01-01 00:00:00"  # Both ends of the window with which an empty table is shaped.
_CREATED: Final = re.compile(r"\ACREATE (?=(?:TRANSIENT )?TABLE )")
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?"
)


class RowPlan(Struct, frozen=True):
    """One model whose rows are changed in place; `render` takes the columns (lower-cased) to leave out."""

    entry: PlannedTable
    model: Model
    strategy: RowStrategy
    columns: tuple[Column, ...]  # Of the query; empty if they are not known.
    observed: ObservedTable | None
    preparation: tuple[Step, ...]
    render: Callable[[frozenset[str]], Statements | Refused]
    world: ObservedWorld
    options: PlanOptions
    shapes: StatementShapes


def plan_rows(plan: RowPlan) -> tuple[PlannedTable, ...]:
    """The model's entries; none if windows were asked for and none is to be built."""
    if plan.observed is None or plan.observed.is_view:
        return _first_build(plan, DriftDecision())
    decision = _decide(plan, plan.observed)
    entry = replace(
        plan.entry,
        drift_action=None if decision.action is None else decision.action.value,
        drift_reason=decision.reason,
        drift=decision.drift,
        grace_periods=decision.grace_periods,
        refusal=decision.refusal,
    )
    if not plan.columns:
        note = "columns are not compared: what the query yields is not known before it runs"
        entry = replace(entry, notes=(*entry.notes, note))
    plan = replace(plan, entry=entry)
    if decision.refusal is not None:
        return (entry,)
    if decision.recreates:
        return _first_build(plan, decision)
    rendered = plan.render(decision.not_copied)
    if isinstance(rendered, Refused):
        return (_refused(entry, rendered.reason),)
    before = (*plan.preparation, *decision.steps)
    match plan.strategy:
        case Incremental() as strategy:
            return _append(plan, strategy, rendered, before)
        case TimeInterval() | Microbatch() as strategy:
            records = plan.world.partitions.get(table_key(plan.model.target), ())
            return _windows(plan, strategy, rendered, before, frozenset(record.key for record in records))
        case Merge() | DeleteInsert():
            return (replace(entry, steps=(*before, _write_step(entry.strategy, rendered.statements, {}, plan.shapes))),)


def _decide(plan: RowPlan, observed: ObservedTable) -> DriftDecision:
    known_periods = plan.world.grace_periods.get(table_key(plan.model.target), ())
    if not plan.columns:
        return DriftDecision(grace_periods=known_periods)  # What the query yields is not known before it runs.
    dialect = dialect_named(plan.options.dialect_name)
    keys = (Column(plan.shapes.configured(key.name), VARCHAR) for key in plan.model.surrogate_keys)
    wanted = tuple(
        ObservedColumn(column.name, dialect.spell_type(column.data_type) or "", column.data_type, column.nullable)
        for column in (*plan.columns, *keys)
    )
    return decide_drift(
        plan.model.target,
        detect_drift(wanted, observed.columns, plan.options.dialect_name),
        dialect_name=plan.options.dialect_name,
        policy=plan.options.drift,
        known_periods=known_periods,
        now=plan.world.now,
    )


def _first_build(plan: RowPlan, decision: DriftDecision) -> tuple[PlannedTable, ...]:
    """Build the whole table: it is not there, a view stands in its place, or it must be made anew."""
    target = plan.model.target
    rendered = plan.render(frozenset())
    if isinstance(rendered, Refused):
        return (_refused(plan.entry, rendered.reason),)
    created = _created(rendered)
    lost: str | None = None
    if plan.observed is not None and plan.observed.is_view:
        created = (drop_relation(plan.shapes, target, plan.observed.kind), *created)
        lost = f"the view {target}: a table takes its place"
    elif decision.recreates:
        created = _replacing(created)
        rows = f"the rows of {target} that its query no longer yields"
        if isinstance(plan.strategy, TimeInterval | Microbatch):
            rows = f"all rows of {target} outside the windows of this run"
        lost = f"{rows}: the table is built anew, as {decision.reason}"
    if isinstance(plan.strategy, TimeInterval | Microbatch):
        step = _write_step("create_table", created, {START: _NO_WINDOW, END: _NO_WINDOW}, plan.shapes, lost)
        anew = replace(plan, entry=replace(plan.entry, forgets_partitions=True))
        return _windows(anew, plan.strategy, rendered, (*plan.preparation, step), frozenset())
    return (_load_all(plan, created, lost),)


def _load_all(plan: RowPlan, statements: tuple[str, ...], destroys: str | None) -> PlannedTable:
    values = {WATERMARK: _spelled(_BEFORE_ALL, _time_column(plan))}
    step = _write_step("full_refresh", statements, values, plan.shapes, destroys)
    entry = replace(plan.entry, strategy="full_refresh", steps=(*plan.preparation, step))
    return _with_watermark(entry, plan.strategy) if isinstance(plan.strategy, Incremental) else entry


def _append(
    plan: RowPlan, strategy: Incremental, rendered: Statements, before: tuple[Step, ...]
) -> tuple[PlannedTable, ...]:
    """Append what is newer than the watermark; without one, nothing tells new rows from old, so all are loaded."""
    entry, target, shapes = plan.entry, plan.model.target, plan.shapes
    watermark = plan.world.watermarks.get(table_key(target))
    if watermark is None:
        replaced = f"the rows of {target} that its query no longer yields: without a watermark the table is built anew"
        anew = replace(plan, entry=replace(entry, drift_action=None, drift_reason=None, drift=None, grace_periods=()))
        return (_load_all(anew, _replacing(_created(rendered)), replaced),)
    time_column = _time_column(plan)
    since = _spelled(watermark.last_value, time_column)
    if since is None:
        reason = f"the stored watermark '{watermark.last_value}' of {target} is no point in time; set it anew"
        return (_refused(entry, reason, FailureKind.UNKNOWN),)
    statements = rendered.statements
    lost: str | None = None
    if watermark.is_set_by_hand and not strategy.unique_key:
        newer = f"{shapes.quote(time_column.name)} > {shapes.instant(WATERMARK, time_column.data_type)}"
        statements = (f"DELETE FROM {shapes.table(target)} WHERE {newer}", *statements)
        lost = f"the rows of {target} newer than {since}, which are loaded again because the watermark was set by hand"
    step = _write_step(entry.strategy, statements, {WATERMARK: since}, shapes, lost)
    return (_with_watermark(replace(entry, steps=(*before, step)), strategy),)


def _windows(
    plan: RowPlan,
    strategy: TimeInterval | Microbatch,
    rendered: Statements,
    before: tuple[Step, ...],
    built: frozenset[str],
) -> tuple[PlannedTable, ...]:
    """One entry per window; what has to happen to the table first is part of the first."""
    windows = choose_windows(strategy, plan.options.partitions.of_model(plan.model.name), plan.world.now, built)
    if isinstance(windows, Refusal):
        reason = f"the partitions of model '{plan.model.name}' cannot be chosen: {windows.reason}"
        return (replace(plan.entry, refusal=replace(windows, reason=reason)),)
    column = _time_column(plan)
    entries: list[PlannedTable] = []
    for window in windows:
        values = {START: _spelled(window.start, column), END: _spelled(window.end, column)}
        step = _write_step(plan.entry.strategy, rendered.statements, values, plan.shapes)
        if entries:
            later = replace(plan.entry, forgets_partitions=False, drift_action=None, drift_reason=None, drift=None)
            entries.append(replace(later, steps=(step,), partition=window))
        else:
            entries.append(replace(plan.entry, steps=(*before, step), partition=window))
    return tuple(entries)


def _created(rendered: Statements) -> tuple[str, ...]:
    """The statements of a first build that make the table, without those that fill a window afterwards."""
    filling = len(rendered.statements)
    is_windowed = rendered.first_build[-filling:] == rendered.statements
    return rendered.first_build[:-filling] if is_windowed else rendered.first_build


def _replacing(created: tuple[str, ...]) -> tuple[str, ...]:
    """The same for a table that is there: one statement puts the new one in its place."""
    return (_CREATED.sub("CREATE OR REPLACE ", created[0]), *created[1:])


def _write_step(
    purpose: str,
    statements: Sequence[str],
    values: Mapping[str, str | None],
    shapes: StatementShapes,
    destroys: str | None = None,
) -> Step:
    """The statements with their instants filled in, and without the words of the transaction around them."""
    words = () if shapes.transaction is None else (shapes.transaction.begin, shapes.transaction.commit)
    inner = tuple(statement for statement in statements if statement not in words)
    together = len(inner) > 1 and (len(inner) < len(statements) or shapes.holds_together(inner))
    known = {name: value for name, value in values.items() if value is not None}
    return Step(
        purpose, tuple(fill_texts(statement, known) for statement in inner), is_atomic=together, destroys=destroys
    )


def _time_column(plan: RowPlan) -> Column:
    """The column that orders the rows in time, as far as it is known."""
    match plan.strategy:
        case Incremental(name) | TimeInterval(name) | Microbatch(name):
            stored = stored_name(name, plan.shapes, plan.columns)
            return next((c for c in plan.columns if c.name == stored), Column(stored, VARCHAR))
        case Merge() | DeleteInsert():
            return Column("", VARCHAR)


def _spelled(instant: str, column: Column) -> str | None:
    """The instant as UTC, with its offset where the column holds instants; None if the text is none.

    Digits below a microsecond are kept: a watermark that is rounded down would let rows in twice.
    """
    found = _INSTANT.fullmatch(instant.strip())
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{zone or '+00:00'}")
    except ValueError:
        return None
    text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") + (fraction or "")
    return f"{text}+00:00" if column.data_type == TIMESTAMP_TZ else text


def _with_watermark(entry: PlannedTable, strategy: Incremental) -> PlannedTable:
    return replace(entry, watermark_column=strategy.timestamp_column, new_watermark=NewWatermark.MAX_OF_TARGET)


def _refused(entry: PlannedTable, reason: str, kind: FailureKind = FailureKind.COMPILE_ERROR) -> PlannedTable:
    return replace(entry, steps=(), refusal=Refusal(kind, f"model '{entry.name}' cannot be built: {reason}"))
