"""Reads one step of a pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rocky_core.dsl.cursor import JOIN_SIDES, Cursor
from rocky_core.dsl.parse_expression import parse_expression
from rocky_core.dsl.parse_window import parse_sort_key
from rocky_core.dsl.syntax import (
    Atom,
    Call,
    Derive,
    Distinct,
    Expression,
    Group,
    Item,
    Join,
    JoinKind,
    Name,
    Path,
    Replicate,
    Select,
    Sort,
    SortKey,
    Star,
    Step,
    TableRef,
    Take,
    Where,
)
from rocky_core.dsl.tokens import Kind, Token


def parse_step(cursor: Cursor) -> Step:
    """The step here, from its keyword to its last word."""
    token = cursor.advance()
    word = token.word
    if word in JOIN_SIDES:
        cursor.advance()
        return _join(cursor, token, _JOIN_KINDS[f"{word}_join"])
    if word in _JOIN_KINDS:
        return _join(cursor, token, _JOIN_KINDS[word])
    return _READERS[word](cursor, token)


def parse_table(cursor: Cursor) -> TableRef:
    """`catalog.schema.table as name`, any part of it optional but the table."""
    parts = [cursor.expect_name("the name of a model or table")]
    while cursor.take_sign("."):
        parts.append(cursor.expect_name("the rest of the table's name"))
    alias = cursor.expect_name("a name after 'as'") if cursor.take_word("as") else None
    return TableRef(tuple(parts), alias)


def _where(cursor: Cursor, token: Token) -> Step:
    return Where(token.at, parse_expression(cursor))


def _group(cursor: Cursor, token: Token) -> Step:
    keys: list[Item] = []
    if not cursor.token.is_sign("{"):
        keys.append(_item(cursor))
        while cursor.take_sign(","):
            keys.append(_item(cursor))
    outputs = _braced(cursor, _item) if cursor.token.is_sign("{") else ()
    for item in (*keys, *outputs):
        _require_name(cursor, item, token)
    if not keys and not outputs:
        cursor.fail("'group' needs keys or outputs", token)
    return Group(token.at, tuple(keys), outputs)


def _derive(cursor: Cursor, token: Token) -> Step:
    items = _braced(cursor, _item)
    for item in items:
        if item.name is None:
            cursor.fail("a derived column needs a name: write `name: expression`", token)
    if not items:
        cursor.fail("'derive' needs at least one column", token)
    return Derive(token.at, items)


def _select(cursor: Cursor, token: Token) -> Step:
    items = _braced(cursor, _selected)
    if not items:
        cursor.fail("'select' needs at least one column", token)
    return Select(token.at, items)


def _join(cursor: Cursor, token: Token, kind: JoinKind) -> Step:
    table = parse_table(cursor)
    listed: list[Expression] = []
    if kind is not JoinKind.CROSS:
        if not cursor.take_word("on"):
            cursor.fail(f"expected 'on' and the columns to match, found {cursor.token.shown}", candidates=("on",))
        listed.append(parse_expression(cursor))
        while cursor.take_sign(","):
            listed.append(parse_expression(cursor))
    keys = tuple(part.parts[0] for part in listed if isinstance(part, Path) and len(part.parts) == 1)
    if keys and len(keys) != len(listed):
        cursor.fail("name columns or write conditions after 'on', not both: spell the key as `a.key == b.key`", token)
    keep = _keep(cursor, table) if cursor.token.is_sign("{") else None
    return Join(token.at, kind, table, keys, () if keys else tuple(listed), keep)


def _keep(cursor: Cursor, table: TableRef) -> tuple[Name, ...]:
    """`{ keep b.x, b.y }`: the columns that the joined table contributes."""
    kept: list[Name] = []
    with cursor.enclosed():
        cursor.expect_sign("{", "before 'keep'")
        while cursor.take_word("keep") or (kept and cursor.token.kind is Kind.WORD):
            while True:
                name = cursor.expect_name("a column to keep")
                if cursor.take_sign("."):
                    if name.key != table.called.key:
                        cursor.fail(f"'keep' names columns of '{table.called.text}' only")
                    name = cursor.expect_name("a column to keep")
                kept.append(name)
                if not cursor.take_sign(",") or cursor.token.is_sign("}") or cursor.token.word == "keep":
                    break
        if not kept:
            cursor.fail(f"expected 'keep' and columns, found {cursor.token.shown}", candidates=("keep",))
        cursor.expect_sign("}", "after the columns to keep")
    return tuple(kept)


def _sort(cursor: Cursor, _: Token) -> Step:
    keys = [_sort_key(cursor)]
    while cursor.take_sign(","):
        keys.append(_sort_key(cursor))
    return Sort(_.at, tuple(keys))


def _sort_key(cursor: Cursor) -> SortKey:
    start = cursor.token
    key = parse_sort_key(cursor, parse_expression)
    if isinstance(key.expression, Atom):
        # A number here would be read as the position of a column.
        cursor.fail("sorting by a constant orders nothing; name a column", start)
    return key


def _take(cursor: Cursor, token: Token) -> Step:
    count = cursor.token
    is_variable = count.kind is Kind.AT and not count.text[1].isdigit()
    if not is_variable and not (count.kind is Kind.NUMBER and count.text.isdigit() and len(count.text) <= 18):
        cursor.fail(f"expected a whole number of rows after 'take', found {count.shown}")
    cursor.advance()
    return Take(token.at, Atom(count.text, count.at))


def _distinct(_: Cursor, token: Token) -> Step:
    return Distinct(token.at)


def _replicate(_: Cursor, token: Token) -> Step:
    return Replicate(token.at)


def _braced(cursor: Cursor, read: Callable[[Cursor], Item]) -> tuple[Item, ...]:
    """`{ item, item }`, with a comma after the last one or not."""
    items: list[Item] = []
    with cursor.enclosed():
        cursor.expect_sign("{", "here")
        while not cursor.token.is_sign("}"):
            items.append(read(cursor))
            if not cursor.take_sign(",") and not cursor.token.is_sign("}"):
                cursor.fail(f"expected ',' or '}}', found {cursor.token.shown}")
        cursor.expect_sign("}", "to close the list")
    return tuple(items)


def _item(cursor: Cursor) -> Item:
    """`name: expression`, `expression as name`, or an expression alone."""
    at = cursor.token.at
    if cursor.token.kind is Kind.WORD and cursor.ahead().is_sign(":"):
        name = cursor.expect_name("a name")
        cursor.advance()
        return Item(name, parse_expression(cursor), at)
    expression = parse_expression(cursor)
    if cursor.take_word("as"):
        return Item(cursor.expect_name("a name after 'as'"), expression, at)
    return Item(expression.parts[-1] if isinstance(expression, Path) else None, expression, at)


def _selected(cursor: Cursor) -> Item:
    """An item, or `*`, or `o.*`."""
    token = cursor.token
    if cursor.take_sign("*"):
        return Item(None, Star(token.at), token.at)
    if token.kind is Kind.WORD and cursor.ahead().is_sign(".") and cursor.ahead(2).is_sign("*"):
        cursor.advance()
        cursor.advance()
        cursor.advance()
        return Item(None, Star(token.at, Name(token.text, token.at)), token.at)
    return _item(cursor)


def _require_name(cursor: Cursor, item: Item, step: Token) -> None:
    if item.name is None:
        shown = "count: count()" if isinstance(item.expression, Call) else "name: expression"
        cursor.fail(f"what 'group' computes needs a name: write `{shown}`", step)


_JOIN_KINDS: Final = {
    "join": JoinKind.INNER,
    "inner_join": JoinKind.INNER,
    "left_join": JoinKind.LEFT,
    "right_join": JoinKind.RIGHT,
    "full_join": JoinKind.FULL,
    "cross_join": JoinKind.CROSS,
}
_READERS: Final[dict[str, Callable[[Cursor, Token], Step]]] = {
    "where": _where,
    "group": _group,
    "derive": _derive,
    "select": _select,
    "sort": _sort,
    "take": _take,
    "distinct": _distinct,
    "replicate": _replicate,
}
