"""The text of an item of a SELECT list, as its author wrote it."""

from __future__ import annotations

from typing import Final

from sqlglot import TokenType, exp, tokenize

_OPENING: Final = frozenset((TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE))
_CLOSING: Final = frozenset((TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE))
_AFTER_AN_ITEM: Final = frozenset(
    (TokenType.COMMA, TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.HAVING,
     TokenType.QUALIFY, TokenType.LIMIT, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.SEMICOLON)
)  # fmt: skip


def written_text(node: exp.Expr, sql: str | None, sqlglot_name: str) -> str:
    """From the item's first word to the comma or clause after it; rendered anew where its place is not known."""
    start = _first_place(node)
    if sql is None or start is None:
        return node.sql(dialect=sqlglot_name, comments=False)
    depth, end = 0, start
    for token in tokenize(sql[start:], read=sqlglot_name):
        if token.token_type in _OPENING:
            depth += 1
        elif token.token_type in _CLOSING:
            depth -= 1
        if depth < 0 or (depth == 0 and token.token_type in _AFTER_AN_ITEM):
            break
        end = start + token.end + 1
    return sql[start:end]


def _first_place(node: exp.Expr) -> int | None:
    """Where the item begins, if it begins with a name: keywords and brackets leave no place behind."""
    while isinstance(node, exp.Binary | exp.Window | exp.Bracket):
        node = node.this
    if isinstance(node, exp.Column):
        node = node.parts[0]
    start = node.meta.get("start") if isinstance(node, exp.Anonymous | exp.Identifier) else None
    return int(start) if start is not None else None
