"""The JSON of `compile`."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import UNSET, UnsetType

from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
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
    """One compiled model, but for its dependencies and its cost, which `_GraphDetail` adds."""

    name: str
    strategy: StrategyJson
    target: Target
    columns: tuple[ColumnDetail, ...]
    freshness: FreshnessRule | UnsetType = UNSET
    contract_source: str | UnsetType = UNSET
    incrementality_hint: IncrementalityHint | UnsetType = UNSET
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
    models_detail: tuple[msgspec.Raw, ...] | UnsetType = UNSET


def encode_model_detail(model: Model, facts: ModelFacts, spell: SpellType, hint: IncrementalityHint | None) -> bytes:
    """The part of a model's JSON that depends on nothing but the model and what it reads, so that it can be kept."""
    columns = tuple(ColumnDetail(column.name, spell(column.data_type), column.nullable) for column in facts.columns)
    return msgspec.json.encode(
        ModelDetail(
            name=model.name,
            strategy=to_strategy(model.strategy),
            target=to_target(model.target),
            columns=columns,
            freshness=to_freshness(model.freshness) if model.freshness else UNSET,
            contract_source=model.contract.source if model.contract else UNSET,
            incrementality_hint=hint or UNSET,
            tags=dict(model.tags) if model.tags else UNSET,
        )
    )


def complete_model_detail(kept: bytes, depends_on: tuple[str, ...], cost: CostHint | None) -> msgspec.Raw:
    """The kept part with what depends on the whole graph."""
    rest = _GraphDetail(depends_on or UNSET, cost or UNSET)
    encoded = msgspec.json.encode(rest)
    return msgspec.Raw(kept if encoded == b"{}" else kept[:-1] + b"," + encoded[1:])


class _GraphDetail(Record, frozen=True, gc=False):
    depends_on: tuple[str, ...] | UnsetType = UNSET
    cost_hint: CostHint | UnsetType = UNSET
