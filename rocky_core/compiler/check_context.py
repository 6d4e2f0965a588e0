"""What the checks of one model may know beside the model and its facts, and how they look things up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.toml_places import KeyPath, key_places, span_at
from rocky_core.dialects.base import Dialect
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.schema import Column


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The model's surroundings; `accepted_columns` are those of the last compile that was kept, if any."""

    dialect: Dialect
    rules: ProjectRules
    accepted_columns: tuple[Column, ...] | None = None


def find_column(columns: Iterable[Column], name: str, dialect: Dialect) -> Column | None:
    """The column that a configured name means: spelled the same, or the same by the warehouse's case rule."""
    folded = dialect.fold_column(name, quoted=False)
    same_by_case = None
    for column in columns:
        if column.name == name:
            return column
        if same_by_case is None and dialect.fold_column(column.name, quoted=True) == folded:
            same_by_case = column
    return same_by_case


def list_columns(columns: Sequence[Column]) -> str:
    """A suggestion that names what there is."""
    return f"Available columns: {', '.join(column.name for column in columns)}"


def sidecar_place(model: Model, *paths: KeyPath) -> Span:
    """Where the sidecar states the first of these keys that it states at all; else the model's first line."""
    if model.sidecar_file is not None and model.sidecar_text is not None:
        places = key_places(model.sidecar_text)
        for path in paths:
            if path in places:
                offset, length = places[path]
                return span_at(model.sidecar_text, offset, model.sidecar_file, length)
    return Span(model.file, 1, 1)


def output_name_place(model: Model, name: str) -> Span:
    """Where the SQL ends an output column with this name; else where it first says it, else the first line."""
    word = rf"(?<![\w@]){re.escape(name)}(?!\w)"
    ends = re.compile(rf"{word}[\"`]?\s*(?=,|\bfrom\b|\Z)", re.IGNORECASE)
    sql = model.source.sql
    last = max((found.start() for found in ends.finditer(sql)), default=-1)
    if last < 0:
        first = re.search(word, sql, re.IGNORECASE)
        return Span(model.file, 1, 1) if first is None else model.source.span_at(first.start(), len(name))
    return model.source.span_at(last, len(name))
