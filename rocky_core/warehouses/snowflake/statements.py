"""What a text is before it is sent: one statement, and whether Snowflake would commit because of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rocky_core.errors import QueryRejected

_OF_TRANSACTIONS: Final = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "START"})
# Everything else commits what is open, and then itself.
_OF_ROWS: Final = frozenset(
    {"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "SHOW", "DESCRIBE"}
)
_OF_SESSIONS: Final = re.compile(
    r"(?:USE|SET|UNSET|ALTER SESSION|CREATE (?:OR REPLACE )?(?:(?:LOCAL|GLOBAL) )?(?:TEMP|TEMPORARY|VOLATILE))\b"
)
_FEW: Final = 5
_REMEMBERED: Final = 512


def require_one(text: str) -> None:
    """Raise QueryRejected unless the text is one statement that leaves transactions alone."""
    count, first, _ = _look(text)
    if count != 1:
        held = "no statement" if count == 0 else f"{count} statements"
        raise QueryRejected(f"One statement is run at a time; this text holds {held}.", statement=text)
    if first in _OF_TRANSACTIONS:
        raise QueryRejected("Transactions are opened and closed by `transaction()`, not by statements.", statement=text)


def require_rows(text: str) -> None:
    """Raise QueryRejected if Snowflake would commit the open transaction because of this statement."""
    if _look(text)[1] not in _OF_ROWS:
        raise QueryRejected(
            "Snowflake commits an open transaction before a statement that creates, alters or drops, so it may not"
            " stand inside one.",
            statement=text,
        )


def changes_session(text: str) -> bool:
    """Whether the connection is another one afterwards: other settings, another schema, tables of its own."""
    return _OF_SESSIONS.match(" ".join(_look(text)[2])) is not None


@lru_cache(_REMEMBERED)
def _look(text: str) -> tuple[int, str, tuple[str, ...]]:
    """How many statements there are, the first word, and the first few."""
    from sqlglot import TokenType, tokenize  # noqa: PLC0415 — a look at a catalog needs no SQL parser
    from sqlglot.errors import TokenError  # noqa: PLC0415 — same

    try:
        tokens = tokenize(text, read="snowflake")
    except TokenError:
        words = tuple(text.upper().split()[:_FEW])
        return 1, words[0], words  # Snowflake says what is wrong with it.
    count, is_open = 0, False
    for token in tokens:
        is_semicolon = token.token_type == TokenType.SEMICOLON
        count += not is_semicolon and not is_open
        is_open = not is_semicolon
    begins = [token.text.upper() for token in tokens[: _FEW + _FEW] if token.text not in {"(", ";"}]
    return count, begins[0] if begins else "", tuple(begins[:_FEW])
