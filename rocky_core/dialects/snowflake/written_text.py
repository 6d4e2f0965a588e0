"""The text of an item of a SELECT list, as its author wrote it."""

from __future__ import annotations

from typing import Final

from sqlglot import TokenType, exp, tokenize
from sqlglot.errors import TokenError

_FIRST_GLANCE: Final = 256  # Most items are shorter, and a list may hold thousands.
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
    size = _FIRST_GLANCE
    while True:
        length = _length_of_item(sql[start : start + size], sqlglot_name)
        if length is not None or start + size >= len(sql):
            return sql[start : start + (length or size)].rstrip()
        size *= 4


def _length_of_item(text: str, sqlglot_name: str) -> int | None:
    """Up to what follows the item; None if the text ends before."""
    try:
        tokens = tokenize(text, read=sqlglot_name)
    except TokenError:
        return None  # The cut goes through a quoted text.
    depth, end = 0, 0
    for token in tokens:
        if token.token_type in _OPENING:
            depth += 1
        elif token.token_type in _CLOSING:
            depth -= 1
        if depth < 0 or (depth == 0 and token.token_type in _AFTER_AN_ITEM):
            return end
        end = token.end + 1
    return None


def _first_place(node: exp.Expr) -> int | None:
    """Where the item begins, if it begins with a name: keywords and brackets leave no place behind."""
    while isinstance(node, exp.Binary | exp.Window | exp.Bracket):
        node = node.this
    if isinstance(node, exp.Column):
        node = node.parts[0]
    start = node.meta.get("start") if isinstance(node, exp.Anonymous | exp.Identifier) else None
    return int(start) if start is not None else None
