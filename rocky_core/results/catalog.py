"""The JSON of `catalog`."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class CatalogColumn(Record, frozen=True, gc=False, kw_only=True):
    """One column; what is not known of it is null."""

    name: str
    data_type: str | None
    nullable: bool | None
    description: str | UnsetType = UNSET
    classification: str | UnsetType = UNSET


class CatalogRecipe(Record, frozen=True, gc=False):
    """What the table is built by."""

    recipe_hash: str


class CatalogFreshness(Record, frozen=True, gc=False, kw_only=True):
    """How old the newest row may be."""

    max_lag_seconds: int
    time_column: str | None = None


class CatalogAsset(Record, frozen=True, gc=False, kw_only=True):
    """One table: a model's, or one that models read; `owner` is what the tags say."""

    fqn: str
    model_name: str
    kind: str
    columns: tuple[CatalogColumn, ...]
    upstream_models: tuple[str, ...]
    downstream_models: tuple[str, ...]
    intent: str | UnsetType = UNSET
    last_materialized_at: datetime | UnsetType = UNSET
    last_run_id: str | UnsetType = UNSET
    recipe_identity: CatalogRecipe | UnsetType = UNSET
    strategy: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    tags: dict[str, str] | UnsetType = UNSET
    freshness: CatalogFreshness | UnsetType = UNSET
    last_status: str | UnsetType = UNSET
    last_row_count: int | UnsetType = UNSET
    watermark: str | UnsetType = UNSET


class CatalogEdge(Record, frozen=True, gc=False, kw_only=True):
    """The target column is computed from the source column."""

    source_model: str
    source_column: str
    target_model: str
    target_column: str
    transform: str
    confidence: str


class CatalogStats(Record, frozen=True, gc=False, kw_only=True):
    """How much there is."""

    asset_count: int
    column_count: int
    edge_count: int
    assets_with_star: int
    orphan_columns: int
    duration_ms: int


class CatalogAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky catalog`."""

    command: str = "catalog"
    project_name: str
    generated_at: datetime
    config_hash: str
    last_run_id: str | UnsetType = UNSET
    assets: tuple[CatalogAsset, ...]
    edges: tuple[CatalogEdge, ...]
    stats: CatalogStats
