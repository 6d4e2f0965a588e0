"""The JSON of `drift`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rocky_core.ir.drift import TableDrift
from rocky_core.ir.world import GracePeriod
from rocky_core.results.wire import Answer, Record


class DriftedColumn(Record, frozen=True, gc=False):
    """A column whose types differ."""

    name: str
    source_type: str
    target_type: str


class AddedColumn(Record, frozen=True, gc=False):
    """A column that the target does not have yet."""

    name: str
    data_type: str
    nullable: bool


class GracePeriodColumn(Record, frozen=True, gc=False):
    """A column that only the target still has, and how long it keeps it."""

    name: str
    data_type: str
    first_seen_at: datetime
    expires_at: datetime
    days_remaining: int


class DriftResult(Record, frozen=True, gc=False):
    """One target that differs, and what a run would do about it."""

    table: str
    drifted_columns: tuple[DriftedColumn, ...]
    action: str
    reason: str
    added_columns: tuple[AddedColumn, ...]
    grace_period_columns: tuple[GracePeriodColumn, ...]
    columns_to_drop: tuple[str, ...]


class DriftAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky drift`."""

    command: str = "drift"
    pipeline: str
    tables_checked: int
    tables_drifted: int
    results: tuple[DriftResult, ...]


def drift_result(
    table: str, drift: TableDrift, told: tuple[str, str], periods: Iterable[GracePeriod], now: datetime
) -> DriftResult:
    """The published form; `told` are the action and its reason."""
    return DriftResult(
        table=table,
        drifted_columns=tuple(DriftedColumn(one.column, one.source_type, one.target_type) for one in drift.changed),
        action=told[0],
        reason=told[1],
        added_columns=tuple(AddedColumn(one.name, one.type_text, one.nullable) for one in drift.added),
        grace_period_columns=tuple(
            GracePeriodColumn(
                period.column,
                period.data_type,
                period.first_seen_at,
                period.expires_at,
                max((period.expires_at - now).days, 0),
            )
            for period in periods
        ),
        columns_to_drop=drift.dropped,
    )
