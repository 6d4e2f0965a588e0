"""Statements that change a table or schema as a whole, apart from filling it."""

from __future__ import annotations

from collections.abc import Sequence

from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.names import TargetName


def create_schema(shapes: StatementShapes, target: TargetName) -> str:
    """Make the target's schema unless it is there."""
    names = (shapes.quote(shapes.configured(part)) for part in (target.catalog, target.schema) if part)
    return f"CREATE SCHEMA IF NOT EXISTS {'.'.join(names)}"


def retype_columns(shapes: StatementShapes, target: TargetName, columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Give columns, named as they are stored, other types."""
    if not columns:
        return ()
    table = f"ALTER TABLE {shapes.table(target)}"
    before = () if shapes.before_retyping is None else (f"{table} {shapes.before_retyping}",)
    changes = (shapes.retype.format(column=shapes.quote(name), type=wanted) for name, wanted in columns)
    return (*before, *(f"{table} {change}" for change in changes))


def add_column(shapes: StatementShapes, target: TargetName, name: str, wanted: str) -> str:
    """Append a nullable column."""
    return f"ALTER TABLE {shapes.table(target)} ADD COLUMN {shapes.quote(name)} {wanted}"


def drop_column(shapes: StatementShapes, target: TargetName, name: str) -> str:
    """Remove a column and what it holds."""
    return f"ALTER TABLE {shapes.table(target)} DROP COLUMN {shapes.quote(name)}"


def drop_relation(shapes: StatementShapes, target: TargetName, kind: str) -> str:
    """Remove a `table`, `view` or `materialized_view`."""
    return f"DROP {kind.replace('_', ' ').upper()} {shapes.table(target)}"
