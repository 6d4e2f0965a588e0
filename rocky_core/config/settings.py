"""The small project-wide sections of rocky.toml."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field

from rocky_core.config.retry import Retry
from rocky_core.config.section import Amount, CheckSeverityName, Flag, Positive, Secret, Section, Text, Texts, Whole

MaskStrategy = Literal["hash", "redact", "partial", "none"]


class RunSettings(Section):
    """`[run]`: when a build may be skipped."""

    skip_unchanged: Flag = False
    skip_rowcount_fallback: Flag = False
    strict_scheduling: Flag = False
    lag_tolerance_seconds: Whole = 0


class ProjectExecution(Section):
    """`[execution]`: what every pipeline does unless it says otherwise."""

    fail_fast: Flag = False
    fail_on_check_error: Flag | None = None
    publish: Literal["immediate", "audited"] = "immediate"
    concurrency: Literal["adaptive"] | Annotated[int, Field(strict=True, ge=0)] = "adaptive"
    error_rate_abort_pct: Whole = 50
    table_retries: Whole = 1


class Drift(Section):
    """`[drift]`: what is done when a table no longer has the shape its model wants."""

    mode: Literal["apply", "warn", "fail"] = "apply"


class CostAssumptions(Section):
    """`[cost]`: what storage and computing cost."""

    storage_cost_per_gb_month: Amount = 0.023
    compute_cost_per_dbu: Amount = 0.40
    warehouse_size: Text = "Medium"
    min_history_runs: Whole = 5


class BudgetSettings(Section):
    """`[budget]`: ceilings for one run, or one model's build in a sidecar."""

    max_usd: Annotated[Amount | None, Field(validation_alias=AliasChoices("max_usd", "max_usd_per_run"))] = None
    max_duration_ms: Whole | None = None
    max_bytes_scanned: Whole | None = None
    on_breach: Literal["warn", "error"] | None = None


class BranchApproval(Section):
    """`[branch.approval]`: who must have approved a branch before it is promoted."""

    required: Flag = False
    min_approvers: Positive = 1
    allowed_signers: Texts = ()
    max_age_seconds: Whole = 86_400


class BranchSettings(Section):
    """`[branch]`: what holds for branches."""

    approval: BranchApproval = Field(default_factory=BranchApproval)


class Classifications(Section):
    """`[classifications]`: tags that may go without a mask."""

    allow_unmasked: Texts = ()


class ProjectFreshness(Section):
    """`[freshness]`: the age that is normal in this project."""

    expected_lag_seconds: Whole | None = None
    time_column: Text | None = None
    severity: CheckSeverityName | None = None


class Portability(Section):
    """`[portability]`: the warehouse whose SQL the models must stay within."""

    target_dialect: Literal["databricks", "snowflake", "bigquery", "duckdb"] | None = None
    allow: Texts = ()


class SchemaCache(Section):
    """`[cache.schemas]`: how long described tables are believed."""

    enabled: Flag = True
    ttl_seconds: Whole = 86_400
    replicate: Flag = False


class Cache(Section):
    """`[cache]`."""

    schemas: SchemaCache = Field(default_factory=SchemaCache)


class ScheduleDefaults(Section):
    """`[schedule]`: defaults of every pipeline's schedule."""

    timezone: Text = "UTC"
    poll_interval_seconds: Positive = 15


class SchemaEvolution(Section):
    """`[schema_evolution]`: how long a vanished column is kept."""

    grace_period_days: Whole = 7


class Role(Section):
    """`[role.NAME]`: permissions and the roles they are inherited from."""

    inherits: Texts = ()
    permissions: tuple[Literal["BROWSE", "USE CATALOG", "USE SCHEMA", "SELECT", "MODIFY", "MANAGE"], ...] = ()


class Idempotency(Section):
    """`[state.idempotency]`: how long a key keeps a run from being done twice."""

    retention_days: Positive = 30
    dedup_on: Literal["success", "any"] = "success"
    in_flight_ttl_hours: Positive = 24


class StateRetention(Section):
    """`[state.retention]`: how much history is kept."""

    max_age_days: Whole = 365
    min_runs_kept: Whole = 100
    applies_to: tuple[Literal["history", "lineage", "audit"], ...] = ("history", "lineage", "audit")
    sweep_interval_seconds: Whole = 3600
    sweep_budget_ms: Whole = 5000


class State(Section):
    """`[state]`: where the engine remembers what it did."""

    backend: Literal["local", "s3", "gcs", "valkey", "tiered"] = "local"
    s3_bucket: Text | None = None
    s3_prefix: Text | None = None
    s3_endpoint: Text | None = None  # Of a server that speaks the language of S3.
    s3_region: Text | None = None
    gcs_bucket: Text | None = None
    gcs_prefix: Text | None = None
    valkey_url: Secret | None = None
    valkey_prefix: Text | None = None
    transfer_timeout_seconds: Whole = 300
    retry: Retry = Field(default_factory=Retry)
    on_upload_failure: Literal["skip", "fail"] = "skip"
    namespacing: Literal["none", "pipeline"] = "none"
    on_schema_mismatch: Literal["recreate", "fail"] = "recreate"
    freeze_marker_writes: Flag = False
    concurrency_control: Literal["off", "cas"] = "off"
    idempotency: Idempotency = Field(default_factory=Idempotency)
    retention: StateRetention = Field(default_factory=StateRetention)


def _failure_action(value: Any) -> Any:
    return "abort" if value == "error" else value


FailureAction = Annotated[Literal["abort", "warn", "ignore"], BeforeValidator(_failure_action)]
"""What a hook's failure does to the run; `error` is accepted for `abort`."""


class ShellHook(Section):
    """`[hook.on_EVENT]`: a command that gets the event as JSON."""

    command: Text
    timeout_ms: Positive = 30_000
    on_failure: FailureAction = "warn"
    env: dict[str, Text] = Field(default_factory=dict, repr=False)


class Webhook(Section):
    """`[hook.webhooks.on_EVENT]`: an address that gets the event."""

    url: Text = Field(repr=False)  # Chat services put their token into the address.
    preset: Literal["slack", "pagerduty", "datadog", "teams", "generic"] | None = None
    method: Text = "POST"
    headers: dict[str, Text] = Field(default_factory=dict, repr=False)
    body_template: Text | None = None
    metadata: dict[str, Text] = Field(default_factory=dict, repr=False)  # A pager's routing key is a secret.
    secret: Secret | None = None
    timeout_ms: Positive = 10_000
    runs_async: Flag = Field(default=False, alias="async")
    on_failure: FailureAction = "warn"
    retry_count: Whole = 0
    retry_delay_ms: Whole = 1000
