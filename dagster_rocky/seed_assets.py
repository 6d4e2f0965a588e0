"""CSV files of `seeds/` as assets: each is loaded whole or not at all."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.broken_project import broken_project_asset
from dagster_rocky.compat import code_references
from dagster_rocky.failures import MOST_ATTEMPTS, NEXT_STEP, RetryPolicy, retry_policy
from dagster_rocky.project import RockyProject
from dagster_rocky.step_work import StepPlace
from rocky_core.errors import FailureKind, UserError
from rocky_core.orchestration import SeedFile, seed_files


def build_rocky_seed_assets(
    project: RockyProject | str | Path,
    *,
    pipeline: str | None = None,
    pool: str | None = None,
    op_tags: Mapping[str, Any] = MappingProxyType({}),
    retries: Mapping[str, Any] = MappingProxyType({}),
) -> list[dg.AssetsDefinition]:
    """The seeds as one step that loads any subset of them, into the warehouse that `pipeline` writes to.

    A seed that cannot be read is there and says why when it is loaded; one that fails for a reason that may pass is
    loaded again, as `retries` says for that kind of failure, and the others are not. Without seeds there is no step.
    """
    chosen = RockyProject.of(project)
    try:
        seeds = seed_files(chosen.opened)
    except UserError as error:
        return [broken_project_asset(chosen, error)]
    return [_definition(chosen, seeds, pipeline, StepPlace(pool, op_tags), retry_policy(retries))] if seeds else []


def _definition(
    project: RockyProject, seeds: Sequence[SeedFile], pipeline: str | None, place: StepPlace, policy: RetryPolicy
) -> dg.AssetsDefinition:
    keys = {seed.name: dg.AssetKey(list(seed.target)) for seed in seeds}

    @dg.multi_asset(
        specs=[_spec(project, seed, keys[seed.name]) for seed in seeds],
        name="".join(one if one.isalnum() else "_" for one in f"rocky_{project.project_dir.name}_seeds"),
        can_subset=True,
        pool=place.pool,
        op_tags=dict(place.op_tags),
    )
    def load(context: dg.AssetExecutionContext) -> Iterator[Any]:
        loaded = _loaded_before(context)
        wanted = {name for name, key in keys.items() if key in context.selected_asset_keys and key not in loaded}
        failed: list[str] = []
        waits: list[float | None] = []
        attempts = context.op_execution_context.retry_number + 1
        for outcome in project.opened.seed(pipeline, only=wanted):
            if outcome.error is not None:
                kind = FailureKind.UNKNOWN if outcome.kind is None else outcome.kind
                failed.append(f"{outcome.name}: {kind.value}: {outcome.error}\n    → {NEXT_STEP[kind]}")
                waits.append(policy[kind].wait(attempts, None))
                continue
            about = {"dagster/row_count": outcome.rows, names.DURATION: outcome.duration_ms}
            yield dg.MaterializeResult(asset_key=keys[outcome.name], metadata=about)
        given = [wait for wait in waits if wait is not None]
        if given and attempts < MOST_ATTEMPTS:
            raise dg.RetryRequested(max_retries=attempts, seconds_to_wait=max(given))
        if failed:
            raise dg.Failure(description="\n".join(failed), allow_retries=False)

    return load


def _loaded_before(context: dg.AssetExecutionContext) -> Collection[dg.AssetKey]:
    """What earlier attempts of this step have loaded."""
    if not context.op_execution_context.retry_number:
        return ()
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    return frozenset(context.instance.get_asset_keys_for_run(context.run.run_id, of_type=kind))


def _spec(project: RockyProject, seed: SeedFile, key: dg.AssetKey) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        description="\n".join(seed.errors) or None,
        group_name="seeds",
        kinds={"csv", "rocky"},
        metadata={
            names.COLUMN_SCHEMA: dg.TableSchema([dg.TableColumn(name, kind) for name, kind in seed.columns]),
            names.TABLE_NAME: ".".join(seed.target),
            "dagster/code_references": code_references(project.project_dir / seed.file, seed.name),
            **({names.ERRORS: "\n".join(seed.errors)} if seed.errors else {}),
        },
    )
