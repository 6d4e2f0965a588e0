"""Where the keys of a TOML text stand; a reader that forgives whatever the parser would not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.diagnostics.diagnostic import Span

_MAX_DEPTH: Final = 100  # TOML that is nested deeper is refused by the parser anyway.

KeyPath = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_KEY_PART: Final = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s.=\[\]{},#"']+)[ \t]*""")
_STRING: Final = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?''',
    re.DOTALL,
)
_ATOM: Final = re.compile(r"[^\s,\]}#]+")


def find_key(text: str, path: KeyPath, file: str) -> Span | None:
    """Where exactly this key stands, if it is written out."""
    found = key_places(text).get(path)
    return None if found is None else span_at(text, found[0], file, found[1])


def place_of(text: str, path: KeyPath, file: str) -> Span:
    """Where a key stands, or its nearest parent that is written out, or else the file's first line."""
    places = key_places(text)
    for length in range(len(path), 0, -1):
        found = places.get(path[:length])
        if found is not None:
            start, extent = found
            return span_at(text, start, file, extent)
    return Span(file, 1, 1)


def span_at(text: str, offset: int, file: str, length: int = 1) -> Span:
    """The line and column of an offset."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Span(file, text.count("\n", 0, offset) + 1, offset - line_start + 1, max(length, 1))


@lru_cache(maxsize=16)
def key_places(text: str) -> Mapping[KeyPath, tuple[int, int]]:
    """The offset and length of every key, by its path; entries of lists count from zero."""
    reader = _Reader(text)
    reader.read_document()
    return MappingProxyType(reader.places)


class _Reader(Struct):
    """A cursor over one TOML text."""

    text: str
    at: int = 0
    places: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    depth: int = 0
    lists: dict[KeyPath, int] = field(default_factory=dict)  # how many entries each `[[list]]` has

    def read_document(self) -> None:
        table: KeyPath = ()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._read_header()
            else:
                self._read_pair(table)
            self._skip_line()

    def _read_header(self) -> KeyPath:
        is_list = self.text.startswith("[[", self.at)
        self.at += 2 if is_list else 1
        parts = self._read_key_parts()
        path: KeyPath = ()
        for number, (name, start, length) in enumerate(parts, start=1):
            path = (*path, name)
            self.places.setdefault(path, (start, length))
            is_last = number == len(parts)
            if is_last and is_list:
                index = self.lists.get(path, -1) + 1
                self.lists[path] = index
                path = (*path, index)
                self.places[path] = (start, length)
            elif not is_last and path in self.lists:
                path = (*path, self.lists[path])
        return path

    def _read_pair(self, table: KeyPath) -> None:
        """One `key = value`; whatever is not one is left for the caller to skip."""
        path = table
        for name, start, length in self._read_key_parts():
            path = (*path, name)
            self.places.setdefault(path, (start, length))
        if self.text.startswith("=", self.at):
            self.at += 1
            self._skip(_SPACE)
            self._read_value(path)

    def _read_key_parts(self) -> list[tuple[str, int, int]]:
        parts: list[tuple[str, int, int]] = []
        while (found := _KEY_PART.match(self.text, self.at)) is not None:
            written = found.group(1)
            parts.append((_unquoted(written), found.start(1), len(written)))
            self.at = found.end()
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return parts

    def _read_value(self, path: KeyPath) -> None:
        match self.text[self.at : self.at + 1]:
            case "[" if self.depth < _MAX_DEPTH:
                self.depth += 1
                self._read_list(path)
                self.depth -= 1
            case "{" if self.depth < _MAX_DEPTH:
                self.depth += 1
                self._read_inline_table(path)
                self.depth -= 1
            case '"' | "'":
                self._skip(_STRING)
            case _:
                self._skip(_ATOM)

    def _read_list(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self._before("]"):
            start = self.at
            item = (*path, index)
            self._read_value(item)
            self.places.setdefault(item, (start, self.at - start))
            index += 1
            self._skip_separator(start)
        self._close()

    def _read_inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self._before("}"):
            start = self.at
            self._read_pair(path)
            self._skip_separator(start)
        self._close()

    def _before(self, closing: str) -> bool:
        self._skip(_BLANK)
        return self.at < len(self.text) and self.text[self.at] != closing

    def _close(self) -> None:
        """Step over a closing bracket, which a broken text may not have."""
        self.at = min(self.at + 1, len(self.text))

    def _skip_separator(self, start: int) -> None:
        """Step over a comma, or over one character where nothing was understood, so that reading always ends."""
        self._skip(_BLANK)
        if self.text.startswith(",", self.at) or self.at == start:
            self.at += 1

    def _skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end + 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()


def _unquoted(key: str) -> str:
    return key[1:-1] if key[0] in "\"'" else key
