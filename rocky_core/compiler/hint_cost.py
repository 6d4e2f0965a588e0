"""A rough guess at what each model's build costs, from the size its inputs are assumed to have, and budgets on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from rocky_core.compiler.check_context import sidecar_place
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.dialects.base import Dialect
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.ir.model import Budget, Model
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, ProjectSource

_ROOT_ROWS: Final = 10_000
_ROOT_BYTES: Final = 256 * _ROOT_ROWS
_USD_PER_ROW_SCANNED: Final = 1e-9
_USD_PER_BYTE_SCANNED: Final = 5e-12
_USD_PER_ROW_FILTERED: Final = 5e-9
_KEPT: Final = 0.8


class CostHint(Struct, frozen=True):
    """What one build reads and costs; `confidence` is high only where nothing was propagated."""

    estimated_rows: int
    estimated_bytes: int
    estimated_cost_usd: float
    confidence: str


ROOT_COST: Final = CostHint(
    _ROOT_ROWS, _ROOT_BYTES, _ROOT_ROWS * _USD_PER_ROW_SCANNED + _ROOT_BYTES * _USD_PER_BYTE_SCANNED, "high"
)


def project_costs(
    depends_on: Mapping[str, tuple[str, ...]], order: Iterable[str] | None = None
) -> Mapping[str, CostHint]:
    """A hint for every model of an acyclic graph, in its order if that is known; none at all for one with circles."""
    if order is None:
        try:
            order = topological_order(depends_on)
        except Cycle:
            return {}
    costs: dict[str, CostHint] = {}
    for name in order:
        if any(upstream not in costs and upstream in depends_on for upstream in depends_on[name]):
            return {}
        inputs = [costs[upstream] for upstream in depends_on[name] if upstream in costs]
        costs[name] = _filtered(inputs) if inputs else ROOT_COST
    return costs


def _filtered(inputs: list[CostHint]) -> CostHint:
    """All inputs together, less what a filter is assumed to drop."""
    rows = sum(hint.estimated_rows for hint in inputs)
    size = sum(hint.estimated_bytes for hint in inputs)
    spent = sum(hint.estimated_cost_usd for hint in inputs)
    return CostHint(int(rows * _KEPT + 0.5), int(size * _KEPT + 0.5), spent + rows * _USD_PER_ROW_FILTERED, "medium")


def check_budgets(
    outlines: Mapping[str, ModelOutline], models: Mapping[str, CompiledModel], _source: ProjectSource, _dialect: Dialect
) -> Iterable[Diagnostic]:
    """E027: a model's own budget is below its projected cost."""
    limited = [outline.name for outline in outlines.values() if outline.has_cost_budget]
    if not limited:
        return
    # A self-reference is no dependency.
    costs = project_costs(
        {name: tuple(d for d in outline.depends_on if d != name) for name, outline in outlines.items()}
    )
    for name in limited:
        model = models[name].model
        if name in costs and model.budget is not None:
            yield from _compare(model, model.budget, costs[name])


def _compare(model: Model, budget: Budget, cost: CostHint) -> Iterator[Diagnostic]:
    severity = Severity.WARNING if budget.on_breach == "warn" else None
    if budget.max_usd is not None and budget.max_usd < cost.estimated_cost_usd:
        projected, ceiling = _spell_usd(cost.estimated_cost_usd, budget.max_usd)
        yield codes.E027.found(
            model=model.name,
            message=f"budget exceeded — projected ${projected} > ceiling ${ceiling}",
            span=sidecar_place(model, ("budget", "max_usd")),
            suggestion="Raise budget.max_usd, or let the model read less.",
            severity=severity,
        )
    if budget.max_bytes_scanned is not None and budget.max_bytes_scanned < cost.estimated_bytes:
        yield codes.E027.found(
            model=model.name,
            message=f"budget exceeded — projected {cost.estimated_bytes} bytes > "
            f"{budget.max_bytes_scanned} bytes scanned",
            span=sidecar_place(model, ("budget", "max_bytes_scanned")),
            suggestion="Raise budget.max_bytes_scanned, or let the model read less.",
            severity=severity,
        )


def _spell_usd(projected: float, ceiling: float) -> tuple[str, str]:
    """Both amounts with four decimals, or with as many as it takes to tell them apart."""
    for decimals in range(4, 13):
        spelled = f"{projected:.{decimals}f}", f"{ceiling:.{decimals}f}"
        if spelled[0] != spelled[1]:
            return spelled
    return repr(projected), repr(ceiling)
