"""One step: what of the selected models is left to do, doing it, and what follows from how it ended."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from threading import Event
from typing import Any, Final

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.carried import Carried, StepLedger, attempts_of, read_ledger
from dagster_rocky.checks import BUILD_CHECK, compiled_names, compiled_results
from dagster_rocky.events import (
    StepAsset,
    StepEvent,
    check_events,
    headline,
    materialized,
    next_step,
    step_events,
    unfinished,
)
from dagster_rocky.failures import MOST_ATTEMPTS
from dagster_rocky.outcomes import End, ModelOutcome, Outcomes
from dagster_rocky.project import RockyProject
from dagster_rocky.step_work import StepRules, StepWork
from rocky_core.errors import FailureKind, RockyError, StateLocked
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelBlocked, RunEvent
from rocky_core.ir.state import WorkLink
from rocky_core.orchestration import BuildRequest, build_models, check_models, forget_work

_POLL_SECONDS: Final = 0.5


def run_step(context: dg.AssetExecutionContext, work: StepWork, rules: StepRules) -> Iterator[StepEvent]:
    """Materialize and check what the step is asked for, live.

    Raises:
        RetryRequested: something failed that may pass, and has tries left; what succeeded is not done again.
        Failure: a model is not written, or a deciding check did not pass.

    """
    link = work_link(context)
    ledger = read_ledger(context, work, link)
    outcomes = Outcomes()
    for carried in ledger.carried:
        yield from _carry(carried, work, outcomes, context)
    if work.checked:
        yield from _check_only(work, tuple(work.checked), work.checked, outcomes)
    for given_up in ledger.given_up(rules.retries):
        outcomes.of_models[given_up.name] = given_up
    for pipeline, models in _segments(work):
        yield from _build(pipeline, models, work, rules, (link, ledger), outcomes)
    passed_over = {name: _without_compiled(work.assets[name]) for name in outcomes.passed_over}
    yield from _check_only(work, passed_over, passed_over, outcomes)
    for warning in dict.fromkeys(outcomes.warnings):
        context.log.warning(warning)
    yield from _conclude(context, work, rules, link, outcomes)


def work_link(context: dg.AssetExecutionContext) -> WorkLink:
    """The run, and the first run of which it is a re-execution."""
    run = context.run
    return WorkLink(run.root_run_id or run.tags.get("dagster/root_run_id") or run.run_id, run.run_id)


def _carry(
    carried: Carried, work: StepWork, outcomes: Outcomes, context: dg.AssetExecutionContext
) -> Iterator[StepEvent]:
    """Bring a model that is written already into this attempt: say so if nobody has, and make checks nobody made."""
    asset = work.assets[carried.name]
    outcomes.write(carried.name)
    outcomes.of_models[carried.name] = replace(outcomes.of_models[carried.name], failed_checks=carried.failed_checks)
    if not carried.is_announced:
        context.log.info("'%s' was written by an attempt that could not say so; it is not built again", carried.name)
        yield materialized(asset, (), (), carried.metadata)
    if carried.unmade_checks:
        only = replace(asset, checks=carried.unmade_checks)
        yield from _check_only(work, (carried.name,), {carried.name: only}, outcomes)


def _check_only(
    work: StepWork, models: Iterable[str], assets: Mapping[str, StepAsset], outcomes: Outcomes
) -> Iterator[StepEvent]:
    """Make checks of tables as they are."""
    for name in models:
        if assets[name].checks & compiled_names(assets[name].props):
            yield from _compiled(assets[name], outcomes)
    for pipeline, own in _by_pipeline(models, work.project).items():
        request = BuildRequest(pipeline, own, environment=work.project.environment)
        found = check_models(work.project.opened, work.project.compilation, request, Event())
        yield from check_events(found, assets, outcomes)


def _build(
    pipeline: str,
    models: tuple[str, ...],
    work: StepWork,
    rules: StepRules,
    ledger: tuple[WorkLink, StepLedger],
    outcomes: Outcomes,
) -> Iterator[StepEvent]:
    """Run what of one pipeline's models is left."""
    link, known = ledger
    left = []
    for name in models:
        if name in outcomes.of_models:
            continue
        blocked = _blocked(name, work, outcomes)
        if blocked is not None:
            outcomes.block(blocked)
        elif work.assets[name].props.refused:
            yield from _refuse(work.assets[name], outcomes)
        else:
            left.append(name)
    if not left:
        return
    request = BuildRequest(
        pipeline=pipeline,
        models=tuple(left),
        partitions=work.partitions,
        left_of=known.left_of(left),
        work=link,
        environment=work.project.environment,
        parallel=rules.parallel,
    )
    try:
        yield from step_events(_events(work.project, request, rules.lease_wait_seconds), work.assets, outcomes)
    except RockyError as error:
        kind = FailureKind.TRANSIENT if isinstance(error, StateLocked) else error.failure_kind
        for name in left:
            if name not in outcomes.of_models:
                outcomes.of_models[name] = ModelOutcome(name, End.FAILED, kind, str(error))


def _without_compiled(asset: StepAsset) -> StepAsset:
    return replace(asset, checks=asset.checks - compiled_names(asset.props))


def _compiled(asset: StepAsset, outcomes: Outcomes) -> Iterator[StepEvent]:
    if asset.props.errors:
        error = "\n".join(asset.props.errors)
        outcomes.of_models[asset.props.name] = ModelOutcome(
            asset.props.name, End.FAILED, FailureKind.COMPILE_ERROR, error
        )
    yield from compiled_results(asset.props, asset.key, asset.checks)


def _refuse(asset: StepAsset, outcomes: Outcomes) -> Iterator[StepEvent]:
    yield from _compiled(asset, outcomes)


def _events(project: RockyProject, request: BuildRequest, patience_seconds: float) -> Iterator[RunEvent]:
    """The run's events; another run of the pipeline is waited for."""
    give_up_at = time.monotonic() + patience_seconds
    while True:
        begun = False
        try:
            for event in build_models(project.opened, project.compilation, request, Event()):
                begun = True
                yield event
        except StateLocked:
            if begun or time.monotonic() >= give_up_at:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return


def _blocked(name: str, work: StepWork, outcomes: Outcomes) -> ModelBlocked | None:
    """Why a model cannot be tried: something that it reads, and that was asked for too, is not good."""
    asset = work.assets[name]
    for read in asset.props.depends_on:
        found = outcomes.of_models.get(read)
        if found is None or found.is_good:
            continue
        cause = found.blocked_by if found.end is End.BLOCKED else read
        reason = {
            End.FAILED: "could not be built",
            End.BLOCKED: "is blocked itself",
            End.WRITTEN: f"did not pass {', '.join(found.failed_checks)}",
        }[found.end]
        return ModelBlocked(name, asset.props.target, cause, f"it reads '{read}', which {reason}")
    return None


def _conclude(
    context: dg.AssetExecutionContext, work: StepWork, rules: StepRules, link: WorkLink, outcomes: Outcomes
) -> Iterator[StepEvent]:
    """Retry what may pass, tell of the rest, and give the verdict."""
    bad = outcomes.bad
    failed = [one for one in bad if one.end is End.FAILED]
    waits = _waits(context, work, rules, link, failed)
    if waits and context.op_execution_context.retry_number < MOST_ATTEMPTS:
        told = "; ".join(map(headline, failed))
        context.log.warning("trying again in %.0f s what failed and what reads it: %s", max(waits), told)
        raise dg.RetryRequested(max_retries=context.op_execution_context.retry_number + 1, seconds_to_wait=max(waits))
    everything = {**work.checked, **work.assets}
    for one in bad:
        yield unfinished(one, everything[one.name])
    if not bad:
        _forget(work, link)
        return
    if rules.on_partial_failure == "continue":
        yield from _told_as_checks(bad, everything)
        context.instance.add_run_tags(context.run.run_id, {"rocky/partial": "true"})
        return
    raise dg.Failure(
        description=_summary(bad, len(everything)),
        metadata={names.FAILURES: dg.MetadataValue.json([_as_json(one) for one in bad])},
        allow_retries=False,
    )


def _waits(
    context: dg.AssetExecutionContext,
    work: StepWork,
    rules: StepRules,
    link: WorkLink,
    failed: Iterable[ModelOutcome],
) -> list[float]:
    """How long each failed model that is to be tried again has to wait."""
    attempts = attempts_of(work, link)
    waits = []
    for one in failed:
        tried = attempts.get(one.name, context.op_execution_context.retry_number + 1)
        wait = rules.retries.wait(one.name, one.kind, tried, one.cooldown_seconds)
        if wait is not None:
            waits.append(wait)
    return waits


def _told_as_checks(bad: Iterable[ModelOutcome], assets: Mapping[str, StepAsset]) -> Iterator[StepEvent]:
    for one in bad:
        asset = assets[one.name]
        if BUILD_CHECK in asset.checks:
            yield dg.AssetCheckResult(
                passed=False,
                asset_key=asset.key,
                check_name=BUILD_CHECK,
                description=headline(one),
                metadata={names.NEXT_STEP: next_step(one)},
            )


def _forget(work: StepWork, link: WorkLink) -> None:
    for pipeline, models in _by_pipeline(work.assets, work.project).items():
        forget_work(work.project.opened, pipeline, link.work_id, models)


def _summary(bad: tuple[ModelOutcome, ...], total: int) -> str:
    lines = [f"{len(bad)} of {total} models are not as they should be:"]
    lines += (f"  {headline(one)}\n    → {next_step(one)}" for one in bad)
    return "\n".join(lines)


def _as_json(one: ModelOutcome) -> dict[str, Any]:
    found = {
        "model": one.name,
        "status": one.end.name.lower(),
        "failure_kind": one.kind.value if one.end is End.FAILED else None,
        "error": one.error or None,
        "blocked_by": one.blocked_by or None,
        "failed_checks": list(one.failed_checks) or None,
        "next_step": next_step(one),
    }
    return json.loads(json.dumps(names.present(found)))  # type: ignore[no-any-return]  # an object stays an object


def _by_pipeline(models: Iterable[str], project: RockyProject) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in models:
        found.setdefault(project.pipeline_of[name], []).append(name)
    return {pipeline: tuple(own) for pipeline, own in found.items()}


def _segments(work: StepWork) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The models pipeline by pipeline, in an order in which all that a model reads comes before it or with it."""
    waiting = list(work.assets)
    done: set[str] = set()
    while waiting:
        pipeline = work.project.pipeline_of[waiting[0]]
        taken: list[str] = []
        for name in waiting:
            reads = [read for read in work.assets[name].props.depends_on if read in work.assets]
            if work.project.pipeline_of[name] == pipeline and done.issuperset(reads):
                taken.append(name)
                done.add(name)
        waiting = [name for name in waiting if name not in done]
        yield pipeline, tuple(taken)  # Never empty: what is first in the order reads nothing that waits.
