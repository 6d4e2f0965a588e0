"""One compiled model as it travels between processes and rests in the cache: small facts plain, the rest encoded."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

import msgspec

from rocky_core.compiler.catalog import Upstream
from rocky_core.compiler.compile_model import compile_model
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.schema import Column, RelationSchema
from rocky_core.ir.type_text import parse_type_text
from rocky_core.project_files.facts_codec import encode_diagnostics, encode_facts

RenderDetail = Callable[[Model, ModelFacts], bytes]
"""The model's part of the published JSON."""


class CompiledRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the compiler found out about one model."""

    name: str
    reads_models: tuple[str, ...]
    reads_tables: tuple[str, ...]
    schema_key: bytes
    column_count: int
    has_errors: bool
    has_star: bool
    schema: bytes
    facts: bytes
    diagnostics: bytes | None
    detail: bytes


class _StoredSchema(msgspec.Struct, frozen=True, array_like=True, gc=False):
    columns: tuple[tuple[str, str, bool], ...]
    complete: bool


_ENCODER: Final = msgspec.msgpack.Encoder()
_SCHEMAS: Final = msgspec.msgpack.Decoder(_StoredSchema)


def compile_row(
    model: Model,
    dialect: Dialect,
    catalog: Upstream,
    rules: ProjectRules,
    *,
    accepted: tuple[Column, ...] | None,
    render_detail: RenderDetail,
) -> tuple[CompiledRow, RelationSchema]:
    """Compile one model into its row, and into the schema that its readers see."""
    facts = compile_model(model, dialect, catalog, rules, accepted)
    schema = encode_schema(facts)
    row = CompiledRow(
        name=model.name,
        reads_models=facts.reads_models,
        reads_tables=facts.reads_tables,
        schema_key=blake2b(schema, digest_size=16).digest(),
        column_count=len(facts.columns),
        has_errors=any(diagnostic.is_error for diagnostic in facts.diagnostics),
        has_star=facts.has_star,
        schema=schema,
        facts=encode_facts(facts),
        diagnostics=encode_diagnostics(facts.diagnostics) if facts.diagnostics else None,
        detail=render_detail(model, facts),
    )
    return row, RelationSchema(model.name, facts.columns, is_model=True, complete=facts.complete)


def encode_schema(facts: ModelFacts) -> bytes:
    """The columns that readers see; equal bytes mean that no reader can tell a difference."""
    columns = tuple((column.name, str(column.data_type), column.nullable) for column in facts.columns)
    return _ENCODER.encode(_StoredSchema(columns, facts.complete))


def decode_schema(name: str, data: bytes) -> RelationSchema:
    """The schema of a model from its stored form."""
    stored = _SCHEMAS.decode(data)
    columns = tuple(Column(column, parse_type_text(text), nullable) for column, text, nullable in stored.columns)
    return RelationSchema(name, columns, is_model=True, complete=stored.complete)
