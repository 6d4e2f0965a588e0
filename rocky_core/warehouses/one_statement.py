"""What a text is before it is sent to a service: one statement, which leaves transactions alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rocky_core.errors import QueryRejected

_OF_TRANSACTIONS: Final = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "START"})
_FEW: Final = 5
_REMEMBERED: Final = 512


@dataclass(frozen=True, slots=True)
class FirstWords:
    """How many statements a text holds, and the first few words of the first, in upper case."""

    count: int
    words: tuple[str, ...]

    @property
    def verb(self) -> str:
        return self.words[0] if self.words else ""


def require_one(text: str, dialect: str) -> FirstWords:
    """How the statement begins; raises QueryRejected unless it is one that leaves transactions alone."""
    found = first_words(text, dialect)
    if found.count != 1:
        held = "no statement" if found.count == 0 else f"{found.count} statements"
        raise QueryRejected(f"One statement is run at a time; this text holds {held}.", statement=text)
    if found.verb in _OF_TRANSACTIONS:
        raise QueryRejected("Transactions are opened and closed by `transaction()`, not by statements.", statement=text)
    return found


@lru_cache(_REMEMBERED)
def first_words(text: str, dialect: str) -> FirstWords:
    """What the text begins with, by the words of a dialect."""
    from sqlglot import TokenType, tokenize  # noqa: PLC0415 — a look at a catalog needs no SQL parser
    from sqlglot.errors import TokenError  # noqa: PLC0415 — same

    try:
        tokens = tokenize(text, read=dialect)
    except TokenError:
        return FirstWords(1, tuple(text.upper().split()[:_FEW]))  # The service says what is wrong with it.
    count, is_open = 0, False
    for token in tokens:
        is_semicolon = token.token_type == TokenType.SEMICOLON
        count += not is_semicolon and not is_open
        is_open = not is_semicolon
    begins = [token.text.upper() for token in tokens[: _FEW + _FEW] if token.text not in {"(", ";"}]
    return FirstWords(count, tuple(begins[:_FEW]))
