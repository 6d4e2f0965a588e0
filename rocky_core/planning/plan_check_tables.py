"""Checks of a table as a whole: against its source, its age, its NULLs, and with the author's own query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from msgspec import Struct
from sqlglot import TokenType, tokenize

from rocky_core.ir.checks import CheckSeverity, CustomCheck, FreshnessCheck, NullRateCheck
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import (
    AtMost,
    CountWithin,
    Judgement,
    NothingFails,
    NotOlderThan,
    NullShare,
    PlannedCheck,
    SameColumns,
    SameCounts,
)
from rocky_core.planning.check_sql import CheckedTable, CheckRefused, CheckSql

_PLACEHOLDER: Final = re.compile(r"\{(?:table|target)\}")
_READING: Final = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.VALUES, TokenType.L_PAREN})
_WRITING: Final = frozenset({TokenType.INSERT, TokenType.UPDATE, TokenType.DELETE, TokenType.MERGE})
_ALL_PERCENT: Final = 100


class CheckedSource(Struct, frozen=True):
    """What a table was copied from; no `columns` means that they are not known. The copy may have `added` some."""

    target: TargetName
    columns: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


class _Subject(Struct, frozen=True):
    name: str
    kind: str
    severity: CheckSeverity
    column: str | None = None


def plan_row_count(severity: CheckSeverity, source: CheckedSource | None, sql: CheckSql) -> PlannedCheck:
    """As many rows as the source has; without a source, any at all."""
    subject = _Subject("row_count", "row_count", severity)
    if source is None:
        return _planned(subject, sql, lambda: (f"SELECT COUNT(*)\nFROM {sql.source}", CountWithin(minimum=1)))

    def both() -> tuple[str, Judgement]:
        copied_from = CheckSql(CheckedTable(source.target), sql.dialect_name).source
        counts = f"(SELECT COUNT(*) FROM {copied_from}) AS source_count,\n  (SELECT COUNT(*) FROM {sql.source})"
        return f"SELECT\n  {counts} AS target_count", SameCounts()

    return _planned(subject, sql, both)


def plan_column_match(severity: CheckSeverity, source: CheckedSource, sql: CheckSql) -> PlannedCheck:
    """The columns of the source, as the table has them after it was written."""

    def written() -> tuple[str, Judgement]:
        if not source.columns:
            raise CheckRefused(f"the columns of '{source.target}' are not known")
        return f"SELECT *\nFROM {sql.source}\nWHERE 1 = 0", SameColumns(source.columns, source.added)

    return _planned(_Subject("column_match", "column_match", severity), sql, written)


def plan_freshness(check: FreshnessCheck, timestamp_column: str | None, sql: CheckSql) -> PlannedCheck:
    """The age of the newest row, by the warehouse's clock."""
    target = sql.table.target
    overrides = {name.lower(): seconds for name, seconds in check.overrides.items()}
    names = (str(target).lower(), target.table.lower(), target.schema.lower())  # The most exact one counts.
    threshold = next((overrides[name] for name in names if name in overrides), check.threshold_seconds)

    def written() -> tuple[str, Judgement]:
        if timestamp_column is None:
            raise CheckRefused("freshness needs a timestamp_column")
        newest = f"MAX({sql.column(timestamp_column)})"
        age = sql.words.seconds_since.format(instant=newest)
        return f"SELECT {age}\nFROM {sql.source}", NotOlderThan(threshold)

    return _planned(_Subject("freshness", "freshness", check.severity, timestamp_column), sql, written)


def plan_null_rates(check: NullRateCheck, sql: CheckSql) -> Iterator[PlannedCheck]:
    """One check per column; a sample of few rows is no evidence, so a small table is read whole."""
    for name in check.columns:
        subject = _Subject(f"null_rate:{name}", "null_rate", check.severity, name)
        yield _planned(subject, sql, partial(_null_share, check, name, sql))


def _null_share(check: NullRateCheck, name: str, sql: CheckSql) -> tuple[str, Judgement]:
    column = sql.column(name)
    counts = f"COUNT(*) - COUNT({column}), COUNT(*)"
    all_rows = f"SELECT {counts}\nFROM {sql.source}"
    if check.sample_percent >= _ALL_PERCENT:
        return all_rows, NullShare(check.threshold)
    sampled = sql.words.sampled.format(percent=check.sample_percent)
    rows = f"(\n  SELECT {column} FROM {sql.source} {sampled}\n) AS _rocky_sample"
    return f"SELECT {counts}\nFROM {rows}", NullShare(check.threshold, all_rows)


def plan_custom(check: CustomCheck, sql: CheckSql) -> PlannedCheck:
    """The author's query, with the table in place of `{table}` or `{target}`."""

    def written() -> tuple[str, Judgement]:
        table = sql.shapes.table(sql.table.reads or sql.table.target)
        query = sql.within(_PLACEHOLDER.sub(lambda _: table, check.sql), "query", closing_semicolon=True)
        if not _only_reads(query, sql.dialect_name):
            raise CheckRefused("the query of a check must be a SELECT")
        return query, AtMost(check.threshold, query)

    return _planned(_Subject(check.name, "custom", check.severity), sql, written)


def _only_reads(query: str, dialect_name: str) -> bool:
    """Whether it begins as queries do, and no CTE is followed by a statement that writes."""
    tokens = tokenize(query, read=dialect_name)
    depth = 0
    for token in tokens:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth == 0 and token.token_type in _WRITING and tokens[0].token_type is TokenType.WITH:
            return False
    return tokens[0].token_type in _READING


def _planned(subject: _Subject, sql: CheckSql, write: Callable[[], tuple[str, Judgement]]) -> PlannedCheck:
    """The check, or what keeps it from being written as SQL."""
    problem = None
    try:
        statement, judgement = write()
    except CheckRefused as refused:
        statement, judgement, problem = "", NothingFails(), str(refused)
    return PlannedCheck(
        name=subject.name,
        kind=subject.kind,
        severity=subject.severity,
        statement=statement,
        judgement=judgement,
        column=subject.column,
        problem=problem,
        masks=sql.table.masks,
    )
