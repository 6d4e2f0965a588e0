"""What rendering a model gives: statements in order, or a declared refusal."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Statements(Struct, frozen=True):
    """SQL to execute one after the other; none at all for a model that is only inlined.

    `first_build` stands in for `statements` while the target does not exist; it is empty where the same
    statements create the target. `left_out` names options of the model that this warehouse has no words for.
    """

    statements: tuple[str, ...]
    first_build: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class RefusalCode(StrEnum):
    """Why a model cannot be rendered."""

    STRATEGY_UNSUPPORTED = "strategy_unsupported"  # The warehouse (or this engine) has no such strategy.
    FORMAT_UNSUPPORTED = "format_unsupported"  # The table format contradicts the warehouse or the strategy.
    INVALID_NAME = "invalid_name"  # A configured name may not be interpolated into SQL.
    INVALID_VALUE = "invalid_value"  # A configured value (a lag, a property) may not be interpolated into SQL.
    COLUMN_MISSING = "column_missing"  # A column that the strategy names is not in the query's result.
    COLUMNS_UNKNOWN = "columns_unknown"  # The statement must list the columns, and they are not known.
    KEY_MISSING = "key_missing"  # The strategy needs at least one key or partition column.


class Refused(Struct, frozen=True):
    """The model cannot be rendered for this warehouse, and why."""

    code: RefusalCode
    reason: str


Rendered = Statements | Refused
