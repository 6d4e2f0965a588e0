"""Whether a model can be built one time partition at a time, as its strategy says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from rocky_core.compiler.check_context import CheckContext, OutputColumns, sidecar_place
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import is_identifier
from rocky_core.ir.rocky_type import debug
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import Granularity, Microbatch, TimeInterval
from rocky_core.ir.types import DATE, TEMPORAL, is_known


class _PartitionKey(Struct, frozen=True):
    """How a partition of one granularity is spelled, for the machine and for people."""

    pattern: re.Pattern[str]
    completion: str  # What makes the key a whole instant.
    form: str
    example: str


_KEYS: Final = {
    Granularity.HOUR: _PartitionKey(
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}"), ":00", "%Y-%m-%dT%H", "2024-01-31T07"
    ),
    Granularity.DAY: _PartitionKey(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "T00:00", "%Y-%m-%d", "2024-01-31"),
    Granularity.MONTH: _PartitionKey(re.compile(r"[0-9]{4}-[0-9]{2}"), "-01T00:00", "%Y-%m", "2024-01"),
    Granularity.YEAR: _PartitionKey(re.compile(r"[0-9]{4}"), "-01-01T00:00", "%Y", "2024"),
}

_START: Final = re.compile(r"@start_date(?![A-Za-z0-9_])")
_END: Final = re.compile(r"@end_date(?![A-Za-z0-9_])")
_TEXT_OR_COMMENT: Final = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|/\*.*?\*/""", re.DOTALL)


def check_time_partitions(model: Model, facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """The time column of a time_interval or microbatch model, its window, and its first partition."""
    match model.strategy:
        case TimeInterval(time_column, granularity):
            return (
                *_check_name(model, "time_column", time_column),
                *_check_column(model, facts, context, "time_column", time_column, granularity),
                *_check_window(model, facts),
                *_check_first_partition(model, model.strategy),
            )
        case Microbatch(timestamp_column, granularity):
            # The engine adds the window to a microbatch's query, so the SQL need not name it.
            return (
                *_check_name(model, "timestamp_column", timestamp_column),
                *_check_column(model, facts, context, "timestamp_column", timestamp_column, granularity),
            )
        case _:
            return ()


def _check_name(model: Model, key: str, name: str) -> Iterator[Diagnostic]:
    if not is_identifier(name):
        yield codes.E023.found(
            model=model.name,
            message=f"{key} '{name}' is not a valid SQL identifier",
            span=sidecar_place(model, ("strategy", key)),
            suggestion="Use letters, digits and underscores only; give the column an alias if need be.",
        )


def _check_column(
    model: Model, facts: ModelFacts, context: CheckContext, key: str, name: str, granularity: Granularity
) -> Iterator[Diagnostic]:
    span = sidecar_place(model, ("strategy", key))
    output = OutputColumns(facts.columns, context.dialect)
    column = output.find(name)
    if column is None:
        if facts.complete and facts.parsed:
            yield codes.E020.found(
                model=model.name,
                message=f"{key} '{name}' is not in the output schema of model '{model.name}'",
                span=span,
                suggestion=output.listed(),
            )
        return
    if is_known(column.data_type):
        yield from _check_type(model, context, key, column, granularity)


def _check_type(
    model: Model, context: CheckContext, key: str, column: Column, granularity: Granularity
) -> Iterator[Diagnostic]:
    span = sidecar_place(model, ("strategy", key))
    if column.data_type not in TEMPORAL:
        found = context.dialect.rocky_type(column.data_type)
        spelled = context.dialect.spell_type(column.data_type) if found.name == "Unknown" else debug(found)
        yield codes.E021.found(
            model=model.name,
            message=f"{key} '{column.name}' has type {spelled}, but partitions need a date or timestamp",
            span=span,
            suggestion=f"CAST '{column.name}' to DATE or TIMESTAMP in the model.",
        )
    if column.nullable:
        yield codes.E022.found(
            model=model.name,
            message=f"{key} '{column.name}' is nullable, but partition keys cannot be NULL",
            span=span,
            suggestion="Wrap it in COALESCE, or filter its NULLs out in the model.",
        )
    if granularity is Granularity.HOUR and column.data_type == DATE:
        yield codes.E025.found(
            model=model.name,
            message=f"granularity 'hour' requires a TIMESTAMP, but {key} '{column.name}' is a Date",
            span=sidecar_place(model, ("strategy", "granularity"), ("strategy", key)),
            suggestion='Use granularity = "day", or give the model a timestamp column.',
        )


def _check_window(model: Model, facts: ModelFacts) -> Iterator[Diagnostic]:
    if not facts.parsed:
        return
    sql = _blank_comments(model.source.sql)
    start, end = _START.search(sql), _END.search(sql)
    match start, end:
        case None, None:
            yield codes.E024.found(
                model=model.name,
                message=f"time_interval model '{model.name}' must reference both @start_date and @end_date",
                span=sidecar_place(model, ("strategy", "type")),
                suggestion="Add WHERE <time column> >= @start_date AND <time column> < @end_date.",
            )
        case re.Match() as only, None:
            yield _half_open(model, only, "@start_date", "@end_date", "above")
        case None, re.Match() as only:
            yield _half_open(model, only, "@end_date", "@start_date", "below")
        case _:
            return


def _half_open(model: Model, only: re.Match[str], present: str, absent: str, side: str) -> Diagnostic:
    return codes.W003.found(
        model=model.name,
        message=f"only {present} is used, so the window is unbounded {side}",
        span=model.source.span_at(only.start(), len(present)),
        suggestion=f"Bound the window with {absent} as well.",
    )


def _blank_comments(sql: str) -> str:
    """The same text with comments as blanks: a placeholder in a comment filters nothing."""
    if "--" not in sql and "/*" not in sql:
        return sql
    return _TEXT_OR_COMMENT.sub(lambda found: found[1] or " " * len(found[0]), sql)


def _check_first_partition(model: Model, strategy: TimeInterval) -> Iterator[Diagnostic]:
    key = strategy.first_partition
    if key is None or _is_partition_key(key, strategy.granularity):
        return
    wanted = _KEYS[strategy.granularity]
    yield codes.E026.found(
        model=model.name,
        message=f"first_partition '{key}' is not a valid {strategy.granularity.value.capitalize()} key",
        span=sidecar_place(model, ("strategy", "first_partition")),
        suggestion=f"Write it in the form {wanted.form}, such as '{wanted.example}'.",
    )


def _is_partition_key(key: str, granularity: Granularity) -> bool:
    wanted = _KEYS[granularity]
    if wanted.pattern.fullmatch(key) is None:
        return False
    try:
        datetime.fromisoformat(key + wanted.completion)
    except ValueError:
        return False
    return True
