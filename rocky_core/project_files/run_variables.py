"""Fills `@var(name)` and `@var(name, default)` into SQL; every place still points into the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.source_text import Segment, SourceText

_VARIABLE: Final = re.compile(r"@var\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:,\s*([^)]*?))?\s*\)")
# A quoted text is kept whole so that `--` inside it opens no comment; variables inside it are filled in.
_PIECE: Final = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|@var\(", re.DOTALL)


def substitute_variables(source: SourceText, variables: Mapping[str, str], model: str) -> Checked[SourceText]:
    """The SQL with its variables filled in; one without value and default becomes NULL and a finding."""
    if "@var" not in source.sql:
        return Checked(source)
    pieces: list[str] = []
    segments: list[Segment] = []
    found: dict[str, Diagnostic] = {}
    length = copied = 0
    for variable in _variables(source.sql):
        name, default = variable.groups()
        value = variables.get(name, default)
        if value is None:
            found.setdefault(name, _missing(name, source, variable, model))
            value = "NULL"
        segments += _copied(source, copied, variable.start(), length)
        length += variable.start() - copied
        segments.append(Segment(length, _origin(source, variable.start()), verbatim=False))
        length += len(value)
        pieces += (source.sql[copied : variable.start()], value)
        copied = variable.end()
    segments += _copied(source, copied, len(source.sql), length)
    pieces.append(source.sql[copied:])
    filled = SourceText(source.file, "".join(pieces), source.original, tuple(segments))
    return Checked(filled, tuple(found.values()))


def _variables(sql: str) -> Iterator[re.Match[str]]:
    """Every variable outside of comments."""
    for piece in _PIECE.finditer(sql):
        start = piece.group()[0]
        if start == "@":
            found = _VARIABLE.match(sql, piece.start())
            if found is not None:
                yield found
        elif start in "'\"":
            yield from _VARIABLE.finditer(sql, piece.start(), piece.end())


def _copied(source: SourceText, start: int, end: int, at: int) -> Iterator[Segment]:
    """The segments of a copied stretch of the SQL, moved to where it now begins."""
    if start >= end:
        return
    index = max(bisect_right(source.segments, start, key=lambda segment: segment.start) - 1, 0)
    while index < len(source.segments) and source.segments[index].start < end:
        segment = source.segments[index]
        begin = max(segment.start, start)
        origin = segment.origin + (begin - segment.start if segment.verbatim else 0)
        yield Segment(at + begin - start, origin, segment.verbatim)
        index += 1


def _origin(source: SourceText, offset: int) -> int:
    index = max(bisect_right(source.segments, offset, key=lambda segment: segment.start) - 1, 0)
    segment = source.segments[index]
    return segment.origin + (offset - segment.start if segment.verbatim else 0)


def _missing(name: str, source: SourceText, variable: re.Match[str], model: str) -> Diagnostic:
    return codes.E028.found(
        model=model,
        message=f"model references run variable `@var({name})`, which has neither a value nor a default",
        span=source.span_at(variable.start(), variable.end() - variable.start()),
        suggestion=f"pass --var {name}=VALUE, or write a default: @var({name}, VALUE)",
    )
