"""What promoting a branch would change for those who read the real tables."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class ChangeKind(StrEnum):
    """How a table's columns change; the spelling is the one on the wire."""

    COLUMN_DROPPED = "column_dropped"
    COLUMN_ADDED = "column_added"
    COLUMN_TYPE_CHANGED = "column_type_changed"


class ColumnChanged(Struct, frozen=True):
    """One column of one table; a type is empty where there is no column. Narrowing may lose values."""

    kind: ChangeKind
    model: str
    column: str
    old_type: str = ""
    new_type: str = ""
    is_narrowing: bool = False

    @property
    def is_breaking(self) -> bool:
        """Whether a reader of the column may fail."""
        return self.kind is not ChangeKind.COLUMN_ADDED
