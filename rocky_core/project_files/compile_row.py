"""Compiles one model into the row in which it travels and rests; this is what loads the SQL parser."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

from rocky_core.compiler.catalog import Upstream
from rocky_core.compiler.compile_model import compile_model
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectSource
from rocky_core.ir.schema import Column, RelationSchema
from rocky_core.project_files.compiled_row import CompiledRow, LoadedModel, encode_schema
from rocky_core.project_files.facts_codec import encode_diagnostics, encode_facts


class CompiledWith(Protocol):
    """What is the same for all models of a project."""

    @property
    def source(self) -> ProjectSource: ...
    @property
    def dialect(self) -> Dialect: ...
    @property
    def dialect_of(self) -> Callable[[Model], Dialect] | None: ...
    @property
    def render_detail(self) -> Callable[[Model, ModelFacts], bytes]: ...


def compile_row(
    loaded: LoadedModel, with_: CompiledWith, catalog: Upstream, accepted: tuple[Column, ...] | None
) -> tuple[CompiledRow, RelationSchema]:
    """Compile one model into its row, and into the schema that its readers see."""
    model = loaded.model
    dialect = with_.dialect if with_.dialect_of is None else with_.dialect_of(model)
    facts = compile_model(model, dialect, catalog, with_.source.rules, accepted)
    schema = encode_schema(facts.columns, complete=facts.complete)
    diagnostics = (*loaded.findings, *facts.diagnostics)
    row = CompiledRow(
        name=model.name,
        reads_models=facts.reads_models,
        reads_tables=facts.reads_tables,
        schema_key=blake2b(schema, digest_size=16).digest(),
        column_count=len(facts.columns),
        has_errors=any(diagnostic.is_error for diagnostic in diagnostics),
        has_star=facts.has_star,
        schema=schema,
        facts=encode_facts(facts),
        diagnostics=encode_diagnostics(diagnostics) if diagnostics else None,
        detail=with_.render_detail(model, facts),
    )
    return row, RelationSchema(model.name, facts.columns, is_model=True, complete=facts.complete)
