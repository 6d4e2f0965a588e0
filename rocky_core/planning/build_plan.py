"""The plan of a run: compiled models and a look at the warehouse in, the very statements out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Ephemeral
from rocky_core.ir.world import ObservedWorld
from rocky_core.planning.model_queries import ModelQueries
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.plan_tables import NothingToDo, PlanContext, plan_model


def build_plan(project: CompiledProject, selected: Collection[str], world: ObservedWorld, options: PlanOptions) -> Plan:
    """What a run of these models does, in an order in which dependencies come first.

    A model that cannot be built as things are is in the plan with its `refusal`, so that its readers can be blocked.
    Dependencies outside the selection are taken to be there.
    """
    dialect, shapes = dialect_named(options.dialect_name), shapes_of(options.dialect_name)
    context = PlanContext(
        project=project,
        world=world,
        options=options,
        dialect=dialect,
        shapes=shapes,
        queries=ModelQueries(project, dialect, shapes, options.targets),
        errors=_errors(project),
        schemas=frozenset(one.target.folded()[:2] for one in world.tables.values() if one is not None),
    )
    wanted = frozenset(selected)
    ordered = _order(project, wanted)
    planned = {name: plan_model(name, context) for name in ordered}
    entries = {name: found for name, found in planned.items() if not isinstance(found, NothingToDo)}
    tables = tuple(
        # What cannot be built fails at once, so that a circle of such models waits for nobody.
        replace(entry, depends_on=() if entry.refusal is not None else _waits_for(name, project, entries))
        for name in entries
        for entry in entries[name]
    )
    excluded = tuple((name, found.reason) for name, found in planned.items() if isinstance(found, NothingToDo))
    return Plan(options.pipeline, options.pipeline_type, tables, excluded)


def _order(project: CompiledProject, wanted: frozenset[str]) -> tuple[str, ...]:
    """The wanted models, dependencies first; those of a circle, which has no order, at the end."""
    ordered = tuple(name for name in project.order if name in wanted)
    return (*ordered, *sorted(wanted.difference(ordered)))


def _errors(project: CompiledProject) -> Mapping[str, str]:
    errors: dict[str, str] = {}
    for found in project.diagnostics:
        if found.is_error and found.model:
            errors.setdefault(found.model, f"{found.code}: {found.message}")
    return errors


def _waits_for(name: str, project: CompiledProject, entries: Mapping[str, tuple[PlannedTable, ...]]) -> tuple[str, ...]:
    """The planned tables that the model reads, looking through the models that are inlined into it."""
    found: dict[str, None] = {}
    waiting = list(reversed(project.depends_on.get(name, ())))
    seen = {name}
    while waiting:
        read = waiting.pop()
        if read in seen:
            continue
        seen.add(read)
        if read in entries:
            found[read] = None
        elif read in project.models and isinstance(project.models[read].model.strategy, Ephemeral):
            waiting.extend(reversed(project.depends_on.get(read, ())))
    return tuple(found)
