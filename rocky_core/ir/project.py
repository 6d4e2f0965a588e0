"""A whole project: what goes into the compiler and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.contract import Contract
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.schema import SourceSchemas


class ProjectRules(Struct, frozen=True):
    """What rocky.toml says that the compiler's checks need."""

    mask_tags: frozenset[str] = frozenset()
    allow_unmasked: frozenset[str] = frozenset()
    has_project_freshness: bool = False
    portability_target: str | None = None  # a dialect's name
    portability_allow: frozenset[str] = frozenset()  # upper-cased construct labels


class ProjectSource(Struct, frozen=True):
    """Everything read from a project's files; `findings` is what was wrong with the files themselves."""

    models: tuple[Model, ...]
    rules: ProjectRules = field(default_factory=ProjectRules)
    source_schemas: SourceSchemas = field(default_factory=lambda: MappingProxyType({}))
    recalled_schemas: SourceSchemas = field(default_factory=lambda: MappingProxyType({}))  # As they were once.
    explicit_contracts: tuple[Contract, ...] = ()
    seed_names: frozenset[str] = frozenset()
    findings: tuple[Diagnostic, ...] = ()


class CompiledModel(Struct, frozen=True):
    """A model, what was inferred of it, and its resolved dependencies (declared and derived)."""

    model: Model
    facts: ModelFacts
    depends_on: tuple[str, ...] = ()


class CompiledProject(Struct, frozen=True):
    """The compiled project; `models` is in the order of the files and may load them lazily, `order` is topological."""

    models: Mapping[str, CompiledModel]
    depends_on: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)
