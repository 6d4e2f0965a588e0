"""Prints a subquery as DuckDB does inside an expression."""

from __future__ import annotations

from typing import Final

from rocky_core.dialects.duckdb.keywords import quote_name
from rocky_core.dialects.duckdb.print_call import print_call, print_order, print_window
from rocky_core.dialects.duckdb.print_expression import print_expression
from rocky_core.dialects.duckdb.select_lists import windows_from
from rocky_core.dialects.duckdb.source_tokens import TokenKind, UnreadableSource
from rocky_core.dialects.duckdb.token_cursor import Cursor

_SET_WORDS: Final = ("UNION", "INTERSECT", "EXCEPT")
_QUERY_WORDS: Final = ("SELECT", "WITH", "VALUES", "FROM")
# Words that end a FROM item, so that they are no alias.
_CLAUSES: Final = frozenset(
    {
        *(
            "WHERE",
            "GROUP",
            "HAVING",
            "ORDER",
            "LIMIT",
            "OFFSET",
            "UNION",
            "INTERSECT",
            "EXCEPT",
            "JOIN",
            "ON",
            "USING",
        ),
        *("LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "ASOF", "SEMI", "ANTI", "POSITIONAL", "SELECT"),
        *("WINDOW", "QUALIFY", "FROM", "TABLESAMPLE", "WITH"),
    }
)


def query_follows(cursor: Cursor) -> bool:
    """Whether parentheses with a query in them come."""
    at = 0
    while cursor.peek(at).is_symbol("("):
        at += 1
    return at > 0 and cursor.peek(at).is_word(*_QUERY_WORDS) and (at == 1 or _nested_query(cursor, at))


def _nested_query(cursor: Cursor, opening: int) -> bool:
    """Whether all that the parentheses hold is one query: `((SELECT 1) + 1)` is an expression."""
    depth, at = opening, opening
    while cursor.peek(at).kind is not TokenKind.END and depth >= opening:
        depth += 1 if cursor.peek(at).is_symbol("(") else -1 if cursor.peek(at).is_symbol(")") else 0
        at += 1
    return cursor.peek(at).is_word("UNION", "INTERSECT", "EXCEPT")


def print_query(cursor: Cursor) -> str:
    """The query at the cursor, without parentheses around it."""
    prefix = _with(cursor)
    body, combined = _operand(cursor), False
    while cursor.peek().is_word(*_SET_WORDS):
        words = [cursor.take().text.upper()]
        for words_after in (("ALL",), ("DISTINCT",), ("BY", "NAME")):
            if cursor.take_word(*words_after) and words_after != ("DISTINCT",):
                words.extend(words_after)
        body = f"({body}) {' '.join(words)} ({_operand(cursor)})"
        combined = True
    tail = _tail(cursor)
    return f"{prefix}({body}{tail})" if combined and not prefix else f"{prefix}{body}{tail}"


def print_array_query(cursor: Cursor) -> str:
    """`ARRAY(SELECT …)`, which DuckDB turns into an aggregate over the query, sorted by further columns of it."""
    start = cursor.at
    prefix = _with(cursor)
    plain = cursor.peek().is_word("SELECT", "FROM")
    items, rest = _select(cursor) if plain else ("", "")
    if plain and not cursor.peek().is_word(*_SET_WORDS):
        order = _order_keys(cursor) if cursor.take_word("ORDER", "BY") else []
        keys: list[str] = []
        for number, (key, direction) in enumerate(order, start=1):
            name = f"#{key}" if key.isdigit() else f"__array_internal_idx_{number}"
            items += "" if key.isdigit() else f", {key} AS {name}"
            keys.append(name + direction)
        sorting = f" ORDER BY {', '.join(key + direction for key, direction in order)}" if order else ""
        query = f"({prefix}{items}{rest}{sorting}{_tail(cursor)})"
        aggregate = f"array_agg(#1{' ORDER BY ' if keys else ''}{', '.join(keys)})"
    else:
        cursor.at = start
        query = grouped(print_query(cursor))
        aggregate = f"array_agg({'COLUMNS(*)' if query.startswith('((') else '#1'})"
        if " ORDER BY " in query:
            raise UnreadableSource(query)
    return f"(SELECT CASE  WHEN (({aggregate} IS NULL)) THEN (list_value()) ELSE {aggregate} END FROM {query})"


def _order_keys(cursor: Cursor) -> list[tuple[str, str]]:
    """The keys of an ORDER BY, each with its direction."""
    keys: list[tuple[str, str]] = []
    while True:
        if cursor.peek().is_word("ALL"):
            raise UnreadableSource("ORDER BY ALL")
        key, direction = print_expression(cursor).text, ""
        for words in (("ASC",), ("DESC",), ("NULLS", "FIRST"), ("NULLS", "LAST")):
            if cursor.take_word(*words):
                direction += f" {' '.join(words)}"
        keys.append((key, direction))
        if not cursor.take_symbol(","):
            return keys


def _with(cursor: Cursor) -> str:
    """The WITH clause; RECURSIVE stays only where a query has the branches for it."""
    if not cursor.take_word("WITH"):
        return ""
    recursive = cursor.take_word("RECURSIVE")
    tables = [_common_table(cursor)]
    while cursor.take_symbol(","):
        tables.append(_common_table(cursor))
    repeats = recursive and any(" AS ((" in table for table in tables)
    return f"WITH {'RECURSIVE ' if repeats else ''}{', '.join(tables)} "


def _common_table(cursor: Cursor) -> str:
    name = quote_name(cursor.take_name())
    if cursor.take_symbol("("):
        name += f" ({', '.join(quote_name(column) for column in cursor.take_list(Cursor.take_name, ')'))})"
    cursor.expect_word("AS")
    kept = "NOT MATERIALIZED " if cursor.take_word("NOT", "MATERIALIZED") else ""
    kept = "MATERIALIZED " if cursor.take_word("MATERIALIZED") else kept
    cursor.expect_symbol("(")
    inner = print_query(cursor)
    cursor.expect_symbol(")")
    return f"{name} AS {kept}{grouped(inner)}"


def grouped(query: str) -> str:
    """The query in parentheses, which a set operation already has around it."""
    return query if query.startswith("((") else f"({query})"


def _operand(cursor: Cursor) -> str:
    if cursor.take_symbol("("):
        inner = print_query(cursor)
        cursor.expect_symbol(")")
        return inner
    if cursor.take_word("VALUES"):
        rows = [_row(cursor)]
        while cursor.take_symbol(","):
            rows.append(_row(cursor))
        return f"SELECT * FROM (VALUES {', '.join(rows)}) AS valueslist"
    return "".join(_select(cursor))


def _select(cursor: Cursor) -> tuple[str, str]:
    """A SELECT with its list and with the rest of it, up to its order."""
    around = cursor.windows
    cursor.windows = {**around, **dict(windows_from(cursor.tokens, cursor.at))}
    source = _from(cursor) if cursor.peek().is_word("FROM") else None
    items = "SELECT *"
    if cursor.take_word("SELECT"):
        items = f"SELECT {_distinct(cursor)}{', '.join(_items(cursor))}"
    if source is None:
        source = _from(cursor) if cursor.peek().is_word("FROM") else ""
    rest = source + _filters(cursor)
    cursor.windows = around
    return items, rest


def _distinct(cursor: Cursor) -> str:
    if not cursor.take_word("DISTINCT"):
        cursor.take_word("ALL")
        return ""
    if not cursor.take_word("ON"):
        return "DISTINCT "
    cursor.expect_symbol("(")
    return f"DISTINCT ON ({', '.join(key.text for key in cursor.take_list(print_expression, ')'))}) "


def _row(cursor: Cursor) -> str:
    cursor.expect_symbol("(")
    return f"({', '.join(item.text for item in cursor.take_list(print_expression, ')'))})"


def _items(cursor: Cursor) -> list[str]:
    items = []
    while True:
        items.append(_item(cursor))
        if not cursor.take_symbol(","):
            return items


def _item(cursor: Cursor) -> str:
    if cursor.take_symbol("*"):
        return "*" + _star_options(cursor)
    if cursor.peek(1).is_symbol(".") and cursor.peek(2).is_symbol("*"):
        name = quote_name(cursor.take_name())
        cursor.at += 2
        return f"{name}.*" + _star_options(cursor)
    return print_expression(cursor).text + _alias(cursor)


def _star_options(cursor: Cursor) -> str:
    if not cursor.take_word("EXCLUDE"):
        return ""
    cursor.expect_symbol("(")
    return f" EXCLUDE ({', '.join(quote_name(name) for name in cursor.take_list(Cursor.take_name, ')'))})"


def _alias(cursor: Cursor) -> str:
    token = cursor.peek()
    if cursor.take_word("AS"):
        return f" AS {quote_name(cursor.take_name())}"
    is_name = token.kind is TokenKind.QUOTED or (token.kind is TokenKind.WORD and token.text.upper() not in _CLAUSES)
    return f" AS {quote_name(cursor.take_name())}" if is_name else ""


def _from(cursor: Cursor) -> str:
    cursor.expect_word("FROM")
    tables = [_joined(cursor)]
    while cursor.take_symbol(","):
        tables.append(_joined(cursor))
    return f" FROM {' , '.join(tables)}"


def _joined(cursor: Cursor) -> str:
    left = _table(cursor)
    while True:
        natural = "NATURAL " if cursor.take_word("NATURAL") else ""
        if cursor.take_word("CROSS", "JOIN"):
            left = f"({left} CROSS JOIN {_table(cursor)})"
            continue
        method = "ASOF " if cursor.take_word("ASOF") else ""
        kind = next((w for w in ("LEFT", "RIGHT", "FULL", "INNER", "SEMI", "ANTI") if cursor.take_word(w)), "INNER")
        cursor.take_word("OUTER")
        if not cursor.take_word("JOIN"):
            return left
        joined = f"{left} {natural}{method}{kind} JOIN {_table(cursor)}"
        if cursor.take_word("ON"):
            joined += f" ON ({print_expression(cursor).text})"
        elif cursor.take_word("USING"):
            cursor.expect_symbol("(")
            joined += f" USING ({', '.join(quote_name(n) for n in cursor.take_list(Cursor.take_name, ')'))})"
        left = f"({joined})"


def _table(cursor: Cursor) -> str:
    cursor.take_word("LATERAL")
    if cursor.peek().is_symbol("(") and not query_follows(cursor):
        cursor.take()
        joined = _joined(cursor)
        cursor.expect_symbol(")")
        return joined
    if cursor.take_symbol("("):
        inner = grouped(print_query(cursor))
        cursor.expect_symbol(")")
        return _with_columns(cursor, inner + _alias(cursor))
    names = [cursor.take_name()]
    while cursor.take_symbol("."):
        names.append(cursor.take_name())
    if cursor.peek().is_symbol("("):
        return _with_columns(cursor, print_call(cursor, names).text + _alias(cursor))
    return _with_columns(cursor, ".".join(map(quote_name, names)) + _alias(cursor))


def _with_columns(cursor: Cursor, table: str) -> str:
    if not cursor.take_symbol("("):
        return table
    return f"{table}({', '.join(quote_name(name) for name in cursor.take_list(Cursor.take_name, ')'))})"


def _filters(cursor: Cursor) -> str:
    text = f" WHERE {print_expression(cursor).text}" if cursor.take_word("WHERE") else ""
    if cursor.take_word("GROUP", "BY"):
        if cursor.take_word("ALL"):
            text += " GROUP BY ALL"
        else:
            keys = [print_expression(cursor).text]
            while cursor.take_symbol(","):
                keys.append(print_expression(cursor).text)
            text += f" GROUP BY {', '.join(keys)}"
    if cursor.take_word("HAVING"):
        text += f" HAVING {print_expression(cursor).text}"
    if cursor.take_word("WINDOW"):  # Each is printed where it is used.
        _skip_windows(cursor)
    if cursor.take_word("QUALIFY"):
        text += f" QUALIFY {print_expression(cursor).text}"
    return text


def _skip_windows(cursor: Cursor) -> None:
    while True:
        cursor.take_name()
        cursor.expect_word("AS")
        print_window(cursor)
        if not cursor.take_symbol(","):
            return


def _tail(cursor: Cursor) -> str:
    text = ""
    if cursor.take_word("ORDER", "BY", "ALL"):
        text = f" ORDER BY COLUMNS(*){' DESC' if cursor.take_word('DESC') else ''}"
    elif cursor.take_word("ORDER", "BY"):
        text = f" ORDER BY {print_order(cursor)}"
    if cursor.take_word("LIMIT"):
        text += f" LIMIT {print_expression(cursor).text}"
    if cursor.take_word("OFFSET"):
        text += f" OFFSET {print_expression(cursor).text}"
    return text
