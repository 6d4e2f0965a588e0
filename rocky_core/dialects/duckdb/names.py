"""The name that DuckDB gives an expression in a SELECT list without an alias."""

from __future__ import annotations

from sqlglot import exp

from rocky_core.dialects.duckdb.print_expression import print_expression
from rocky_core.dialects.duckdb.select_lists import item_of
from rocky_core.dialects.duckdb.source_tokens import UnreadableSource, tokens_of
from rocky_core.dialects.duckdb.token_cursor import Cursor


def output_name(node: exp.Expr, position: int, sql: str | None = None) -> str:
    """The last part of a column, else the expression as DuckDB prints it.

    DuckDB prints what was written (`1e3`, `CAST(a AS text)`), which the tree no longer tells, so the text is
    read again where it is at hand.
    """
    if isinstance(node, exp.Column) and not _has_plus(node, sql):
        return node.name
    found = None
    if sql is not None:
        try:
            found = item_of(node, position, sql)
        except UnreadableSource:
            found = None
    if found is not None and sql is not None:
        # What cannot be read is named as it is written.
        return _printed(found) or sql[found.peek().start : found.tokens[-1].start].rstrip()
    spelled = node.sql("duckdb", comments=False)
    try:
        return _printed(Cursor(tokens_of(spelled))) or spelled
    except UnreadableSource:
        return spelled


def _has_plus(node: exp.Column, sql: str | None) -> bool:
    """Whether `+a` stands in the text, which the tree keeps as `a`."""
    start = min((part.meta.get("start", -1) for part in node.parts), default=-1)
    return sql is not None and start > 0 and sql[:start].rstrip().endswith("+")


def _printed(cursor: Cursor) -> str | None:
    start = cursor.at
    try:
        printed = print_expression(cursor)
    except (UnreadableSource, RecursionError):
        cursor.at = start
        return None
    if cursor.at < len(cursor.tokens) - 1:
        cursor.at = start
        return None
    return printed.parts[-1] if printed.shape in {"column", "grouped column"} else printed.text
