"""Covers the values of secret keys in a line of TOML before it is shown to anybody."""

from __future__ import annotations

import re
from typing import Final

_SECRET_VALUE: Final = re.compile(
    r"""(?<![A-Za-z0-9_-])["']?
    (?:[a-z_]*(?:token|secret|password|credential)s?|pat|api_key|client_id|valkey_url|url|headers|metadata|routing_key|env|extra|authorization)
    ["']?\s*=\s*(?P<value>.+)""",
    re.VERBOSE | re.IGNORECASE,
)


def hide_secrets(line: str) -> str:
    """The line with as many stars as the value had characters, to the line's end, so that columns stay."""
    found = _SECRET_VALUE.search(line)
    if found is None:
        return line
    start = found.start("value")
    return line[:start] + re.sub(r"\S", "*", line[start:])
