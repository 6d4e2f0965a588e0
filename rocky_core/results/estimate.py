"""The JSON of `estimate`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class ModelEstimate(Record, frozen=True, gc=False, kw_only=True):
    """What the warehouse expects of one model's query; what it does not say is left out."""

    model_name: str
    raw_explain: str
    estimated_rows: int | None = None
    estimated_bytes_scanned: int | UnsetType = UNSET
    estimated_cost_usd: float | UnsetType = UNSET


class NotEstimated(Record, frozen=True, gc=False):
    """A model of which the warehouse can say nothing, and why."""

    model_name: str
    reason: str


class EstimateAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky estimate`; every model that was asked for is in one of the two lists."""

    command: str = "estimate"
    estimates: tuple[ModelEstimate, ...]
    not_estimated: tuple[NotEstimated, ...]
    total_models: int
    total_estimated_cost_usd: float | None = None
    message: str | None = None


def estimate_answer(estimates: tuple[ModelEstimate, ...], left_out: tuple[NotEstimated, ...]) -> EstimateAnswer:
    """The answer, with a message where something is missing from it."""
    costs = [one.estimated_cost_usd for one in estimates if isinstance(one.estimated_cost_usd, float)]
    told = ", ".join(one.model_name for one in left_out)
    return EstimateAnswer(
        estimates=estimates,
        not_estimated=left_out,
        total_models=len(estimates) + len(left_out),
        total_estimated_cost_usd=sum(costs) if costs else None,
        message=f"not estimated: {told}" if left_out else None if estimates else "there is no model",
    )
