"""Declarative tests as SQL: what counts the failures, what shows them, and what number passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from rocky_core.dialects.statements.query_text import as_subquery
from rocky_core.ir.checks import DeclarativeTest
from rocky_core.ir.planned_checks import (
    COMPUTED_KEY,
    COUNTED_ROWS,
    MOST_SAMPLED_ROWS,
    CountWithin,
    Judgement,
    NothingFails,
    PlannedCheck,
)
from rocky_core.planning.check_sql import CheckedTable, CheckRefused, CheckSql, count, number
from rocky_core.planning.plan_check_rows import ROW_TESTS, failing_row

_COMPARISONS: Final = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "=", "ne": "<>"}
_AGGREGATES: Final = frozenset({"sum", "count", "avg", "min", "max"})


class _Queries(Struct, frozen=True):
    statement: str
    sample: str | None
    judgement: Judgement = NothingFails()


def plan_test(test: DeclarativeTest, name: str, sql: CheckSql) -> PlannedCheck:
    """One test of one table; what cannot be written as SQL becomes a check with a problem."""
    try:
        written, problem = _queries(test, sql), None
    except CheckRefused as refused:
        written, problem = _Queries("", None), str(refused)
    return PlannedCheck(
        name=name,
        kind=test.kind,
        severity=test.severity,
        statement=written.statement,
        judgement=written.judgement,
        sample_statement=written.sample,
        column=test.column,
        problem=problem,
        masks=sql.table.masks,
    )


def _queries(test: DeclarativeTest, sql: CheckSql) -> _Queries:
    parameters = test.parameters
    match test.kind:
        case "accepted_values":
            # Clients know this number as that of different values, not of rows.
            distinct = f"COUNT(DISTINCT {sql.column(test.column)})"
            return _failing_rows(test, failing_row(test, sql), sql, counted=distinct)
        case kind if kind in ROW_TESTS:
            return _failing_rows(test, failing_row(test, sql), sql)
        case "relationships":
            return _failing_rows(test, _orphaned(test, sql), sql)
        case "unique":
            return _repeated(test, (sql.column(test.column),), sql)
        case "composite":
            columns = parameters.get("columns")
            if not isinstance(columns, tuple | list) or len(columns) < 2:
                raise CheckRefused("the check needs at least two 'columns'")
            return _repeated(test, tuple(sql.column(column) for column in columns), sql)
        case "unique_expr":
            return _repeated(test, (sql.fragment(parameters.get("key_expr"), "key_expr"),), sql, is_computed=True)
        case "row_count_range":
            return _row_count(test, sql)
        case "aggregate":
            return _aggregate(test, sql)
        case _:
            raise CheckRefused(f"there is no kind of test called '{test.kind}'")


def _failing_rows(test: DeclarativeTest, failing: str, sql: CheckSql, counted: str = "COUNT(*)") -> _Queries:
    rows = f"FROM {sql.source}{_where(test, sql, failing)}"
    return _Queries(f"SELECT {counted}\n{rows}", f"SELECT *\n{rows}\nLIMIT {MOST_SAMPLED_ROWS}")


def _where(test: DeclarativeTest, sql: CheckSql, condition: str | None = None) -> str:
    """The filter and the condition; only rows of which both are true."""
    if test.filter is None:
        return "" if condition is None else f"\nWHERE {condition}"
    kept = sql.fragment(test.filter, "filter")
    if condition is None:
        return f"\nWHERE {kept}"
    return f"\nWHERE {kept} AND ({condition})"


def _orphaned(test: DeclarativeTest, sql: CheckSql) -> str:
    """NULL refers to nothing on purpose. Both columns are qualified, so that neither can stand for the other's."""
    child = f"{sql.name}.{sql.column(test.column)}"
    parent = CheckSql(CheckedTable(sql.table.target), sql.dialect_name).column(test.parameters.get("to_column"))
    return (
        f"{child} IS NOT NULL AND NOT EXISTS (\n"
        f"  SELECT 1 FROM {sql.other_table(test.parameters.get('to_table'))} AS _rocky_parent\n"
        f"  WHERE _rocky_parent.{parent} = {child}\n)"
    )


def _repeated(test: DeclarativeTest, keys: Sequence[str], sql: CheckSql, *, is_computed: bool = False) -> _Queries:
    """Keys that more than one row has; NULL is a key like any other."""
    listed = ", ".join(f"{key} AS {COMPUTED_KEY}" if is_computed else key for key in keys)
    grouped = f"FROM {sql.source}{_where(test, sql)}\nGROUP BY {', '.join(keys)}\nHAVING COUNT(*) > 1"
    shown = f"SELECT {listed}, COUNT(*) AS {COUNTED_ROWS}\n{grouped}"
    counted = f"SELECT COUNT(*)\nFROM {as_subquery(shown, '_rocky_repeated')}"
    return _Queries(counted, f"{shown}\nLIMIT {MOST_SAMPLED_ROWS}")


def _row_count(test: DeclarativeTest, sql: CheckSql) -> _Queries:
    bounds = [
        None if test.parameters.get(name) is None else count(test.parameters[name], name) for name in ("min", "max")
    ]
    if bounds == [None, None]:
        raise CheckRefused("the check needs 'min' or 'max'")
    return _Queries(f"SELECT COUNT(*)\nFROM {sql.source}{_where(test, sql)}", None, CountWithin(*bounds))


def _aggregate(test: DeclarativeTest, sql: CheckSql) -> _Queries:
    """One if the aggregate is not as wanted; an aggregate of no rows is NULL, which is not as wanted either."""
    operation, comparison = test.parameters.get("op"), test.parameters.get("cmp")
    if operation not in _AGGREGATES:
        raise CheckRefused(f"there is no aggregate '{operation}'")
    sign = _COMPARISONS.get(str(comparison))
    if sign is None:
        raise CheckRefused(f"there is no comparison '{comparison}'")
    argument = "*" if operation == "count" and test.column is None else sql.column(test.column)
    holds = f"{str(operation).upper()}({argument}) {sign} {number(test.parameters.get('value'), 'value')}"
    return _Queries(f"SELECT CASE WHEN {holds} THEN 0 ELSE 1 END\nFROM {sql.source}{_where(test, sql)}", None)
