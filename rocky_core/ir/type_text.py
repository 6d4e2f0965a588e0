"""Reads the canonical spelling of a type back into the type."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from rocky_core.ir.types import (
    UNKNOWN,
    DataType,
    Decimal,
    EnumOf,
    Field,
    ListOf,
    MapOf,
    Scalar,
    StructOf,
    UnionOf,
)

T = TypeVar("T")

_TOKEN = re.compile(r"""\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z0-9_]+|[(),\[\]])""")
_SCALAR_WORDS = frozenset({"WITH", "TIME", "ZONE"})


class TypeTextInvalid(ValueError):
    """The text is not a canonical type."""


@lru_cache(maxsize=4096)
def parse_type_text(text: str) -> DataType:
    """The type that `str()` spelled; raises TypeTextInvalid for anything else."""
    reader = _Reader(text)
    found = reader.read_type()
    if reader.peek() is not None:
        raise TypeTextInvalid(text)
    return found


class _Reader:
    """A cursor over the tokens of one type's text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise TypeTextInvalid(text)
            self._tokens.append(found.group(1))
            at = found.end()
        self._at = 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None or (expected is not None and token != expected):
            raise TypeTextInvalid(self._text)
        self._at += 1
        return token

    def read_type(self) -> DataType:
        found = self._read_base()
        while self.peek() == "[":
            self.take("[")
            size = None if self.peek() == "]" else int(self.take())
            self.take("]")
            found = ListOf(found, size)
        return found

    def _read_base(self) -> DataType:
        word = self.take()
        match word:
            case "DECIMAL" if self.peek() == "(":
                precision, scale = self._read_list(lambda: int(self.take()))
                return Decimal(precision, scale)
            case "STRUCT":
                return StructOf(tuple(self._read_list(self._read_field)))
            case "UNION":
                return UnionOf(tuple(self._read_list(self._read_field)))
            case "MAP":
                key, value = self._read_list(self.read_type)
                return MapOf(key, value)
            case "ENUM":
                return EnumOf(tuple(self._read_list(lambda: self.take()[1:-1].replace("''", "'"))))
            case "UNKNOWN":
                return UNKNOWN
            case _:
                return self._read_scalar(word)

    def _read_scalar(self, word: str) -> DataType:
        words = [word]
        while self.peek() in _SCALAR_WORDS:
            words.append(self.take())
        return Scalar(" ".join(words))

    def _read_list(self, read_item: Callable[[], T]) -> list[T]:
        self.take("(")
        items = [read_item()]
        while self.peek() == ",":
            self.take(",")
            items.append(read_item())
        self.take(")")
        return items

    def _read_field(self) -> Field:
        start = self._at
        name = self.take()
        following = self.peek()
        if following in {",", ")", "(", "[", "WITH", None}:
            self._at = start
            return Field("", self.read_type())
        if name.startswith('"'):
            name = name[1:-1].replace('""', '"')
        return Field(name, self.read_type())
