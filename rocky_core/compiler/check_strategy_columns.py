"""Whether a model puts out the columns by which its strategy finds the rows to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rocky_core.compiler.check_context import (
    CheckContext,
    OutputColumns,
    output_name_place,
    sidecar_place,
)
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.rocky_type import debug
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import DeleteInsert, Incremental, Merge
from rocky_core.ir.types import TEMPORAL, is_known

_CLOCK: Final = re.compile(
    r"(?<![\w.\"])(current_timestamp|current_date|current_datetime|localtimestamp|now|sysdate|getdate|today)(?!\w)",
    re.IGNORECASE,
)


def check_key_columns(model: Model, facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """W006: merge keys, updated columns and replaced partitions must be in the output."""
    if not facts.complete or not facts.parsed:
        return ()
    match model.strategy:
        case Merge(unique_key, update_columns):
            return (
                *_find_missing(model, facts, context, "unique_key", unique_key),
                *_find_missing(model, facts, context, "update_columns", update_columns or ()),
            )
        case DeleteInsert(partition_by):
            return _find_missing(model, facts, context, "partition_by", partition_by)
        case _:
            return ()


def _find_missing(
    model: Model, facts: ModelFacts, context: CheckContext, key: str, names: tuple[str, ...]
) -> Iterator[Diagnostic]:
    output = OutputColumns(facts.columns, context.dialect)
    for number, name in enumerate(names):
        if output.find(name) is None:
            yield codes.W006.found(
                model=model.name,
                message=f"{key} '{name}' is not in the output schema of model '{model.name}'",
                span=sidecar_place(model, ("strategy", key, number), ("strategy", key)),
                suggestion=output.listed(),
            )


def check_watermark(model: Model, facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """E037: `incremental` tells new rows by its timestamp column, so without a usable one rows repeat or get lost."""
    if not isinstance(model.strategy, Incremental) or not facts.parsed:
        return
    name = model.strategy.timestamp_column
    span = sidecar_place(model, ("strategy", "timestamp_column"))
    output = OutputColumns(facts.columns, context.dialect)
    column = output.find(name)
    if column is None:
        if facts.complete:
            yield codes.E037.found(
                model=model.name,
                message=f"incremental model '{model.name}' cannot tell new rows from old: "
                f"its timestamp_column '{name}' is not in the output",
                span=span,
                suggestion=output.listed(),
            )
    elif _cannot_order_time(column, context):
        yield codes.E037.found(
            model=model.name,
            message=f"incremental model '{model.name}' cannot tell new rows from old: its timestamp_column '{name}' "
            f"has type {debug(context.dialect.rocky_type(column.data_type))}, which is no point in time",
            span=span,
            suggestion="Name a date or timestamp column, or use strategy 'merge' with a unique_key.",
        )
    elif _is_time_of_run(model, facts, column):
        yield codes.E037.found(
            model=model.name,
            message=f"incremental model '{model.name}' would append all its rows on every run: "
            f"its timestamp_column '{name}' is the time of the run, which is always new",
            span=output_name_place(model, column.name),
            suggestion="Name a timestamp that comes from the data.",
        )


def _cannot_order_time(column: Column, context: CheckContext) -> bool:
    if not is_known(column.data_type) or column.data_type in TEMPORAL:
        return False
    return context.dialect.rocky_type(column.data_type).name not in {"String", "Unknown"}


def _is_time_of_run(model: Model, facts: ModelFacts, column: Column) -> bool:
    """Whether a column that is never NULL and stems from no other column can only be the warehouse's clock."""
    return (
        column.data_type in TEMPORAL
        and not column.nullable
        and not any(edge.target.column == column.name for edge in facts.edges)
        and _CLOCK.search(model.source.sql) is not None
    )
