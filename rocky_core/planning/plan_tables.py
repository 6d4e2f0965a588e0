"""Plans one model: which statements bring its target from what is there to what its author wants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct

from rocky_core.dialects.statements.placeholders import WAREHOUSE
from rocky_core.dialects.statements.render_model import render_model
from rocky_core.dialects.statements.rendered import RefusalCode, Refused, Statements
from rocky_core.dialects.statements.tables import create_schema, drop_relation
from rocky_core.errors import FailureKind
from rocky_core.ir.model import Model
from rocky_core.ir.plan import PlannedTable, Refusal, Step
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    TimeInterval,
    View,
    strategy_name,
)
from rocky_core.ir.world import ObservedTable, ObservedWorld
from rocky_core.planning.model_queries import ModelQueries, ModelQuery, retargeted
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.plan_rows import RowPlan, plan_rows

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.shapes import StatementShapes

_UNSUPPORTED = frozenset({RefusalCode.STRATEGY_UNSUPPORTED, RefusalCode.FORMAT_UNSUPPORTED})
_WORDS = {"table": "table", "view": "view", "materialized_view": "materialized view"}
_REPLACED = re.compile(r"\ACREATE OR REPLACE (?=(?:TRANSIENT )?TABLE )")
_ALWAYS_THERE = frozenset({("duckdb", "main")})  # Schemas that nobody needs to create.


class PlanContext(Struct, frozen=True):
    """Everything that is the same for all models of a plan."""

    project: CompiledProject
    world: ObservedWorld
    options: PlanOptions
    dialect: Dialect
    shapes: StatementShapes
    queries: ModelQueries
    errors: Mapping[str, str]  # By model: the first thing that is wrong with it.
    schemas: frozenset[tuple[str, str]]  # In which something is known to be, as (catalog, schema).


class NothingToDo(Struct, frozen=True):
    """Why a selected model is not in the plan."""

    reason: str


def plan_model(name: str, context: PlanContext) -> tuple[PlannedTable, ...] | NothingToDo:
    """The model's entries in the plan: one, or one per window."""
    compiled = context.project.models[name]
    target = context.queries.target_of(compiled.model)
    model = retargeted(compiled.model, target)
    entry = PlannedTable(
        asset_key=(target.catalog, target.schema, target.table),
        name=name,
        target=target,
        strategy=strategy_name(model.strategy),
        steps=(),
        recipe_hash=compiled.facts.recipe_hash,
        budget=compiled.model.budget,
    )
    if isinstance(model.strategy, Ephemeral):
        return NothingToDo("ephemeral: its readers inline it")
    if name in context.errors:
        return (replace(entry, refusal=Refusal(FailureKind.COMPILE_ERROR, context.errors[name])),)
    query = context.queries.query_of(name)
    rendered = _render(model, compiled, query, context)
    if isinstance(rendered, Refused):
        return (replace(entry, refusal=_refusal(rendered, model)),)
    if rendered.left_out:
        entry = replace(entry, notes=(f"{context.dialect.display_name} has no {_listed(rendered.left_out)}",))
    observed = context.world.tables.get(target)
    match model.strategy:
        case FullRefresh() | View() | MaterializedView() | DynamicTable():
            step = _replacement(model, rendered, observed, context)
            return (replace(entry, steps=(*schema_steps(model, observed, context), step)),)
        case Incremental() | Merge() | TimeInterval() | Microbatch() | DeleteInsert():
            rows = RowPlan(
                entry=entry,
                model=model,
                strategy=model.strategy,
                columns=query_columns(compiled, context),
                observed=observed,
                preparation=schema_steps(model, observed, context),
                render=lambda not_copied: _render(model, compiled, query, context, not_copied),
                world=context.world,
                options=context.options,
                shapes=context.shapes,
            )
            return plan_rows(rows) or NothingToDo("no partition is missing")
        case ContentAddressed() | Ephemeral():
            raise AssertionError(model.strategy)  # Refused by rendering; handled above.
        case _:
            assert_never(model.strategy)


def query_columns(compiled: CompiledModel, context: PlanContext) -> tuple[Column, ...]:
    """What the model's own query yields, without its surrogate keys; empty if that is not known as a whole."""
    described = context.world.query_columns.get(compiled.model.name)
    if described is not None:
        return tuple(Column(column.name, column.data_type, column.nullable) for column in described)
    facts = compiled.facts
    return facts.columns[: len(facts.columns) - len(compiled.model.surrogate_keys)] if facts.complete else ()


def schema_steps(model: Model, observed: ObservedTable | None, context: PlanContext) -> tuple[Step, ...]:
    """The step that makes the target's schema, unless something is known to be in it."""
    target = model.target
    if not target.schema or observed is not None or (context.dialect.name, target.schema.lower()) in _ALWAYS_THERE:
        return ()
    if target.folded()[:2] in context.schemas:
        return ()
    return (Step("create_schema", (create_schema(context.shapes, target),)),)


def _render(
    model: Model,
    compiled: CompiledModel,
    query: ModelQuery,
    context: PlanContext,
    not_copied: frozenset[str] = frozenset(),
) -> Statements | Refused:
    columns = query_columns(compiled, context)
    rendered = render_model(model, query.sql, context.dialect.name, columns, query.inlined, not_copied)
    if isinstance(rendered, Refused) or not isinstance(model.strategy, DynamicTable):
        return rendered
    if context.options.compute is None:
        return Refused(RefusalCode.INVALID_VALUE, "a dynamic table needs a warehouse in its adapter's settings")
    compute = context.shapes.quote(context.shapes.configured(context.options.compute))
    statements = tuple(statement.replace(WAREHOUSE, compute, 1) for statement in rendered.statements)
    return replace(rendered, statements=statements)


def _refusal(refused: Refused, model: Model) -> Refusal:
    kind = FailureKind.QUERY_REJECTED if refused.code in _UNSUPPORTED else FailureKind.COMPILE_ERROR
    instead = ""
    if refused.code is RefusalCode.STRATEGY_UNSUPPORTED and isinstance(model.strategy, MaterializedView | DynamicTable):
        instead = "; use the strategy 'view' or 'full_refresh'"
    return Refusal(kind, f"model '{model.name}' cannot be built: {refused.reason}{instead}")


def _replacement(model: Model, rendered: Statements, observed: ObservedTable | None, context: PlanContext) -> Step:
    """The step that puts the whole result, or the view, in place of what is there."""
    purpose = strategy_name(model.strategy)
    statements = rendered.statements
    if observed is None:
        if model.target in context.world.tables:
            # A table that turns up after all is not erased: the statement fails instead.
            statements = (as_first_build(statements[0]), *statements[1:])
        return Step(purpose, statements, is_atomic=_is_atomic(statements, context.shapes))
    wanted = relation_kind(model)
    if observed.kind == wanted or isinstance(model.strategy, DynamicTable):
        return Step(purpose, statements, is_atomic=_is_atomic(statements, context.shapes))
    statements = (drop_relation(context.shapes, model.target, observed.kind), *statements)
    there = f"the {_WORDS[observed.kind]} {model.target}" + ("" if observed.is_view else " with all its rows")
    lost = f"{there}: a {_WORDS[wanted]} takes its place"
    return Step(purpose, statements, is_atomic=_is_atomic(statements, context.shapes), destroys=lost)


def as_first_build(statement: str) -> str:
    """The statement that creates a table and never replaces one."""
    return _REPLACED.sub("CREATE ", statement)


def _is_atomic(statements: Sequence[str], shapes: StatementShapes) -> bool:
    return len(statements) > 1 and shapes.has_transactional_ddl


def relation_kind(model: Model) -> str:
    """What the model is in the warehouse, as `ObservedTable.kind` has it."""
    if isinstance(model.strategy, View) or model.table_format.format == "view":
        return "view"
    if isinstance(model.strategy, MaterializedView) or model.table_format.format == "materialized_view":
        return "materialized_view"
    return "table"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
