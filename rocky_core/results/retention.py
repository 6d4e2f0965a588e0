"""The JSON of `retention-status` and `retention-sweep`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class RetentionStatus(Record, frozen=True, gc=False, kw_only=True):
    """How long one model keeps its rows, and with `--drift` whether its table holds older ones."""

    model: str
    configured_days: int | None
    warehouse_days: int | None = None
    in_sync: bool
    column: str | UnsetType = UNSET
    oldest: str | UnsetType | None = UNSET
    rows_overdue: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class RetentionStatusAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky retention-status`."""

    command: str = "retention-status"
    models: tuple[RetentionStatus, ...]
    message: str | None = None


class SweptModel(Record, frozen=True, gc=False, kw_only=True):
    """What was deleted of one model's table; in a dry run, what would be."""

    model: str
    target: str
    column: str | None
    configured_days: int
    cutoff: str
    rows_deleted: int
    success: bool
    error: str | UnsetType = UNSET


class SweepAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky retention-sweep`."""

    command: str = "retention-sweep"
    dry_run: bool
    models: tuple[SweptModel, ...]
    message: str | None = None
