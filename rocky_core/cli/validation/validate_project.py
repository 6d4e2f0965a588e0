"""All of `rocky validate`: configuration, adapters, pipelines, schedules, models, then the lints."""

from __future__ import annotations

from collections.abc import Sequence

from rocky_core.api import ProjectOptions
from rocky_core.cli.validation.check_adapters import check_adapters
from rocky_core.cli.validation.check_pipelines import check_pipelines
from rocky_core.cli.validation.check_schedules import check_schedules
from rocky_core.cli.validation.lints import config_lints, model_lints
from rocky_core.cli.validation.message import error, from_diagnostics, ok, warn
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import ConfigInvalid, UserError
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectSource
from rocky_core.project_files.read_config import check_config
from rocky_core.project_files.read_project import ProjectOptions as ReadOptions
from rocky_core.project_files.read_project import read_project
from rocky_core.results.validation import ModelsStatus, ValidateAnswer, ValidateMessage


def validate_project(options: ProjectOptions) -> ValidateAnswer:
    """What is right and wrong with a project's files, everything at once.

    Raises:
        UserError: there is no rocky.toml.

    """
    checked = check_config(options.config_file)
    if checked.value is None and not checked.diagnostics:
        hint = "run `rocky init` to write one, `rocky playground` to try an example, or give its path with --config"
        raise UserError(f"No rocky.toml found at '{options.config_file}'", hint=hint)
    if checked.value is None:
        messages = from_diagnostics("V001", checked.diagnostics)
        return ValidateAnswer(
            valid=False, adapters=(), pipelines=(), models=ModelsStatus(False, 0, False), messages=tuple(messages)
        )
    return _validate(options, checked.value, [one for one in checked.diagnostics if not one.is_error])


def _validate(options: ProjectOptions, config: RockyConfig, remarks: Sequence[Diagnostic]) -> ValidateAnswer:
    adapters, about_adapters = check_adapters(config)
    pipelines, about_pipelines = check_pipelines(config, options.config_file.parent)
    models, about_models = _check_models(options)
    messages: list[ValidateMessage] = [
        ok("V001", f"'{options.config_file}' is understood"),
        *from_diagnostics("V001", remarks),
        *about_adapters,
        *about_pipelines,
        *check_schedules(config),
        *about_models,
        *config_lints(config),
    ]
    return ValidateAnswer(
        valid=not any(message.severity == "error" for message in messages),
        adapters=adapters,
        pipelines=pipelines,
        models=models,
        messages=tuple(messages),
    )


def _check_models(options: ProjectOptions) -> tuple[ModelsStatus, list[ValidateMessage]]:
    """Whether all models can be read and their declared dependencies ordered; the SQL is compile's matter."""
    try:
        source = read_project(
            ReadOptions(
                models_dir=options.models_path,
                config_file=options.config_file,
                contracts_dir=options.contracts_dir,
                variables=options.variables,
            )
        ).source
    except ConfigInvalid:
        message = "the models are not looked at as long as rocky.toml has errors"
        return ModelsStatus(found=False, count=0, dag_valid=False), [warn("V030", message)]
    count = len(source.models)
    found = [one for one in source.findings if one.span is None or one.span.file != str(options.config_file)]
    messages = from_diagnostics("V030", found)
    if count and not any(one.is_error for one in found):
        messages.append(ok("V030", f"{count} models can be read" if count > 1 else "1 model can be read"))
    graph = _check_graph(source)
    is_sound = not any(one.severity == "error" for one in graph)
    return ModelsStatus(found=count > 0, count=count, dag_valid=is_sound), [
        *messages,
        *graph,
        *model_lints(source.models),
    ]


def _check_graph(source: ProjectSource) -> list[ValidateMessage]:
    declared = {model.name: model.depends_on for model in source.models}
    known = {*declared, *source.seed_names}
    messages = [
        _unknown(model, name, known) for model in source.models for name in model.depends_on if name not in known
    ]
    try:
        topological_order(declared)
    except Cycle as circle:
        message = f"models depend on each other in a circle: {', '.join(circle.members)}"
        return [*messages, error("V031", message)]
    return messages or ([ok("V031", "declared dependencies can be ordered")] if declared else [])


def _unknown(model: Model, name: str, known: set[str]) -> ValidateMessage:
    hint = did_you_mean(name, known)
    return error("V031", f"model '{model.name}' depends on '{name}', which does not exist{hint}", "depends_on")
