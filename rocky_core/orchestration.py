"""The facade for orchestrators: which models are built where, build exactly these, check those, what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Event

from rocky_core.api import Compilation, Project
from rocky_core.config.checks_to_ir import to_pipeline_checks
from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.execution.attach_checks import CheckRules, declared_checks
from rocky_core.execution.check_tables import check_tables
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.run import CheckEvaluated, RunEvent
from rocky_core.ir.state import LedgerEntry, WorkLink
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.project_files.models_glob import glob_expression


@dataclass(frozen=True, slots=True)
class ModelPipeline:
    """A pipeline that builds models, and the models that it builds, in the order of the files."""

    name: str
    adapter: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """Exactly these models of one pipeline; without `partitions` those with windows build the present one."""

    pipeline: str
    models: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    left_of: tuple[tuple[str, tuple[str, ...]], ...] = ()  # Of these models only so many partitions are left.
    work: WorkLink | None = None
    environment: str | None = None
    parallel: int | None = None


def model_pipelines(project: Project, files: Mapping[str, str]) -> tuple[ModelPipeline, ...]:
    """The transformation pipelines with their models; `files` maps models to their files, relative to the project."""
    found = []
    for name, settings in project.config.pipelines.items():
        if isinstance(settings, TransformationPipeline):
            glob = glob_expression(settings.models)
            models = tuple(model for model, file in files.items() if glob.fullmatch(file))
            found.append(ModelPipeline(name, settings.target.adapter, models))
    return tuple(found)


def checks_of_models(
    project: Project, compilation: Compilation, pipeline: str, names: Iterable[str]
) -> Mapping[str, tuple[PlannedCheck, ...]]:
    """The checks that a run of the pipeline makes of these models, under the names that it reports."""
    settings = project.config.pipelines[pipeline]
    rules = CheckRules(masks=project.config.masks(None), pipeline=to_pipeline_checks(settings.checks))
    return declared_checks(compilation.project, names, compilation.dialect.name, rules)


def build_models(
    project: Project, compilation: Compilation, request: BuildRequest, interrupted: Event
) -> Iterator[RunEvent]:
    """Build the models and tell what happens while it happens; checks that do not pass hold back what reads a table.

    Raises:
        RockyError: there is no run; once there is one, every failure is an event.

    """
    return run_pipeline(project.site(compilation), _wishes(request), interrupted)


def check_models(
    project: Project, compilation: Compilation, request: BuildRequest, interrupted: Event
) -> Iterator[CheckEvaluated]:
    """Make the checks of the models' tables as they are now.

    Raises:
        RockyError: the checks cannot be made.

    """
    return check_tables(project.site(compilation), _wishes(request), interrupted)


def ledger(project: Project, pipeline: str, work_id: str) -> tuple[LedgerEntry, ...]:
    """What became of the pipeline's models in all runs of one piece of work."""
    store = project.site().read_state(pipeline)
    if store is None:
        return ()
    with closing(store):
        return store.ledger(work_id)


def forget_work(project: Project, pipeline: str, work_id: str, models: Iterable[str]) -> None:
    """Drop models of a piece of work that nobody will ask for again."""
    store, _ = project.site().open_state(pipeline)
    with closing(store):
        store.forget_work(work_id, models)


def _wishes(request: BuildRequest) -> RunOptions:
    return RunOptions(
        pipeline=request.pipeline,
        models=request.models,
        partitions=PartitionChoice(keys=request.partitions, left_of=request.left_of),
        environment=request.environment,
        parallel=request.parallel,
        fail_on_check_error=True,
        checks_hold_readers=True,
        work=request.work,
    )
