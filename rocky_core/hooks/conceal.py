"""Keeps secrets out of what is shown of a hook: its target, and what it and the other side say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

HIDDEN: Final = "***"
SHORTEST_SECRET: Final = 4  # Shorter texts are in everything.
_SECRET_NAME: Final = re.compile(
    r"token|secret|passw|credential|authorization|signature|(?:api|access|private|routing|account)[_-]?key|_pat$|^pat$|_key$",
    re.IGNORECASE,
)
# A part of a path that may be shown is made of words, a version or a small number; tokens are none of these.
_PLAIN_PART: Final = re.compile(r"[A-Z]?[a-z]+(?:[-_.][A-Z]?[a-z]+)*|v\d{1,3}|\d{1,4}")
_LONGEST_PLAIN_PART: Final = 24
_URL: Final = re.compile(r"https?://[^\s'\"|;<>()]+")
_TELLING_WORD: Final = r"[\w-]*(?:token|secret|passw(?:or)?d|credential|api[_-]?key)[\w-]*"
_SAID_SECRET: Final = re.compile(
    rf"""(?P<before>\b(?:Bearer|Basic)\s+|{_TELLING_WORD}["']?\s*[=:]\s*["']?|\s--{_TELLING_WORD}\s+["']?"""
    r"""|\s-(?:u|-user)[= ]\s*["']?(?=[^\s'"]+:))(?P<value>[^\s'"&;|$][^\s'"&;|]*)""",
    re.IGNORECASE,
)

Inserted = Iterable[tuple[str, str]]
"""Names and values of the environment variables that a configuration was filled in with."""


def is_secret_name(name: str) -> bool:
    """Whether a variable or a key of this name holds something to be hidden."""
    return _SECRET_NAME.search(name) is not None


def secrets_of_environment(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values a command inherits that must not come back in what it prints."""
    return tuple(value for name, value in environment.items() if is_secret_name(name))


def shown_url(url: str, inserted: Inserted = ()) -> str:
    """The address without credentials, query, fragment, and whatever in its path may be a token."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return HIDDEN
    if not parts.hostname:
        return HIDDEN
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    values = [value for _, value in inserted if len(value) >= SHORTEST_SECRET]
    shown = (part if _is_plain(part, values) else HIDDEN for part in parts.path.split("/"))
    return f"{parts.scheme}://{host}{port}{'/'.join(shown)}"


def secrets_of_url(url: str) -> tuple[str, ...]:
    """The address itself, and the parts of it that are not shown."""
    try:
        parts = urlsplit(url)
        userinfo = (parts.username or "", parts.password or "")
    except ValueError:
        return (url,)
    path = (part for part in parts.path.split("/") if not _is_plain(part, ()))
    query = (value for pair in parts.query.split("&") for value in (pair, pair.partition("=")[2]))
    hidden = (url, *userinfo, *path, parts.query, *query)
    return (*hidden, *map(unquote, hidden))


def shown_command(line: str, inserted: Inserted = ()) -> str:
    """The line as it was written, variables by their names; what looks like a secret is covered."""
    for name, value in sorted(inserted, key=lambda pair: -len(pair[1])):
        if value:
            line = line.replace(value, f"${{{name}}}")
    line = _URL.sub(lambda url: shown_url(url.group()), line)
    return _SAID_SECRET.sub(lambda said: said["before"] + HIDDEN, line)


def secrets_of_command(line: str, inserted: Inserted = ()) -> tuple[str, ...]:
    """What a line holds that must not come back in what it prints."""
    filled_in = (value for _, value in inserted if value in line)
    in_urls = (secret for url in _URL.findall(line) for secret in secrets_of_url(url))
    said = (found["value"] for found in _SAID_SECRET.finditer(line))
    return (*filled_in, *in_urls, *said)


def scrub(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret covered, the longest first."""
    for secret in sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _is_plain(part: str, inserted: Iterable[str]) -> bool:
    if len(part) > _LONGEST_PLAIN_PART or is_secret_name(part) or any(value in part for value in inserted):
        return False
    return not part or _PLAIN_PART.fullmatch(part) is not None
