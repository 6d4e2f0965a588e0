"""Plans a replication pipeline: a copy is a model that selects its source's columns, so the rules of models hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import Struct

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import FailureKind
from rocky_core.ir.copy import AddedColumn, TableCopy
from rocky_core.ir.drift import DriftMode
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.plan import Plan, PlannedTable, Refusal, TableKind
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import FullRefresh, Incremental, strategy_name
from rocky_core.ir.types import TEMPORAL, is_known
from rocky_core.ir.world import ObservedColumn, ObservedTable, ObservedWorld
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.decide_drift import DriftDecision, decide_drift, is_plain_type
from rocky_core.planning.detect_drift import detect_drift
from rocky_core.planning.plan_options import PlanOptions

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.shapes import StatementShapes


class _Copying(Struct, frozen=True):
    """A copy whose source was found, and what is decided about a target that is replaced as a whole."""

    copy: TableCopy
    columns: tuple[ObservedColumn, ...]  # Of the source, then those that are added.
    replaced: DriftDecision | None
    kept: tuple[ObservedColumn, ...] = ()  # Columns that only the target has, while their grace period runs.


def plan_copies(copies: Sequence[TableCopy], world: ObservedWorld, options: PlanOptions) -> Plan:
    """What a run of these copies does; sources and targets must have been looked at.

    A copy is named by its target, because tables of several sources may share a name.
    """
    dialect, shapes = dialect_named(options.dialect_name), shapes_of(options.dialect_name)
    refused: dict[str, PlannedTable] = {}
    found: dict[str, _Copying] = {}
    for copy in copies:
        refusal = _refusal(copy, world)
        if refusal is not None:
            refused[str(copy.target)] = replace(_entry(copy), refusal=refusal)
            continue
        copying = _look_at(copy, world, options, dialect)
        if copying.replaced is not None and copying.replaced.refusal is not None:
            refused[str(copy.target)] = replace(
                _entry(copy), refusal=copying.replaced.refusal, drift=copying.replaced.drift
            )
        else:
            found[str(copy.target)] = copying
    project = _as_project(found.values(), shapes)
    plan = build_plan(project, tuple(found), world, replace(options, pipeline_type="replication"))
    planned = {entry.name: _told(entry, found[entry.name]) for entry in plan.tables}
    return replace(plan, tables=tuple({**refused, **planned}[str(copy.target)] for copy in copies))


def tables_to_observe_for(copies: Iterable[TableCopy]) -> tuple[TargetName, ...]:
    """The tables that must have been looked at before `plan_copies` can tell what to do."""
    return tuple(dict.fromkeys(name for copy in copies for name in (copy.source, copy.target)))


def recipe_of(copy: TableCopy) -> str:
    """What the copy was asked to be; the columns of its source are no part of that."""
    return blake2b(repr((str(copy.source), copy.strategy, copy.added)).encode(), digest_size=16).hexdigest()


def _refusal(copy: TableCopy, world: ObservedWorld) -> Refusal | None:
    if world.tables.get(copy.source) is None:
        return Refusal(FailureKind.NOT_FOUND, f"the source {copy.source} of {copy.target} is not there")
    timeless = _timeless_mark(copy, world)
    if timeless is not None:
        return Refusal(FailureKind.COMPILE_ERROR, timeless)
    bad = next((column.name for column in copy.added if not is_identifier(column.name)), None)
    if bad is not None:
        return Refusal(FailureKind.COMPILE_ERROR, f"'{bad}' is not a valid name for a column of {copy.target}")
    untyped = next((column for column in copy.added if not is_plain_type(column.type_text)), None)
    if untyped is not None:
        reason = f"column '{untyped.name}' of {copy.target} cannot be of type '{untyped.type_text}'"
        return Refusal(FailureKind.COMPILE_ERROR, reason)
    return None


def _timeless_mark(copy: TableCopy, world: ObservedWorld) -> str | None:
    """Why the column that orders rows in time cannot do so; one that is not there is missed elsewhere."""
    source = world.tables.get(copy.source)
    if source is None or not isinstance(copy.strategy, Incremental):
        return None
    name = copy.strategy.timestamp_column
    mark = next((column for column in source.columns if column.name.lower() == name.lower()), None)
    if mark is None or not is_known(mark.data_type) or mark.data_type in TEMPORAL:
        return None
    return (
        f"column '{mark.name}' of {copy.source} is {mark.type_text} and tells no time, so {copy.target} cannot be "
        "incremental: give another timestamp_column, or another strategy"
    )


def _look_at(copy: TableCopy, world: ObservedWorld, options: PlanOptions, dialect: Dialect) -> _Copying:
    source = world.tables[copy.source]
    offered = () if source is None else source.columns
    columns = (*offered, *(_typed(column, dialect) for column in copy.added))
    target = world.tables.get(copy.target)
    if not isinstance(copy.strategy, FullRefresh) or target is None or target.kind != "table":
        return _Copying(copy, columns, None)
    return _replaced(_Copying(copy, columns, None), target, world, options)


def _replaced(copying: _Copying, target: ObservedTable, world: ObservedWorld, options: PlanOptions) -> _Copying:
    """A target that is replaced needs no ALTER, but its drift is reported and vanished columns have their grace."""
    drift = detect_drift(copying.columns, target.columns, options.dialect_name)
    decision = decide_drift(
        copying.copy.target,
        drift,
        dialect_name=options.dialect_name,
        policy=options.drift,
        known_periods=world.grace_periods.get(table_key(copying.copy.target), ()),
        now=world.now,
    )
    waiting = {period.column.lower() for period in decision.grace_periods}
    kept = tuple(column for column in drift.missing if column.name.lower() in waiting)
    columns = copying.columns
    if options.drift.mode is DriftMode.WARN:
        columns = tuple(column for column in columns if column.name.lower() not in decision.not_copied)
    return replace(copying, columns=columns, replaced=decision, kept=kept)


def _as_project(found: Iterable[_Copying], shapes: StatementShapes) -> CompiledProject:
    """The copies as models that nobody has to compile, because the warehouse has told their columns."""
    models = {}
    for copying in found:
        copy, name = copying.copy, str(copying.copy.target)
        sql = _query(copying, shapes)
        model = Model(name=name, source=SourceText(name, sql, sql), target=copy.target, strategy=copy.strategy)
        columns = (Column(c.name, c.data_type, c.nullable) for c in (*copying.columns, *copying.kept))
        facts = ModelFacts(name, tuple(columns), complete=True, recipe_hash=recipe_of(copy))
        models[name] = CompiledModel(model, facts)
    names = tuple(models)
    return CompiledProject(models, dict.fromkeys(names, ()), names, (names,), ())


def _query(copying: _Copying, shapes: StatementShapes) -> str:
    values = {column.name: column for column in copying.copy.added}
    items = []
    for column in copying.columns:
        name = shapes.quote(column.name)
        added = values.get(column.name)
        items.append(name if added is None else f"CAST({added.value} AS {added.type_text}) AS {name}")
    items += (f"CAST(NULL AS {column.type_text}) AS {shapes.quote(column.name)}" for column in copying.kept)
    return f"SELECT {', '.join(items)}\nFROM {shapes.table(copying.copy.source)}"


def _typed(column: AddedColumn, dialect: Dialect) -> ObservedColumn:
    return ObservedColumn(column.name, column.type_text, dialect.parse_type(column.type_text))


def _told(entry: PlannedTable, copying: _Copying) -> PlannedTable:
    """The entry under the copy's asset key, with the drift of a table that is replaced."""
    entry = replace(entry, asset_key=copying.copy.asset_key, kind=TableKind.COPY)
    if entry.refusal is not None:
        reason = entry.refusal.reason.replace(f"model '{entry.name}'", f"the copy {entry.name}", 1)
        entry = replace(entry, refusal=replace(entry.refusal, reason=reason))
    decision = copying.replaced
    if decision is None:
        return entry
    lost = next((step.destroys for step in decision.steps if step.destroys is not None), None)
    steps = (*entry.steps[:-1], replace(entry.steps[-1], destroys=lost)) if entry.steps and lost else entry.steps
    return replace(
        entry,
        steps=steps,
        drift_action=None if decision.action is None else decision.action.value,
        drift_reason=decision.reason,
        drift=decision.drift,
        grace_periods=decision.grace_periods,
    )


def _entry(copy: TableCopy) -> PlannedTable:
    name = str(copy.target)
    return PlannedTable(copy.asset_key, name, copy.target, strategy_name(copy.strategy), (), kind=TableKind.COPY)
