"""Shows where in a statement an error is, as DuckDB does when its errors are not structured."""

from __future__ import annotations

import json
from typing import Final

from rocky_core.diagnostics.hide_secrets import cover_tokens

_WIDTH: Final = 120  # A generated statement may be one line of any length.


def show_place(statement: str | None, location: str | None) -> str:
    """The line with the place marked, below the message; nothing if either is not known.

    `location` counts bytes: an offset, or `[offset,length]`.
    """
    place = _offset_and_length(location)
    if statement is None or place is None:
        return ""
    before, marked, after = _parts(cover_tokens(statement), *place)  # What is cut off here would tell no token apart.
    start = before.rpartition("\n")[2]
    label = f"LINE {before.count(chr(10)) + 1}: "
    line = start + marked.partition("\n")[0]
    carets = "^" * max(1, len(line) - len(start))
    if "\n" not in marked:
        line += after.partition("\n")[0]
    cut = max(0, len(start) - _WIDTH // 2)
    excerpt = line[cut : cut + _WIDTH].rstrip()
    return f"\n\n{label}{excerpt}\n{' ' * (len(label) + len(start) - cut)}{carets[:_WIDTH]}"


def _offset_and_length(location: str | None) -> tuple[int, int] | None:
    try:
        match json.loads(location or ""):
            case [int(offset), int(length)]:
                return offset, length
            case int(offset):
                return offset, 1
    except ValueError:
        pass
    return None


def _parts(statement: str, offset: int, length: int) -> tuple[str, str, str]:
    raw = statement.encode("utf-8", "replace")
    pieces = (raw[:offset], raw[offset : offset + length], raw[offset + length :])
    before, marked, after = (piece.decode("utf-8", "replace") for piece in pieces)
    return before, marked, after
