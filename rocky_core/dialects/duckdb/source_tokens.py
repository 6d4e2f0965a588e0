"""Splits DuckDB SQL into tokens that keep what was written, which the syntax tree does not."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final

from msgspec import Struct


class TokenKind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    TEXT = "text"
    NUMBER = "number"
    SYMBOL = "symbol"
    END = "end"


class Token(Struct, frozen=True):
    """One token: a quoted name or a text without its quotes, everything else as written."""

    kind: TokenKind
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords (given in upper case)."""
        return self.kind is TokenKind.WORD and self.text.upper() in words

    def is_symbol(self, *symbols: str) -> bool:
        """Whether it is one of these symbols."""
        return self.kind is TokenKind.SYMBOL and self.text in symbols


class UnreadableSource(ValueError):
    """The text is not SQL as this module knows it."""


_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<bits>[xXbB]'[^']*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<number>\d[\d_]*(?:\.(?!\.)[\d_]*)?(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<symbol>->>|!~~\*|~~\*|~~~|!~~|!~\*|<=>|<->
        |->|::|:=|=>|<=|>=|<>|!=|==|\|\||//|\*\*|<<|>>|\^@|&&|@>|<@|~~|~\*|!~
        |[-+*/%^&|<>=~!@.,;:()\[\]{}?$\#])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@lru_cache(maxsize=16)
def tokens_of(sql: str) -> tuple[Token, ...]:
    """The tokens of a statement, with one END behind them; raises UnreadableSource."""
    found: list[Token] = []
    at = 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None:
            raise UnreadableSource(sql[at : at + 20])
        token = _token(match)
        if token is not None:
            found.append(token)
        at = match.end()
    found.append(Token(TokenKind.END, "", len(sql)))
    return tuple(found)


def _token(match: re.Match[str]) -> Token | None:
    text, start = match.group(), match.start()
    match match.lastgroup:
        case "space":
            return None
        case "escaped":
            unescaped = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group(1)), text[2:-1], flags=re.DOTALL)
            return Token(TokenKind.TEXT, unescaped.replace("''", "'"), start)
        case "bits":
            return Token(TokenKind.NUMBER, text[0].upper() + text[1:], start)
        case "text":
            return Token(TokenKind.TEXT, text[1:-1].replace("''", "'"), start)
        case "dollar" | "tag":
            inner = text[text.index("$", 1) + 1 :]
            return Token(TokenKind.TEXT, inner[: inner.rindex("$", 0, -1)], start)
        case "quoted":
            return Token(TokenKind.QUOTED, text[1:-1].replace('""', '"'), start)
        case "number":
            return Token(TokenKind.NUMBER, text, start)
        case "word":
            return Token(TokenKind.WORD, text, start)
        case _:
            return Token(TokenKind.SYMBOL, text, start)
