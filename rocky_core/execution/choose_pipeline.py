"""Which pipeline a command means, which models belong to it, and which of them were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.ir.project import CompiledProject
from rocky_core.project_files.models_glob import glob_expression


@dataclass(frozen=True, slots=True)
class ChosenPipeline:
    """A pipeline that builds models."""

    name: str
    settings: TransformationPipeline


def choose_pipeline(config: RockyConfig, name: str | None) -> ChosenPipeline:
    """The pipeline of that name, or the only one.

    Raises:
        UserError: there is none, there are several, or it does not build models.

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
    if not isinstance(found, TransformationPipeline):
        raise UserError(
            f"pipeline '{name}' is of type '{found.type}', and only transformation pipelines can be run",
            hint="choose another with --pipeline NAME",
        )
    return ChosenPipeline(name, found)


def models_of(pipeline: ChosenPipeline, project: CompiledProject) -> tuple[str, ...]:
    """The models that the pipeline builds, dependencies first."""
    glob = glob_expression(pipeline.settings.models)
    return tuple(name for name in project.order if glob.fullmatch(project.models[name].model.file))


def select_models(selectors: Sequence[str], names: Sequence[str], project: CompiledProject) -> tuple[str, ...]:
    """The models of `names` that any selector means, in their order; all of them without selectors.

    A selector is a model's name or `tag:KEY` or `tag:KEY=VALUE`; `+` before it adds what it reads, `+` after it what
    reads it, directly or not.

    Raises:
        UserError: a selector means no model.

    """
    if not selectors:
        return tuple(names)
    selected: set[str] = set()
    for selector in selectors:
        selected |= _meant(selector, names, project)
    return tuple(name for name in names if name in selected)


def _meant(selector: str, names: Sequence[str], project: CompiledProject) -> set[str]:
    core = selector.removeprefix("+").removesuffix("+")
    seeds = _tagged(core.removeprefix("tag:"), names, project) if core.startswith("tag:") else {core} & set(names)
    if not seeds:
        hint = "`rocky list models` shows all of them"
        if core.startswith("tag:"):
            raise UserError(f"no model of this pipeline has the tag '{core.removeprefix('tag:')}'", hint=hint)
        if core in project.models:
            raise UserError(f"model '{core}' belongs to another pipeline", hint="choose it with --pipeline NAME")
        raise UserError(f"model '{core}' not found{did_you_mean(core, names)}", hint=hint)
    meant = set(seeds)
    if selector.startswith("+"):
        meant |= _reached(seeds, project.depends_on)
    if selector.endswith("+"):
        meant |= _reached(seeds, _readers(project.depends_on))
    return meant


def _tagged(wanted: str, names: Iterable[str], project: CompiledProject) -> set[str]:
    key, equals, value = wanted.partition("=")
    found = set()
    for name in names:
        tags = project.models[name].model.tags
        if key in tags and (not equals or tags[key] == value):
            found.add(name)
    return found


def _readers(depends_on: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    readers: dict[str, list[str]] = {}
    for name, upstream in depends_on.items():
        for up in upstream:
            readers.setdefault(up, []).append(name)
    return readers


def _reached(start: Iterable[str], edges: Mapping[str, Sequence[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        for following in edges.get(waiting.pop(), ()):
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached
