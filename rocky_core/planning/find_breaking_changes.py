"""Which columns change when the table of a branch takes the place of the real one."""

from __future__ import annotations

from collections.abc import Iterator

from rocky_core.dialects.widening import widens
from rocky_core.ir.promotion import ChangeKind, ColumnChanged
from rocky_core.ir.shadow import ShadowComparison


def find_changes(model: str, comparison: ShadowComparison, dialect_name: str) -> Iterator[ColumnChanged]:
    """The changes of one table, as the warehouse describes both; none if one of them is not there."""
    real, shadow = comparison.real.table, comparison.shadow.table
    if real is None or shadow is None:
        return
    before = {column.name.lower(): column for column in real.columns}
    after = {column.name.lower(): column for column in shadow.columns}
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            yield ColumnChanged(ChangeKind.COLUMN_DROPPED, model, old.name, old_type=old.type_text)
        elif new.type_text != old.type_text:
            narrowing = not widens(dialect_name, old.data_type, new.data_type)
            yield ColumnChanged(
                ChangeKind.COLUMN_TYPE_CHANGED, model, old.name, old.type_text, new.type_text, narrowing
            )
    for name, new in after.items():
        if name not in before:
            yield ColumnChanged(ChangeKind.COLUMN_ADDED, model, new.name, new_type=new.type_text)
