"""Diagnostics on a terminal: coloured by what each part says, with the faulty part of the source line underlined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from rocky_core.cli.file_texts import FileTexts
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.diagnostics.render import Piece, Role, render_pieces

_RANKS: Final = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_SHOWN: Final = {Severity.INFO: 3, Severity.WARNING: 5, Severity.ERROR: 20}
_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def render_findings(diagnostics: Iterable[Diagnostic], root: Path) -> Iterator[str]:
    """The findings, each followed by an empty line; the lines shown are read from files below the root."""
    texts = FileTexts(root)
    for found in diagnostics:
        text = texts.get(found.span.file) if found.span else None
        yield "".join(_coloured(piece, found.severity) for piece in render_pieces(found, text))
        yield ""


def render_first_findings(diagnostics: Sequence[Diagnostic], root: Path) -> Iterator[str]:
    """As `render_findings`, but of a code that is found again and again only the first, and how many more there are."""
    total = Counter(found.code for found in diagnostics)
    met: Counter[str] = Counter()
    for found in diagnostics:
        met[found.code] += 1
        shown = _SHOWN[found.severity]
        if met[found.code] <= shown:
            yield from render_findings((found,), root)
        if met[found.code] == shown < total[found.code]:
            more = f"  … and {total[found.code] - shown:,} more {found.code}; `rocky compile --all` shows them"
            yield click.style(more, fg=_COLOURS[found.severity])
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
