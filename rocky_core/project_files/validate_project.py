"""Checks a project's files without compiling SQL and without connecting: `rocky validate`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from rocky_core.config.adapters import Adapter
from rocky_core.config.pipelines import QualityPipeline, ReplicationPipeline, TransformationPipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import find_key
from rocky_core.errors import UserError
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectSource
from rocky_core.project_files.models_glob import escapes_root, glob_base
from rocky_core.project_files.read_config import check_config, transformation_pipelines
from rocky_core.project_files.read_project import ProjectOptions, ReadProject, open_with, read_opened
from rocky_core.project_files.validate_pipelines import validate_adapters, validate_pipelines
from rocky_core.project_files.validation_message import Message, Messages
from rocky_core.results.validation import AdapterStatus, ModelsStatus, PipelineStatus

_CROWDED = 3


class Validation(Struct, frozen=True):
    """Everything that `rocky validate` has to say."""

    adapters: tuple[AdapterStatus, ...]
    pipelines: tuple[PipelineStatus, ...]
    models: ModelsStatus
    messages: tuple[Message, ...]

    @property
    def valid(self) -> bool:
        return not any(message.severity == "error" for message in self.messages)


def validate_project(config_file: Path, environment: Mapping[str, str] | None = None) -> Validation:
    """Every problem of rocky.toml and of the models its pipelines build.

    Raises:
        UserError: there is no rocky.toml.

    """
    environment = os.environ if environment is None else environment
    checked = check_config(config_file, environment)
    if checked.value is None and not checked.diagnostics:
        hint = "run `rocky init` to write one, or give its path with --config"
        raise UserError(f"No rocky.toml found at '{config_file}'", hint=hint)
    messages = Messages()
    if checked.value is None:
        for diagnostic in checked.diagnostics:
            messages.add_diagnostic(diagnostic, "V001")
        nothing = ModelsStatus(found=False, count=0, dag_valid=False)
        return Validation((), (), nothing, tuple(messages.listed))
    config = checked.value
    messages.add("ok", "V001", f"{config_file} parsed")
    for diagnostic in checked.diagnostics:
        if not diagnostic.is_error:  # Errors that leave a value are the rules between keys, reported below.
            messages.add_diagnostic(diagnostic, "V001")
    adapters = validate_adapters(config, messages)
    pipelines = validate_pipelines(config, messages)
    projects = _read_models(config, config_file, environment, messages)
    status = _validate_models(config, projects, messages)
    if "schedule" in config.sections or any(pipeline.schedule is not None for pipeline in config.pipelines.values()):
        from rocky_core.project_files.validate_schedules import (  # noqa: PLC0415 — loads the time zones
            validate_schedules,
        )

        has_freshness = any(model.freshness is not None for project in projects for model in project.source.models)
        validate_schedules(config, messages, has_model_freshness=has_freshness)
    _lint_config(config, messages)
    return Validation(adapters, pipelines, status, tuple(messages.listed))


def _read_models(
    config: RockyConfig, config_file: Path, environment: Mapping[str, str], messages: Messages
) -> list[ReadProject]:
    """The models of every transformation pipeline, each glob read once."""
    projects: list[ReadProject] = []
    root = config_file.absolute().parent
    seen: set[str] = set()
    for name, pipeline in transformation_pipelines(config).items():
        path = ("pipeline", name, "models")
        if escapes_root(pipeline.models):
            message = f"pipeline '{name}': models '{pipeline.models}' lies outside the project"
            messages.add("error", "V047", message, ".".join(path), config.place(*path))
            continue
        models_dir = root / glob_base(pipeline.models)
        if not models_dir.is_dir():
            message = f"pipeline '{name}': there is no directory '{glob_base(pipeline.models)}'"
            messages.add("warn", "V025", message, ".".join(path), config.place(*path))
            continue
        if pipeline.models not in seen:
            seen.add(pipeline.models)
            options = ProjectOptions(
                models_dir=models_dir, models_glob=pipeline.models, config_file=config_file, environment=environment
            )
            projects.append(read_opened(open_with(options, config)))
    return projects


def _validate_models(config: RockyConfig, projects: list[ReadProject], messages: Messages) -> ModelsStatus:
    models = [model for project in projects for model in project.source.models]
    found_errors = False
    for project in projects:
        for diagnostic in project.source.findings:
            if diagnostic.code != "E028":  # Values of run variables are given to the run, not to the project.
                messages.add_diagnostic(diagnostic, "V030")
                found_errors |= diagnostic.is_error
    for model in models:
        if not model.source.sql.strip() and not model.is_dsl:
            found_errors = True
            message = f"model '{model.name}' is empty: '{model.file}' holds no SQL"
            messages.add("error", "V030", message, None, Span(model.file, 1, 1))
    if not found_errors and projects:
        messages.add("ok", "V030", f"{len(models)} model{'' if len(models) == 1 else 's'} loaded")
    dag_valid = _validate_dependencies(config, (project.source for project in projects), models, messages)
    _lint_models(models, messages)
    return ModelsStatus(found=bool(models), count=len(models), dag_valid=dag_valid and not found_errors)


def _validate_dependencies(
    config: RockyConfig, sources: Iterable[ProjectSource], models: list[Model], messages: Messages
) -> bool:
    """Whether all that models declare to depend on exists and has an order."""
    names = {model.name for model in models}
    known = names.union(config.pipelines, *(source.seed_names for source in sources))
    is_valid = True
    for model in models:
        for dependency in model.depends_on:
            if dependency not in known:
                is_valid = False
                message = f"model '{model.name}' depends on '{dependency}', which does not exist"
                hint = did_you_mean(dependency, known)
                messages.add("error", "V031", message + hint, "depends_on", model.span_of("depends_on"))
    try:
        topological_order({model.name: model.depends_on for model in models})
    except Cycle as cycle:
        message = f"models depend on each other in a circle: {', '.join(cycle.members)}"
        messages.add("error", "V031", message, "depends_on")
        return False
    if is_valid and models:
        messages.add("ok", "V031", "models have an order by their declared dependencies")
    return is_valid


def _lint_models(models: list[Model], messages: Messages) -> None:
    schemas: Counter[tuple[str, str]] = Counter()
    for model in models:
        stem = model.file.rpartition("/")[2].rpartition(".")[0]
        if model.name_declared and model.name == stem:
            message = f"model '{model.name}': name repeats the file's name and can be left out"
            messages.add("lint", "L001", message, "name", model.span_of("name"))
        if model.table_declared and model.target.table == model.name:
            message = f"model '{model.name}': target.table repeats the model's name and can be left out"
            messages.add("lint", "L002", message, "target.table", model.span_of("target.table"))
        if _declares_target(model):
            schemas[model.target.catalog, model.target.schema] += 1
        if model.contract is not None and model.contract.source == "auto":
            message = f"model '{model.name}' has a contract beside it"
            messages.add("lint", "L008", message, None, Span(model.contract.file, 1, 1))
    for (catalog, schema), count in schemas.items():
        if count >= _CROWDED:
            name = ".".join(part for part in (catalog, schema) if part)
            message = f"{count} models state the target {name}; say it once in _defaults.toml"
            messages.add("lint", "L003", message, "target")


def _declares_target(model: Model) -> bool:
    if model.sidecar_text is None or model.sidecar_file is None:
        return False
    return all(find_key(model.sidecar_text, ("target", key), model.sidecar_file) for key in ("catalog", "schema"))


def _lint_config(config: RockyConfig, messages: Messages) -> None:
    """Remarks on what the file says; what it leaves out is nobody's mistake."""
    state = config.settings.state
    if "state" in config.sections and state.backend == "local" and "backend" in state.model_fields_set:
        message = "state is kept beside the models; machines that share a warehouse need a shared store"
        messages.add("lint", "L004", message, "state.backend", config.place("state", "backend"))
    for name, pipeline in config.pipelines.items():
        if isinstance(pipeline, ReplicationPipeline):
            governance = pipeline.target.governance
            for key in ("auto_create_catalogs", "auto_create_schemas"):
                if key in governance.model_fields_set and not getattr(governance, key):
                    path = ("pipeline", name, "target", "governance", key)
                    message = f"pipeline '{name}': {key} is false, so new targets must be created by hand"
                    messages.add("lint", "L006", message, ".".join(path), config.place(*path))
    if len(config.adapters) == 1:
        _lint_only_adapter(*next(iter(config.adapters.items())), config, messages)


def _lint_only_adapter(name: str, adapter: Adapter, config: RockyConfig, messages: Messages) -> None:
    references = 0
    for pipeline in config.pipelines.values():
        references += pipeline.target.adapter == name
        if not isinstance(pipeline, (QualityPipeline, TransformationPipeline)) and hasattr(pipeline, "source"):
            references += pipeline.source.adapter == name
    if name != "default" and references > 1:
        message = f"the only adapter is named '{name}' ({adapter.type}); named 'default' it need not be repeated"
        messages.add("lint", "L007", message, f"adapter.{name}", config.place("adapter", name))
