"""Everything that a model's table is made from: the tables behind ephemeral models and views included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import DynamicTable, Ephemeral, MaterializedView, View
from rocky_core.planning.plan_options import PlanOptions

_PARTS = 3


class ModelInputs(Struct, frozen=True):
    """What one model reads, directly or through models that are computed when they are read."""

    models: tuple[str, ...]  # Those with a table or view of their own.
    sources: tuple[str, ...]  # Tables that no model makes, as the SQL spells them.
    inlined: tuple[str, ...]  # Ephemeral models that are part of its own query.
    behind_views: tuple[str, ...] = ()  # Ephemeral models that are part of the views it reads.
    unknown: tuple[str, ...] = ()  # Declared dependencies that are no models.


def trace_inputs(name: str, project: CompiledProject) -> ModelInputs:
    """The inputs of a model, in the order in which they are met."""
    models: dict[str, None] = {}
    sources: dict[str, None] = {}
    inlined: dict[str, bool] = {}  # Whether it is only met behind a view.
    unknown: dict[str, None] = {}
    waiting = [(name, False)]
    seen = {name}
    while waiting:
        # What is part of its own query is looked at first.
        reader, is_behind_view = waiting.pop()
        compiled = project.models[reader]
        sources |= dict.fromkeys(compiled.facts.reads_tables)
        for read in (*compiled.facts.reads_models, *project.depends_on.get(compiled.model.name, ())):
            if read in seen:
                continue
            seen.add(read)
            if read not in project.models:
                unknown[read] = None
                continue
            strategy = project.models[read].model.strategy
            if isinstance(strategy, Ephemeral):
                inlined[read] = is_behind_view
                waiting.append((read, is_behind_view))
                continue
            models[read] = None
            if is_computed_when_read(project.models[read].model):
                waiting.insert(0, (read, True))
    return ModelInputs(
        models=tuple(models),
        sources=tuple(sources),
        inlined=tuple(read for read, is_behind_view in inlined.items() if not is_behind_view),
        behind_views=tuple(read for read, is_behind_view in inlined.items() if is_behind_view),
        unknown=tuple(unknown),
    )


def is_computed_when_read(model: Model) -> bool:
    """Whether the model's target has no rows of its own, or refreshes them by itself."""
    return isinstance(model.strategy, View | MaterializedView | DynamicTable) or model.table_format.format == "view"


def source_target(written: str) -> TargetName | None:
    """The table that a name in SQL means; None if it has too many parts."""
    parts = written.split(".")
    if len(parts) > _PARTS:
        return None
    catalog, schema, table = (*("",) * (_PARTS - len(parts)), *parts)
    return TargetName(catalog, schema, table)


def tables_to_observe(
    project: CompiledProject, selected: Iterable[str], options: PlanOptions
) -> tuple[TargetName, ...]:
    """The tables that must have been looked at before `build_plan` can tell what to do."""
    models = (project.models[name].model for name in selected)
    return tuple(
        dict.fromkeys(
            options.targets.get(model.name, model.target)
            for model in models
            if not isinstance(model.strategy, Ephemeral)
        )
    )


def tables_to_prove(
    names: Iterable[str],
    project: CompiledProject,
    target_of: Callable[[Model], TargetName],
    built: Mapping[str, object],
) -> tuple[TargetName, ...]:
    """Tables whose content alone can say whether they have changed: those that no known build has made."""
    selected = frozenset(names)
    found: dict[TargetName, None] = {}
    for name in selected:
        inputs = trace_inputs(name, project)
        found |= {target: None for one in inputs.sources if (target := source_target(one)) is not None}
        for read in inputs.models:
            target = target_of(project.models[read].model)
            if read not in selected and table_key(target) not in built:
                found[target] = None
    return tuple(sorted(found, key=str))
