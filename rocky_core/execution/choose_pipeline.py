"""Which pipeline a command means; of one that builds models, which belong to it and which were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rocky_core.config.pipelines import LoadPipeline, Pipeline, TransformationPipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.shadow import Shadow
from rocky_core.planning.choose_work import choose_work
from rocky_core.project_files.models_glob import glob_expression


class ChosenPipeline(Struct, frozen=True):
    """A pipeline by its name."""

    name: str
    settings: Pipeline
    shadow: Shadow | None = None

    @property
    def key(self) -> str:
        """The name under which its runs are remembered; those of a shadow are apart."""
        return self.name if self.shadow is None else self.shadow.key(self.name)

    @property
    def adapter(self) -> str:
        """The adapter of the warehouse that is written to, or that is measured."""
        return self.settings.target.adapter


def choose_pipeline(config: RockyConfig, name: str | None) -> ChosenPipeline:
    """The pipeline of that name, or the only one.

    Raises:
        UserError: there is none, or there are several.

    """
    if not config.pipelines:
        raise UserError(
            f"'{config.file}' declares no pipeline",
            hint='add [pipeline.NAME] with type = "transformation" to say which models are built',
        )
    if name is None:
        if len(config.pipelines) > 1:
            raise UserError(
                f"there are several pipelines: {', '.join(config.pipelines)}", hint="choose one with --pipeline NAME"
            )
        name = next(iter(config.pipelines))
    found = config.pipelines.get(name)
    if found is None:
        raise UserError(
            f"there is no pipeline '{name}'{did_you_mean(name, config.pipelines)}",
            hint="`rocky list pipelines` shows all of them",
        )
    return ChosenPipeline(name, found)


def choose_load(config: RockyConfig, name: str | None) -> str:
    """The load pipeline of that name, or the only one.

    Raises:
        UserError: there is none, there are several, or the pipeline loads no files.

    """
    if name is None:
        loads = [one for one, settings in config.pipelines.items() if isinstance(settings, LoadPipeline)]
        if len(loads) == 1:
            return loads[0]
        if loads:
            raise UserError(f"there are several load pipelines: {', '.join(loads)}", hint="choose one with --pipeline")
        raise UserError(
            f"'{config.file}' declares no load pipeline",
            hint='add [pipeline.NAME] with type = "load" and a source_dir to say which files are loaded',
        )
    chosen = choose_pipeline(config, name)
    if not isinstance(chosen.settings, LoadPipeline):
        raise UserError(
            f"pipeline '{name}' is of type '{chosen.settings.type}' and loads no files",
            hint=f"`rocky run --pipeline {name}` runs it",
        )
    return name


def models_of(settings: TransformationPipeline, project: CompiledProject) -> tuple[str, ...]:
    """The models that the pipeline builds, dependencies first."""
    glob = glob_expression(settings.models)
    return tuple(name for name in project.order if glob.fullmatch(project.models[name].model.file))


def select_models(selectors: Sequence[str], names: Sequence[str], project: CompiledProject) -> tuple[str, ...]:
    """The models of `names` that any selector means, in their order; all of them without selectors.

    Raises:
        UserError: a selector means nothing, or only models of other pipelines.

    """
    if not selectors:
        return tuple(names)
    chosen = choose_work(project, selectors)
    if chosen.unknown:
        raise UserError("; ".join(one.message for one in chosen.unknown), hint="`rocky list models` shows all of them")
    wanted = set(chosen.models)
    selected = tuple(name for name in names if name in wanted)
    if not selected:
        raise UserError(
            f"{', '.join(chosen.models)} belongs to another pipeline", hint="choose it with --pipeline NAME"
        )
    return selected
