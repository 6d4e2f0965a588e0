"""Covers the values of secret keys in a line of TOML, and tokens in SQL, before they are shown to anybody."""

from __future__ import annotations

import re
from typing import Final

_SECRET_VALUE: Final = re.compile(
    r"""(?<![A-Za-z0-9_-])["']?
    (?:[a-z_]*(?:token|secret|password|credential)s?|pat|api_key|client_id|valkey_url|url|headers|metadata|routing_key|env|extra|authorization)
    ["']?\s*=\s*(?P<value>.+)""",
    re.VERBOSE | re.IGNORECASE,
)

# In a path (`md:shop?motherduck_token=…`) up to what ends a value there, and as a setting, which may be in quotes.
_TOKEN_IN_SQL: Final = re.compile(
    r"""(?P<before>motherduck_token["']?\s*(?:=|:|\bTO\b)\s*)(?P<value>'[^']*'?|"[^"]*"?|[^\s'"&;,)]+)""", re.IGNORECASE
)


def hide_tokens(text: str) -> str:
    """The text of a statement or of what is said about one, without tokens of MotherDuck."""
    return _TOKEN_IN_SQL.sub(lambda found: found["before"] + "***", text) if "oken" in text.lower() else text


def cover_tokens(text: str) -> str:
    """The same, with as many stars as the token had bytes, so that places in the text stay what they were."""
    return _TOKEN_IN_SQL.sub(lambda found: found["before"] + "*" * len(found["value"].encode()), text)


def hide_secrets(line: str) -> str:
    """The line with as many stars as the value had characters, to the line's end, so that columns stay."""
    found = _SECRET_VALUE.search(line)
    if found is None:
        return line
    start = found.start("value")
    return line[:start] + re.sub(r"\S", "*", line[start:])
