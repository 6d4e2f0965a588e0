"""The events of a run as Dagster's events: live, each model's as soon as everything of it has been told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.checks import ANOMALY_CHECK, anomaly_result, check_result, compiled_results, sanitized
from dagster_rocky.failures import NEXT_STEP
from dagster_rocky.outcomes import End, ModelOutcome, Outcomes
from dagster_rocky.props import RockyModelProps
from rocky_core.ir.run import (
    AnomalyDetected,
    BudgetExceeded,
    CheckEvaluated,
    CheckStatus,
    DriftApplied,
    FileJudged,
    HookFired,
    ModelBlocked,
    ModelFailed,
    ModelRetried,
    ModelSettled,
    ModelSkipped,
    ModelStarted,
    ModelSucceeded,
    OverrideUnmatched,
    RowCountJudged,
    RunDeclined,
    RunEvent,
    RunFinished,
    RunStarted,
    RunWarning,
    TableLeftOut,
    TableMeasured,
    TableQuarantined,
    WorkDecided,
)

StepEvent = dg.MaterializeResult[Any] | dg.AssetCheckResult | dg.AssetObservation


@dataclass(frozen=True, slots=True)
class StepAsset:
    """A model as one step reports it; results of checks that are not in `checks` (Dagster's names) are not wanted."""

    props: RockyModelProps
    key: dg.AssetKey
    checks: frozenset[str]
    describe: Callable[[], Mapping[str, Any]] = dict  # Schema and lineage, made when the model is written.


@dataclass(slots=True)
class _Told:
    """What has been told of a model that is not reported yet."""

    writes: list[ModelSucceeded] = field(default_factory=list)
    checks: list[CheckEvaluated] = field(default_factory=list)
    drift: list[DriftApplied] = field(default_factory=list)
    quarantine: TableQuarantined | None = None
    ended: int = 0
    failed: bool = False
    is_reported: bool = False


def step_events(events: Iterable[RunEvent], assets: Mapping[str, StepAsset], outcomes: Outcomes) -> Iterator[StepEvent]:
    """Dagster's events of a run, and in `outcomes` what they add up to.

    A model is materialized when all of its windows are written and its checks are made, and only then.
    """
    told: dict[str, _Told] = {}
    entries: Counter[str] = Counter()
    run_id = ""
    for event in events:
        match event:
            case RunStarted():
                run_id = event.run_id
                entries.update(event.tables)
            case ModelSucceeded():
                told.setdefault(event.name, _Told()).writes.append(event)
            case DriftApplied():
                told.setdefault(event.name, _Told()).drift.append(event)
            case TableQuarantined():
                told.setdefault(event.name, _Told()).quarantine = event
                outcomes.quarantine(event)
            case CheckEvaluated():
                outcomes.check(event)
                model = told.setdefault(event.name, _Told())
                model.checks.append(event)
                if model.is_reported:  # A check over several tables comes when the last of them is written.
                    yield from _results((event,), assets[event.name])
            case ModelSettled():
                model = told.setdefault(event.name, _Told())
                model.ended += 1
                if model.ended == entries[event.name] and not model.failed:
                    outcomes.write(event.name)
                    model.is_reported = True
                    yield materialized(assets[event.name], model.writes, model.checks, _extra(model, run_id))
            case ModelFailed():
                yield from _failed(event, told.setdefault(event.name, _Told()), assets[event.name], outcomes)
            case ModelBlocked():
                outcomes.block(event)
            case RowCountJudged():
                yield from _judged(event, assets[event.name])
            case RunWarning() | OverrideUnmatched() | AnomalyDetected() | BudgetExceeded():
                outcomes.warnings.append(_warning(event))
            case ModelSkipped():
                # Asked for exactly these models, the engine passes over none but those that would not change.
                outcomes.write(event.name)
                outcomes.passed_over.append(event.name)
                yield materialized(assets[event.name], (), (), {names.STRATEGY: event.reason, names.RUN_ID: run_id})
            case RunDeclined() | RunFinished() | ModelStarted() | ModelRetried() | WorkDecided():
                pass
            case TableMeasured() | TableLeftOut() | FileJudged() | HookFired():
                pass
            case _:
                assert_never(event)


def _failed(event: ModelFailed, model: _Told, asset: StepAsset, outcomes: Outcomes) -> Iterator[dg.AssetCheckResult]:
    model.ended += 1
    outcomes.fail(event)
    if not model.failed:
        model.failed = True
        # The checks of a table that was built aside and not published were made.
        yield from _results(model.checks, asset)
        yield from _compile_failure(asset)


def _judged(event: RowCountJudged, asset: StepAsset) -> Iterator[dg.AssetCheckResult]:
    if ANOMALY_CHECK in asset.checks:
        yield anomaly_result(event, asset.key)


def _warning(event: RunWarning | OverrideUnmatched | AnomalyDetected | BudgetExceeded) -> str:
    if isinstance(event, BudgetExceeded):
        whose = event.model or "the run"
        return f"{whose}: over budget, {event.actual:g} of {event.limit_type} {event.limit:g}"
    return f"{event.name}: {event.reason}" if isinstance(event, AnomalyDetected) else event.message


def check_events(
    events: Iterable[CheckEvaluated], assets: Mapping[str, StepAsset], outcomes: Outcomes
) -> Iterator[dg.AssetCheckResult]:
    """The results of checks that are made without building anything; only what was asked for counts."""
    for event in events:
        asset = assets[event.name]
        if sanitized(event.check) in asset.checks:
            outcomes.check(event)
            yield from _results((event,), asset)


def materialized(
    asset: StepAsset,
    writes: Iterable[ModelSucceeded],
    checks: Iterable[CheckEvaluated],
    extra: Mapping[str, Any],
) -> dg.MaterializeResult[Any]:
    """The materialization of a model, its checks with it."""
    results = [*compiled_results(asset.props, asset.key, asset.checks), *_results(checks, asset)]
    return dg.MaterializeResult(
        asset_key=asset.key,
        check_results=results,
        metadata={**_facts(asset, tuple(writes)), **asset.describe(), **extra},
    )


def unfinished(outcome: ModelOutcome, asset: StepAsset) -> dg.AssetObservation:
    """What is to be known of a model that is not as it should be."""
    about = {
        names.FAILURE_KIND: outcome.kind.value if outcome.end is End.FAILED else None,
        names.ERROR: outcome.error or None,
        names.BLOCKED_BY: outcome.blocked_by or None,
        "rocky/failed_checks": ", ".join(outcome.failed_checks) or None,
        names.NEXT_STEP: next_step(outcome),
    }
    return dg.AssetObservation(
        asset.key, description=headline(outcome), metadata={names.MODEL: outcome.name, **names.present(about)}
    )


def headline(outcome: ModelOutcome) -> str:
    """One line about a model that is not good."""
    match outcome.end:
        case End.FAILED:
            return f"{outcome.name}: {outcome.kind.value}: {outcome.error.strip().partition(chr(10))[0]}"
        case End.BLOCKED:
            return f"{outcome.name}: blocked: {outcome.error}"
        case End.WRITTEN:
            return f"{outcome.name}: did not pass {', '.join(outcome.failed_checks)}"
        case _:
            assert_never(outcome.end)


def next_step(outcome: ModelOutcome) -> str:
    """What to do about it."""
    match outcome.end:
        case End.FAILED:
            return NEXT_STEP[outcome.kind]
        case End.BLOCKED:
            cause = f"repair '{outcome.blocked_by}'" if outcome.blocked_by else "see why the run was stopped"
            return f"{cause}, then re-execute from asset failure"
        case End.WRITTEN:
            return "look at the failing rows of the check, repair them or the model, then re-execute from asset failure"
        case _:
            assert_never(outcome.end)


def _results(checks: Iterable[CheckEvaluated], asset: StepAsset) -> Iterator[dg.AssetCheckResult]:
    """The results of checks that were made and are wanted; one that could not even be asked has none."""
    for event in checks:
        if event.status is not CheckStatus.SKIPPED and sanitized(event.check) in asset.checks:
            yield check_result(event, asset.key)


def _compile_failure(asset: StepAsset) -> Iterator[dg.AssetCheckResult]:
    if asset.props.errors:
        yield from compiled_results(asset.props, asset.key, asset.checks)


def _facts(asset: StepAsset, writes: tuple[ModelSucceeded, ...]) -> dict[str, Any]:
    rows = [event.rows_affected for event in writes if event.rows_affected is not None]
    total = sum(rows) if rows else None
    keys = [key for event in writes if event.partition for key in (event.partition.key, *event.partition.batched_with)]
    strategy = writes[-1].strategy if writes else asset.props.strategy
    found = {
        names.MODEL: asset.props.name,
        names.STRATEGY: strategy,
        "dagster/row_count": total if strategy == "full_refresh" and not keys else None,
        "dagster/partition_row_count": total if len(keys) == 1 else None,
        names.ROWS_AFFECTED: total,
        names.DURATION: sum(event.duration_ms for event in writes) if writes else None,
        **names.cost_facts(writes),
        names.ATTEMPTS: max((event.attempts for event in writes), default=1),
        names.WATERMARK: writes[-1].watermark if writes else None,
        names.PARTITIONS: ", ".join(keys) or None,
        names.STATEMENTS: names.sql_text(one for event in writes for one in event.statements) if writes else None,
    }
    return names.present(found)


def _extra(model: _Told, run_id: str) -> dict[str, Any]:
    drift = "; ".join(f"{event.action}: {event.reason}" for event in model.drift)
    found: dict[str, Any] = {names.RUN_ID: run_id, names.DRIFT: drift or None}
    if model.quarantine is not None:
        apart = model.quarantine
        found[names.QUARANTINE] = (
            f"failed: {apart.error}" if apart.error else f"{apart.quarantined_rows} rows ({apart.mode})"
        )
    return names.present(found)
