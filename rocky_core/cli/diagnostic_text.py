"""Diagnostics on a terminal: coloured by what each part says, with the faulty part of the source line underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click

from rocky_core.cli.file_texts import FileTexts
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.diagnostics.render import Piece, Role, render_pieces

_RANKS: Final = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def render_findings(diagnostics: Iterable[Diagnostic], root: Path) -> Iterator[str]:
    """The findings, each followed by an empty line; the lines shown are read from files below the root."""
    texts = FileTexts(root)
    for found in diagnostics:
        text = texts.get(found.span.file) if found.span else None
        yield "".join(_coloured(piece, found.severity) for piece in render_pieces(found, text))
        yield ""


def worst_last(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Infos, then warnings, then errors: what must be repaired stands right above the prompt."""
    return sorted(diagnostics, key=lambda found: _RANKS[found.severity])


def _coloured(piece: Piece, severity: Severity) -> str:
    match piece.role:
        case Role.SEVERITY | Role.UNDERLINE:
            return click.style(piece.text, fg=_COLOURS[severity], bold=True)
        case Role.MESSAGE:
            return click.style(piece.text, bold=True)
        case Role.GUTTER:
            return click.style(piece.text, fg="blue")
        case Role.HELP:
            return click.style(piece.text, fg="cyan")
        case _:
            return piece.text
