"""Prints an expression as DuckDB does, which is the name of an unaliased column."""

from __future__ import annotations

from typing import Final

from rocky_core.dialects.duckdb.keywords import quote_name
from rocky_core.dialects.duckdb.print_call import print_call, print_interval, print_special_call
from rocky_core.dialects.duckdb.print_construct import (
    print_case,
    print_cast,
    print_lambda,
    print_list,
    print_map,
    print_struct,
)
from rocky_core.dialects.duckdb.print_type import print_type
from rocky_core.dialects.duckdb.source_tokens import TokenKind, UnreadableSource
from rocky_core.dialects.duckdb.token_cursor import Cursor, Printed

_ARROW, _OR, _AND, _NOT, _IS, _COMPARE, _MATCH, _OTHER, _SUM, _PRODUCT, _POWER, _ZONE, _COLLATE, _SIGN = range(1, 15)

_COMPARISONS: Final = {
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_NEGATED: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_BINARY: Final = {
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "//", "%"), _PRODUCT),
    **dict.fromkeys(("^", "**"), _POWER),
    **dict.fromkeys(
        ("||", "|", "&", "<<", ">>", "->>", "^@", "&&", "@>", "<@", "<->", "<=>", "~~", "~~*", "~~~", "!~~", "!~~*"),
        _OTHER,
    ),
    "->": _ARROW,
}
_REGEX: Final = {"~": (False, ""), "!~": (True, ""), "~*": (False, ", 'i'"), "!~*": (True, ", 'i'")}
_LIKE: Final = {"LIKE": ("~~", "!~~", "like_escape"), "ILIKE": ("~~*", "!~~*", "ilike_escape")}
_TYPED_LITERALS: Final = frozenset({"TIMESTAMP", "TIME", "DOUBLE"})


def print_expression(cursor: Cursor, floor: int = 0) -> Printed:
    """The expression at the cursor, up to an operator that binds looser than `floor`."""
    left = _prefix(cursor)
    while True:
        following = _infix(cursor, left, floor)
        if following is None:
            return left
        left = following


def _prefix(cursor: Cursor) -> Printed:
    token = cursor.peek()
    if token.is_word("NOT"):
        cursor.take()
        inner = print_expression(cursor, _NOT)
        return Printed(f"(NOT {inner.text})")
    if token.is_symbol("-", "+"):
        cursor.take()
        inner = print_expression(cursor, _SIGN)
        if token.text == "-" and inner.shape == "number":
            return Printed(inner.text[1:] if inner.text.startswith("-") else f"-{inner.text}", "number")
        return Printed(f"({token.text}({inner.text}))")
    if token.is_symbol("~", "@", "!"):
        cursor.take()
        return Printed(f"({token.text}({print_expression(cursor, _OTHER).text}))")
    return _postfix(cursor, _primary(cursor))


def _infix(cursor: Cursor, left: Printed, floor: int) -> Printed | None:
    token = cursor.peek()
    if token.kind is TokenKind.SYMBOL:
        return _symbol_infix(cursor, left, floor, token.text)
    if token.kind is not TokenKind.WORD:
        return None
    match token.text.upper():
        case "OR" if floor < _OR:
            return _chain(cursor, left, "or", _OR)
        case "AND" if floor < _AND:
            return _chain(cursor, left, "and", _AND)
        case "IS" | "ISNULL" | "NOTNULL" if floor < _IS:
            return _is(cursor, left)
        case "AT" if floor < _ZONE and cursor.peek(1).is_word("TIME"):
            cursor.expect_word("AT", "TIME", "ZONE")
            return Printed(f"timezone({print_expression(cursor, _ZONE).text}, {left.text})")
        case "COLLATE" if floor < _COLLATE:
            cursor.take()
            name = cursor.take_name()
            while cursor.take_symbol("."):
                name = f"{name}.{cursor.take_name()}"
            return Printed(f"{left.text} COLLATE {quote_name(name)}")
        case "NOT" | "IN" | "BETWEEN" | "LIKE" | "ILIKE" | "SIMILAR" | "GLOB" if floor < _MATCH:
            return _match(cursor, left)
        case _:
            return None


def _symbol_infix(cursor: Cursor, left: Printed, floor: int, symbol: str) -> Printed | None:
    if symbol in _COMPARISONS:
        if floor >= _COMPARE:
            return None
        cursor.take()
        return _comparison(cursor, left, _COMPARISONS[symbol])
    if symbol in _REGEX:
        if floor >= _OTHER:
            return None
        cursor.take()
        negated, options = _REGEX[symbol]
        return _negate_if(negated, f"regexp_matches({left.text}, {print_expression(cursor, _OTHER).text}{options})")
    level = _BINARY.get(symbol)
    if level is None or floor >= level:
        return None
    cursor.take()
    return Printed(f"({left.text} {symbol} {print_expression(cursor, level).text})")


def _chain(cursor: Cursor, left: Printed, word: str, level: int) -> Printed:
    """AND and OR take in operands of their own kind, in parentheses or not."""
    cursor.take()
    right = print_expression(cursor, level)
    parts = tuple(p for side in (left, right) for p in (side.parts if side.shape == word else (side.text,)))
    return Printed(f"({f' {word.upper()} '.join(parts)})", word, parts)


def _comparison(cursor: Cursor, left: Printed, symbol: str) -> Printed:
    if cursor.peek().is_word("ANY", "SOME", "ALL") and cursor.peek(1).is_symbol("("):
        for_all = cursor.take().text.upper() == "ALL"
        members = _primary(cursor)
        query = members.parts[0] if members.shape == "query" else f"SELECT unnest({members.text})"
        shown = _NEGATED[symbol] if for_all else symbol
        return _negate_if(for_all, f"({left.text} {shown} ANY{_as_group(query)})")
    return Printed(f"({left.text} {symbol} {print_expression(cursor, _COMPARE).text})")


def _is(cursor: Cursor, left: Printed) -> Printed:
    word = cursor.take().text.upper()
    if word != "IS":
        return Printed(f"({left.text} IS {'NOT ' if word == 'NOTNULL' else ''}NULL)")
    negation = "NOT " if cursor.take_word("NOT") else ""
    if cursor.take_word("DISTINCT", "FROM"):
        return Printed(f"({left.text} IS {negation}DISTINCT FROM {print_expression(cursor, _COMPARE).text})")
    if cursor.take_word("NULL") or cursor.take_word("UNKNOWN"):
        return Printed(f"({left.text} IS {negation}NULL)")
    value = cursor.take().text.lower()
    if value not in {"true", "false"}:
        raise UnreadableSource(value)
    distinct = "DISTINCT" if negation else "NOT DISTINCT"
    return Printed(f"(CAST({left.text} AS BOOLEAN) IS {distinct} FROM {value})")


def _match(cursor: Cursor, left: Printed) -> Printed | None:
    negated = cursor.peek().is_word("NOT")
    if negated and not cursor.peek(1).is_word("IN", "BETWEEN", "LIKE", "ILIKE", "SIMILAR", "GLOB", "NULL"):
        return None
    if negated:
        cursor.take()
    word = cursor.take().text.upper()
    match word:
        case "NULL":
            return Printed(f"({left.text} IS NOT NULL)")
        case "IN":
            return _negate_if(negated, _in(cursor, left.text))
        case "BETWEEN":
            low = print_expression(cursor, _MATCH).text
            cursor.expect_word("AND")
            return _negate_if(negated, f"({left.text} BETWEEN {low} AND {print_expression(cursor, _MATCH).text})")
        case "SIMILAR":
            cursor.expect_word("TO")
            return _negate_if(negated, f"regexp_full_match({left.text}, {print_expression(cursor, _MATCH).text})")
        case "GLOB":
            return _negate_if(negated, f"({left.text} ~~~ {print_expression(cursor, _MATCH).text})")
        case _:
            pattern = print_expression(cursor, _MATCH).text
            plain, negative, with_escape = _LIKE[word]
            if cursor.take_word("ESCAPE"):
                escape = print_expression(cursor, _MATCH).text
                return _negate_if(negated, f"{with_escape}({left.text}, {pattern}, {escape})")
            return Printed(f"({left.text} {negative if negated else plain} {pattern})")


def _in(cursor: Cursor, left: str) -> str:
    if not cursor.peek().is_symbol("("):
        return f"contains({print_expression(cursor, _MATCH).text}, {left})"
    query = _query_in_parentheses(cursor)
    if query is not None:
        return f"({left} = ANY{_as_group(query)})"
    cursor.expect_symbol("(")
    members = cursor.take_list(print_expression, ")")
    if len(members) == 1 and members[0].shape == "query":
        return f"({left} = ANY{_as_group(members[0].parts[0])})"
    return f"({left} IN ({', '.join(member.text for member in members)}))"


def _negate_if(negated: bool, text: str) -> Printed:
    return Printed(f"(NOT {text})" if negated else text)


def _primary(cursor: Cursor) -> Printed:
    token = cursor.peek()
    match token.kind:
        case TokenKind.NUMBER:
            return Printed(cursor.take().text, "number")
        case TokenKind.TEXT:
            return Printed(_quote_text(cursor.take().text))
        case TokenKind.SYMBOL:
            return _bracketed(cursor)
        case TokenKind.WORD:
            return _word(cursor)
        case TokenKind.QUOTED:
            return _name_or_call(cursor)
        case TokenKind.END:
            raise UnreadableSource("end of expression")


def _bracketed(cursor: Cursor) -> Printed:
    if cursor.peek().is_symbol("("):
        query = _query_in_parentheses(cursor)
        if query is not None:
            return Printed(_as_group(query), "query", (query,))
        cursor.take()
        items = cursor.take_list(print_expression, ")")
        if len(items) != 1:
            return Printed(f'"row"({", ".join(item.text for item in items)})')
        only = items[0]
        return Printed(only.text, "grouped column" if only.shape == "column" else only.shape, only.parts)
    if cursor.take_symbol("["):
        return print_list(cursor)
    if cursor.take_symbol("{"):
        return print_struct(cursor)
    if cursor.take_symbol("#"):
        return Printed(f"#{cursor.take().text}")
    raise UnreadableSource(cursor.peek().text)


def _as_group(query: str) -> str:
    """The query in parentheses, which a set operation already has around it."""
    return query if query.startswith("((") else f"({query})"


def _query_in_parentheses(cursor: Cursor) -> str | None:
    from rocky_core.dialects.duckdb.print_query import print_query, query_follows  # noqa: PLC0415 — they need each other

    if not query_follows(cursor):
        return None
    cursor.expect_symbol("(")
    printed = print_query(cursor)
    cursor.expect_symbol(")")
    return printed


def _word(cursor: Cursor) -> Printed:
    token, following = cursor.peek(), cursor.peek(1)
    upper = token.text.upper()
    if upper in {"TRUE", "FALSE"}:
        return Printed(cursor.take().text.lower())
    if upper == "NULL":
        cursor.take()
        return Printed("NULL")
    if upper == "CASE":
        return print_case(cursor)
    if upper == "LAMBDA":
        return print_lambda(cursor)
    if upper == "EXISTS" and following.is_symbol("("):
        cursor.take()
        return Printed(f"EXISTS{_as_group(_query_in_parentheses(cursor) or '')}")
    if upper == "ARRAY" and following.is_symbol("["):
        cursor.at += 2
        items = cursor.take_list(print_expression, "]")
        return Printed(f"(ARRAY[{', '.join(item.text for item in items)}])")
    if upper == "ARRAY" and following.is_symbol("("):
        cursor.take()
        return _array_query(cursor)
    if upper == "MAP" and following.is_symbol("{"):
        return print_map(cursor)
    if upper == "INTERVAL" and (following.kind in {TokenKind.TEXT, TokenKind.NUMBER} or following.is_symbol("(")):
        return print_interval(cursor)
    if upper in {"CAST", "TRY_CAST"} and following.is_symbol("("):
        return print_cast(cursor, upper)
    special = print_special_call(cursor, upper) if following.is_symbol("(") else None
    return special or _typed_literal(cursor) or _name_or_call(cursor)


def _array_query(cursor: Cursor) -> Printed:
    from rocky_core.dialects.duckdb.print_query import print_array_query  # noqa: PLC0415 — they need each other

    cursor.expect_symbol("(")
    printed = Printed(print_array_query(cursor))
    cursor.expect_symbol(")")
    return printed


def _typed_literal(cursor: Cursor) -> Printed | None:
    """`DATE '2020-01-01'`: a type with a text behind it."""
    if cursor.peek(1).kind is not TokenKind.TEXT and not (
        cursor.peek().is_word(*_TYPED_LITERALS) or cursor.peek(1).is_symbol("(")
    ):
        return None
    start = cursor.at
    try:
        target = print_type(cursor)
    except (UnreadableSource, ValueError):
        target = ""
    if target and cursor.peek().kind is TokenKind.TEXT:
        return Printed(f"CAST({_quote_text(cursor.take().text)} AS {target})")
    cursor.at = start
    return None


def _name_or_call(cursor: Cursor) -> Printed:
    """A column, a struct field, or a call, which may be written behind its first argument."""
    names = [cursor.take_name()]
    while True:
        if cursor.peek().is_symbol("("):
            return print_call(cursor, names)
        if not (cursor.peek().is_symbol(".") and cursor.peek(1).kind in {TokenKind.WORD, TokenKind.QUOTED}):
            return Printed(".".join(quote_name(name) for name in names), "column", tuple(names))
        cursor.take()
        names.append(cursor.take_name())


def _postfix(cursor: Cursor, left: Printed) -> Printed:
    while True:
        if cursor.take_symbol("::"):
            left = Printed(f"CAST({left.text} AS {print_type(cursor)})")
        elif cursor.take_symbol("["):
            left = Printed(f"{left.text}[{_index(cursor)}]")
        elif cursor.peek().is_symbol(".") and cursor.peek(1).kind in {TokenKind.WORD, TokenKind.QUOTED}:
            cursor.take()
            name = cursor.take_name()
            if cursor.peek().is_symbol("("):
                left = print_call(cursor, [name], left.text)
            else:
                left = Printed(f"({left.text}).{quote_name(name)}")
        elif cursor.peek().is_symbol("!"):
            cursor.take()
            left = Printed(f"factorial({left.text})")
        else:
            return left


def _index(cursor: Cursor) -> str:
    bounds: list[str] = []
    while True:
        if cursor.peek().is_symbol(":", "]"):
            bounds.append("")
        elif cursor.peek().is_symbol("-") and cursor.peek(1).is_symbol(":", "]"):
            bounds.append(cursor.take().text)
        else:
            bounds.append(print_expression(cursor).text)
        if not cursor.take_symbol(":"):
            cursor.expect_symbol("]")
            return ":".join(bounds)


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
