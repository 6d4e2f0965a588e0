"""Reads sort keys and the window behind `over`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rocky_core.dsl.cursor import Cursor
from rocky_core.dsl.rewrite import place_of
from rocky_core.dsl.syntax import Atom, Expression, SortKey, Window
from rocky_core.dsl.tokens import Kind, Token

Reader: TypeAlias = Callable[[Cursor], Expression]

_PARTS = ("partition", "sort", "rows", "range")


def parse_sort_key(cursor: Cursor, read: Reader) -> SortKey:
    """`amount`, `-amount`, `amount desc nulls last`."""
    minus = cursor.take_sign("-")
    expression = read(cursor)
    word = cursor.take_word("asc", "desc")
    if word and minus:
        cursor.fail("'-' already says descending", word)
    descending = minus or (word if word and word.word == "desc" else None)
    nulls: Atom | None = None
    if cursor.token.word == "nulls" and cursor.ahead().word in {"first", "last"}:
        start = cursor.advance()
        nulls = Atom(f"NULLS {cursor.advance().text.upper()}", start.at)
    return SortKey(place_of(expression), expression, Atom("DESC", descending.at) if descending else None, nulls)


def parse_window(cursor: Cursor, read: Reader) -> Window:
    """From `over` to its closing parenthesis."""
    at = cursor.advance().at
    cursor.expect_sign("(", "after 'over'")
    partition: list[Expression] = []
    order: list[SortKey] = []
    frame: Atom | None = None
    with cursor.enclosed():
        while not cursor.token.is_sign(")"):
            match cursor.token.word:
                case "partition" if not partition:
                    cursor.advance()
                    partition.append(read(cursor))
                    while _another(cursor):
                        partition.append(read(cursor))
                case "sort" if not order:
                    cursor.advance()
                    order.append(parse_sort_key(cursor, read))
                    while _another(cursor):
                        order.append(parse_sort_key(cursor, read))
                case "rows" | "range" if frame is None:
                    frame = _frame(cursor)
                case _:
                    cursor.fail(
                        f"expected partition, sort, rows or range in the window, found {cursor.token.shown}",
                        candidates=_PARTS,
                    )
            if not cursor.take_sign(",") and not cursor.token.is_sign(")") and cursor.token.word not in _PARTS:
                cursor.fail(f"expected ',' or ')' in the window, found {cursor.token.shown}", candidates=_PARTS)
        cursor.expect_sign(")", "to close the window")
    return Window(at, tuple(partition), tuple(order), frame)


def _another(cursor: Cursor) -> bool:
    """Whether the comma here continues the list rather than leading to the window's next part."""
    is_part = cursor.ahead().word in _PARTS and not cursor.ahead(2).is_sign(",", ")", ".")
    if not cursor.token.is_sign(",") or is_part or cursor.ahead().is_sign(")"):
        return False
    cursor.advance()
    return True


def _frame(cursor: Cursor) -> Atom:
    keyword = cursor.advance()
    start_sql, start = _bound(cursor, "PRECEDING")
    cursor.expect_sign("..", "between the ends of the frame")
    end_sql, end = _bound(cursor, "FOLLOWING")
    if start > end:
        cursor.fail("the frame ends before it starts", keyword)
    return Atom(f"{keyword.text.upper()} BETWEEN {start_sql} AND {end_sql}", keyword.at)


def _bound(cursor: Cursor, open_side: str) -> tuple[str, float]:
    """One end of a frame: its SQL, and how far it lies from the current row."""
    if cursor.take_word("unbounded") or cursor.token.is_sign("..", ")"):
        return f"UNBOUNDED {open_side}", float("-inf" if open_side == "PRECEDING" else "inf")
    if cursor.take_word("current"):
        return "CURRENT ROW", 0
    minus = cursor.take_sign("-")
    count = _count(cursor)
    side = cursor.take_word("preceding", "following")
    if side and minus:
        cursor.fail("'-' already says preceding", side)
    before = minus is not None or (side is not None and side.word == "preceding")
    if int(count.text) == 0:
        return "CURRENT ROW", 0
    return f"{count.text} {'PRECEDING' if before else 'FOLLOWING'}", -int(count.text) if before else int(count.text)


def _count(cursor: Cursor) -> Token:
    if cursor.token.kind is not Kind.NUMBER or not cursor.token.text.isdigit() or len(cursor.token.text) > 18:
        cursor.fail(f"expected a number of rows, current or unbounded, found {cursor.token.shown}")
    return cursor.advance()
