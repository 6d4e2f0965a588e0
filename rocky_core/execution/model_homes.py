"""Where each model is built: its pipeline, and the adapter of the warehouse that holds its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.errors import UserError
from rocky_core.execution.choose_pipeline import models_of
from rocky_core.ir.project import CompiledProject


class Home(Struct, frozen=True):
    """A model's pipeline, None for a model that no pipeline builds, and its adapter."""

    pipeline: str | None
    adapter: str


def homes_of(config: RockyConfig, project: CompiledProject) -> Mapping[str, Home]:
    """The home of every model; the first pipeline that builds a model is its own.

    Raises:
        UserError: there is no adapter.

    """
    default = default_adapter(config)
    found: dict[str, Home] = {}
    for name, pipeline in config.pipelines.items():
        if isinstance(pipeline, TransformationPipeline):
            for model in models_of(pipeline, project):
                own = project.models[model].model.adapter or pipeline.target.adapter
                found.setdefault(model, Home(name, own))
    for model in project.models:
        found.setdefault(model, Home(None, project.models[model].model.adapter or default))
    return found


def default_adapter(config: RockyConfig) -> str:
    """The adapter of what names none: that of the first pipeline that builds models, else the first of all.

    Raises:
        UserError: there is none.

    """
    for pipeline in config.pipelines.values():
        if isinstance(pipeline, TransformationPipeline):
            return pipeline.target.adapter
    if not config.adapters:
        raise UserError(f"'{config.file}' declares no adapter", hint='add [adapter.NAME] with type = "duckdb"')
    return next(iter(config.adapters))


def by_adapter(models: Iterable[str], homes: Mapping[str, Home]) -> dict[str, list[str]]:
    """The models by the adapter that holds them, in their order."""
    grouped: dict[str, list[str]] = {}
    for model in models:
        grouped.setdefault(homes[model].adapter, []).append(model)
    return grouped
