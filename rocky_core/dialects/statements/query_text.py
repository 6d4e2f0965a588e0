"""The model's query as part of a statement."""

from __future__ import annotations

from sqlglot import TokenType, tokenize


def bare_query(sql: str, sqlglot_name: str) -> str:
    """The query without its closing semicolons and what follows them."""
    tokens = tokenize(sql, read=sqlglot_name)
    end = len(sql)
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        end = tokens.pop().start
    return sql[:end].strip()


def as_subquery(query: str, alias: str) -> str:
    """The query in parentheses of their own lines, so that a closing comment cannot swallow them."""
    return f"(\n{query}\n) AS {alias}"
