"""Tests of single rows: the condition under which a row fails, for counting, sampling and quarantine."""

from __future__ import annotations

from typing import Final

from rocky_core.ir.checks import DeclarativeTest
from rocky_core.planning.check_sql import CheckRefused, CheckSql, count, number

_FORBIDDEN_IN_PATTERNS: Final = "'`;"

ROW_TESTS: Final = frozenset(
    {
        "not_null",
        "accepted_values",
        "expression",
        "in_range",
        "regex_match",
        "not_in_future",
        "older_than_n_days",
    }
)


def failing_row(test: DeclarativeTest, sql: CheckSql) -> str:
    """The condition that is true of rows that fail, without the test's filter; it may be NULL where nothing fails.

    Raises:
        CheckRefused: the test cannot be written as SQL.

    """
    match test.kind:
        case "not_null":
            return f"{sql.column(test.column)} IS NULL"
        case "expression":
            return f"NOT {sql.fragment(test.parameters.get('expression'), 'expression')}"
        case "accepted_values":
            return _not_accepted(test, sql)
        case "in_range":
            return _out_of_range(test, sql)
        case "regex_match":
            return f"NOT ({_matches(test, sql)})"
        case "not_in_future":
            column = sql.column(test.column)
            return f"{column} > {sql.words.now.for_type(sql.type_of(test.column or ''))}"
        case "older_than_n_days":
            return _too_young(test, sql)
        case _:
            raise CheckRefused(f"'{test.kind}' is no test of single rows")


def _not_accepted(test: DeclarativeTest, sql: CheckSql) -> str:
    column = sql.column(test.column)
    values = test.parameters.get("values")
    if not isinstance(values, tuple | list) or not values:
        raise CheckRefused("the check needs at least one of 'values'")
    column_type = sql.type_of(test.column or "")
    return f"{column} NOT IN ({', '.join(sql.value(value, column_type) for value in values)})"


def _out_of_range(test: DeclarativeTest, sql: CheckSql) -> str:
    column = sql.column(test.column)
    bounds = [
        f"{column} {sign} {number(test.parameters[name], name)}"
        for name, sign in (("min", "<"), ("max", ">"))
        if test.parameters.get(name) is not None
    ]
    if not bounds:
        raise CheckRefused("the check needs 'min' or 'max'")
    return " OR ".join(bounds)


def _matches(test: DeclarativeTest, sql: CheckSql) -> str:
    column = sql.column(test.column)
    pattern = test.parameters.get("pattern")
    if not isinstance(pattern, str) or not pattern:
        raise CheckRefused("the check needs a 'pattern'")
    if any(character in pattern for character in _FORBIDDEN_IN_PATTERNS):
        raise CheckRefused("a pattern must not contain a quote, a backtick or a semicolon")
    # Not str.format: braces in the pattern are its own.
    return sql.words.matches.replace("{column}", column).replace("{pattern}", sql.shapes.text_literal(pattern))


def _too_young(test: DeclarativeTest, sql: CheckSql) -> str:
    column = sql.column(test.column)
    days = count(test.parameters.get("days"), "days")
    if days == 0:
        raise CheckRefused("'days' must be more than zero")
    return f"{column} > ({sql.words.days_ago.for_type(sql.type_of(test.column or '')).format(days=days)})"
