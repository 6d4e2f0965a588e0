"""Which strategies would be cheaper, as far as the builds so far tell."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Final

from msgspec import Struct

from rocky_core.ir.insights import Recommendation
from rocky_core.ir.state import ModelExecution

_SLOW_SECONDS: Final = 300.0
_QUICK_SECONDS: Final = 2.0
_ASSUMED_GB: Final = 0.1  # Where no warehouse has said how large a table is.
_BYTES_PER_GB: Final = 2**30
_DAYS_PER_MONTH: Final = 30.0
_SECONDS_PER_DAY: Final = 86_400.0


class Rates(Struct, frozen=True):
    """What computing and storing cost, and how many builds there must be before they say anything."""

    usd_per_second: float
    usd_per_gb_month: float
    min_builds: int


class ModelUse(Struct, frozen=True):
    """A model as it is built and read; `newest_first` are its successful builds."""

    name: str
    strategy: str
    readers: int
    newest_first: tuple[ModelExecution, ...]
    timestamp_column: str | None = None  # By which it could be loaded incrementally.
    unique_key: tuple[str, ...] = ()  # By which its rows could be merged.


def recommend(use: ModelUse, rates: Rates) -> Recommendation | None:
    """A recommendation for a model that was ever built."""
    if not use.newest_first:
        return None
    seconds = fmean(one.duration_ms for one in use.newest_first) / 1000
    gigabytes = (use.newest_first[0].bytes_written or _ASSUMED_GB * _BYTES_PER_GB) / _BYTES_PER_GB
    per_run, storage = seconds * rates.usd_per_second, gigabytes * rates.usd_per_gb_month
    monthly_compute = per_run * _runs_per_month(use.newest_first)
    strategy, savings, reasoning = _choose(use, rates, seconds, monthly_compute, storage)
    unchanged = strategy == use.strategy
    return Recommendation(
        model=use.name,
        current=use.strategy,
        recommended=strategy,
        monthly_savings_usd=0.0 if unchanged else round(max(savings, 0.0), 6),
        reasoning=reasoning,
        compute_usd_per_run=per_run,
        storage_usd_per_month=storage,
        readers=use.readers,
    )


def _choose(
    use: ModelUse, rates: Rates, seconds: float, monthly_compute: float, storage: float
) -> tuple[str, float, str]:
    builds = len(use.newest_first)
    if builds < rates.min_builds:
        return use.strategy, 0.0, f"insufficient history: {builds} of {rates.min_builds} builds"
    if use.strategy == "full_refresh" and seconds > _SLOW_SECONDS and (use.unique_key or use.timestamp_column):
        instead, by = ("merge", ", ".join(use.unique_key)) if use.unique_key else ("incremental", use.timestamp_column)
        return (
            instead,
            monthly_compute / 2,
            f"rebuilt whole in {seconds:.0f} s each time; {by} tells which rows are new",
        )
    if use.strategy not in {"full_refresh", "view", "ephemeral"}:
        return (
            use.strategy,
            0.0,
            "its rows are kept from build to build, which neither a view nor a table built anew can",
        )
    if seconds < _QUICK_SECONDS and use.readers <= 1:
        return "ephemeral", storage, f"built in {seconds:.2f} s and read by {use.readers}: storing it saves nothing"
    if use.readers >= 2:
        recomputed, stored = monthly_compute * use.readers, monthly_compute + storage
        cheaper = "view" if recomputed < stored else "full_refresh"
        told = f"{use.readers} readers: ${recomputed:.2f} a month as a view, ${stored:.2f} as a table"
        return cheaper, abs(recomputed - stored), told
    if monthly_compute < storage:
        told = f"storing it costs ${storage:.4f} a month, computing it ${monthly_compute:.4f}"
        return "view", storage - monthly_compute, told
    return "full_refresh", 0.0, f"computing it costs ${monthly_compute:.4f} a month, storing it ${storage:.4f}"


def _runs_per_month(newest_first: Sequence[ModelExecution]) -> float:
    span = (newest_first[0].started_at - newest_first[-1].started_at).total_seconds() / _SECONDS_PER_DAY
    return len(newest_first) / span * _DAYS_PER_MONTH if span > 0 else _DAYS_PER_MONTH
