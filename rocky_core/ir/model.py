"""A model as its author declared it: the SQL text and everything its sidecar says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.toml_places import find_key
from rocky_core.ir.checks import DeclarativeTest, UnitTest
from rocky_core.ir.contract import Contract
from rocky_core.ir.names import TargetName
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import FullRefresh, Strategy

_EMPTY: Mapping[str, str] = MappingProxyType({})


class Freshness(Struct, frozen=True):
    """How old the newest row may be."""

    max_lag_seconds: int
    time_column: str | None = None
    severity: str | None = None


class Budget(Struct, frozen=True):
    """Ceilings for one build; `on_breach` is `warn` or `error`."""

    max_usd: float | None = None
    max_duration_ms: int | None = None
    max_bytes_scanned: int | None = None
    on_breach: str | None = None


class SkipRule(Struct, frozen=True):
    """The author's word on whether a build may be skipped; None leaves it to the engine."""

    eligible: bool | None = None
    deterministic: bool | None = None


class TableFormat(Struct, frozen=True):
    """The physical form asked of the warehouse."""

    format: str | None = None
    partition_by: tuple[str, ...] = ()
    cluster_by: tuple[str, ...] = ()
    table_properties: tuple[tuple[str, str], ...] = ()
    comment: str | None = None


class SurrogateKey(Struct, frozen=True):
    """A hash column computed from other columns of the result."""

    name: str
    columns: tuple[str, ...]


class Model(Struct, frozen=True):
    """One model; `depends_on` holds only what the sidecar declares."""

    name: str
    source: SourceText
    target: TargetName
    strategy: Strategy = field(default_factory=FullRefresh)
    sidecar_file: str | None = None
    sidecar_text: str | None = None
    depends_on: tuple[str, ...] = ()
    sources: tuple[TargetName, ...] = ()
    adapter: str | None = None
    intent: str | None = None
    freshness: Freshness | None = None
    tests: tuple[DeclarativeTest, ...] = ()
    unit_tests: tuple[UnitTest, ...] = ()
    table_format: TableFormat = field(default_factory=TableFormat)
    classification: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    tags: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    governance_tags: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    retention_days: int | None = None
    budget: Budget | None = None
    skip: SkipRule = field(default_factory=SkipRule)
    group: str | None = None
    surrogate_keys: tuple[SurrogateKey, ...] = ()
    column_descriptions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    meta: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))  # Other tools' words.
    contract: Contract | None = None
    is_dsl: bool = False
    name_declared: bool = False
    table_declared: bool = False

    @property
    def file(self) -> str:
        """The model's own file, relative to the project."""
        return self.source.file

    def span_of(self, key: str) -> Span:
        """Where the sidecar states a key such as `strategy.time_column`; else the model's first line."""
        if self.sidecar_file is None or self.sidecar_text is None:
            return Span(self.source.file, 1, 1)
        path = tuple(int(part) if part.isdigit() else part for part in key.split("."))
        found = find_key(self.sidecar_text, path, self.sidecar_file)
        return found or Span(self.source.file, 1, 1)
