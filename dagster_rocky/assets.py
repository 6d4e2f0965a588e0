"""Rocky models as Dagster assets that can be materialized: any subset of them, each reported on its own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import dagster as dg

from dagster_rocky.broken_project import broken_project_asset
from dagster_rocky.checks import check_specs, names_of
from dagster_rocky.events import StepAsset
from dagster_rocky.failures import Retries, retry_policy
from dagster_rocky.partitions import canonical_partitions, requested_partitions
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyModelProps
from dagster_rocky.step import run_step
from dagster_rocky.step_work import OnPartialFailure, StepRules, StepWork
from dagster_rocky.translator import RockyDagsterTranslator
from rocky_core.errors import UserError

Granularity = Literal["project", "group", "model"]


@dataclass(frozen=True)
class RockyAssetsOptions:
    """How models become steps, and how those behave."""

    granularity: Granularity = "project"
    on_partial_failure: OnPartialFailure = "fail"
    name: str | None = None  # Of the steps; the project's folder if it is left out.
    pool: str | None = None
    op_tags: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    retries: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    parallel: int | None = None
    lease_wait_seconds: float = 300.0


def build_rocky_assets(
    project: RockyProject | str | Path,
    *,
    translator: RockyDagsterTranslator | None = None,
    select: Callable[[RockyModelProps], bool] | None = None,
    **options: Any,
) -> list[dg.AssetsDefinition]:
    """Every stored model as an asset with its checks, as steps that build and check any subset of them.

    `select` leaves models out. `options` are the fields of `RockyAssetsOptions`. A model with errors is there, says
    what is wrong and refuses to be built, with what reads it; a project that cannot be read at all is one such asset.
    """
    chosen = RockyProject.of(project)
    rules = RockyAssetsOptions(**options)
    try:
        props = [one for one in chosen.props.values() if one.pipeline is not None and (select is None or select(one))]
    except UserError as error:
        return [broken_project_asset(chosen, error)]
    declared = declare_assets(chosen, props, translator or RockyDagsterTranslator(), rules)
    steps: dict[tuple[str, ...], list[DeclaredModel]] = {}
    for model in declared:
        steps.setdefault(_step_of(model, rules.granularity), []).append(model)
    return [_definition(chosen, step, models, rules) for step, models in steps.items()]


@dataclass(frozen=True, slots=True)
class DeclaredModel:
    """A model with its specs."""

    props: RockyModelProps
    spec: dg.AssetSpec
    checks: tuple[dg.AssetCheckSpec, ...]
    policy: Mapping[str, Any]  # The model's own changes of the retries.


def declare_assets(
    project: RockyProject,
    props: Sequence[RockyModelProps],
    translator: RockyDagsterTranslator,
    rules: RockyAssetsOptions,
) -> list[DeclaredModel]:
    """The specs of all models; keys that the translator changed are followed by whoever reads the model."""
    grids = canonical_partitions(project.props.values())
    specs: dict[str, dg.AssetSpec] = {}
    moved: dict[dg.AssetKey, dg.AssetKey] = {}
    for one in props:
        spec = translator.get_asset_spec(one)
        if one.partitions is not None and spec.partitions_def is None:
            spec = spec.replace_attributes(partitions_def=grids[one.partitions.granularity])
        specs[one.name] = spec
        default = translator.get_asset_key(one.target)
        if spec.key != default:
            moved[default] = spec.key
    declared = []
    for one in props:
        spec = _following(specs[one.name], moved)
        found = check_specs(one, spec.key, with_build_check=rules.on_partial_failure == "continue")
        shown = (translator.get_asset_check_spec(one, check) for check in found)
        declared.append(DeclaredModel(one, spec, tuple(check for check in shown if check is not None), {}))
    return declared


def _following(spec: dg.AssetSpec, moved: Mapping[dg.AssetKey, dg.AssetKey]) -> dg.AssetSpec:
    if not moved or not any(dep.asset_key in moved for dep in spec.deps):
        return spec
    return spec.replace_attributes(deps=[moved.get(dep.asset_key, dep) for dep in spec.deps])


def _step_of(model: DeclaredModel, granularity: Granularity) -> tuple[str, ...]:
    """Models of one step share their partitions: a run holds one grid only, and backfills go by step."""
    grid = "" if model.props.partitions is None else model.props.partitions.granularity.value
    match granularity:
        case "project":
            return ("", grid)
        case "group":
            return (model.spec.group_name or "default", grid)
        case "model":
            return ("_".join(model.spec.key.path), "")


def _definition(
    project: RockyProject, step: tuple[str, ...], models: Sequence[DeclaredModel], rules: RockyAssetsOptions
) -> dg.AssetsDefinition:
    base = rules.name or f"rocky_{project.project_dir.name}"
    name = "_".join(part for part in (_op_name(base), _op_name(step[0]), step[1]) if part)
    partitioned = models[0].props.partitions is not None

    @dg.multi_asset(
        specs=[model.spec for model in models],
        check_specs=[check for model in models for check in model.checks],
        name=name,
        can_subset=True,
        pool=rules.pool,
        op_tags=dict(rules.op_tags),
        backfill_policy=dg.BackfillPolicy.single_run() if partitioned else None,
    )
    def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from run_step(context, step_work(context, project, models), _rules(rules, models))

    return build


def step_work(context: dg.AssetExecutionContext, project: RockyProject, models: Iterable[DeclaredModel]) -> StepWork:
    """What of its models a step is asked for."""
    wanted = context.selected_asset_keys
    checks = names_of(context.selected_asset_check_keys)
    by_name = {model.props.name: model for model in models}
    order = project.compilation.project.order
    ordered = [*(name for name in order if name in by_name), *sorted(by_name.keys() - set(order))]
    assets: dict[str, StepAsset] = {}
    checked: dict[str, StepAsset] = {}
    definition = None
    for name in ordered:
        model = by_name[name]
        key = model.spec.key
        own = StepAsset(model.props, key, checks.get(key, frozenset()), _describe(model.spec))
        if key in wanted:
            assets[name] = own
            definition = definition or model.spec.partitions_def
        elif own.checks:
            checked[name] = own
    if not isinstance(definition, dg.TimeWindowPartitionsDefinition):
        definition = None
    return StepWork(project, assets, checked, requested_partitions(context.run.tags, definition))


def _describe(spec: dg.AssetSpec) -> Callable[[], Mapping[str, Any]]:
    shown = ("dagster/column_schema", "dagster/column_lineage", "dagster/table_name")
    return lambda: {name: spec.metadata[name] for name in shown if name in spec.metadata}


def _rules(rules: RockyAssetsOptions, models: Iterable[DeclaredModel]) -> StepRules:
    own = {model.props.name: retry_policy(rules.retries, model.policy) for model in models if model.policy}
    return StepRules(
        retries=Retries(retry_policy(rules.retries), own),
        on_partial_failure=rules.on_partial_failure,
        lease_wait_seconds=rules.lease_wait_seconds,
        parallel=rules.parallel,
    )


def _op_name(text: str) -> str:
    return "".join(one if one.isalnum() or one == "_" else "_" for one in text)
