"""Which limits a run and its models have passed; what is not known passes none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rocky_core.config.settings import BudgetSettings
from rocky_core.ir.model import Budget
from rocky_core.ir.run import BudgetExceeded, ModelSucceeded

_WARN: Final = "warn"


def exceeded_budgets(
    written: Iterable[ModelSucceeded], run_ms: int, project: BudgetSettings, models: Mapping[str, Budget]
) -> tuple[BudgetExceeded, ...]:
    """Those of the models, then those of the run; `models` holds the budgets of sidecars by model."""
    events = tuple(written)
    found: list[BudgetExceeded] = []
    for name in dict.fromkeys(event.name for event in events):
        if name in models:
            own = [event for event in events if event.name == name]
            found += _passed(name, _inheriting(models[name], project), sum(one.duration_ms for one in own), own)
    whole = Budget(project.max_usd, project.max_duration_ms, project.max_bytes_scanned, project.on_breach)
    return (*found, *_passed(None, whole, run_ms, events))


def _inheriting(own: Budget, project: BudgetSettings) -> Budget:
    """A sidecar's budget; what it leaves out is the project's."""
    return Budget(
        project.max_usd if own.max_usd is None else own.max_usd,
        project.max_duration_ms if own.max_duration_ms is None else own.max_duration_ms,
        project.max_bytes_scanned if own.max_bytes_scanned is None else own.max_bytes_scanned,
        project.on_breach if own.on_breach is None else own.on_breach,
    )


def _passed(
    model: str | None, budget: Budget, duration_ms: int, events: Iterable[ModelSucceeded]
) -> Iterator[BudgetExceeded]:
    events = tuple(events)
    used = (
        ("max_usd", budget.max_usd, _sum(event.cost_usd for event in events)),
        ("max_duration_ms", budget.max_duration_ms, duration_ms),
        ("max_bytes_scanned", budget.max_bytes_scanned, _sum(event.bytes_scanned for event in events)),
    )
    for limit_type, limit, actual in used:
        if limit is not None and actual is not None and actual > limit:
            yield BudgetExceeded(model, limit_type, limit, actual, budget.on_breach or _WARN)


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
