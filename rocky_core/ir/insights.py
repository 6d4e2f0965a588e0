"""What history teaches about models: how their builds go, and what they had better be built as."""

from __future__ import annotations

from msgspec import Struct


class Rolling(Struct, frozen=True):
    """Mean and deviation of one measure, and how many deviations the newest value is from the mean."""

    mean: float
    std_dev: float
    latest_z_score: float | None


class RollingStats(Struct, frozen=True):
    """Over the newest successful builds of a window; the score is 1 when the newest one is like the others."""

    samples: int
    window: int
    rows_affected: Rolling
    duration_ms: Rolling
    health_score: float


class Recommendation(Struct, frozen=True):
    """What to build a model as; the same strategy as now saves nothing."""

    model: str
    current: str
    recommended: str
    monthly_savings_usd: float
    reasoning: str
    compute_usd_per_run: float
    storage_usd_per_month: float
    readers: int
