"""The JSON of `compile`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import UNSET, UnsetType

from rocky_core.ir.project import CompiledModel
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DataType
from rocky_core.results.findings import Finding
from rocky_core.results.model_parts import FreshnessRule, StrategyJson, Target, to_freshness, to_strategy, to_target
from rocky_core.results.wire import Answer, Record

SpellType = Callable[[DataType], str | None]


class ColumnDetail(Record, frozen=True, gc=False):
    """One output column in the warehouse's own spelling; an unknown type is null."""

    name: str
    data_type: str | None
    nullable: bool


class IncrementalityHint(Record, frozen=True, gc=False):
    """The column by which a fully refreshed model could be built incrementally."""

    is_candidate: bool
    recommended_column: str
    confidence: str
    signals: tuple[str, ...]


class CostHint(Record, frozen=True, gc=False):
    """A rough guess at rows, bytes and price of one build."""

    estimated_rows: int
    estimated_bytes: int
    estimated_cost_usd: float
    confidence: str


class ModelDetail(Record, frozen=True, gc=False):
    """One compiled model; `depends_on` is the resolved list."""

    name: str
    strategy: StrategyJson
    target: Target
    columns: tuple[ColumnDetail, ...]
    freshness: FreshnessRule | UnsetType = UNSET
    contract_source: str | UnsetType = UNSET
    incrementality_hint: IncrementalityHint | UnsetType = UNSET
    cost_hint: CostHint | UnsetType = UNSET
    depends_on: tuple[str, ...] | UnsetType = UNSET
    tags: dict[str, str] | UnsetType = UNSET


class CompileTimings(Record, frozen=True, gc=False):
    """Whole milliseconds spent in each part of the compile."""

    project_load_ms: int = 0
    semantic_graph_ms: int = 0
    typecheck_ms: int = 0
    typecheck_join_keys_ms: int = 0
    contracts_ms: int = 0
    total_ms: int = 0


class CompileAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky compile`."""

    command: str = "compile"
    models: int
    execution_layers: int
    diagnostics: tuple[Finding, ...]
    has_errors: bool
    compile_timings: CompileTimings
    models_detail: tuple[ModelDetail, ...] | UnsetType = UNSET


class Hints(Record, frozen=True, gc=False):
    """What the compiler guessed about a model, where it did."""

    incrementality: IncrementalityHint | UnsetType = UNSET
    cost: CostHint | UnsetType = UNSET


def to_model_details(
    models: Iterable[CompiledModel], spell: SpellType, hints: Mapping[str, Hints]
) -> tuple[ModelDetail, ...]:
    """The published form of compiled models; equal columns are made once, because projects repeat them."""
    known: dict[Column, ColumnDetail] = {}

    def to_detail(column: Column) -> ColumnDetail:
        found = known.get(column)
        if found is None:
            found = known[column] = ColumnDetail(column.name, spell(column.data_type), column.nullable)
        return found

    none = Hints()
    return tuple(
        _to_model_detail(model, tuple(map(to_detail, model.facts.columns)), hints.get(model.model.name, none))
        for model in models
    )


def _to_model_detail(compiled: CompiledModel, columns: tuple[ColumnDetail, ...], hints: Hints) -> ModelDetail:
    model = compiled.model
    return ModelDetail(
        name=model.name,
        strategy=to_strategy(model.strategy),
        target=to_target(model.target),
        columns=columns,
        freshness=to_freshness(model.freshness) if model.freshness else UNSET,
        contract_source=model.contract.source if model.contract else UNSET,
        incrementality_hint=hints.incrementality,
        cost_hint=hints.cost,
        depends_on=compiled.depends_on or UNSET,
        tags=dict(model.tags) if model.tags else UNSET,
    )
