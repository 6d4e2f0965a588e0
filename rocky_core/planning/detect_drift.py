"""Compares what a table holds with what is about to be loaded into it."""

from __future__ import annotations

from collections.abc import Sequence

from rocky_core.dialects.widening import text_lengthens, widens
from rocky_core.ir.drift import Drift, TypeChange
from rocky_core.ir.types import VARCHAR, is_known
from rocky_core.ir.world import ObservedColumn


def detect_drift(source: Sequence[ObservedColumn], target: Sequence[ObservedColumn], dialect_name: str) -> Drift:
    """Everything in which the target differs from its source: names without regard to case, types as types.

    Differences in nullability are no drift. A type that is not known differs only if its spelling does.
    """
    held = {column.name.lower(): column for column in target}
    offered = {column.name.lower() for column in source}
    changes = (
        _type_change(column, held[column.name.lower()], dialect_name)
        for column in source
        if column.name.lower() in held
    )
    return Drift(
        changed=tuple(change for change in changes if change is not None),
        added=tuple(column for column in source if column.name.lower() not in held),
        missing=tuple(column for column in target if column.name.lower() not in offered),
    )


def _type_change(source: ObservedColumn, target: ObservedColumn, dialect_name: str) -> TypeChange | None:
    if not (is_known(source.data_type) and is_known(target.data_type)):
        if not source.type_text or source.type_text.lower() == target.type_text.lower():
            return None
        wider = False
    elif source.data_type != target.data_type:
        wider = widens(dialect_name, target.data_type, source.data_type)
    elif source.data_type == VARCHAR and text_lengthens(dialect_name, target.type_text, source.type_text):
        wider = True  # A shorter text, on the other hand, fits into what is there.
    else:
        return None
    return TypeChange(target.name, source.type_text, target.type_text, wider)
