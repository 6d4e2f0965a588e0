"""The JSON of `run`."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.results.hooks import HookResultEntry
from rocky_core.results.run_measures import Attempt, BudgetBreach, BudgetViolation, CostSummary, Metrics
from rocky_core.results.wire import Answer, Record


class PartitionInfo(Record, frozen=True, gc=False):
    """The window of one build, half open."""

    key: str
    start: str
    end: str
    batched_with: tuple[str, ...] = ()


class MaterializationMetadata(Record, frozen=True, gc=False):
    """How a table was written."""

    strategy: str
    watermark: str | None
    target_table_full_name: str
    sql_hash: str


class Materialization(Record, frozen=True, gc=False):
    """A table that was written."""

    asset_key: tuple[str, ...]
    model: str
    rows_copied: int | None
    duration_ms: int
    started_at: datetime
    metadata: MaterializationMetadata
    partition: PartitionInfo | UnsetType = UNSET
    attempt_count: int = 1
    cost_usd: float | UnsetType | None = UNSET
    bytes_scanned: int | UnsetType = UNSET
    bytes_billed: int | UnsetType = UNSET
    credits: float | UnsetType = UNSET
    job_ids: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    budget_violation: BudgetViolation | UnsetType = UNSET


class TableError(Record, frozen=True, gc=False):
    """A table that could not be written; `error` is the warehouse's own text."""

    asset_key: tuple[str, ...]
    model: str
    error: str
    failure_kind: str
    is_transient: bool
    cooldown_seconds: int | UnsetType = UNSET


class ContainedModel(Record, frozen=True, gc=False):
    """A model that was not tried."""

    model: str
    asset_key: tuple[str, ...]
    blocked_by: tuple[str, ...]
    reason: str
    unblock_hint: str


class CheckOutcome(Record, frozen=True, gc=False, kw_only=True):
    """One check; which details there are depends on its kind."""

    name: str
    passed: bool
    severity: str
    status: str
    failure_count: int
    kind: str
    message: str | UnsetType = UNSET
    column: str | UnsetType | None = UNSET
    failed_sample: tuple[dict[str, object], ...] | UnsetType = UNSET
    failing_rows: object = UNSET
    source_count: object = UNSET
    target_count: object = UNSET
    missing: object = UNSET
    extra: object = UNSET
    lag_seconds: object = UNSET
    threshold_seconds: object = UNSET
    null_rate: object = UNSET
    threshold: object = UNSET
    query: object = UNSET
    result_value: object = UNSET
    overlap_count: object = UNSET
    contributing_tables: object = UNSET
    sample: object = UNSET


class TableChecks(Record, frozen=True, gc=False):
    """All checks of one table, with the worst status among them."""

    asset_key: tuple[str, ...]
    status: str
    checks: tuple[CheckOutcome, ...]


class DriftActionTaken(Record, frozen=True, gc=False):
    """What was done about one table's drift."""

    table: str
    action: str
    reason: str


class DriftSummary(Record, frozen=True, gc=False):
    """Drift over all tables."""

    tables_checked: int
    tables_drifted: int
    actions_taken: tuple[DriftActionTaken, ...]


class ExecutionSummary(Record, frozen=True, gc=False):
    """How the work was spread."""

    concurrency: int
    tables_processed: int
    tables_failed: int
    adaptive_concurrency: bool = False
    final_concurrency: int | UnsetType = UNSET
    rate_limits_detected: int = 0


class PermissionSummary(Record, frozen=True, gc=False):
    """What was granted and created around the tables."""

    grants_added: int = 0
    grants_revoked: int = 0
    catalogs_created: int = 0
    schemas_created: int = 0


class PartitionSummary(Record, frozen=True, gc=False):
    """How many partitions of one model were built."""

    model: str
    partitions_planned: int
    partitions_succeeded: int
    partitions_failed: int
    partitions_skipped: int


class ExcludedTable(Record, frozen=True, gc=False):
    """A table that was selected and had nothing to be done."""

    asset_key: tuple[str, ...]
    source_schema: str
    table_name: str
    reason: str


class UnmatchedOverride(Record, frozen=True, gc=False):
    """A table override that concerns nothing."""

    rule_index: int
    kind: str
    message: str
    connector: str | UnsetType = UNSET
    table: str | UnsetType = UNSET


class AnomalousCount(Record, frozen=True, gc=False):
    """A row count that is far from those of earlier runs."""

    table: str
    current_count: int
    baseline_avg: float
    deviation_pct: float
    reason: str


class Quarantined(Record, frozen=True, gc=False):
    """The rows of a table that were set apart."""

    asset_key: tuple[str, ...]
    mode: str
    ok: bool
    valid_table: str | UnsetType = UNSET
    quarantine_table: str | UnsetType = UNSET
    valid_rows: int | None = None
    quarantined_rows: int | None = None
    error: str | None = None


class ModelDecision(Record, frozen=True, gc=False):
    """Whether a selected model was built, and why; `detail` is for people."""

    model: str
    decision: str
    reason: str
    detail: str | UnsetType = UNSET


class RunAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky run`."""

    command: str = "run"
    status: str
    run_id: str
    pipeline: str
    pipeline_type: str
    filter: str
    duration_ms: int
    interrupted: bool
    tables_copied: int = 0
    models_built: int
    tables_failed: int
    tables_skipped: int
    materializations: tuple[Materialization, ...]
    errors: tuple[TableError, ...]
    contained: tuple[ContainedModel, ...]
    excluded_tables: tuple[ExcludedTable, ...]
    check_results: tuple[TableChecks, ...]
    drift: DriftSummary
    execution: ExecutionSummary
    permissions: PermissionSummary = PermissionSummary()
    anomalies: tuple[AnomalousCount, ...] = ()
    override_warnings: tuple[UnmatchedOverride, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    partition_summaries: tuple[PartitionSummary, ...] = ()
    model_decisions: tuple[ModelDecision, ...] = ()
    budget_breaches: tuple[BudgetBreach, ...] = ()
    cost_summary: CostSummary | UnsetType = UNSET
    metrics: Metrics | UnsetType = UNSET
    hook_results: tuple[HookResultEntry, ...] = ()
    objection: str | UnsetType | None = UNSET
    warnings: tuple[str, ...] = ()
    shadow: bool | UnsetType = UNSET
    resumed_from: str | UnsetType | None = UNSET
    idempotency_key: str | UnsetType | None = UNSET
    skipped_by_run_id: str | UnsetType | None = UNSET
