"""One compiled model as it travels between processes and rests in the cache: small facts plain, the rest encoded."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.model import Model
from rocky_core.ir.schema import Column, RelationSchema
from rocky_core.ir.type_text import parse_type_text


class LoadedModel(NamedTuple):
    """A model and what was found wrong with its files."""

    model: Model
    findings: tuple[Diagnostic, ...]


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


def encode_schema(columns: tuple[Column, ...], *, complete: bool) -> bytes:
    """The columns that readers see; equal bytes mean that no reader can tell a difference."""
    spelled = tuple((column.name, str(column.data_type), column.nullable) for column in columns)
    return _ENCODER.encode(_StoredSchema(spelled, complete))


def decode_schema(name: str, data: bytes) -> RelationSchema:
    """The schema of a model from its stored form."""
    stored = _SCHEMAS.decode(data)
    columns = tuple(Column(column, parse_type_text(text), nullable) for column, text, nullable in stored.columns)
    return RelationSchema(name, columns, is_model=True, complete=stored.complete)
