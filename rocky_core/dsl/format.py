"""`rocky fmt`: lays out a `.rocky` file by its brackets; only blanks change, never a word."""

from __future__ import annotations

import re
from typing import Final

from rocky_core.dsl.cursor import HEAD_WORDS, JOIN_SIDES, STEP_WORDS
from rocky_core.dsl.tokens import Token, read_tokens

_INDENT: Final = "    "
_STEP_STARTS: Final = frozenset(STEP_WORDS + HEAD_WORDS)
_OPENING: Final = ("{", "(", "[")
_CLOSING: Final = ("}", ")", "]")
_DEEPEST: Final = 40  # So that a file of nothing but brackets does not grow with its square.
_TOO_MANY_BLANK_LINES: Final = re.compile(r"\n{4,}")


def format_text(text: str) -> str:
    """The text with four blanks per open bracket, steps at the margin, and at most two empty lines in a row."""
    depth = 0
    continues = False
    lines: list[str] = []
    for line in text.split("\n"):
        tokens = read_tokens(line)[:-1]  # No token spans lines.
        leading = _leading_closers(tokens)
        level = max(depth - leading, 0)
        if tokens and not depth:
            is_step = _begins_step(tokens)
            level = 1 if continues and not is_step else 0
            continues = True
        stripped = line.strip()
        lines.append(_INDENT * min(level, _DEEPEST) + stripped if stripped else "")
        for token in tokens:
            if token.is_sign(*_OPENING):
                depth += 1
            elif token.is_sign(*_CLOSING):
                depth = max(depth - 1, 0)
    laid_out = _TOO_MANY_BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n")
    return laid_out + "\n" if laid_out else ""


def _leading_closers(tokens: tuple[Token, ...]) -> int:
    """How many brackets the line closes before anything else stands on it."""
    count = 0
    for token in tokens:
        if not token.is_sign(*_CLOSING):
            break
        count += 1
    return count


def _begins_step(tokens: tuple[Token, ...]) -> bool:
    first = tokens[0].word
    return first in _STEP_STARTS or (first in JOIN_SIDES and len(tokens) > 1 and tokens[1].word == "join")
