"""What the checks of one model may know beside the model and its facts, and how they look things up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.suggest import nearest
from rocky_core.diagnostics.toml_places import KeyPath, key_places, span_at
from rocky_core.dialects.base import Dialect
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.schema import Column

_MOST_LISTED: Final = 30
_MOST_COMPARED: Final = 500


class CheckContext(Struct, frozen=True):
    """The model's surroundings; `accepted_columns` are those of the last compile that was kept, if any."""

    dialect: Dialect
    rules: ProjectRules
    accepted_columns: tuple[Column, ...] | None = None


class OutputColumns:
    """The columns of a model's output, found by the names that configuration gives them."""

    def __init__(self, columns: Sequence[Column], dialect: Dialect) -> None:
        self._columns = columns
        self._fold = dialect.fold_column
        self._by_name = {column.name: column for column in reversed(columns)}
        self._by_key = {self._fold(column.name, quoted=True): column for column in reversed(columns)}

    def find(self, name: str) -> Column | None:
        """The column that is spelled so, or else the one that the warehouse takes for the same."""
        return self._by_name.get(name) or self._by_key.get(self._fold(name, quoted=False))

    def listed(self) -> str:
        """A suggestion that names what there is."""
        names = [column.name for column in self._columns[:_MOST_LISTED]]
        rest = len(self._columns) - len(names)
        return f"Available columns: {', '.join(names)}" + (f" and {rest} more" if rest else "")

    def nearest(self, name: str) -> str | None:
        """The column that a misspelled name may mean; nobody looks for it among thousands."""
        return nearest(name, self._by_name) if len(self._columns) <= _MOST_COMPARED else None


def sidecar_place(model: Model, *paths: KeyPath) -> Span:
    """Where the sidecar states the first of these keys that it states at all; else the model's first line."""
    if model.sidecar_file is not None and model.sidecar_text is not None:
        places = key_places(model.sidecar_text)
        for path in paths:
            if path in places:
                offset, length = places[path]
                return span_at(model.sidecar_text, offset, model.sidecar_file, length)
    return Span(model.file, 1, 1)


def output_name_place(model: Model, name: str) -> Span:
    """Where the select list last ends a column with this name; else where the SQL first says it, else line one."""
    sql, word = model.source.sql.lower(), name.lower()
    if len(sql) != len(model.source.sql):
        sql, word = model.source.sql, name  # Lower-casing some alphabets would shift every place behind them.
    start, end = _select_list(sql)
    first = -1
    for low, high in ((start, end), (0, len(sql))):
        at = sql.rfind(word, low, high)
        while at >= 0:
            after = at + len(word)
            if not _in_word(sql[at - 1 : at]) and not _in_word(sql[after : after + 1]):
                first = at
                if (low, high) == (start, end) and _ends_column(sql, after, end):
                    break
            at = sql.rfind(word, low, max(after - 1, low))
        if first >= 0:
            return model.source.span_at(first, len(name))
    return Span(model.file, 1, 1)


def _select_list(sql: str) -> tuple[int, int]:
    """Where the outermost query's list of columns starts and ends; the whole text if that cannot be told."""
    depth, start = 0, -1
    for found in _MARKS.finditer(sql):
        match found[0]:
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case "select" if depth == 0 and start < 0:
                start = found.end()
            case "from" | "union" if depth == 0 and start >= 0:
                return start, found.start()
            case _:
                pass
    return (start, len(sql)) if start >= 0 else (0, len(sql))


def _in_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "@"}


def _ends_column(sql: str, at: int, end: int) -> bool:
    """Whether what follows a name is the end of a SELECT item."""
    while at < end and (sql[at].isspace() or sql[at] in '"`'):
        at += 1
    return at >= end or sql[at] == ","


_MARKS: Final = re.compile(r"""'[^']*'|"[^"]*"|--[^\n]*|/\*.*?\*/|[()]|\b(?:select|from|union)\b""", re.DOTALL)
