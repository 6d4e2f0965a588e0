"""The facade for orchestrators: which models are built where, build exactly these, check those, what became of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from rocky_core.api import Compilation, Project
from rocky_core.ir.replace import replace

if TYPE_CHECKING:  # A code location is loaded far more often than something is run.
    from rocky_core.execution.run_options import RunOptions
    from rocky_core.ir.plan import Plan, PlannedTable
    from rocky_core.ir.planned_checks import PlannedCheck
    from rocky_core.ir.run import CheckEvaluated, RunEvent
    from rocky_core.ir.state import LedgerEntry, RunRecord, WorkLink
    from rocky_core.ir.world import Watermark
    from rocky_core.ports.clock import Clock
    from rocky_core.ports.warehouse import Warehouse
    from rocky_core.state.record_store import RecordStore

RemoteState = Callable[["Clock"], "RecordStore"]
"""Opens a state that is kept somewhere else than in a local file."""


class ModelPipeline(Struct, frozen=True):
    """A pipeline that builds models."""

    name: str
    adapter: str
    files: re.Pattern[str]

    def builds(self, file: str) -> bool:
        """Whether the model in this file, relative to the project, is one of them."""
        return self.files.fullmatch(file) is not None


class BuildRequest(Struct, frozen=True):
    """Exactly these models of one pipeline; without `partitions` those with windows build the present one."""

    pipeline: str
    models: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    left_of: tuple[tuple[str, tuple[str, ...]], ...] = ()  # Of these models only so many partitions are left.
    work: WorkLink | None = None
    environment: str | None = None
    parallel: int | None = None


def model_pipelines(project: Project) -> tuple[ModelPipeline, ...]:
    """The transformation pipelines, in the order of rocky.toml; the first that builds a model is the model's."""
    from rocky_core.config.pipelines import TransformationPipeline  # noqa: PLC0415 — the engine only when something runs
    from rocky_core.project_files.models_glob import glob_expression  # noqa: PLC0415 — the engine only when something runs

    return tuple(
        ModelPipeline(name, settings.target.adapter, glob_expression(settings.models))
        for name, settings in project.config.pipelines.items()
        if isinstance(settings, TransformationPipeline)
    )


def checks_of_models(
    project: Project, compilation: Compilation, pipeline: str, names: Iterable[str]
) -> Mapping[str, tuple[PlannedCheck, ...]]:
    """The checks that a run of the pipeline makes of these models, under the names that it reports."""
    from rocky_core.config.checks_to_ir import to_pipeline_checks  # noqa: PLC0415 — the engine only when something runs
    from rocky_core.execution.attach_checks import declared_checks  # noqa: PLC0415 — the engine only when something runs
    from rocky_core.execution.check_rules import CheckRules  # noqa: PLC0415 — same

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
    from rocky_core.execution.run_pipeline import run_pipeline  # noqa: PLC0415 — the engine only when something runs

    return run_pipeline(project.site(compilation), _wishes(request), interrupted)


def check_models(
    project: Project, compilation: Compilation, request: BuildRequest, interrupted: Event
) -> Iterator[CheckEvaluated]:
    """Make the checks of the models' tables as they are now.

    Raises:
        RockyError: the checks cannot be made.

    """
    from rocky_core.execution.check_tables import check_tables  # noqa: PLC0415 — the engine only when something runs

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
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — the engine only when something runs
    from rocky_core.planning.partitions import PartitionChoice  # noqa: PLC0415 — the engine only when something runs

    return RunOptions(
        session_source="dagster",
        pipeline=request.pipeline,
        models=request.models,
        partitions=PartitionChoice(keys=request.partitions, left_of=request.left_of),
        environment=request.environment,
        parallel=request.parallel,
        fail_on_check_error=True,
        checks_hold_readers=True,
        waits_for_quota=False,
        work=request.work,
    )


class RunRequest(Struct, frozen=True):
    """A run as `rocky run` is asked for one: selectors instead of exact names; None leaves a matter to rocky.toml."""

    pipeline: str | None = None
    select: tuple[str, ...] = ()
    partition: str | None = None
    first_partition: str | None = None
    last_partition: str | None = None
    missing: bool = False
    environment: str | None = None
    parallel: int | None = None
    fail_fast: bool | None = None
    fail_on_check_error: bool | None = None
    resume: str | None = None
    resume_latest: bool = False
    idempotency_key: str | None = None


def run(project: Project, request: RunRequest, interrupted: Event) -> Iterator[RunEvent]:
    """Run a pipeline and tell what happens while it happens.

    Raises:
        RockyError: there is no run; once there is one, every failure is an event.

    """
    from rocky_core.execution.run_pipeline import run_pipeline  # noqa: PLC0415 — the engine only when something runs

    return run_pipeline(project.site(), _options(request), interrupted)


def plan(project: Project, request: RunRequest) -> Plan:
    """What `run` would do now; nothing is written or stored."""
    return project.plan(_options(request)).plan


def history(project: Project, pipeline: str | None = None, *, limit: int = 20) -> tuple[RunRecord, ...]:
    """The newest runs."""
    from rocky_core.execution.inspect_state import read_history  # noqa: PLC0415 — the engine only when something runs

    return read_history(project.site(), pipeline, limit)


def watermarks(project: Project, pipeline: str | None = None) -> Mapping[str, Watermark]:
    """Up to where tables are loaded."""
    from rocky_core.execution.inspect_state import inspect_state  # noqa: PLC0415 — the engine only when something runs

    return inspect_state(project.site(), pipeline).watermarks


@contextmanager
def read_warehouse(project: Project, adapter: str) -> Iterator[Warehouse]:
    """The warehouse of an adapter, for reading."""
    with closing(project.site().open_warehouse(adapter, True)) as warehouse:
        yield warehouse


def state_problems(project: Project, pipeline: str) -> tuple[str, ...]:
    """Everything of the state that cannot be read; raises a StateError if it cannot be opened."""
    store = project.site().read_state(pipeline)
    if store is None:
        return ()
    with closing(store):
        return tuple(f"{one.table}: {one.message}" for one in store.problems())


def _options(request: RunRequest) -> RunOptions:
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — the engine only when something runs
    from rocky_core.planning.partitions import PartitionChoice  # noqa: PLC0415 — the engine only when something runs

    return RunOptions(
        session_source="dagster",
        pipeline=request.pipeline,
        models=request.select,
        partitions=PartitionChoice(
            key=request.partition,
            first=request.first_partition,
            last=request.last_partition,
            missing=request.missing,
        ),
        environment=request.environment,
        parallel=request.parallel,
        fail_fast=request.fail_fast,
        fail_on_check_error=request.fail_on_check_error,
        resume=request.resume,
        resume_latest=request.resume_latest,
        idempotency_key=request.idempotency_key,
    )


def other_pipelines(project: Project) -> Mapping[str, str]:
    """The pipelines that build no models, with their types."""
    return {name: one.type for name, one in project.config.pipelines.items() if one.type != "transformation"}


def run_linked(
    project: Project,
    request: RunRequest,
    work: tuple[str, str],
    interrupted: Event,
    *,
    only: Collection[str] | None = None,
) -> Iterator[RunEvent]:
    """Run a pipeline as part of a piece of work: its name, and who asks for this run; `only` names tables by target.

    Raises:
        RockyError: there is no run; once there is one, every failure is an event.

    """
    from rocky_core.execution.run_pipeline import run_pipeline  # noqa: PLC0415 — the engine only when something runs
    from rocky_core.ir.state import WorkLink  # noqa: PLC0415 — same

    wishes = replace(_options(request), work=WorkLink(*work))
    return run_pipeline(project.site(), wishes, interrupted, None if only is None else partial(_restricted, only))


def _restricted(only: Collection[str], plan: Plan) -> Plan:
    """The plan without tables that were not asked for, and without checks across tables of which one is left out."""
    tables = tuple(table for table in plan.tables if str(table.target) in only)
    kept = {table.name for table in tables}
    shared = tuple(check for check in plan.shared_checks if kept.issuperset(check.needs))
    return replace(plan, tables=tables, shared_checks=shared)


def pipeline_tables(project: Project, pipeline: str) -> tuple[PlannedTable, ...]:
    """The tables that a run of the pipeline would touch now, with their checks; the warehouse is only looked at.

    Raises:
        RockyError: the pipeline cannot be planned, or something cannot be reached.

    """
    found = plan(project, RunRequest(pipeline=pipeline))
    shared: dict[str, tuple[PlannedCheck, ...]] = {}
    for one in found.shared_checks:
        shared[one.name] = (*shared.get(one.name, ()), one.check)
    return tuple(replace(one, checks=(*one.checks, *shared.get(one.name, ()))) for one in found.tables)


def resumable(project: Project, pipeline: str, work_id: str) -> str | None:
    """The last run of a piece of work, for another one to go on with."""
    entries = ledger(project, pipeline, work_id)
    return max(entries, key=lambda entry: entry.noted_at).run_id if entries else None


class SeedFile(Struct, frozen=True):
    """A CSV file of `seeds/` and the table that it becomes."""

    name: str
    file: str
    target: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    errors: tuple[str, ...] = ()


def seed_files(project: Project) -> tuple[SeedFile, ...]:
    """The seeds of the project, those that cannot be read included."""
    from rocky_core.project_files.seeds import read_seeds  # noqa: PLC0415 — only projects with seeds have any

    root = project.options.config_file.absolute().parent
    found = read_seeds(project.options.seeds_path.absolute(), str(root))
    errors: dict[str, tuple[str, ...]] = {}
    for one in found.diagnostics:
        if one.is_error:
            errors[one.model] = (*errors.get(one.model, ()), one.message)
    readable = tuple(
        SeedFile(
            seed.name,
            seed.file,
            (seed.name,) if seed.target is None else tuple(part for part in str(seed.target).split(".") if part),
            seed.columns,
            errors.pop(seed.name, ()),
        )
        for seed in found.value
    )
    return (*readable, *(SeedFile(name, name, (name,), (), told) for name, told in errors.items() if name))


def redis_state(url: str, prefix: str, namespace: str) -> RemoteState:
    """The state in a Redis or Valkey server.

    Raises:
        UserError: its driver is not installed.

    """
    try:
        from rocky_core.state.open_redis import RedisOptions, open_redis  # noqa: PLC0415 — an extra's driver
    except ImportError as error:
        from rocky_core.remote_state import driver_missing  # noqa: PLC0415 — only to say so

        raise driver_missing("redis", "redis") from error
    options = RedisOptions(url, prefix, namespace)
    return lambda clock: open_redis(options, clock)


def tiered_state(url: str, redis_prefix: str, bucket: str, **options: Any) -> RemoteState:
    """The state in a bucket with a Redis in front; `options` are those of `ObjectStoreOptions`.

    Raises:
        UserError: a driver is not installed.

    """
    redis_state(url, redis_prefix, "default")  # Says which extra is missing.
    s3_state(bucket)
    from rocky_core.state.open_object_store import Cloud, ObjectStoreOptions  # noqa: PLC0415 — an extra's driver
    from rocky_core.state.open_redis import RedisOptions  # noqa: PLC0415 — same
    from rocky_core.state.open_tiered import TieredOptions, open_tiered  # noqa: PLC0415 — same

    objects = ObjectStoreOptions(Cloud.S3, bucket, **options)
    front = RedisOptions(url, redis_prefix, objects.namespace, timeout_seconds=2.0)
    return lambda clock: open_tiered(TieredOptions(objects, front), clock)


def s3_state(bucket: str, **options: Any) -> RemoteState:
    """The state in a bucket; `options` are those of `ObjectStoreOptions`.

    Raises:
        UserError: its driver is not installed.

    """
    try:
        from rocky_core.state.open_object_store import (  # noqa: PLC0415 — an extra's driver
            Cloud,
            ObjectStoreOptions,
            open_object_store,
        )
    except ImportError as error:
        from rocky_core.remote_state import driver_missing  # noqa: PLC0415 — only to say so

        raise driver_missing("obstore", "s3") from error
    chosen = ObjectStoreOptions(Cloud.S3, bucket, **options)
    return lambda clock: open_object_store(chosen, clock)
