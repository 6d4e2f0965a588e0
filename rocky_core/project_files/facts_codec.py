"""Facts as bytes and back: the form in which the cache keeps them and worker processes hand them over."""

from __future__ import annotations

from typing import Final

import msgspec

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.schema import Column
from rocky_core.ir.type_text import parse_type_text


class _StoredFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """ModelFacts with types spelled out and edges flat."""

    name: str
    columns: tuple[tuple[str, str, bool], ...]
    complete: bool
    reads_models: tuple[str, ...]
    reads_tables: tuple[str, ...]
    has_star: bool
    star_models: tuple[str, ...]
    edges: tuple[tuple[str, str, str, str], ...]
    diagnostics: tuple[Diagnostic, ...]
    recipe_hash: str
    parsed: bool
    unrepeatable: str


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_StoredFacts)
_DIAGNOSTICS: Final = msgspec.msgpack.Decoder(tuple[Diagnostic, ...])


def encode_facts(facts: ModelFacts) -> bytes:
    """The stored form."""
    return _ENCODER.encode(
        _StoredFacts(
            facts.name,
            tuple((column.name, str(column.data_type), column.nullable) for column in facts.columns),
            facts.complete,
            facts.reads_models,
            facts.reads_tables,
            facts.has_star,
            facts.star_models,
            tuple((edge.source.model, edge.source.column, edge.target.column, edge.transform) for edge in facts.edges),
            facts.diagnostics,
            facts.recipe_hash,
            facts.parsed,
            facts.unrepeatable,
        )
    )


def decode_facts(data: bytes) -> ModelFacts:
    """Facts from their stored form; raises msgspec.DecodeError or TypeTextInvalid for anything else."""
    stored = _DECODER.decode(data)
    return ModelFacts(
        stored.name,
        tuple(Column(name, parse_type_text(text), nullable) for name, text, nullable in stored.columns),
        stored.complete,
        stored.reads_models,
        stored.reads_tables,
        stored.has_star,
        stored.star_models,
        tuple(
            Edge(ColumnRef(model, source), ColumnRef(stored.name, target), transform)
            for model, source, target, transform in stored.edges
        ),
        stored.diagnostics,
        stored.recipe_hash,
        stored.parsed,
        stored.unrepeatable,
    )


def encode_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> bytes:
    """Findings in their stored form."""
    return _ENCODER.encode(diagnostics)


def decode_diagnostics(data: bytes) -> tuple[Diagnostic, ...]:
    """Findings from their stored form; raises msgspec.DecodeError for anything else."""
    return _DIAGNOSTICS.decode(data)
