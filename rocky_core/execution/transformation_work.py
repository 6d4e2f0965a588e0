"""The work of a transformation: which models, what is there of them, which statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.errors import NoModels, UserError
from rocky_core.execution.check_rules import CheckRules
from rocky_core.execution.choose_pipeline import ChosenPipeline, models_of, select_models
from rocky_core.execution.observe import MarkedTable, Outside, observe
from rocky_core.execution.pipeline_rules import check_rules, database_of, drift_policy, idle_settings
from rocky_core.execution.run_filter import RunFilter, parse_filter
from rocky_core.execution.run_options import CompiledSite, RunOptions, Site
from rocky_core.ir.checks import PipelineChecks
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.replace import replace
from rocky_core.ir.state import LoadedFile
from rocky_core.ir.strategy import Incremental
from rocky_core.ir.world import ObservedWorld, Watermark
from rocky_core.planning.choose_skips import Proofs, SkipRules, choose_builds
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.shadow_targets import shadow_targets, why_no_shadow
from rocky_core.planning.trace_inputs import tables_to_observe, tables_to_prove
from rocky_core.ports.warehouse import Warehouse

_FEW_ROWS: Final = 1_000_000  # So many are read at once, at most, only to be able to skip later.


class TransformationWork(Struct, frozen=True):
    """The models of a run, in a compiled project."""

    pipeline: ChosenPipeline
    project: CompiledProject
    names: tuple[str, ...]
    options: PlanOptions
    checks: CheckRules
    notes: tuple[str, ...] = ()
    skips: SkipRules | None = None  # Without them nothing is skipped, and nothing remembered to skip by.

    def marked_tables(self, warehouse: Warehouse) -> Iterator[MarkedTable]:
        """Those of all models, of other pipelines too: a model may have been moved."""
        del warehouse  # The compiled project tells.
        for compiled in self.project.models.values():
            if isinstance(compiled.model.strategy, Incremental):
                yield MarkedTable(compiled.model.target, compiled.model.strategy.timestamp_column)

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """None: models are not made of files."""
        del tables, outside
        return ()

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """What a run of the models would do now."""
        models = [self.project.models[name].model for name in self.names]
        targets = tables_to_observe(self.project, self.names, self.options)
        if self.skips is None:
            world = observe(models, targets, outside, proven)
            if self.pipeline.shadow is not None:
                # A shadow shows what the query yields, so that nothing of an earlier one is gone on with.
                world = replace(world, watermarks={}, partitions={}, grace_periods={})
            world = self._described(self.names, world, outside.warehouse)
            plan = self._planned(self.names, world)
        else:
            builds = outside.store.builds()
            sources = tables_to_prove(self.names, self.project, self._target_of, builds)
            world = observe(models, dict.fromkeys((*targets, *sources)), outside, proven)
            proofs = Proofs(builds, _contents(sources, world, outside.warehouse, may_skip=self.skips.may_skip))
            chosen = choose_builds(self.project, self.names, world, proofs, self.skips, self._target_of)
            world = self._described(chosen.to_build, world, outside.warehouse)
            plan = replace(self._planned(chosen.to_build, world), decisions=chosen.decisions, bases=chosen.bases)
        return replace(plan, notes=(*plan.notes, *self.notes))

    def _planned(self, names: tuple[str, ...], world: ObservedWorld) -> Plan:
        """The statements that build these models, and their checks."""
        if not names:
            return Plan(self.options.pipeline, self.options.pipeline_type, ())
        # Reading SQL is what makes a run start slowly.
        from rocky_core.execution.attach_checks import attach_checks  # noqa: PLC0415 — only if something is built
        from rocky_core.execution.audit_tables import Planning  # noqa: PLC0415 — same
        from rocky_core.planning.build_plan import build_plan  # noqa: PLC0415 — same

        plan = build_plan(self.project, names, world, self.options)
        return attach_checks(plan, Planning(self.project, world, self.options), self.checks)

    def _described(self, names: tuple[str, ...], world: ObservedWorld, warehouse: Warehouse) -> ObservedWorld:
        if not names:
            return world
        from rocky_core.execution.describe_queries import describe_queries  # noqa: PLC0415 — see `_planned`

        return replace(world, query_columns=describe_queries(self.project, names, world, self.options, warehouse))

    def _target_of(self, model: Model) -> TargetName:
        return self.options.targets.get(model.name, model.target)


def transformation_work(
    site: Site, pipeline: ChosenPipeline, settings: TransformationPipeline, options: RunOptions
) -> TransformationWork:
    """Compile the project and choose the models that were asked for.

    Raises:
        UserError: the project cannot be compiled at all, or a selector means no model.

    """
    compiled = site.compile()
    names = select_models(options.models, models_of(settings, compiled.project), compiled.project)
    return _work(site, pipeline, compiled, _filtered(names, compiled.project, parse_filter(options.filter)), options)


def all_models(site: Site, pipeline: ChosenPipeline, options: RunOptions) -> TransformationWork | None:
    """The models of the whole project in the name of a pipeline that builds none itself; None if there are none.

    Raises:
        UserError: the project cannot be compiled at all, or a selector means no model.

    """
    try:
        compiled = site.compile()
    except NoModels:
        return None
    names = select_models(options.models, compiled.project.order, compiled.project)
    work = _work(site, pipeline, compiled, names, options)
    # The checks of the pipeline are for its own tables; those of models are in their sidecars.
    # What they read may be copied first, so that nothing can be said of it now.
    return replace(work, checks=replace(work.checks, pipeline=PipelineChecks()), notes=(), skips=None)


def _contents(
    sources: Iterable[TargetName], world: ObservedWorld, warehouse: Warehouse, *, may_skip: bool
) -> Mapping[TargetName, str]:
    """What is in the tables that no known build has made.

    Where nothing is skipped this only serves later runs, so that large tables are not read for it.
    """
    there = [found for source in sources if (found := world.tables.get(source)) is not None]
    return warehouse.content_markers(there, most_rows=None if may_skip else _FEW_ROWS) if there else {}


def _work(
    site: Site, pipeline: ChosenPipeline, compiled: CompiledSite, names: tuple[str, ...], options: RunOptions
) -> TransformationWork:
    _require_one_adapter(names, compiled.project, pipeline)
    targets = _targets(names, compiled.project, options)
    plan_options = PlanOptions(
        pipeline=pipeline.name,
        targets=targets,
        dialect_name=compiled.dialect.name,
        drift=drift_policy(site.config, pipeline.settings),
        partitions=options.partitions,
        compute=_compute(site, pipeline),
    )
    checks = check_rules(site, pipeline.settings, options)
    skips: SkipRules | None = SkipRules(
        may_skip=_may_skip(site, options),
        warehouse=database_of(site.config, pipeline.adapter),
        checks=checks.pipeline,
        publishes_audited=checks.publishes_audited,
    )
    if targets:
        skips = None  # What is built elsewhere, or from elsewhere, says nothing of the real tables.
    notes = tuple(idle_settings(site.config, pipeline.settings, compiled.dialect.name))
    return TransformationWork(pipeline, compiled.project, names, plan_options, checks, notes, skips)


def _compute(site: Site, pipeline: ChosenPipeline) -> str | None:
    """What the adapter runs its statements with, where that has a name."""
    adapter = site.config.adapters.get(pipeline.adapter)
    return None if adapter is None else adapter.warehouse or None


def _targets(names: Sequence[str], project: CompiledProject, options: RunOptions) -> Mapping[str, TargetName]:
    """Where models are that are not where they say: the shadows of those that are built, and what is deferred to."""
    found: dict[str, TargetName] = {}
    if options.defer_to is not None:
        others = (compiled.model for name, compiled in project.models.items() if name not in frozenset(names))
        found |= {model.name: replace(model.target, schema=options.defer_to) for model in others}
    if options.shadow is not None:
        models = [project.models[name].model for name in names]
        shadows = shadow_targets(models, options.shadow)
        problems = why_no_shadow(models, shadows, (one.model.target for one in project.models.values()))
        if problems:
            raise UserError("; ".join(problems), hint="choose other models with --model, or another schema or suffix")
        found |= shadows
    return found


def _may_skip(site: Site, options: RunOptions) -> bool:
    if options.force_rebuild:
        return False
    return site.config.settings.run.skip_unchanged if options.skip_unchanged is None else options.skip_unchanged


def _filtered(names: tuple[str, ...], project: CompiledProject, wanted: RunFilter | None) -> tuple[str, ...]:
    if wanted is None:
        return names
    return tuple(name for name in names if wanted.takes_target(project.models[name].model.target, name))


def _require_one_adapter(names: Sequence[str], project: CompiledProject, pipeline: ChosenPipeline) -> None:
    own = pipeline.adapter
    others = {name: adapter for name in names if (adapter := project.models[name].model.adapter) not in {None, own}}
    if others:
        told = ", ".join(f"'{name}' (adapter '{adapter}')" for name, adapter in others.items())
        raise UserError(
            f"pipeline '{pipeline.name}' runs on adapter '{own}', and these models are for another: {told}",
            hint="give each adapter a pipeline of its own, or choose other models with --model",
        )
