"""The model's query as part of a statement."""

from __future__ import annotations

from collections.abc import Sequence


def bare_query(sql: str, sqlglot_name: str) -> str:
    """The query without its closing semicolons and comments, which would swallow what a statement adds."""
    from sqlglot import TokenType, tokenize  # noqa: PLC0415 — a run that builds nothing needs no SQL parser

    tokens = tokenize(sql, read=sqlglot_name)
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    return sql[tokens[0].start : tokens[-1].end + 1] if tokens else ""


def as_subquery(query: str, alias: str) -> str:
    """The query in parentheses of their own lines, so that a closing comment cannot swallow them."""
    return f"(\n{query}\n) AS {alias}"


def with_queries(query: str, inlined: Sequence[tuple[str, str]], sqlglot_name: str) -> str:
    """The query with others (quoted name, text) before it as CTEs, those that are read first first."""
    if not inlined:
        return query
    from sqlglot import TokenType, tokenize  # noqa: PLC0415 — see `bare_query`

    ctes = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in inlined)
    tokens = tokenize(query, read=sqlglot_name)
    if not tokens or tokens[0].token_type != TokenType.WITH:
        return f"WITH {ctes}\n{query}"
    opening = tokens[1] if len(tokens) > 1 and tokens[1].token_type == TokenType.RECURSIVE else tokens[0]
    before, after = query[: opening.end + 1], query[opening.end + 1 :]
    return f"{before} {ctes},\n{after.lstrip()}"
