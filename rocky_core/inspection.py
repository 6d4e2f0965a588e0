"""The facade's second half: commands that look and tell. Each gives the answer that is printed as JSON."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rocky_core.api import Compilation, Project, ProjectOptions

if TYPE_CHECKING:  # The engine is imported when something is looked at, not when the facade is.
    from rocky_core.config.rocky_toml import RockyConfig
    from rocky_core.execution.doctor.patient import Patient, Space, StateFile
    from rocky_core.execution.run_options import CompiledSite
    from rocky_core.results.catalog import CatalogAnswer
    from rocky_core.results.compliance import ComplianceAnswer
    from rocky_core.results.doctor import DoctorAnswer
    from rocky_core.results.estimate import EstimateAnswer
    from rocky_core.results.profile import ProfileAnswer
    from rocky_core.results.retention import RetentionStatusAnswer, SweepAnswer
    from rocky_core.results.spending import CostAnswer, OptimizeAnswer
    from rocky_core.results.testing import TestAnswer
    from rocky_core.results.trace import MetricsAnswer, TraceAnswer
    from rocky_core.wiring import Places


def doctor(options: ProjectOptions, only: tuple[str, ...] = ()) -> DoctorAnswer:
    """Look at everything a run needs, in whatever condition the project is; `only` names single checks.

    Raises:
        UserError: there is no such check.

    """
    from rocky_core.execution.doctor.examine import examine  # noqa: PLC0415 — see above
    from rocky_core.execution.doctor.published import to_answer  # noqa: PLC0415 — same

    patient = _admit(options)
    return to_answer(examine(patient, only), patient)


def cost(project: Project, which: str, model: str | None, by: str | None, pipeline: str | None = None) -> CostAnswer:
    """What a run took; `which` is its id, or `latest`.

    Raises:
        UserError: there is no such run.

    """
    from rocky_core.execution.read_history import run_cost  # noqa: PLC0415 — see above

    return run_cost(project.site(), pipeline, which, model, by)


def trace(project: Project, which: str, pipeline: str | None = None) -> TraceAnswer:
    """When each build of a run began; `which` is its id, or `latest`.

    Raises:
        UserError: there is no such run.

    """
    from rocky_core.execution.read_history import trace_run  # noqa: PLC0415 — see above

    return trace_run(project.site(), pipeline, which)


def metrics(project: Project, model: str, column: str | None, limit: int, pipeline: str | None = None) -> MetricsAnswer:
    """What the checks of earlier runs have measured of a model."""
    from rocky_core.execution.read_history import model_metrics  # noqa: PLC0415 — see above

    return model_metrics(project.site(), pipeline, model, column, limit)


def optimize(project: Project, part: str = "", pipeline: str | None = None) -> OptimizeAnswer:
    """Which strategies would be cheaper; `part` of the name chooses the models."""
    from rocky_core.execution.read_history import recommendations  # noqa: PLC0415 — see above
    from rocky_core.results.spending import optimize_answer  # noqa: PLC0415 — same

    return optimize_answer(recommendations(project.site(), pipeline, project.compile().project, part))


def declarative_tests(project: Project, model: str | None = None, environment: str | None = None) -> TestAnswer:
    """Make the `[[tests]]` of the models on their tables, without building anything.

    Raises:
        UserError: there is no such model, or the project cannot be compiled at all.

    """
    from rocky_core.execution.publish_tests import declarative_answer  # noqa: PLC0415 — see above
    from rocky_core.execution.run_table_tests import run_table_tests  # noqa: PLC0415 — same
    from rocky_core.results.findings import to_findings  # noqa: PLC0415 — same

    compilation = project.compile()
    tested = run_table_tests(project.site(), compilation.project, _named(compilation, model), environment)
    return declarative_answer(tested, to_findings(compilation.diagnostics))


def profile(project: Project, name: str, environment: str | None = None) -> ProfileAnswer:
    """Measure every column of a model's table, or of any other table.

    Raises:
        UserError: the name is neither a model nor a table's.
        WarehouseError: the warehouse cannot be reached.

    """
    from rocky_core.execution.profile_table import profile_table  # noqa: PLC0415 — see above

    return profile_table(project.site(), project.compile().project, name, environment)


def compliance(project: Project, environment: str | None = None, *, exceptions_only: bool = False) -> ComplianceAnswer:
    """Which classified columns are masked, in one environment or in all that rocky.toml names."""
    from rocky_core.results.compliance import DEFAULT_ENVIRONMENT, compliance_answer  # noqa: PLC0415 — see above

    compilation, settings = project.compile(), project.config.settings
    if environment is None:
        named = [tag for tag, mask in settings.mask.items() if not isinstance(mask, str)]
        masks = {DEFAULT_ENVIRONMENT: project.config.masks(), **{env: project.config.masks(env) for env in named}}
    else:
        masks = {environment: project.config.masks(environment)}
    models = (compilation.project.models[name].model for name in sorted(compilation.project.models))
    allowed = settings.classifications.allow_unmasked
    return compliance_answer(models, masks, allowed, exceptions_only=exceptions_only)


def retention_status(project: Project, model: str | None = None, *, drift: bool = False) -> RetentionStatusAnswer:
    """How long every model keeps its rows; with `drift` the tables are asked for rows that are older."""
    from rocky_core.execution.retention import retention_status as status  # noqa: PLC0415 — see above
    from rocky_core.results.retention import RetentionStatusAnswer  # noqa: PLC0415 — same

    compilation = project.compile()
    models = status(project.site(), compilation.project, _named(compilation, model), looks=drift)
    message = None
    if not any(one.configured_days for one in models):
        message = "no model declares a retention"
    elif not drift:
        message = "the tables were not looked at; --drift asks them for rows that are older"
    return RetentionStatusAnswer(models=models, message=message)


def retention_sweep(project: Project, model: str | None = None, *, dry_run: bool = False) -> SweepAnswer:
    """Delete the rows that are older than their models keep them, each table for itself."""
    from rocky_core.execution.retention import retention_sweep as sweep  # noqa: PLC0415 — see above
    from rocky_core.results.retention import SweepAnswer  # noqa: PLC0415 — same

    compilation = project.compile()
    models = sweep(project.site(), compilation.project, _named(compilation, model), dry_run=dry_run)
    return SweepAnswer(dry_run=dry_run, models=models, message=None if models else "no model declares a retention")


def catalog(project: Project) -> CatalogAnswer:
    """Every table that the project reads or makes, with all that is known of it."""
    from msgspec import UNSET  # noqa: PLC0415 — see above

    from rocky_core.execution.read_catalog import config_hash, read_remembered  # noqa: PLC0415 — same
    from rocky_core.results.build_catalog import catalog_assets, catalog_edges, orphan_columns  # noqa: PLC0415 — same
    from rocky_core.results.catalog import CatalogAnswer, CatalogStats  # noqa: PLC0415 — same

    compilation, site = project.compile(), project.site()
    started = site.clock.monotonic()
    found = read_remembered(site, compilation.project, compilation.source_schemas)
    assets = catalog_assets(compilation.project, found.known, compilation.dialect.spell_type)
    edges = catalog_edges(compilation.project)
    return CatalogAnswer(
        project_name=site.root.name,
        generated_at=site.clock.now(),
        config_hash=config_hash(site.config),
        last_run_id=UNSET if found.last_run_id is None else found.last_run_id,
        assets=assets,
        edges=edges,
        stats=CatalogStats(
            asset_count=len(assets),
            column_count=sum(len(asset.columns) for asset in assets),
            edge_count=len(edges),
            assets_with_star=sum(one.facts.has_star for one in compilation.project.models.values()),
            orphan_columns=orphan_columns(compilation.project),
            duration_ms=round(1000 * (site.clock.monotonic() - started)),
        ),
    )


def estimate(project: Project, model: str | None = None) -> EstimateAnswer:
    """How the warehouse would run the models' queries, without running them."""
    from rocky_core.execution.estimate_models import estimate_models  # noqa: PLC0415 — see above
    from rocky_core.results.estimate import estimate_answer  # noqa: PLC0415 — same

    compilation = project.compile()
    return estimate_answer(*estimate_models(project.site(), compilation.project, _named(compilation, model)))


def _named(compilation: Compilation, model: str | None) -> tuple[str, ...]:
    """The one model, or all of them, dependencies first."""
    if model is not None:
        return (compilation.model(model).model.name,)
    ordered = compilation.project.order
    return (*ordered, *sorted(set(compilation.project.models).difference(ordered)))


def _admit(options: ProjectOptions) -> Patient:
    """A project to be looked at, in whatever condition it is; nothing is opened yet."""
    from rocky_core.execution.doctor.known_secrets import known_secrets  # noqa: PLC0415 — see above
    from rocky_core.execution.doctor.patient import Patient  # noqa: PLC0415 — same
    from rocky_core.execution.system_clock import SystemClock  # noqa: PLC0415 — same
    from rocky_core.project_files.read_config import check_config  # noqa: PLC0415 — same
    from rocky_core.wiring import Places, database_file, open_site  # noqa: PLC0415 — same

    config_file = options.config_file
    root = config_file.absolute().parent
    places = Places(root, options.models_path.absolute(), options.state_path, options.state_namespace)
    checked = check_config(config_file)
    config = checked.value
    text = config_file.read_text(encoding="utf-8", errors="replace") if config_file.is_file() else ""
    files, problem = _state_files(config, places)
    return Patient(
        config_file=config_file,
        clock=SystemClock(),
        disk_space=_disk_space,
        config=config,
        diagnostics=checked.diagnostics,
        site=None if config is None else open_site(config, places, _not_compiled),
        state_files=files,
        state_problem=problem,
        databases={}
        if config is None
        else {
            name: file
            for name, adapter in config.adapters.items()
            if (file := database_file(adapter, places.root)) is not None
        },
        secrets=known_secrets(config, text, os.environ),
    )


def _state_files(config: RockyConfig | None, places: Places) -> tuple[tuple[StateFile, ...], str | None]:
    from rocky_core.errors import UserError  # noqa: PLC0415 — same
    from rocky_core.execution.doctor.patient import StateFile  # noqa: PLC0415 — see above
    from rocky_core.wiring import local_state_file  # noqa: PLC0415 — same

    if config is not None and config.settings.state.backend != "local":
        return (), None
    by_path: dict[Path, list[str]] = {}
    try:
        is_shared = config is None or config.settings.state.namespacing != "pipeline"
        names = (None,) if is_shared or config is None else tuple(config.pipelines)
        for name in names:
            by_path.setdefault(local_state_file(config, places, name)[0], []).extend([name] if name else [])
    except UserError as error:
        return (), error.message
    return tuple(StateFile(path, tuple(pipelines)) for path, pipelines in by_path.items()), None


def _disk_space(directory: Path) -> Space:
    from rocky_core.execution.doctor.patient import Space  # noqa: PLC0415 — see above

    usage = shutil.disk_usage(directory)
    return Space(usage.total, usage.free)


def _not_compiled() -> CompiledSite:
    raise AssertionError("a project that is only looked at is not compiled")
