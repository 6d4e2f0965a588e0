"""`[pipeline.NAME]`: the five kinds of work."""

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from rocky_core.config.checks import Checks
from rocky_core.config.schema_pattern import SchemaPattern
from rocky_core.config.section import Flag, Integer, LenientSection, Positive, Section, Text, Texts, Whole
from rocky_core.config.settings import Drift

REPLICATION_STRATEGIES: Final = (
    "incremental",
    "merge",
    "view",
    "materialized_view",
    "full_refresh",
)


def _at_least_one(value: Any) -> Any:
    return 1 if value == 0 and not isinstance(value, bool) else value


Concurrency = Annotated[Literal["adaptive"] | Annotated[int, Field(strict=True, ge=1)], BeforeValidator(_at_least_one)]


class Execution(Section):
    """How a pipeline's tables are worked on; absent keys are left to `[execution]`."""

    concurrency: Concurrency = "adaptive"
    fail_fast: Flag = False
    error_rate_abort_pct: Whole = 50
    table_retries: Whole = 1
    fail_on_check_error: Flag | None = None
    publish: Literal["immediate", "audited"] | None = None


class Grant(Section):
    """Permissions of one principal."""

    principal: Text
    permissions: Texts


class WorkspaceBinding(Section):
    """One workspace that may use a catalog."""

    id: Integer
    binding_type: Literal["READ_WRITE", "READ_ONLY"] = "READ_WRITE"


class Isolation(Section):
    """Whether catalogs are bound to workspaces."""

    enabled: Flag = False
    workspace_ids: tuple[WorkspaceBinding, ...] = ()


class Governance(Section):
    """What is created, tagged and granted around the tables."""

    auto_create_catalogs: Flag = False
    auto_create_schemas: Flag = False
    tag_prefix: Text | None = None
    tags: dict[str, Text] = Field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    schema_grants: tuple[Grant, ...] = ()
    isolation: Isolation | None = None


class ScheduleRetry(Section):
    """How often a scheduled run is tried again."""

    max: Whole = 0


class Schedule(Section):
    """When a pipeline runs by itself."""

    cron: Text | None = None
    timezone: Text | None = None
    after: Texts = ()
    freshness: Flag = False
    catchup: Text = "latest"
    retry: ScheduleRetry = Field(default_factory=ScheduleRetry)
    timeout_minutes: Whole = 0
    enabled: Flag = True


class PipelineCommon(LenientSection):
    """The keys that every kind of pipeline has; an unknown key at this level is a warning."""

    checks: Checks = Field(default_factory=Checks)
    execution: Execution = Field(default_factory=Execution)
    drift: Drift | None = None
    depends_on: Texts = ()
    schedule: Schedule | None = None


class Discovery(Section):
    """How the sources of a replication are found."""

    adapter: Text = "default"
    report_new_sources: Flag = False
    on_collision: Literal["off", "warn", "error"] = "off"


class ReplicationSource(Section):
    adapter: Text = "default"
    catalog: Text | None = None
    schema_pattern: SchemaPattern
    discovery: Discovery | None = None


class ReplicationTarget(Section):
    adapter: Text = "default"
    catalog_template: Text
    schema_template: Text
    separator: Text | None = None
    governance: Governance = Field(default_factory=Governance)


class MetadataColumn(Section):
    """A column that replication adds to every table."""

    name: Text
    type: Text
    value: Text


class TableMatch(Section):
    """Which tables an override is for."""

    connector: Text | None = None
    table: Text | None = None


class TableOverride(Section):
    """Settings of some tables; absent ones are the pipeline's."""

    match: TableMatch = Field(default_factory=TableMatch)
    strategy: Text | None = None
    merge_keys: Texts | None = None
    merge_keys_fallback: Texts | None = None
    timestamp_column: Text | None = None
    enabled: Flag | None = None


class ReplicationPipeline(PipelineCommon):
    """Copies tables from one place to another."""

    type: Literal["replication"] = "replication"
    strategy: Text = "incremental"
    timestamp_column: Text = "_fivetran_synced"
    merge_keys: Texts | None = None
    merge_keys_fallback: Texts | None = None
    metadata_columns: tuple[MetadataColumn, ...] = ()
    prune_unchanged: Flag = False
    table_overrides: tuple[TableOverride, ...] = ()
    source: ReplicationSource
    target: ReplicationTarget


class TransformationTarget(Section):
    """Where models go; catalog and schema stand in for models that name none."""

    adapter: Text = "default"
    catalog: Text | None = None
    schema_name: Annotated[Text | None, Field(alias="schema")] = None
    governance: Governance = Field(default_factory=Governance)


class TransformationPipeline(PipelineCommon):
    """Builds models."""

    type: Literal["transformation"]
    models: Text = "models/**"
    target: TransformationTarget = Field(default_factory=TransformationTarget)


class QualityTarget(Section):
    adapter: Text = "default"


class TableReference(Section):
    """A table, or every table of a schema."""

    catalog: Text
    schema_name: Annotated[Text, Field(alias="schema")]
    table: Text | None = None


class QualityPipeline(PipelineCommon):
    """Only measures."""

    type: Literal["quality"]
    target: QualityTarget = Field(default_factory=QualityTarget)
    tables: tuple[TableReference, ...] = ()
    checks: Checks


class SnapshotSource(Section):
    adapter: Text = "default"
    catalog: Text
    schema_name: Annotated[Text, Field(alias="schema")]
    table: Text


class SnapshotTarget(Section):
    adapter: Text = "default"
    catalog: Text
    schema_name: Annotated[Text, Field(alias="schema")]
    table: Text
    governance: Governance = Field(default_factory=Governance)


class SnapshotPipeline(PipelineCommon):
    """Keeps every version of a table's rows."""

    type: Literal["snapshot"]
    unique_key: Texts
    updated_at: Text
    invalidate_hard_deletes: Flag = False
    source: SnapshotSource
    target: SnapshotTarget


class LoadTarget(Section):
    adapter: Text = "default"
    catalog: Text
    schema_name: Annotated[Text, Field(alias="schema")]
    table: Text | None = None
    governance: Governance = Field(default_factory=Governance)


class LoadOptions(Section):
    """How files are read."""

    batch_size: Positive = 10_000
    create_table: Flag = True
    truncate_first: Flag = False
    csv_delimiter: Annotated[Text, Field(min_length=1, max_length=1)] = ","
    csv_has_header: Flag = True


class RequiredColumn(LenientSection):
    name: Text
    type: Text
    nullable: Flag = True


class AllowedTypeChange(LenientSection):
    from_type: Annotated[Text, Field(alias="from")]
    to_type: Annotated[Text, Field(alias="to")]


class LoadContract(LenientSection):
    """What files must look like to be loaded."""

    required_columns: tuple[RequiredColumn, ...] = ()
    protected_columns: Texts = ()
    allowed_type_changes: tuple[AllowedTypeChange, ...] = ()


class LoadPipeline(PipelineCommon):
    """Brings files into tables."""

    type: Literal["load"]
    source_dir: Text
    format: Literal["csv", "parquet", "json_lines"] | None = None
    target: LoadTarget
    options: LoadOptions = Field(default_factory=LoadOptions)
    contract: LoadContract | None = None


Pipeline = ReplicationPipeline | TransformationPipeline | QualityPipeline | SnapshotPipeline | LoadPipeline

PIPELINE_TYPES: Final[dict[str, type[Pipeline]]] = {
    "replication": ReplicationPipeline,
    "transformation": TransformationPipeline,
    "quality": QualityPipeline,
    "snapshot": SnapshotPipeline,
    "load": LoadPipeline,
}
