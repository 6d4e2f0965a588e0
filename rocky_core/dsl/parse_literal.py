"""Reads what stands for itself: numbers, texts, dates, run variables, intervals, null and the truth values."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from rocky_core.dsl.cursor import Cursor
from rocky_core.dsl.syntax import Atom, Expression, Interval
from rocky_core.dsl.tokens import Kind, Token

_DAY: Final = re.compile(r"@\d{4}-\d{2}-\d{2}")
_INSTANT: Final = re.compile(r"@\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")


def parse_literal(cursor: Cursor) -> Expression | None:
    """The literal here, or None and the cursor unmoved."""
    token = cursor.token
    match token.kind:
        case Kind.NUMBER:
            return Atom(cursor.advance().text, token.at)
        case Kind.TEXT:
            return text_literal(cursor.advance(), cursor.quote_in_text)
        case Kind.AT:
            return _at_literal(cursor)
        case Kind.WORD if token.word in {"null", "true", "false"}:
            cursor.advance()
            return Atom(token.text.upper(), token.at)
        case Kind.WORD if token.word == "interval" and cursor.ahead().kind in {Kind.NUMBER, Kind.TEXT}:
            return _interval(cursor)
        case _:
            return None


def text_literal(token: Token, quote_in_text: str) -> Atom:
    """A text in single quotes; what the author wrote between the quotes keeps its backslashes."""
    quote, inner = token.text[0], token.text[1:-1]
    value = inner.replace(quote * 2, quote).replace("\\" + quote, quote)
    sql = "'" + value.replace("'", quote_in_text) + "'"
    return Atom(sql, token.at)


def _at_literal(cursor: Cursor) -> Atom:
    token = cursor.token
    if token.text[1].isalpha() or token.text[1] == "_":
        # A run variable or a partition bound; its value replaces the text later on.
        return Atom(cursor.advance().text, token.at)
    written = token.text[1:]
    try:
        if _DAY.fullmatch(token.text):
            sql = f"DATE '{date.fromisoformat(written)}'"
        elif _INSTANT.fullmatch(token.text):
            datetime.fromisoformat(written)
            sql = f"TIMESTAMP '{written.replace('T', ' ')}'"
        else:
            cursor.fail("expected a date such as @2025-01-31 or @2025-01-31T12:00:00")
    except ValueError:
        cursor.fail(f"{token.shown} is no day of the calendar")
    cursor.advance()
    return Atom(sql, token.at)


def _interval(cursor: Cursor) -> Expression:
    keyword, amount = cursor.advance(), cursor.advance()
    words = [
        Atom("INTERVAL", keyword.at),
        text_literal(amount, cursor.quote_in_text) if amount.kind is Kind.TEXT else Atom(amount.text, amount.at),
    ]
    if cursor.token.kind is Kind.WORD and not cursor.token.starts_line:
        unit = cursor.advance()
        words.append(Atom(unit.text, unit.at))
    return Interval(tuple(words))
