"""From wishes to a plan: which models, what is there of them, which statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rocky_core.config.checks_to_ir import to_pipeline_checks
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.errors import UserError
from rocky_core.execution.attach_checks import CheckRules, attach_checks
from rocky_core.execution.audit_tables import Planning
from rocky_core.execution.choose_pipeline import ChosenPipeline, models_of, select_models
from rocky_core.execution.observe import Outside, observe
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.model import Model
from rocky_core.ir.plan import Plan
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.world import Watermark
from rocky_core.planning.build_plan import build_plan, tables_to_observe
from rocky_core.planning.plan_options import PlanOptions


@dataclass(frozen=True, slots=True)
class Selection:
    """The models of a run, in a compiled project."""

    pipeline: ChosenPipeline
    project: CompiledProject
    names: tuple[str, ...]
    options: PlanOptions
    checks: CheckRules

    @property
    def models(self) -> tuple[Model, ...]:
        return tuple(self.project.models[name].model for name in self.names)

    @property
    def project_models(self) -> Iterator[Model]:
        """All models, those of other pipelines and those that were not asked for included."""
        return (compiled.model for compiled in self.project.models.values())


def select(site: Site, pipeline: ChosenPipeline, options: RunOptions) -> Selection:
    """Compile the project and choose the models that were asked for.

    Raises:
        UserError: the project cannot be compiled at all, or a selector means no model.

    """
    compiled = site.compile()
    names = select_models(options.models, models_of(pipeline, compiled.project), compiled.project)
    _require_one_adapter(names, compiled.project, pipeline)
    plan_options = PlanOptions(
        pipeline=pipeline.name,
        dialect_name=compiled.dialect.name,
        drift=drift_policy(site.config, pipeline),
        partitions=options.partitions,
    )
    rules = CheckRules(
        masks=site.config.masks(options.environment),
        pipeline=to_pipeline_checks(pipeline.settings.checks),
        publishes_audited=site.config.execution_of(pipeline.settings).publish == "audited",
    )
    return Selection(pipeline, compiled.project, names, plan_options, rules)


def _require_one_adapter(names: Sequence[str], project: CompiledProject, pipeline: ChosenPipeline) -> None:
    own = pipeline.settings.target.adapter
    others = {name: adapter for name in names if (adapter := project.models[name].model.adapter) not in {None, own}}
    if others:
        told = ", ".join(f"'{name}' (adapter '{adapter}')" for name, adapter in others.items())
        raise UserError(
            f"pipeline '{pipeline.name}' runs on adapter '{own}', and these models are for another: {told}",
            hint="give each adapter a pipeline of its own, or choose other models with --model",
        )


def make_plan(selection: Selection, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
    """Look at the warehouse and the state, and write down what a run would do now."""
    targets = tables_to_observe(selection.project, selection.names, selection.options)
    world = observe(selection.models, targets, outside, proven)
    plan = build_plan(selection.project, selection.names, world, selection.options)
    return attach_checks(plan, Planning(selection.project, world, selection.options), selection.checks)


def drift_policy(config: RockyConfig, pipeline: ChosenPipeline) -> DriftPolicy:
    """What may be done about drift: the pipeline's word before the project's."""
    settings = config.settings
    drift = pipeline.settings.drift or settings.drift
    return DriftPolicy(mode=DriftMode(drift.mode), grace_period_days=settings.schema_evolution.grace_period_days)


def selection_text(options: RunOptions) -> str:
    """The wishes that decide which tables a run is for, in one spelling; equal texts mean the same work."""
    partitions = options.partitions
    window = (partitions.key, partitions.first, partitions.last, partitions.missing, partitions.lookback)
    return repr((tuple(sorted(set(options.models))), window))
