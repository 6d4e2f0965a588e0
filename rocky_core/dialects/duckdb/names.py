"""The name that DuckDB gives an expression in a SELECT list without an alias."""

from __future__ import annotations

from sqlglot import exp


def output_name(node: exp.Expr, position: int, sql: str | None = None) -> str:
    """The last part of a column, else the expression as DuckDB prints it."""
    del position, sql
    if isinstance(node, exp.Column | exp.Dot):
        return node.name
    return node.sql("duckdb")
