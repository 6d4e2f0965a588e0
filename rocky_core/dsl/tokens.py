"""Splits `.rocky` text into words, numbers, texts and signs, each with its exact offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

_SHOWN: Final = 40


class Kind(Enum):
    """What a token is; keywords are words, because columns may bear their names."""

    WORD = "word"
    NUMBER = "number"
    TEXT = "text"
    AT = "at"  # A date literal or a run variable.
    SIGN = "sign"
    UNKNOWN = "unknown"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token as written, and where; `starts_line` says that only blanks stand before it on its line."""

    kind: Kind
    text: str
    at: int
    starts_line: bool = False

    @property
    def end(self) -> int:
        return self.at + len(self.text)

    @property
    def word(self) -> str:
        """The word in lower case; empty for anything but a word."""
        return self.text.lower() if self.kind is Kind.WORD else ""

    def is_sign(self, *signs: str) -> bool:
        return self.kind is Kind.SIGN and self.text in signs

    @property
    def shown(self) -> str:
        """How a message names the token."""
        if self.kind is Kind.END:
            return "the end of the file"
        return f"'{self.text}'" if len(self.text) <= _SHOWN else f"'{self.text[:_SHOWN]}…'"


_TOKEN: Final = re.compile(
    r"""
      (?P<line>\n)
    | (?P<blank>[ \t\r\f\v\ufeff]+|(?:--|\#)[^\n]*)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<text>"(?:[^"\\\n]++|\\.|"")*+"|'(?:[^'\\\n]++|\\.|'')*+')
    | (?P<at>@[A-Za-z_][A-Za-z0-9_]*(?:\([^)\n]*\))?|@[0-9][0-9T:-]*(?:\.[0-9]+)?)
    | (?P<sign>=>|==|!=|<=|>=|<>|\|\||\.\.|::|[][{}(),:.<>+*/%=-])
    | (?P<unknown>["'][^\n]*|[^\sA-Za-z0-9_\["'@\]{}(),:.<>+*/%=#-]+|.)
    """,
    re.VERBOSE,
)

_KINDS: Final = {kind.value: kind for kind in Kind}


def read_tokens(text: str) -> tuple[Token, ...]:
    """All tokens in order, ended by one of kind END; what is no token at all comes as UNKNOWN."""
    tokens: list[Token] = []
    starts_line = True
    for found in _TOKEN.finditer(text):
        group = found.lastgroup or "unknown"
        if group == "line":
            starts_line = True
        elif group != "blank":
            tokens.append(Token(_KINDS[group], found.group(), found.start(), starts_line))
            starts_line = False
    tokens.append(Token(Kind.END, "", len(text), starts_line=True))
    return tuple(tokens)
