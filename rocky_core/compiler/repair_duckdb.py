"""Rewrites the tokens of DuckDB spellings that the grammar does not know into ones that mean the same to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

KEEP_CALLS: Final = "sqlglot.anonymous"
"""A call whose closing parenthesis carries this comment stays exp.Anonymous: name and arguments as written."""

_OPENING: Final = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING: Final = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_QUERY_WORDS: Final = frozenset({TokenType.SELECT, TokenType.FROM, TokenType.WITH, TokenType.VALUES, TokenType.L_PAREN})
_SET_WORDS: Final = frozenset(
    {TokenType.UNION, TokenType.INTERSECT, TokenType.EXCEPT, TokenType.ALL, TokenType.DISTINCT, TokenType.L_PAREN}
)
_NAMES: Final = frozenset({TokenType.VAR, TokenType.IDENTIFIER})
_PIVOTS: Final = frozenset({TokenType.PIVOT, TokenType.UNPIVOT})
_ORDERING: Final = frozenset({TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET})
_VALUE_ENDS: Final = frozenset(
    {TokenType.NUMBER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.VAR, TokenType.IDENTIFIER}
)
_OPERATORS: Final = frozenset(
    {
        *(TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.DIV, TokenType.MOD),
        *(TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.DPIPE),
        *(TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.LIKE, TokenType.ILIKE, TokenType.BETWEEN),
        *(TokenType.IS, TokenType.IN, TokenType.CARET, TokenType.DSTAR, TokenType.AMP, TokenType.PIPE),
    }
)
_CLAUSES: Final = frozenset(
    {
        *(TokenType.COMMA, TokenType.SELECT, TokenType.DISTINCT, TokenType.FROM, TokenType.WHERE, TokenType.ON),
        *(TokenType.HAVING, TokenType.QUALIFY, TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.PARTITION_BY),
        *(TokenType.WHEN, TokenType.THEN, TokenType.ELSE, TokenType.CASE, TokenType.COLON, TokenType.COLON_EQ),
        *(TokenType.ARROW, TokenType.ALIAS, TokenType.LIMIT, TokenType.SEMICOLON, TokenType.UNION),
    }
)
_BEFORE_OPERAND: Final = _OPENING | _OPERATORS | _CLAUSES
_INNER_ARROW_OPERATORS: Final = frozenset({*_OPERATORS, TokenType.DCOLON})
_TYPES: Final = Parser.TYPE_TOKENS | {TokenType.INTERVAL}
_LISTINGS: Final = {"TABLES": "show_tables", "DATABASES": "show_databases", "SCHEMAS": "show_schemas"}


def repaired(tokens: list[Token]) -> list[Token]:
    """The tokens as the grammar understands them; the given list stays as it is."""
    kinds = {token.token_type for token in tokens}
    for trigger, repair in _REPAIRS:
        if trigger in kinds:
            tokens = repair(tokens)
    return tokens


def _cast_bits(tokens: list[Token]) -> list[Token]:
    """`B'101'` as a cast of the text."""
    kept: list[Token] = []
    for token in tokens:
        mark = kept[-1] if kept else None
        if (
            mark is not None
            and token.token_type is TokenType.STRING
            and mark.token_type is TokenType.VAR
            and mark.text in {"b", "B"}
            and mark.end + 1 == token.start
        ):
            kept[-1:] = [token, _made(TokenType.DCOLON, "::", token), _made(TokenType.VAR, "BIT", token)]
        else:
            kept.append(token)
    return kept


def _distances(tokens: list[Token]) -> list[Token]:
    """`a <=> b` as `a <-> b`: a distance, not the comparison that other warehouses mean by it."""
    return [
        _made(TokenType.LR_ARROW, "<->", token) if token.token_type is TokenType.NULLSAFE_EQ else token
        for token in tokens
    ]


def _without_pivot_order(tokens: list[Token]) -> list[Token]:
    """A PIVOT statement without ORDER BY and LIMIT, which no column depends on, and with `1 := a` for `1 AS a`."""
    kept: list[Token] = []
    position = 0
    while position < len(tokens):
        if not _is_pivot_statement(tokens, position):
            kept.append(tokens[position])
            position += 1
            continue
        end = _end_of_group(tokens, position)
        depth = 0
        lists: list[int] = []
        for at in range(position, end):
            token = tokens[at]
            kind = token.token_type
            if depth == 0 and kind in _ORDERING:
                break
            if kind in _OPENING:
                depth += 1
                if tokens[at - 1].token_type is TokenType.IN:
                    lists.append(depth)
            elif kind in _CLOSING:
                if lists and lists[-1] == depth:
                    lists.pop()
                depth -= 1
            named = kind is TokenType.ALIAS and lists == [depth] == [1]
            kept.append(_made(TokenType.COLON_EQ, ":=", token) if named else token)
        position = end
    return kept


def _is_pivot_statement(tokens: Sequence[Token], position: int) -> bool:
    """Whether a PIVOT begins a query here, other than one that follows a table in FROM."""
    if tokens[position].token_type not in _PIVOTS:
        return False
    before = tokens[position - 1].token_type if position else TokenType.SEMICOLON
    if before in {TokenType.SEMICOLON, TokenType.L_PAREN}:
        return True
    following = tokens[position + 1].token_type if position + 1 < len(tokens) else TokenType.SEMICOLON
    if following is not TokenType.L_PAREN:
        return before is TokenType.R_PAREN
    inner = tokens[position + 2].token_type if position + 2 < len(tokens) else TokenType.SEMICOLON
    return before is TokenType.R_PAREN and inner in _QUERY_WORDS


def _called_factorials(tokens: list[Token]) -> list[Token]:
    """`x !` as `x.factorial()`."""
    kept: list[Token] = []
    for token in tokens:
        if token.text == "!" and kept and kept[-1].token_type in _VALUE_ENDS:
            kept.extend(
                (
                    _made(TokenType.DOT, ".", token),
                    _made(TokenType.VAR, "factorial", token),
                    _made(TokenType.L_PAREN, "(", token),
                    _made(TokenType.R_PAREN, ")", token, KEEP_CALLS),
                )
            )
        else:
            kept.append(token)
    return kept


def _kept_signs(tokens: list[Token]) -> list[Token]:
    """A plus in front of a value, which the grammar would drop, as the root sign that DuckDB does not have."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        sign = (
            token.token_type is TokenType.PLUS
            and (not at or tokens[at - 1].token_type in _BEFORE_OPERAND)
            and at + 1 < len(tokens)
            and tokens[at + 1].token_type is not TokenType.NUMBER
        )
        kept.append(_made(TokenType.DPIPE_SLASH, "+", token) if sign else token)
    return kept


def _grouped_literals(tokens: list[Token]) -> list[Token]:
    """`DATE '2024-01-01'::t` with the literal in parentheses, since the cast is of its value."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        kept.append(token)
        if (
            token.token_type is TokenType.DCOLON
            and at > 1
            and tokens[at - 1].token_type is TokenType.STRING
            and tokens[at - 2].token_type in _TYPES
            and (at < 3 or tokens[at - 3].token_type in _BEFORE_OPERAND)
        ):
            kept[-3:] = [
                _made(TokenType.L_PAREN, "(", kept[-3]),
                *kept[-3:-1],
                _made(TokenType.R_PAREN, ")", kept[-2]),
                token,
            ]
    return kept


def _grouped_arrow_sides(tokens: list[Token]) -> list[Token]:
    """Both sides of `->` in parentheses where other operators stand in them: no operator binds looser."""
    opened: dict[int, int] = {}
    closed: dict[int, int] = {}
    for at, token in enumerate(tokens):
        if token.token_type is not TokenType.ARROW:
            continue
        start = _left_of_arrow(tokens, at)
        if any(_stands_alone(tokens, at, each) for each in range(start, at)):
            opened[start] = opened.get(start, 0) + 1
            closed[at - 1] = closed.get(at - 1, 0) + 1
        end = _right_of_arrow(tokens, at)
        if end > at + 1 and any(tokens[each].token_type in _INNER_ARROW_OPERATORS for each in range(at + 1, end)):
            opened[at + 1] = opened.get(at + 1, 0) + 1
            closed[end - 1] = closed.get(end - 1, 0) + 1
    if not opened:
        return tokens
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        kept.extend([_made(TokenType.L_PAREN, "(", token)] * opened.get(at, 0))
        kept.append(token)
        kept.extend([_made(TokenType.R_PAREN, ")", token)] * closed.get(at, 0))
    return kept


def _left_of_arrow(tokens: Sequence[Token], arrow: int) -> int:
    at, depth = arrow, 0
    while at > 0:
        kind = tokens[at - 1].token_type
        if kind in _CLOSING:
            depth += 1
        elif kind in _OPENING:
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and (kind in _CLAUSES or kind is TokenType.END):
            break
        at -= 1
    return at


def _stands_alone(tokens: Sequence[Token], arrow: int, at: int) -> bool:
    """Whether an operator stands here outside all parentheses that close before the arrow."""
    if tokens[at].token_type not in _OPERATORS:
        return False
    depth = 0
    for each in tokens[at:arrow]:
        depth += 1 if each.token_type in _OPENING else -1 if each.token_type in _CLOSING else 0
    return depth == 0


def _right_of_arrow(tokens: Sequence[Token], arrow: int) -> int:
    """Where the right side ends: at a clause, a closing bracket, or a name that can only be an alias."""
    at, depth = arrow + 1, 0
    while at < len(tokens):
        kind = tokens[at].token_type
        if kind in _CLOSING:
            if depth == 0:
                break
            depth -= 1
        elif (depth == 0 and (kind in _CLAUSES or kind is TokenType.END or kind in _ORDERING)) or (
            depth == 0 and at > arrow + 1 and kind in _NAMES and tokens[at - 1].token_type not in _INNER_ARROW_OPERATORS
        ):
            break
        elif kind in _OPENING:
            depth += 1
        at += 1
    return at


def _selected_tables(tokens: list[Token]) -> list[Token]:
    """`TABLE t` as `SELECT * FROM t`."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        begins = at == 0 or tokens[at - 1].token_type in _SET_WORDS
        names = at + 1 < len(tokens) and tokens[at + 1].token_type in _NAMES
        if token.token_type is TokenType.TABLE and begins and names:
            kept.extend(
                (
                    _made(TokenType.SELECT, "SELECT", token),
                    _made(TokenType.STAR, "*", token),
                    _made(TokenType.FROM, "FROM", token),
                )
            )
        else:
            kept.append(token)
    return kept


def _described(tokens: list[Token]) -> list[Token]:
    """`FROM (DESCRIBE t)` as a function of fixed columns beside what it describes."""
    kept: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        kept.append(token)
        position += 1
        opens = token.token_type is TokenType.L_PAREN and position + 1 < len(tokens)
        if not opens or tokens[position].token_type not in _DESCRIBING:
            continue
        end = _end_of_group(tokens, position)
        function, described = _description(tokens[position:end])
        kept.extend(_beside(function, described, token))
        position = end
    return kept


def _description(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """The function that stands for DESCRIBE, SUMMARIZE or SHOW, and what is described."""
    word, rest = tokens[0], tokens[1:]
    if word.token_type is TokenType.SHOW:
        if rest[0].token_type is TokenType.ALL:
            return "show_all_tables", ()
        listing = _LISTINGS.get(rest[0].text.upper())
        if listing is not None:
            return listing, ()
    return ("summarize" if word.token_type is TokenType.SUMMARIZE else "describe"), rest


def _beside(function: str, described: Sequence[Token], at: Token) -> list[Token]:
    made = [
        _made(TokenType.SELECT, "SELECT", at),
        _made(TokenType.VAR, function, at),
        _made(TokenType.DOT, ".", at),
        _made(TokenType.STAR, "*", at),
        _made(TokenType.FROM, "FROM", at),
        _made(TokenType.VAR, function, at),
        _made(TokenType.L_PAREN, "(", at),
        _made(TokenType.R_PAREN, ")", at, KEEP_CALLS),
    ]
    if described:
        made.extend((_made(TokenType.COMMA, ",", at), _made(TokenType.L_PAREN, "(", at)))
        if described[0].token_type not in _QUERY_WORDS:
            made.append(_made(TokenType.FROM, "FROM", at))
        made.extend((*described, _made(TokenType.R_PAREN, ")", at)))
    return made


def _end_of_group(tokens: Sequence[Token], start: int) -> int:
    """Where the parentheses around a place close, or the statement ends."""
    depth = 0
    for at in range(start, len(tokens)):
        kind = tokens[at].token_type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            if depth == 0:
                return at
            depth -= 1
        elif depth == 0 and kind is TokenType.SEMICOLON:
            return at
    return len(tokens)


def _made(kind: TokenType, text: str, at: Token, *comments: str) -> Token:
    """A token that was not written, at the place of one that was."""
    return Token(kind, text, at.line, at.col, at.start, at.end, list(comments))


_DESCRIBING: Final = frozenset({TokenType.DESCRIBE, TokenType.DESC, TokenType.SUMMARIZE, TokenType.SHOW})

_REPAIRS: Final[tuple[tuple[TokenType, Callable[[list[Token]], list[Token]]], ...]] = (
    (TokenType.STRING, _cast_bits),
    (TokenType.NULLSAFE_EQ, _distances),
    (TokenType.PIVOT, _without_pivot_order),
    (TokenType.UNPIVOT, _without_pivot_order),
    (TokenType.NOT, _called_factorials),
    (TokenType.DCOLON, _grouped_literals),
    (TokenType.ARROW, _grouped_arrow_sides),
    (TokenType.PLUS, _kept_signs),
    (TokenType.TABLE, _selected_tables),
    (TokenType.DESCRIBE, _described),
    (TokenType.DESC, _described),
    (TokenType.SUMMARIZE, _described),
    (TokenType.SHOW, _described),
)
