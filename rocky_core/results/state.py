"""The JSON of `state` and `history`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import UNSET, UnsetType

from rocky_core.ir.state import ModelExecution, RunRecord
from rocky_core.ir.world import Watermark
from rocky_core.results.wire import Answer, Record


class WatermarkEntry(Record, frozen=True, gc=False):
    """Up to where one table is loaded."""

    table: str
    last_value: str
    updated_at: datetime
    is_set_by_hand: bool


class StateAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky state`."""

    command: str = "state"
    watermarks: tuple[WatermarkEntry, ...]
    schema_version_supported: int
    schema_version_on_disk: int | None
    location: str | None


class RunModel(Record, frozen=True, gc=False):
    """One model of one run."""

    model_name: str
    duration_ms: int
    rows_affected: int | None
    status: str


class HistoryRun(Record, frozen=True, gc=False):
    """One run."""

    run_id: str
    started_at: datetime
    duration_ms: int
    status: str
    trigger: str
    models_executed: int
    models: tuple[RunModel, ...]
    pipeline: str | None


class HistoryAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky history`."""

    command: str = "history"
    runs: tuple[HistoryRun, ...]
    count: int


class RecipeIdentity(Record, frozen=True, gc=False):
    """What a model was built from."""

    recipe_hash: str


class ModelExecutionEntry(Record, frozen=True, gc=False):
    """One build of a model."""

    started_at: datetime
    duration_ms: int
    rows_affected: int | None
    status: str
    sql_hash: str
    recipe_identity: RecipeIdentity | UnsetType = UNSET


class ModelHistoryAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky history --model`."""

    command: str = "history"
    model: str
    executions: tuple[ModelExecutionEntry, ...]
    count: int


def watermark_entries(watermarks: Mapping[str, Watermark]) -> tuple[WatermarkEntry, ...]:
    """The watermarks by table."""
    return tuple(
        WatermarkEntry(table, mark.last_value, mark.updated_at, mark.is_set_by_hand)
        for table, mark in sorted(watermarks.items())
    )


def history_answer(records: Sequence[RunRecord]) -> HistoryAnswer:
    """Runs, in the order given."""
    return HistoryAnswer(runs=tuple(map(_run, records)), count=len(records))


def model_history_answer(model: str, executions: Sequence[ModelExecution]) -> ModelHistoryAnswer:
    """A model's builds, in the order given."""
    return ModelHistoryAnswer(model=model, executions=tuple(map(_execution, executions)), count=len(executions))


def _run(record: RunRecord) -> HistoryRun:
    return HistoryRun(
        run_id=record.run_id,
        started_at=record.started_at,
        duration_ms=max(round((record.finished_at - record.started_at).total_seconds() * 1000), 0),
        status=record.status.value,
        trigger=record.trigger,
        models_executed=len(record.models_executed),
        models=tuple(
            RunModel(one.model_name, one.duration_ms, one.rows_affected, one.status) for one in record.models_executed
        ),
        pipeline=record.pipeline,
    )


def _execution(one: ModelExecution) -> ModelExecutionEntry:
    recipe = UNSET if one.recipe_hash is None else RecipeIdentity(one.recipe_hash)
    return ModelExecutionEntry(one.started_at, one.duration_ms, one.rows_affected, one.status, one.sql_hash, recipe)
