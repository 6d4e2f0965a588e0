"""Finds the text of an item of a SELECT list again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from sqlglot import exp

from rocky_core.dialects.duckdb.print_call import print_window
from rocky_core.dialects.duckdb.source_tokens import Token, TokenKind, UnreadableSource, tokens_of
from rocky_core.dialects.duckdb.token_cursor import Cursor
from rocky_core.ir.replace import replace

_ENDINGS: Final = (
    *("FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET"),
    *("UNION", "INTERSECT", "EXCEPT", "INTO", "USING"),
)
_KEPT: Final = "select list"
_OPENING: Final = ("(", "[", "{")
_CLOSING: Final = (")", "]", "}")


class SelectList(Struct, frozen=True):
    """The items of one SELECT, as ranges of tokens, and where its query goes on."""

    items: tuple[tuple[int, int], ...]
    after: int
    depth: int = 0  # How many other lists it stands in.
    windows: tuple[tuple[str, str], ...] = ()  # The query's WINDOW clause, for the list that was chosen.

    def covers(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether it holds everything between two places of the text."""
        return tokens[self.items[0][0]].start <= first and last < tokens[self.items[-1][1]].start


def item_of(node: exp.Expr, position: int, sql: str) -> Cursor | None:
    """The tokens of a SELECT item; None if it cannot be told which it is. Raises UnreadableSource."""
    select = node.parent
    in_list = isinstance(select, exp.Select)
    index = node.index if in_list and node.index is not None else position
    # Each item of a list asks, so the first answer is kept on the list's own node.
    kept = select.meta.get(_KEPT) if select is not None else None
    chosen = kept if kept is not None else _list_of(node, select, sql)
    if chosen is not None and kept is None and in_list and select is not None:
        select.meta[_KEPT] = chosen
    if chosen is None or index >= len(chosen.items):
        return None
    tokens = tokens_of(sql)
    start, end = chosen.items[index]
    part = (*tokens[start:end], Token(TokenKind.END, "", tokens[end].start))
    return Cursor(part, 0, dict(chosen.windows))


def _list_of(node: exp.Expr, select: exp.Expr | None, sql: str) -> SelectList | None:
    """The list in the text that the tree's list was read from."""
    items = select.expressions if isinstance(select, exp.Select) else [node]
    tokens = tokens_of(sql)
    places = [place for item in items for place in _places(item)]
    lists = [found for found in _select_lists(sql) if len(found.items) == len(items) or len(items) == 1]
    if places:
        lists = [found for found in lists if found.covers(tokens, min(places), max(places))]
    if not lists:
        return None
    # `SELECT (SELECT 1)` has two lists that hold the 1: the tree tells how many stand around the item's own.
    around = _selects_around(select)
    lists = [found for found in lists if found.depth == around] or lists
    # The innermost list that holds all of it; without any place in the text, the first.
    chosen = max(lists, key=lambda found: found.items[0][0]) if places else lists[0]
    return replace(chosen, windows=tuple(windows_from(tokens, chosen.after)))


def _selects_around(select: exp.Expr | None) -> int:
    """How many SELECT lists a query stands in; one in FROM or WITH stands in none."""
    around, node = 0, select
    while node is not None:
        if isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
            around += 1
        node = node.parent
    return around


def _places(node: exp.Expr) -> Iterator[int]:
    # The arguments that sqlglot adds to a bare DECIMAL have places in no text.
    for part in node.walk(prune=lambda part: isinstance(part, exp.DataType)):
        start = part.meta.get("start")
        if start is not None:
            yield start


@lru_cache(maxsize=16)
def _select_lists(sql: str) -> tuple[SelectList, ...]:
    tokens = tokens_of(sql)
    found = [
        read for at, token in enumerate(tokens) if token.is_word("SELECT") and (read := _read_list(tokens, at + 1))
    ]
    return tuple(
        replace(inner, depth=sum(outer.items[0][0] < inner.items[0][0] < outer.items[-1][1] for outer in found))
        for inner in found
    )


def _read_list(tokens: Sequence[Token], at: int) -> SelectList | None:
    if tokens[at].is_word("DISTINCT"):
        at += 1
        if tokens[at].is_word("ON"):
            at = _after_group(tokens, at + 1)
    elif tokens[at].is_word("ALL"):
        at += 1
    items: list[tuple[int, int]] = []
    start, depth = at, 0
    while True:
        token = tokens[at]
        if token.is_symbol(*_OPENING):
            depth += 1
        elif depth > 0 and token.is_symbol(*_CLOSING):
            depth -= 1
        elif depth == 0:
            ends = token.kind is TokenKind.END or token.is_symbol(";", *_CLOSING) or _ends_list(tokens, at)
            if (ends or token.is_symbol(",")) and at > start:
                items.append((start, at))
                start = at + 1
            if ends:
                return SelectList(tuple(items), at) if items else None
        if token.kind is TokenKind.END:
            return None
        at += 1


def _ends_list(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].is_word("FROM"):
        return not tokens[at - 1].is_word("DISTINCT")  # IS DISTINCT FROM
    if tokens[at].is_word("GROUP"):
        return not tokens[at - 1].is_word("WITHIN")
    return tokens[at].is_word(*_ENDINGS) and not tokens[at - 1].is_symbol("::")  # x::UNION(…)


def _after_group(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    while tokens[at].kind is not TokenKind.END:
        depth += 1 if tokens[at].is_symbol("(") else -1 if tokens[at].is_symbol(")") else 0
        at += 1
        if depth == 0:
            break
    return at


def windows_from(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, str]]:
    """The WINDOW clause of the query that goes on here."""
    depth = 0
    while tokens[at].kind is not TokenKind.END and depth >= 0:
        token = tokens[at]
        if depth == 0 and token.is_word("WINDOW"):
            yield from _named_windows(Cursor(tokens, at + 1))
            return
        depth += 1 if token.is_symbol("(") else -1 if token.is_symbol(")") else 0
        at += 1


def _named_windows(cursor: Cursor) -> Iterator[tuple[str, str]]:
    while True:
        try:
            name = cursor.take_name().lower()
            cursor.expect_word("AS")
            yield name, print_window(cursor)
        except UnreadableSource:
            return
        if not cursor.take_symbol(","):
            return
