"""Where a query names models, and the query with those names replaced by what the warehouse knows.

The author's text is cut at the places of the names and otherwise kept; nothing is written anew from a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from sqlglot import Token, TokenType, tokenize

from rocky_core.ir.names import is_identifier

_OPENING: Final = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING: Final = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_FROM_ENDS: Final = frozenset(
    {
        TokenType.SELECT,
        TokenType.WHERE,
        TokenType.GROUP_BY,
        TokenType.HAVING,
        TokenType.QUALIFY,
        TokenType.WINDOW,
        TokenType.ORDER_BY,
        TokenType.LIMIT,
        TokenType.OFFSET,
        TokenType.FETCH,
        TokenType.UNION,
        TokenType.EXCEPT,
        TokenType.INTERSECT,
        TokenType.SEMICOLON,
    }
)
# What may follow a table that has no alias.
_AFTER_TABLE: Final = _FROM_ENDS | {
    TokenType.R_PAREN,
    TokenType.COMMA,
    TokenType.JOIN,
    TokenType.LEFT,
    TokenType.RIGHT,
    TokenType.INNER,
    TokenType.FULL,
    TokenType.CROSS,
    TokenType.NATURAL,
    TokenType.ASOF,
    TokenType.SEMI,
    TokenType.ANTI,
    TokenType.OUTER,
    TokenType.POSITIONAL,
    TokenType.ON,
    TokenType.USING,
    TokenType.TABLE_SAMPLE,
    TokenType.PIVOT,
    TokenType.UNPIVOT,
}
_QUERY_STARTS: Final = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.VALUES})
_NEVER_NAMES: Final = _QUERY_STARTS | {TokenType.STRING, TokenType.NUMBER, TokenType.NATIONAL_STRING}
# Statements that begin with a word and a table; inside FROM they stand in brackets.
_TABLE_WORDS: Final = frozenset(
    {"PIVOT", "PIVOT_WIDER", "UNPIVOT", "PIVOT_LONGER", "TABLE", "DESCRIBE", "DESC", "SUMMARIZE"}
)
_NO_TABLE_LIST: Final = _TABLE_WORDS | {"SHOW"}
_SKIPPED_BEFORE_TABLE: Final = frozenset({"LATERAL", "ONLY"})

NameParts = tuple[tuple[str, bool], ...]
"""The parts of a table's name, each with whether it was quoted."""


class TablePlace(Struct, frozen=True):
    """A table's name in a query: from `start` up to `end`, and whether an alias follows it."""

    parts: NameParts
    start: int
    end: int
    has_alias: bool


class Reads(Struct, frozen=True):
    """The tables that a query names, without its own CTEs, and the names of those."""

    places: tuple[TablePlace, ...]
    cte_names: frozenset[str]  # Lower-cased.


def find_reads(sql: str, sqlglot_name: str) -> Reads:
    """Every place where the query names a table that is not one of its own CTEs."""
    scan = _Scan(tokenize(sql, read=sqlglot_name))
    scan.group(0, expects_table=False, visible=frozenset())
    return Reads(tuple(sorted(scan.places, key=lambda place: place.start)), frozenset(scan.cte_names))


def replace_reads(sql: str, reads: Reads, spelled: Callable[[NameParts], tuple[str, str] | None]) -> str:
    """The query with each table replaced by what `spelled` gives for it; None leaves the author's text.

    `spelled` gives the new name, and the alias that keeps references to the old one valid (empty if none is needed).
    """
    pieces: list[str] = []
    done = 0
    for place in reads.places:
        found = spelled(place.parts)
        if found is None:
            continue
        name, alias = found
        pieces += (sql[done : place.start], name)
        if alias and not place.has_alias:
            pieces.append(f" AS {alias}")
        done = place.end
    return "".join((*pieces, sql[done:]))


class _Scan:
    """One walk over the tokens; a group is what stands between two brackets, or the whole text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.places: list[TablePlace] = []
        self.cte_names: set[str] = set()

    def group(self, at: int, *, expects_table: bool, visible: frozenset[str]) -> int:
        """Walk to the end of the group that begins at `at`; gives the place after its closing bracket."""
        begin = at
        in_from = expects_table
        # `extract(year FROM x)` and `trim(both FROM x)` hold no query.
        is_query = expects_table or at == 0 or self._type(at) in _QUERY_STARTS or self._word(at) in _TABLE_WORDS
        while at < len(self.tokens):
            kind = self.tokens[at].token_type
            if kind in _CLOSING:
                return at + 1
            if expects_table:
                at = self._table(at, visible)
                expects_table = False
            elif kind in _OPENING:
                at = self.group(at + 1, expects_table=False, visible=visible)
            elif kind is TokenType.WITH and self._cte_body(self._after_recursive(at)) is not None:
                is_query = True
                at, visible = self._ctes(at, visible)
            elif self._names_table_next(at, begin, is_query=is_query):
                in_from = kind in {TokenType.FROM, TokenType.JOIN}
                expects_table = True
                at += 1
            elif kind is TokenType.COMMA and in_from:
                expects_table = True
                at += 1
            else:
                is_query = is_query or kind is TokenType.SELECT
                in_from = in_from and kind not in _FROM_ENDS
                at += 1
        return at

    def _names_table_next(self, at: int, begin: int, *, is_query: bool) -> bool:
        kind = self._type(at)
        if at == begin and self._word(at) in _TABLE_WORDS:
            return self._type(at + 1) is not TokenType.L_PAREN and self._type(at + 1) not in _QUERY_STARTS
        if kind is TokenType.JOIN:
            return is_query
        compares = self._type(at - 1) is TokenType.DISTINCT and self._type(at - 2) in {TokenType.IS, TokenType.NOT}
        return kind is TokenType.FROM and is_query and not (at >= 2 and compares)

    def _table(self, at: int, visible: frozenset[str]) -> int:
        """Take the table that stands here, whatever its form."""
        aliased = False
        while self._type(at + 1) is TokenType.COLON:  # DuckDB's `FROM alias: table`.
            aliased = True
            at += 2
        if at < len(self.tokens) and self.tokens[at].text.upper() in _SKIPPED_BEFORE_TABLE:
            at += 1
        if self._type(at) is TokenType.L_PAREN:
            lists_tables = self._type(at + 1) not in _QUERY_STARTS and self._word(at + 1) not in _NO_TABLE_LIST
            return self.group(at + 1, expects_table=lists_tables, visible=visible)
        first = at
        parts: list[tuple[str, bool]] = []
        while at < len(self.tokens) and self._is_name(at):
            parts.append((self.tokens[at].text, self._type(at) is TokenType.IDENTIFIER))
            at += 1
            if self._type(at) is not TokenType.DOT:
                break
            at += 1
        if not parts:
            return at if self._type(at) in _OPENING | _CLOSING else at + 1
        shadowed = len(parts) == 1 and parts[0][0].lower() in visible
        if not shadowed and self._type(at) is not TokenType.L_PAREN:
            start, end = self.tokens[first].start, self.tokens[at - 1].end + 1
            has_alias = aliased or (at < len(self.tokens) and self._type(at) not in _AFTER_TABLE)
            self.places.append(TablePlace(tuple(parts), start, end, has_alias))
        return at

    def _ctes(self, at: int, visible: frozenset[str]) -> tuple[int, frozenset[str]]:
        """Walk through a list of CTEs; gives the place after it and all names that are visible there."""
        first = self._after_recursive(at)
        is_recursive = first > at + 1
        at = first
        while (body := self._cte_body(at)) is not None:
            name = self.tokens[at].text.lower()
            self.cte_names.add(name)
            at = self.group(body + 1, expects_table=False, visible=visible | {name} if is_recursive else visible)
            visible |= {name}
            if self._type(at) is not TokenType.COMMA:
                break
            at += 1
        return at, visible

    def _after_recursive(self, at: int) -> int:
        return at + 2 if self._type(at + 1) is TokenType.RECURSIVE else at + 1

    def _cte_body(self, at: int) -> int | None:
        """Where the opening bracket of the CTE's query is, if a CTE begins here: `name (columns) AS (`."""
        if at >= len(self.tokens) or not self._is_name(at):
            return None
        at += 1
        while self._type(at) is not TokenType.ALIAS:
            if self._type(at) is TokenType.L_PAREN:
                at = self._after_brackets(at)
            elif self._type(at) is TokenType.USING:  # DuckDB's `USING KEY (columns)`.
                at += 2
            else:
                return None
        at += 1
        while at < len(self.tokens) and self.tokens[at].text.upper() in {"NOT", "MATERIALIZED"}:
            at += 1
        return at if self._type(at) is TokenType.L_PAREN else None

    def _after_brackets(self, at: int) -> int:
        depth = 0
        while at < len(self.tokens):
            depth += (self._type(at) in _OPENING) - (self._type(at) in _CLOSING)
            at += 1
            if depth == 0:
                break
        return at

    def _is_name(self, at: int) -> bool:
        token = self.tokens[at]
        if token.token_type is TokenType.IDENTIFIER:
            return True
        return token.token_type not in _NEVER_NAMES and is_identifier(token.text) and not token.text[0].isdigit()

    def _word(self, at: int) -> str:
        if not 0 <= at < len(self.tokens) or self.tokens[at].token_type is TokenType.IDENTIFIER:
            return ""
        return self.tokens[at].text.upper()

    def _type(self, at: int) -> TokenType | None:
        return self.tokens[at].token_type if 0 <= at < len(self.tokens) else None
