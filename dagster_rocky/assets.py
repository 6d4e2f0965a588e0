"""Rocky models as Dagster assets that can be materialized: any subset of them, each reported on its own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.broken_project import broken_project_asset
from dagster_rocky.checks import names_of
from dagster_rocky.declare import DeclaredModel, declare_models, model_retries
from dagster_rocky.events import StepAsset
from dagster_rocky.failures import Retries, retry_policy
from dagster_rocky.loading import loading
from dagster_rocky.partitions import requested_partitions
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyModelProps
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
    with loading():
        return _built(chosen, translator or RockyDagsterTranslator(), select, rules)


def _built(
    project: RockyProject,
    translator: RockyDagsterTranslator,
    select: Callable[[RockyModelProps], bool] | None,
    rules: RockyAssetsOptions,
) -> list[dg.AssetsDefinition]:
    try:
        props = [one for one in project.props.values() if one.pipeline is not None and (select is None or select(one))]
    except UserError as error:
        return [broken_project_asset(project, error)]
    with_build_check = rules.on_partial_failure == "continue"
    declared = declare_models(props, translator, with_build_check=with_build_check)
    steps: dict[tuple[str, ...], list[DeclaredModel]] = {}
    for model in declared:
        steps.setdefault(_step_of(model, rules.granularity), []).append(model)
    return [_definition(project, step, models, rules) for step, models in steps.items()]


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
        from dagster_rocky.step import run_step  # noqa: PLC0415 — the engine only when something runs

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
    shown = (names.COLUMN_SCHEMA, names.COLUMN_LINEAGE, names.TABLE_NAME)
    return lambda: {name: spec.metadata[name] for name in shown if name in spec.metadata}


def _rules(rules: RockyAssetsOptions, models: Sequence[DeclaredModel]) -> StepRules:
    common = retry_policy(rules.retries)
    return StepRules(
        retries=Retries(common, model_retries(models, common)),
        on_partial_failure=rules.on_partial_failure,
        lease_wait_seconds=rules.lease_wait_seconds,
        parallel=rules.parallel,
    )


def _op_name(text: str) -> str:
    return "".join(one if one.isalnum() or one == "_" else "_" for one in text)


def rocky_assets(
    project: RockyProject | str | Path,
    *,
    translator: RockyDagsterTranslator | None = None,
    select: Callable[[RockyModelProps], bool] | None = None,
    **step: Any,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """One step of one's own over the models: `yield from rocky.stream(context=context)` does what is asked for.

    `step` are further arguments of `multi_asset`, such as `name`, `pool` and `required_resource_keys`.

    Raises:
        UserError: the project cannot be read.

    """
    chosen = RockyProject.of(project)
    props = [one for one in chosen.props.values() if one.pipeline is not None and (select is None or select(one))]
    declared = declare_models(props, translator or RockyDagsterTranslator())
    return dg.multi_asset(
        specs=[model.spec for model in declared],
        check_specs=[check for model in declared for check in model.checks],
        can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run() if any(one.partitions is not None for one in props) else None,
        **step,
    )
