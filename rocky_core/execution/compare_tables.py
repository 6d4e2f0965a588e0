"""Looks at real tables and their shadows, and compares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Final

from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import UserError
from rocky_core.execution.choose_branch import with_branch
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.transformation_work import transformation_work
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ir.shadow import Measured, ShadowComparison
from rocky_core.planning.compare_shadows import compare_shadow
from rocky_core.ports.warehouse import Warehouse

_AT_ONCE: Final = 200  # Tables in one query.


def compare_tables(site: Site, options: RunOptions) -> Mapping[str, ShadowComparison]:
    """Every selected model's table with its shadow, by model; nothing is changed.

    Raises:
        RockyError: the wishes cannot be fulfilled, or something cannot be reached.

    """
    pipeline = choose_pipeline(site.config, options.pipeline)
    if not isinstance(pipeline.settings, TransformationPipeline):
        raise UserError(
            f"pipeline '{pipeline.name}' builds no models, and only models have shadows",
            hint="choose a pipeline that builds models with --pipeline NAME",
        )
    store = site.read_state(pipeline.name)
    if store is None:
        options = with_branch(options, None)
    else:
        with closing(store):
            options = with_branch(options, store)
    work = transformation_work(site, replace(pipeline, shadow=options.shadow), pipeline.settings, options)
    models = work.project.models
    pairs = {name: (models[name].model.target, shadow) for name, shadow in work.options.targets.items()}
    with closing(site.open_warehouse(pipeline.adapter, True)) as warehouse:
        found = _measured(tuple(target for pair in pairs.values() for target in pair), warehouse)
    return {name: compare_shadow(found[real], found[shadow]) for name, (real, shadow) in pairs.items()}


def _measured(targets: tuple[TargetName, ...], warehouse: Warehouse) -> Mapping[TargetName, Measured]:
    described = warehouse.describe(targets)
    there = [target for target, table in described.items() if table is not None]
    counts = dict(_counts(there, warehouse))
    return {target: Measured(target, described[target], counts.get(target, 0)) for target in targets}


def _counts(targets: Iterable[TargetName], warehouse: Warehouse) -> Iterator[tuple[TargetName, int]]:
    shapes = shapes_of(warehouse.dialect_name)
    waiting = iter(targets)
    with warehouse.session() as session:
        while batch := tuple(islice(waiting, _AT_ONCE)):
            query = " UNION ALL ".join(
                f"SELECT {position}, COUNT(*) FROM {shapes.table(target)}" for position, target in enumerate(batch)
            )
            for position, count in session.query(query).rows:
                yield batch[int(str(position))], int(str(count))
