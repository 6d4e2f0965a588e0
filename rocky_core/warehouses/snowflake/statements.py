"""What a statement does beside its work: whether Snowflake would commit because of it, or remember it."""

from __future__ import annotations

import re
from typing import Final

from rocky_core.errors import QueryRejected
from rocky_core.warehouses import one_statement

# Everything else commits what is open, and then itself.
_OF_ROWS: Final = frozenset(
    {"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "SHOW", "DESCRIBE"}
)
_OF_SESSIONS: Final = re.compile(
    r"(?:USE|SET|UNSET|ALTER SESSION|CREATE (?:OR REPLACE )?(?:(?:LOCAL|GLOBAL) )?(?:TEMP|TEMPORARY|VOLATILE))\b"
)


def require_one(text: str) -> None:
    """Raise QueryRejected unless the text is one statement that leaves transactions alone."""
    one_statement.require_one(text, "snowflake")


def require_rows(text: str) -> None:
    """Raise QueryRejected if Snowflake would commit the open transaction because of this statement."""
    if one_statement.first_words(text, "snowflake").verb not in _OF_ROWS:
        raise QueryRejected(
            "Snowflake commits an open transaction before a statement that creates, alters or drops, so it may not"
            " stand inside one.",
            statement=text,
        )


def changes_session(text: str) -> bool:
    """Whether the connection is another one afterwards: other settings, another schema, tables of its own."""
    return _OF_SESSIONS.match(" ".join(one_statement.first_words(text, "snowflake").words)) is not None
