"""Measures a table that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError, WarehouseError
from rocky_core.execution.mask_values import mask_value
from rocky_core.execution.model_homes import default_adapter, homes_of
from rocky_core.execution.run_options import Site
from rocky_core.execution.shown_error import shown_error
from rocky_core.ir.checks import MaskStrategy
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.strategy import Ephemeral
from rocky_core.ir.world import ObservedColumn
from rocky_core.planning.plan_profile import MEASURES, MOST_OBSERVED, plan_profile
from rocky_core.planning.resolve_masks import resolve_masks
from rocky_core.ports.warehouse import Row
from rocky_core.results.profile import ProfileAnswer, ProfileColumn


def profile_table(site: Site, project: CompiledProject, name: str, environment: str | None) -> ProfileAnswer:
    """Counts, NULLs, different values, least and greatest of every column; classified columns under their masks.

    The name is a model's, or a table's with its schema and catalog where they are needed.

    Raises:
        UserError: it can be neither.
        WarehouseError: the warehouse cannot be reached.

    """
    model = project.models[name].model if name in project.models else _model_writing(name, project)
    if model is None:
        target, adapter = _table(name, project), default_adapter(site.config)
    else:
        target, adapter = model.target, homes_of(site.config, project)[model.name].adapter
        if isinstance(model.strategy, Ephemeral):
            return ProfileAnswer(model=name, unavailable="an ephemeral model has no table of its own")
    masks = {} if model is None else resolve_masks(model.classification, site.config.masks(environment))
    with closing(site.open_warehouse(adapter, True)) as warehouse:
        found = warehouse.describe((target,)).get(target)
        if found is None:
            hint = "; `rocky run` builds it" if model is not None else ""
            return ProfileAnswer(model=name, unavailable=f"there is no table {target} in adapter '{adapter}'{hint}")
        if not found.columns:
            return ProfileAnswer(model=name, profiled_table=str(target))
        with warehouse.session() as session:
            try:
                row = session.query(plan_profile(target, found.columns, warehouse.dialect_name)).rows[0]
            except WarehouseError as error:
                return ProfileAnswer(
                    model=name, profiled_table=str(target), unavailable=shown_error(error, "the profile", masks)
                )
    columns = tuple(_columns(found.columns, row, masks))
    return ProfileAnswer(model=name, columns=columns, profiled_table=str(target))


def _columns(columns: Sequence[ObservedColumn], row: Row, masks: Mapping[str, MaskStrategy]) -> Iterator[ProfileColumn]:
    rows = _count(row[0])
    for index, column in enumerate(columns):
        values, distinct, least, greatest, observed = row[1 + MEASURES * index : 1 + MEASURES * (index + 1)]
        mask = masks.get(column.name.lower(), MaskStrategy.NONE)
        seen = observed if isinstance(observed, list) and len(observed) <= MOST_OBSERVED else []
        nulls = rows - _count(values)
        yield ProfileColumn(
            name=column.name,
            type=column.type_text,
            rows=rows,
            nulls=nulls,
            null_rate=nulls / rows if rows else 0.0,
            distinct=_count(distinct),
            # A short list of hashes is a riddle that is solved by trying; of masked columns none is shown.
            observed_values=tuple(map(str, seen)) if mask is MaskStrategy.NONE else (),
            min=_shown(least, mask),
            max=_shown(greatest, mask),
            masked=None if mask is MaskStrategy.NONE else mask.value,
        )


def _shown(value: object, mask: MaskStrategy) -> str | None:
    shown = None if value is None else mask_value(value, mask)
    return None if shown is None else str(shown)


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _model_writing(name: str, project: CompiledProject) -> Model | None:
    """The model whose table is called so; its classified columns stay masked."""
    asked = name.lower().split(".")
    for compiled in project.models.values():
        parts = [part for part in compiled.model.target.folded() if part]
        if parts[-len(asked) :] == asked:
            return compiled.model
    return None


def _table(name: str, project: CompiledProject) -> TargetName:
    parts = name.split(".")
    if len(parts) > 3 or not all(parts):
        raise UserError(
            f"'{name}' is neither a model nor a table{did_you_mean(name, project.models)}",
            hint="name a model, or a table as TABLE, SCHEMA.TABLE or CATALOG.SCHEMA.TABLE",
        )
    return TargetName(*([""] * (3 - len(parts)) + parts))
