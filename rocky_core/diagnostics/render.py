"""A finding as text: what is wrong, where, the line itself with the fault underlined, and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import Final, assert_never

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span
from rocky_core.diagnostics.hide_secrets import hide_secrets

_TAB: Final = 4
_WIDEST: Final = 160  # Columns of a source line that are shown; longer lines are cut around the fault.
_LEAD: Final = 60  # How much of a cut line stays before the fault.
_CUT: Final = "…"


class Role(Enum):
    """What a piece of text is, so that a terminal can colour it."""

    SEVERITY = "severity"
    MESSAGE = "message"
    PLACE = "place"
    GUTTER = "gutter"
    SOURCE = "source"
    UNDERLINE = "underline"
    HELP = "help"


class Piece(Struct, frozen=True):
    """Text of one role; pieces follow one another without anything between them."""

    text: str
    role: Role


def render_diagnostic(diagnostic: Diagnostic, text: str | None = None) -> str:
    """The finding in plain text; `text` is the file its span points into, where that could be read."""
    return "".join(piece.text for piece in render_pieces(diagnostic, text))


def render_pieces(diagnostic: Diagnostic, text: str | None = None) -> tuple[Piece, ...]:
    """The same text, cut into pieces of one role each."""
    pieces = [
        Piece(f"{_severity_word(diagnostic.severity)}[{diagnostic.code}]", Role.SEVERITY),
        Piece(f": {_printable(diagnostic.message)}", Role.MESSAGE),
    ]
    span = diagnostic.span
    margin = " " * (len(str(span.line)) if span else 1)
    if span is not None:
        pieces += [
            Piece(f"\n{margin}--> ", Role.GUTTER),
            Piece(f"{_printable(span.file)}:{span.line}:{span.col}", Role.PLACE),
        ]
        line = None if text is None else _line_of(text, span.line)
        if line is not None:
            shown = hide_secrets(line) if span.file.endswith(".toml") else line
            pieces += _render_source(span, shown, margin)
    elif diagnostic.model:
        pieces += [Piece(f"\n{margin}--> ", Role.GUTTER), Piece(f"model {_printable(diagnostic.model)}", Role.PLACE)]
    pieces += _render_help(diagnostic.suggestion, margin)
    return tuple(pieces)


def _line_of(text: str, number: int) -> str | None:
    """A line by its number; None where the file is shorter, because it changed since."""
    lines = text.split("\n", number)
    return lines[number - 1] if len(lines) >= number >= 1 else None


def _severity_word(severity: Severity) -> str:
    match severity:
        case Severity.ERROR:
            return "error"
        case Severity.WARNING:
            return "warning"
        case Severity.INFO:
            return "info"
        case _:
            assert_never(severity)


def _render_source(span: Span, line: str, margin: str) -> list[Piece]:
    text = line.rstrip("\r\n")
    start = min(max(span.col - 1, 0), len(text))
    end = min(start + max(span.length, 1), len(text))
    left, right = _window(text, start)
    end = min(end, right)
    before, fault, after = (_shown(text[part]) for part in (slice(left, start), slice(start, end), slice(end, right)))
    before = (_CUT if left else "") + before
    after += _CUT if right < len(text) else ""
    carets = "^" * max(_width(fault), 1)
    return [
        Piece(f"\n{margin} |\n{span.line} | ", Role.GUTTER),
        Piece(f"{before}{fault}{after}".rstrip(), Role.SOURCE),
        Piece(f"\n{margin} | ", Role.GUTTER),
        Piece(" " * _width(before) + carets, Role.UNDERLINE),
    ]


def _window(text: str, start: int) -> tuple[int, int]:
    """The part of a line to show: all of it, or what surrounds the fault."""
    if len(text) <= _WIDEST:
        return 0, len(text)
    left = max(min(start - _LEAD, len(text) - _WIDEST), 0)
    return left, min(left + _WIDEST, len(text))


def _render_help(suggestion: str | None, margin: str) -> Sequence[Piece]:
    if not suggestion:
        return ()
    first, *others = (_printable(part) for part in suggestion.split("\n"))
    lines = (first, *(f"{margin}         {part}" for part in others))
    return (Piece(f"\n{margin} = ", Role.GUTTER), Piece("help: " + "\n".join(lines), Role.HELP))


def _shown(text: str) -> str:
    return _printable(text.replace("\t", " " * _TAB))


def _printable(text: str) -> str:
    """The text without anything that could move a terminal's cursor or change its colours."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def _width(text: str) -> int:
    """The columns a text takes on a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
