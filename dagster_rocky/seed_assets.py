"""CSV files of `seeds/` as assets: each is loaded whole or not at all."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.broken_project import broken_project_asset
from dagster_rocky.compat import code_references
from dagster_rocky.project import RockyProject
from rocky_core.errors import UserError
from rocky_core.orchestration import SeedFile, seed_files


def build_rocky_seed_assets(
    project: RockyProject | str | Path, *, pipeline: str | None = None, pool: str | None = None
) -> list[dg.AssetsDefinition]:
    """The seeds as one step that loads any subset of them, into the warehouse that `pipeline` writes to.

    A seed that cannot be read is there and says why when it is loaded. Without seeds there is no step.
    """
    chosen = RockyProject.of(project)
    try:
        seeds = seed_files(chosen.opened)
    except UserError as error:
        return [broken_project_asset(chosen, error)]
    return [_definition(chosen, seeds, pipeline, pool)] if seeds else []


def _definition(
    project: RockyProject, seeds: Sequence[SeedFile], pipeline: str | None, pool: str | None
) -> dg.AssetsDefinition:
    keys = {seed.name: dg.AssetKey(list(seed.target)) for seed in seeds}

    @dg.multi_asset(
        specs=[_spec(project, seed, keys[seed.name]) for seed in seeds],
        name="".join(one if one.isalnum() else "_" for one in f"rocky_{project.project_dir.name}_seeds"),
        can_subset=True,
        pool=pool,
    )
    def load(context: dg.AssetExecutionContext) -> Iterator[Any]:
        wanted = {name for name, key in keys.items() if key in context.selected_asset_keys}
        failed = []
        for outcome in project.opened.seed(pipeline, only=wanted):
            if outcome.error is not None:
                kind = "unknown" if outcome.kind is None else outcome.kind.value
                failed.append(f"{outcome.name}: {kind}: {outcome.error}")
                continue
            about = {"dagster/row_count": outcome.rows, names.DURATION: outcome.duration_ms}
            yield dg.MaterializeResult(asset_key=keys[outcome.name], metadata=about)
        if failed:
            raise dg.Failure(description="\n".join(failed), allow_retries=False)

    return load


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
