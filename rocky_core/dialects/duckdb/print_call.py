"""Prints calls as DuckDB does: functions, aggregates, windows, intervals and the calls with a syntax of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.duckdb.keywords import quote_name
from rocky_core.dialects.duckdb.source_tokens import TokenKind, UnreadableSource
from rocky_core.dialects.duckdb.token_cursor import Cursor, Printed

_UPPER_NAMES: Final = {
    "coalesce": "COALESCE",
    "ifnull": "COALESCE",
    "try": "TRY",
    "columns": "COLUMNS",
    "grouping": "GROUPING",
    "grouping_id": "GROUPING",
}
_ORDERED_SET: Final = {"percentile_cont": "quantile_cont", "percentile_disc": "quantile_disc"}

# Words that tell a call with a syntax of its own from one written like any other.
_MARKS: Final = {
    "EXTRACT": ("FROM",),
    "POSITION": ("IN",),
    "SUBSTRING": ("FROM", "FOR"),
    "TRIM": ("FROM", "BOTH", "LEADING", "TRAILING"),
    "OVERLAY": ("PLACING",),
}

_WHOLE_UNITS: Final = {
    **dict.fromkeys(("year", "month", "day", "week", "quarter", "decade"), "INTEGER"),
    **dict.fromkeys(("hour", "minute", "microsecond"), "BIGINT"),
}
_FRACTIONAL_UNITS: Final = frozenset({"second", "millisecond"})
_IRREGULAR_UNITS: Final = {
    **dict.fromkeys(("century", "centuries"), "centuries"),
    **dict.fromkeys(("millennium", "millennia"), "millennia"),
}
_PARTS: Final = {
    f"{unit}{plural}".upper(): unit.upper()
    for unit in ("year", "month", "day", "hour", "minute", "second", "week", "quarter", "decade")
    for plural in ("", "s")
} | {
    **dict.fromkeys(("MILLISECOND", "MILLISECONDS"), "MILLISECONDS"),
    **dict.fromkeys(("MICROSECOND", "MICROSECONDS"), "MICROSECONDS"),
    **dict.fromkeys(("CENTURY", "CENTURIES"), "CENTURY"),
    **dict.fromkeys(("MILLENNIUM", "MILLENNIA"), "MILLENNIUM"),
}


def print_call(cursor: Cursor, names: Sequence[str], first: str | None = None) -> Printed:
    """A call whose name has been taken, with what may follow it; `first` is an argument written before the name."""
    cursor.expect_symbol("(")
    name = names[-1].lower()
    distinct = cursor.take_word("DISTINCT")
    if not distinct:
        cursor.take_word("ALL")
    arguments = [] if first is None else [first]
    star = cursor.take_symbol("*")
    order, nulls = "", ""
    while not cursor.take_symbol(")"):
        if cursor.take_word("ORDER", "BY"):
            order = f" ORDER BY {print_order(cursor)}"
        elif cursor.take_word("IGNORE", "NULLS"):
            nulls = " IGNORE NULLS"
        elif not cursor.take_word("RESPECT", "NULLS") and not cursor.take_symbol(","):
            arguments.append(_argument(cursor))
    within = None
    if cursor.take_word("WITHIN", "GROUP"):
        cursor.expect_symbol("(")
        cursor.expect_word("ORDER", "BY")
        within = print_order(cursor)
        cursor.expect_symbol(")")
    condition = ""
    if cursor.take_word("FILTER"):
        cursor.expect_symbol("(")
        cursor.take_word("WHERE")
        condition = f" FILTER (WHERE {_expression(cursor)})"
        cursor.expect_symbol(")")
    over = f" OVER {_window(cursor)}" if cursor.take_word("OVER") else ""
    if name == "count" and (star or not arguments):
        return Printed(f"{'count' if over else 'count_star'}(){condition}{over}")
    tail = ""
    if within is not None and name in _ORDERED_SET:
        name, order = _ORDERED_SET[name], f" ORDER BY {within}"
    elif within is not None:
        tail = f" WITHIN GROUP ( ORDER BY {within})"
    # A window function's name is printed bare, even where it is a keyword.
    own = name if over else quote_name(name)
    shown = _UPPER_NAMES.get(name) or ".".join((*map(quote_name, names[:-1]), own))
    inside = f"{'DISTINCT ' if distinct else ''}{'*' if star else ', '.join(arguments)}{order}{nulls}"
    return Printed(f"{shown}({inside}){tail}{condition}{over}")


def print_order(cursor: Cursor) -> str:
    """The items of an ORDER BY."""
    items = []
    while True:
        item = _expression(cursor)
        for words in (("ASC",), ("DESC",), ("NULLS", "FIRST"), ("NULLS", "LAST")):
            if cursor.take_word(*words):
                item += f" {' '.join(words)}"
        items.append(item)
        if not cursor.take_symbol(","):
            return ", ".join(items)


def print_window(cursor: Cursor) -> str:
    """A window in parentheses, which may build on a named one."""
    cursor.expect_symbol("(")
    parts = []
    if cursor.peek().text.lower() in cursor.windows:
        parts.append(cursor.windows[cursor.take().text.lower()][1:-1])
    if cursor.take_word("PARTITION", "BY"):
        keys = [_expression(cursor)]
        while cursor.take_symbol(","):
            keys.append(_expression(cursor))
        parts.append(f"PARTITION BY {', '.join(keys)}")
    if cursor.take_word("ORDER", "BY"):
        parts.append(f"ORDER BY {print_order(cursor)}")
    if cursor.peek().is_word("ROWS", "RANGE", "GROUPS"):
        parts.extend(_frame(cursor))
    cursor.expect_symbol(")")
    return f"({' '.join(parts)})"


def print_interval(cursor: Cursor) -> Printed:
    """`INTERVAL …`, which DuckDB turns into a call per unit."""
    cursor.expect_word("INTERVAL")
    token = cursor.peek()
    amount = _literal_or_group(cursor)
    unit = cursor.peek().text.lower() if cursor.peek().kind is TokenKind.WORD else ""
    if unit in _IRREGULAR_UNITS:
        cursor.take()
        return Printed(f"to_{_IRREGULAR_UNITS[unit]}(CAST(trunc(CAST({amount} AS DOUBLE)) AS INTEGER))")
    singular = unit.removesuffix("s")
    if singular in _WHOLE_UNITS:
        cursor.take()
        return Printed(f"to_{singular}s(CAST(trunc(CAST({amount} AS DOUBLE)) AS {_WHOLE_UNITS[singular]}))")
    if singular in _FRACTIONAL_UNITS:
        cursor.take()
        return Printed(f"to_{singular}s(CAST({amount} AS DOUBLE))")
    if token.kind is not TokenKind.TEXT:
        raise UnreadableSource(token.text)
    return Printed(f"CAST({amount} AS INTERVAL)")


def print_special_call(cursor: Cursor, word: str) -> Printed | None:
    """A call with words between its arguments; None (nothing taken) if it is written like any other."""
    if word not in _MARKS or not _is_marked(cursor, _MARKS[word]):
        return None
    start = cursor.at
    cursor.at += 2
    match word:
        case "EXTRACT":
            printed = _extract(cursor)
        case "POSITION":
            printed = _position(cursor)
        case "SUBSTRING":
            printed = _substring(cursor)
        case "TRIM":
            printed = _trim(cursor)
        case _:
            printed = _overlay(cursor)
    if printed is None:
        cursor.at = start
        return None
    cursor.expect_symbol(")")
    return Printed(printed)


def _is_marked(cursor: Cursor, words: Sequence[str]) -> bool:
    """Whether one of the words stands between the arguments; looking first keeps nested calls from being read twice."""
    depth, ahead = 0, 1
    while cursor.peek(ahead).kind is not TokenKind.END:
        token = cursor.peek(ahead)
        depth += 1 if token.is_symbol("(") else -1 if token.is_symbol(")") else 0
        if depth == 0:
            return False
        if depth == 1 and token.is_word(*words):
            return True
        ahead += 1
    return False


def _extract(cursor: Cursor) -> str | None:
    part = cursor.take()
    if not cursor.take_word("FROM"):
        return None
    known = _PARTS.get(part.text.upper()) if part.kind is TokenKind.WORD else None
    return f"date_part('{known or part.text}', {_expression(cursor)})"


def _position(cursor: Cursor) -> str | None:
    from rocky_core.dialects.duckdb.print_expression import _MATCH, print_expression  # noqa: PLC0415 — need each other

    wanted = print_expression(cursor, _MATCH).text
    return f'"position"({_expression(cursor)}, {wanted})' if cursor.take_word("IN") else None


def _substring(cursor: Cursor) -> str | None:
    text = _expression(cursor)
    start = _expression(cursor) if cursor.take_word("FROM") else None
    length = _expression(cursor) if cursor.take_word("FOR") else None
    if start is None and length is None:
        return None
    tail = "" if length is None else f", {length}"
    return f'"substring"({text}, {start or "1"}{tail})'


def _trim(cursor: Cursor) -> str | None:
    name = '"trim"'
    side = cursor.take_word("BOTH")
    for word, function in (("LEADING", "ltrim"), ("TRAILING", "rtrim")):
        if cursor.take_word(word):
            name, side = function, True
    characters = None if cursor.peek().is_word("FROM") else _expression(cursor)
    if not cursor.take_word("FROM"):
        return f"{name}({characters})" if side and cursor.peek().is_symbol(")") else None
    text = _expression(cursor)
    return f"{name}({text})" if characters is None else f"{name}({text}, {characters})"


def _overlay(cursor: Cursor) -> str | None:
    items = [_expression(cursor)]
    if not cursor.peek().is_word("PLACING"):
        return None
    items.extend(_expression(cursor) for word in ("PLACING", "FROM", "FOR") if cursor.take_word(word))
    return f'"overlay"({", ".join(items)})'


def _expression(cursor: Cursor) -> str:
    from rocky_core.dialects.duckdb.print_expression import print_expression  # noqa: PLC0415 — they need each other

    return print_expression(cursor).text


def _argument(cursor: Cursor) -> str:
    if cursor.peek(1).is_symbol(":=", "=>"):
        name = quote_name(cursor.take_name())
        cursor.take()
        return f"{name} := {_expression(cursor)}"
    return _expression(cursor)


def _literal_or_group(cursor: Cursor) -> str:
    token = cursor.peek()
    if token.kind is TokenKind.TEXT:
        return "'" + cursor.take().text.replace("'", "''") + "'"
    if token.kind is TokenKind.NUMBER:
        return cursor.take().text
    cursor.expect_symbol("(")
    inner = _expression(cursor)
    cursor.expect_symbol(")")
    return inner


def _window(cursor: Cursor) -> str:
    if cursor.peek().is_symbol("("):
        return print_window(cursor)
    name = cursor.take_name().lower()
    if name not in cursor.windows:
        raise UnreadableSource(name)
    return cursor.windows[name]


def _frame(cursor: Cursor) -> list[str]:
    """The frame, unless it is the default; DuckDB does not keep the unit of a frame without bounds."""
    unit = cursor.take().text.upper()
    if cursor.take_word("BETWEEN"):
        start = _bound(cursor)
        cursor.expect_word("AND")
        end = _bound(cursor)
    else:
        start, end = _bound(cursor), "CURRENT ROW"
    excluded = ""
    if cursor.take_word("EXCLUDE"):
        words = [cursor.take().text.upper()]
        if words[0] in {"CURRENT", "NO"}:
            words.append(cursor.take().text.upper())
        excluded = "" if words[0] == "NO" else f" EXCLUDE {' '.join(words)}"
    if (unit, start, end, excluded) == ("RANGE", "UNBOUNDED PRECEDING", "CURRENT ROW", ""):
        return []
    if (start, end) == ("UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING"):
        unit = "ROWS"
    return [f"{unit} BETWEEN {start} AND {end}{excluded}"]


def _bound(cursor: Cursor) -> str:
    if cursor.take_word("CURRENT", "ROW"):
        return "CURRENT ROW"
    amount = "UNBOUNDED" if cursor.take_word("UNBOUNDED") else _expression(cursor)
    return f"{amount} {cursor.take().text.upper()}"
