"""The `models` glob of a transformation pipeline: where to look, and which files it means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WILD: Final = re.compile(r"[*?\[]")
_DEFAULT_BASE: Final = "models"


def glob_base(pattern: str) -> str:
    """The directory in which to look: the parts before the first wildcard; a plain file stands for its directory."""
    literal: list[str] = []
    parts = [part for part in pattern.replace("\\", "/").split("/") if part not in {"", "."}]
    for part in parts:
        if _WILD.search(part):
            break
        literal.append(part)
    else:
        if literal and literal[-1].endswith((".sql", ".rocky")):
            literal.pop()
            return "/".join(literal) or "."
    return "/".join(literal) or _DEFAULT_BASE


def escapes_root(pattern: str) -> bool:
    """Whether the glob looks outside of the project."""
    if pattern.startswith(("/", "~")) or re.match(r"[A-Za-z]:", pattern):
        return True
    depth = 0
    for part in pattern.replace("\\", "/").split("/"):
        if part == "..":
            depth -= 1
        elif part not in {"", "."}:
            depth += 1
        if depth < 0:
            return True
    return False


@lru_cache(maxsize=64)
def glob_expression(pattern: str) -> re.Pattern[str]:
    """The glob as an expression for whole paths: `*` stays within a directory, `**` does not."""
    text = pattern.replace("\\", "/").removeprefix("./")
    if not _WILD.search(text) and not text.endswith((".sql", ".rocky")):
        text = text.rstrip("/") + "/**"
    return re.compile(_translated(text))


def _translated(text: str) -> str:
    written: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("**/", at):
            written.append("(?:[^/]+/)*")
            at += 3
        elif text.startswith("**", at):
            written.append(".*")
            at += 2
        elif text[at] == "*":
            written.append("[^/]*")
            at += 1
        elif text[at] == "?":
            written.append("[^/]")
            at += 1
        elif text[at] == "[" and (end := text.find("]", at + 2)) > 0:
            inside = text[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            written.append("[" + ("^" + inside[1:] if inside[0] == "!" else inside) + "]")
            at = end + 1
        else:
            written.append(re.escape(text[at]))
            at += 1
    return "".join(written)
