"""Pipelines that build no models (replication, snapshot, load, quality) as assets with checks.

Which tables they touch is known when they run. Without `discover` each pipeline is one asset with one check, and each
table that was written is told of as a materialization of its own, under the key that models which read it depend on.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any, Final

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.broken_project import broken_project_asset
from dagster_rocky.failures import MOST_ATTEMPTS, NEXT_STEP, RetryPolicy, retry_policy
from dagster_rocky.pipeline_tables import TablesOf, tables_definition
from dagster_rocky.project import RockyProject
from dagster_rocky.step_work import StepPlace
from dagster_rocky.written_table import table_materialization
from rocky_core.errors import FailureKind, RockyError, StateLocked, UserError
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import CheckEvaluated, CheckStatus, ModelFailed, ModelSucceeded, RunFinished, RunStatus
from rocky_core.orchestration import RunRequest, other_pipelines, pipeline_tables, resumable, run_linked

CHECKS: Final = "rocky_checks"
_LOGGER: Final = logging.getLogger("dagster_rocky")


def build_rocky_pipeline_assets(
    project: RockyProject | str | Path,
    *,
    deps: Mapping[str, Sequence[Any]] = MappingProxyType({}),
    retries: Mapping[str, Any] = MappingProxyType({}),
    pool: str | None = None,
    op_tags: Mapping[str, Any] = MappingProxyType({}),
    discover: bool = False,
) -> list[dg.AssetsDefinition]:
    """The project's other pipelines as assets; `deps` says what each of them reads, by its name.

    With `discover` the warehouse is asked, when definitions are loaded, which tables each of them touches: every table
    is an asset then, with all of its checks. A pipeline of which that cannot be said is one asset as without.

    Raises:
        DagsterInvalidDefinitionError: `deps` names a pipeline that is none of them.

    """
    chosen = RockyProject.of(project)
    try:
        pipelines = other_pipelines(chosen.opened)
    except UserError as error:
        return [broken_project_asset(chosen, error)]
    unknown = deps.keys() - pipelines.keys()
    if unknown:
        known = ", ".join(pipelines) or "none"
        raise dg.DagsterInvalidDefinitionError(f"deps: there is no pipeline '{min(unknown)}'; there are {known}")
    policy = retry_policy(retries)
    found = [_Pipeline(name, kind, tuple(deps.get(name, ()))) for name, kind in pipelines.items()]
    return [_defined(chosen, one, policy, StepPlace(pool, op_tags), discover=discover) for one in found]


@dataclass(frozen=True, slots=True)
class _Pipeline:
    name: str
    kind: str
    deps: tuple[Any, ...]


@dataclass(slots=True)
class _Outcome:
    run_id: str = ""
    status: RunStatus = RunStatus.FAILURE
    written: list[ModelSucceeded] = field(default_factory=list)
    failed: list[ModelFailed] = field(default_factory=list)
    checks: list[CheckEvaluated] = field(default_factory=list)


def _defined(
    project: RockyProject, pipeline: _Pipeline, policy: RetryPolicy, place: StepPlace, *, discover: bool
) -> dg.AssetsDefinition:
    if discover:
        try:
            tables = pipeline_tables(project.opened, pipeline.name)
        except RockyError as error:
            _LOGGER.warning("pipeline '%s' is one asset, because its tables are not known: %s", pipeline.name, error)
        else:
            if tables:
                known = TablesOf(pipeline.name, pipeline.kind, tables, pipeline.deps)
                return tables_definition(project, known, policy, place)
    return _definition(project, pipeline, policy, place)


def _definition(
    project: RockyProject, pipeline: _Pipeline, policy: RetryPolicy, place: StepPlace
) -> dg.AssetsDefinition:
    key = dg.AssetKey([project.project_dir.name, pipeline.name])
    spec = dg.AssetSpec(
        key,
        deps=list(pipeline.deps),
        description=f"The {pipeline.kind} pipeline '{pipeline.name}' of rocky.toml.",
        group_name="".join(one if one.isalnum() else "_" for one in project.project_dir.name),
        kinds={"rocky"},
        metadata={names.PIPELINE: pipeline.name, "rocky/pipeline_type": pipeline.kind},
    )
    check = dg.AssetCheckSpec(CHECKS, asset=key, description="Every check of the pipeline passed.", blocking=True)

    @dg.multi_asset(
        specs=[spec],
        check_specs=[check],
        name="".join(one if one.isalnum() else "_" for one in "_".join(("rocky", *key.path))),
        can_subset=True,
        pool=place.pool,
        op_tags=dict(place.op_tags),
    )
    def run_pipeline(context: dg.AssetExecutionContext) -> Iterator[Any]:
        outcome = _Outcome()
        try:
            yield from _told(context, project, pipeline.name, outcome)
        except RockyError as error:
            kind = FailureKind.TRANSIENT if isinstance(error, StateLocked) else error.failure_kind
            outcome.failed.append(ModelFailed(pipeline.name, (pipeline.name,), str(error), kind, 0))
        if outcome.checks and not outcome.failed:
            yield _checked(outcome, key)
        if outcome.status is RunStatus.SUCCESS:
            yield dg.MaterializeResult(asset_key=key, metadata=_facts(outcome))
            if not outcome.checks:
                yield dg.AssetCheckResult(passed=True, asset_key=key, check_name=CHECKS, metadata={"rocky/checks": 0})
            return
        _raise(context, outcome, policy)

    return run_pipeline


def _told(
    context: dg.AssetExecutionContext, project: RockyProject, pipeline: str, outcome: _Outcome
) -> Iterator[dg.AssetMaterialization]:
    """Run the pipeline, or what an earlier attempt has left of it, and tell of each table as it is written."""
    run = context.run
    work_id = run.root_run_id or run.tags.get("dagster/root_run_id") or run.run_id
    earlier = resumable(project.opened, pipeline, work_id) if context.op_execution_context.retry_number else None
    request = RunRequest(pipeline=pipeline, environment=project.environment, fail_on_check_error=True, resume=earlier)
    for event in run_linked(project.opened, request, (work_id, run.run_id), Event()):
        match event:
            case ModelSucceeded():
                outcome.written.append(event)
                yield table_materialization(event)
            case ModelFailed():
                outcome.failed.append(event)
            case CheckEvaluated():
                outcome.checks.append(event)
            case RunFinished():
                outcome.run_id, outcome.status = event.run_id, event.status
            case _:
                pass


def _checked(outcome: _Outcome, key: dg.AssetKey) -> dg.AssetCheckResult:
    """All checks of the pipeline as one; a check that warns is told and fails nothing."""
    deciding = [one for one in outcome.checks if one.severity is CheckSeverity.ERROR]
    bad = [one for one in outcome.checks if one.status is not CheckStatus.PASSED]
    rows = [
        (("table", one.name), ("check", one.check), ("status", one.status.value), ("failures", one.failures))
        for one in bad or outcome.checks
    ]
    return dg.AssetCheckResult(
        passed=not any(one in deciding for one in bad),
        asset_key=key,
        check_name=CHECKS,
        description="; ".join(f"{one.name}.{one.check}: {one.message or one.status.value}" for one in bad) or None,
        metadata={"rocky/checks": len(outcome.checks), "rocky/outcomes": names.rows_table(rows[:100])},
    )


def _facts(outcome: _Outcome) -> dict[str, Any]:
    rows = [one.rows_affected for one in outcome.written if one.rows_affected is not None]
    found = {
        names.RUN_ID: outcome.run_id,
        names.ROWS_AFFECTED: sum(rows) if rows else None,
        "rocky/tables": ", ".join(one.target or one.name for one in outcome.written[:100]) or None,
    }
    return names.present(found)


def _raise(context: dg.AssetExecutionContext, outcome: _Outcome, policy: RetryPolicy) -> None:
    attempts = context.op_execution_context.retry_number + 1
    waits = [policy[one.kind].wait(attempts, one.cooldown_seconds) for one in outcome.failed]
    given = [wait for wait in waits if wait is not None]
    if given and attempts < MOST_ATTEMPTS:
        raise dg.RetryRequested(max_retries=attempts, seconds_to_wait=max(given))
    raise dg.Failure(
        description="\n".join([f"the run ended as {outcome.status.value}", *_lines(outcome.failed)]),
        metadata={names.FAILURES: dg.MetadataValue.json([_as_json(one) for one in outcome.failed])},
        allow_retries=False,
    )


def _lines(failed: Iterable[ModelFailed]) -> Iterator[str]:
    return (f"{one.name}: {one.kind.value}: {one.error}\n    → {NEXT_STEP[one.kind]}" for one in failed)


def _as_json(one: ModelFailed) -> dict[str, str]:
    return {
        "model": one.name,
        "failure_kind": one.kind.value,
        "error": one.error,
        "next_step": NEXT_STEP[one.kind],
    }
