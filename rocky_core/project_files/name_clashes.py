"""Two models of one name, or of names that differ only by case: who keeps the name and what the other is told."""

from __future__ import annotations

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.model import Model


def name_taken(model: Model, other_file: str) -> Diagnostic:
    """E051: the name is another model's already; this one is left out."""
    return codes.E051.found(
        model=model.name,
        message=f"model name '{model.name}' is used twice: in '{other_file}' and in '{model.file}'",
        span=_name_place(model),
        suggestion="rename one of the two",
    )


def case_clash(model: Model, other_name: str, other_file: str, dialect_name: str) -> Diagnostic:
    """W021, or E051 where the warehouse takes both spellings for one name."""
    dialect = dialect_named(dialect_name)
    is_same = dialect.fold_table(model.name, quoted=False) == dialect.fold_table(other_name, quoted=False)
    row = codes.E051 if is_same else codes.W021
    consequence = f"; {dialect.display_name} takes them for one name" if is_same else ""
    return row.found(
        model=model.name,
        message=f"model names '{other_name}' ('{other_file}') and '{model.name}' differ only by case{consequence}",
        span=_name_place(model),
        suggestion="rename one of the two",
    )


def _name_place(model: Model) -> Span:
    return model.span_of("name") if model.name_declared else Span(model.file, 1, 1)
