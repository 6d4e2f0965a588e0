"""The JSON of `state` and `history`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.ir.insights import RollingStats
from rocky_core.ir.replace import replace
from rocky_core.ir.state import HistoryDomain, ModelExecution, RetentionPolicy, RunRecord, SweepReport
from rocky_core.ir.world import Watermark
from rocky_core.results.wire import Answer, Record


class WatermarkEntry(Record, frozen=True, gc=False):
    """Up to where one table is loaded."""

    table: str
    last_value: str
    updated_at: datetime
    is_set_by_hand: bool


class WaitingEntry(Record, frozen=True, gc=False):
    """A journal: what runs could not store, because the store did not answer; with a problem it stays as it is."""

    file: str
    location: str
    since: datetime | None
    records: int
    runs: tuple[str, ...]
    is_in_use: bool
    problem: str | None


class StateAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky state`."""

    command: str = "state"
    watermarks: tuple[WatermarkEntry, ...]
    schema_version_supported: int
    schema_version_on_disk: int | None
    location: str | None
    waiting: tuple[WaitingEntry, ...] = ()


class CopiedTable(Record, frozen=True, gc=False):
    """How many records of one table were put, were the same already, and were taken away."""

    table: str
    copied: int
    unchanged: int
    removed: int


class StateCopyAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky state copy`, `push` and `pull`."""

    command: str = "state copy"
    source: str
    target: str
    tables: tuple[CopiedTable, ...]


class RetentionSweepAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky state retention sweep`."""

    command: str = "state retention sweep"
    dry_run: bool
    max_age_days: int
    min_runs_kept: int
    domains: tuple[str, ...]
    runs_deleted: int = 0
    runs_kept: int = 0
    lineage_deleted: int = 0
    lineage_kept: int = 0
    audit_deleted: int = 0
    audit_kept: int = 0
    traces_deleted: int = 0
    duration_ms: int = 0


class SchemaCacheAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky state clear-schema-cache`."""

    command: str = "state clear-schema-cache"
    dry_run: bool
    entries_deleted: int


class RestoreAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky state restore`."""

    command: str = "state restore"
    path: str
    kept_as: str | None
    tables_with_another_watermark: tuple[str, ...]


class RecipeIdentity(Record, frozen=True, gc=False):
    """What a model was built from."""

    recipe_hash: str


class RunModel(Record, frozen=True, gc=False):
    """One model of one run."""

    model_name: str
    duration_ms: int
    rows_affected: int | None
    status: str
    recipe_identity: RecipeIdentity | UnsetType = UNSET


class HistoryRun(Record, frozen=True, gc=False):
    """One run."""

    run_id: str
    started_at: datetime
    duration_ms: int
    status: str
    trigger: str
    models_executed: int
    models: tuple[RunModel, ...]
    pipeline: str | None
    triggering_identity: str | UnsetType | None = UNSET
    session_source: str | UnsetType = UNSET
    git_commit: str | UnsetType | None = UNSET
    git_branch: str | UnsetType | None = UNSET
    idempotency_key: str | UnsetType | None = UNSET
    target_catalog: str | UnsetType | None = UNSET
    hostname: str | UnsetType = UNSET
    rocky_version: str | UnsetType = UNSET
    submission_id: str | UnsetType | None = UNSET


class HistoryAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky history`."""

    command: str = "history"
    runs: tuple[HistoryRun, ...]
    count: int


class ModelExecutionEntry(Record, frozen=True, gc=False):
    """One build of a model."""

    started_at: datetime
    duration_ms: int
    rows_affected: int | None
    status: str
    sql_hash: str
    recipe_identity: RecipeIdentity | UnsetType = UNSET


class RollingMeasure(Record, frozen=True, gc=False):
    """One measure over the newest builds."""

    mean: float
    std_dev: float
    latest_z_score: float | None


class RollingStatsEntry(Record, frozen=True, gc=False):
    """How the newest builds went, and how unusual the last one was."""

    samples: int
    window: int
    rows_affected: RollingMeasure
    duration_ms: RollingMeasure
    health_score: float


class ModelHistoryAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky history --model`."""

    command: str = "history"
    model: str
    executions: tuple[ModelExecutionEntry, ...]
    count: int
    rolling_stats: RollingStatsEntry | UnsetType = UNSET


def watermark_entries(watermarks: Mapping[str, Watermark]) -> tuple[WatermarkEntry, ...]:
    """The watermarks by table."""
    return tuple(
        WatermarkEntry(table, mark.last_value, mark.updated_at, mark.is_set_by_hand)
        for table, mark in sorted(watermarks.items())
    )


def sweep_answer(policy: RetentionPolicy, report: SweepReport | None, *, dry_run: bool) -> RetentionSweepAnswer:
    """What a sweep has deleted, by domain."""
    found = {} if report is None else {sweep.domain: sweep for sweep in report.domains}

    def count(domain: HistoryDomain, *, deleted: bool) -> int:
        sweep = found.get(domain)
        return 0 if sweep is None else sweep.deleted if deleted else sweep.kept

    return RetentionSweepAnswer(
        dry_run=dry_run,
        max_age_days=policy.max_age.days,
        min_runs_kept=policy.min_kept,
        domains=tuple(domain.value for domain in policy.domains),
        runs_deleted=count(HistoryDomain.HISTORY, deleted=True),
        runs_kept=count(HistoryDomain.HISTORY, deleted=False),
        lineage_deleted=count(HistoryDomain.LINEAGE, deleted=True),
        lineage_kept=count(HistoryDomain.LINEAGE, deleted=False),
        audit_deleted=count(HistoryDomain.AUDIT, deleted=True),
        audit_kept=count(HistoryDomain.AUDIT, deleted=False),
        duration_ms=0 if report is None else report.duration_ms,
    )


def history_answer(records: Sequence[RunRecord], *, with_audit: bool = False) -> HistoryAnswer:
    """Runs, in the order given; `with_audit` tells where each came from."""
    runs = (_audited(record) if with_audit else _run(record) for record in records)
    return HistoryAnswer(runs=tuple(runs), count=len(records))


def model_history_answer(
    model: str, executions: Sequence[ModelExecution], stats: RollingStats | None = None
) -> ModelHistoryAnswer:
    """A model's builds, in the order given."""
    found = tuple(map(_execution, executions))
    return ModelHistoryAnswer(
        model=model, executions=found, count=len(found), rolling_stats=UNSET if stats is None else _stats(stats)
    )


def _run(record: RunRecord) -> HistoryRun:
    return HistoryRun(
        run_id=record.run_id,
        started_at=record.started_at,
        duration_ms=max(round((record.finished_at - record.started_at).total_seconds() * 1000), 0),
        status=record.status.value,
        trigger=record.trigger,
        models_executed=len(record.models_executed),
        models=tuple(
            RunModel(one.model_name, one.duration_ms, one.rows_affected, one.status, _recipe(one))
            for one in record.models_executed
        ),
        pipeline=record.pipeline,
    )


def _audited(record: RunRecord) -> HistoryRun:
    return replace(
        _run(record),
        triggering_identity=record.triggering_identity,
        session_source=record.session_source,
        git_commit=record.git_commit,
        git_branch=record.git_branch,
        idempotency_key=record.idempotency_key,
        target_catalog=record.target_catalog,
        hostname=record.hostname,
        rocky_version=record.rocky_version,
        submission_id=record.submission_id,
    )


def _stats(stats: RollingStats) -> RollingStatsEntry:
    rows, durations = (
        RollingMeasure(one.mean, one.std_dev, one.latest_z_score) for one in (stats.rows_affected, stats.duration_ms)
    )
    return RollingStatsEntry(stats.samples, stats.window, rows, durations, stats.health_score)


def _execution(one: ModelExecution) -> ModelExecutionEntry:
    rows, recipe = one.rows_affected, _recipe(one)
    return ModelExecutionEntry(one.started_at, one.duration_ms, rows, one.status, one.sql_hash, recipe)


def _recipe(one: ModelExecution) -> RecipeIdentity | UnsetType:
    return UNSET if one.recipe_hash is None else RecipeIdentity(one.recipe_hash)
