"""The JSON of `cost` and `optimize`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.ir.insights import Recommendation
from rocky_core.results.wire import Answer, Record


class ModelSpending(Record, frozen=True, gc=False, kw_only=True):
    """What one build took."""

    model_name: str
    status: str
    duration_ms: int
    rows_affected: int | None
    bytes_scanned: int | None
    bytes_written: int | None
    tenant: str | None
    cost_usd: float | None


class SpendingGroup(Record, frozen=True, gc=False, kw_only=True):
    """What the builds that share something took together."""

    dimension: str
    key: str
    model_count: int
    total_duration_ms: int
    total_bytes_scanned: int | None
    total_bytes_written: int | None
    total_cost_usd: float | None


class CostAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky cost`."""

    command: str = "cost"
    run_id: str
    status: str
    trigger: str
    started_at: datetime
    finished_at: datetime
    duration_ms: int
    total_duration_ms: int
    adapter_type: str | None
    total_cost_usd: float | None
    total_bytes_scanned: int | None
    total_bytes_written: int | None
    per_model: tuple[ModelSpending, ...]
    groups: tuple[SpendingGroup, ...] | UnsetType = UNSET


class RecommendationEntry(Record, frozen=True, gc=False, kw_only=True):
    """What to build one model as."""

    model_name: str
    current_strategy: str
    recommended_strategy: str
    estimated_monthly_savings: float
    reasoning: str
    compute_cost_per_run: float
    storage_cost_per_month: float
    downstream_references: int


class OptimizeAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky optimize`."""

    command: str = "optimize"
    recommendations: tuple[RecommendationEntry, ...]
    total_models_analyzed: int
    message: str | None = None


def optimize_answer(found: Iterable[Recommendation]) -> OptimizeAnswer:
    """The recommendations, those that save most first."""
    ordered = sorted(found, key=lambda one: (-one.monthly_savings_usd, one.model))
    return OptimizeAnswer(
        recommendations=tuple(
            RecommendationEntry(
                model_name=one.model,
                current_strategy=one.current,
                recommended_strategy=one.recommended,
                estimated_monthly_savings=one.monthly_savings_usd,
                reasoning=one.reasoning,
                compute_cost_per_run=one.compute_usd_per_run,
                storage_cost_per_month=one.storage_usd_per_month,
                downstream_references=one.readers,
            )
            for one in ordered
        ),
        total_models_analyzed=len(ordered),
        message=None if ordered else "no run history available",
    )
