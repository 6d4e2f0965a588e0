"""How a source and its target have grown apart, and what may be done about it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rocky_core.ir.world import ObservedColumn


class DriftMode(StrEnum):
    """What the project allows the engine to do about drift."""

    APPLY = "apply"
    WARN = "warn"
    FAIL = "fail"


class DriftAction(StrEnum):
    """The one action that is reported for a table."""

    IGNORE = "ignore"
    ADD_COLUMNS = "add_columns"
    ALTER_COLUMN_TYPES = "alter_column_types"
    DROP_COLUMNS = "drop_columns"
    DROP_AND_RECREATE = "drop_and_recreate"


class TypeChange(Struct, frozen=True):
    """A column in both whose types differ."""

    column: str
    source_type: str
    target_type: str
    widens: bool


class Drift(Struct, frozen=True):
    """Everything in which a target differs from what it is loaded from, matched by name without regard to case."""

    changed: tuple[TypeChange, ...] = ()
    added: tuple[ObservedColumn, ...] = ()  # Only in the source.
    missing: tuple[ObservedColumn, ...] = ()  # Only in the target.


class NewColumn(Struct, frozen=True):
    """A column that a target does not have yet."""

    name: str
    type_text: str
    nullable: bool = True


class TableDrift(Struct, frozen=True):
    """What is told of a target that was compared: how its columns differ, and which of them have had their time."""

    changed: tuple[TypeChange, ...] = ()
    added: tuple[NewColumn, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all of them."""
        return (
            *self.dropped,
            *(change.column for change in self.changed),
            *(column.name for column in self.added),
        )


class DriftPolicy(Struct, frozen=True):
    """What may be done about drift: the mode, how long a vanished column stays, and whether only additions may pass."""

    mode: DriftMode = DriftMode.APPLY
    grace_period_days: int = 7
    additive_only: bool = False
