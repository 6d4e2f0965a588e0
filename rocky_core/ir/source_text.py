"""SQL text that remembers which place of which file every character came from."""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Span


class Segment(Struct, frozen=True):
    """From `start` in the SQL on, text stems from `origin` in the file: copied when verbatim, else written for it."""

    start: int
    origin: int
    verbatim: bool = True


class SourceText(Struct, frozen=True):
    """What is parsed (`sql`), the file it came from, and the file's own text (`original`) for showing lines."""

    file: str
    sql: str
    original: str
    segments: tuple[Segment, ...] = (Segment(0, 0),)

    def span_at(self, offset: int, length: int = 1) -> Span:
        """The file's line and column for an offset into the SQL."""
        at = bisect_right(self.segments, offset, key=lambda segment: segment.start) - 1
        segment = self.segments[max(at, 0)]
        origin = segment.origin + (offset - segment.start if segment.verbatim else 0)
        origin = min(max(origin, 0), len(self.original))
        line = self.original.count("\n", 0, origin) + 1
        column = origin - (self.original.rfind("\n", 0, origin) + 1) + 1
        return Span(self.file, line, column, max(length, 1))
