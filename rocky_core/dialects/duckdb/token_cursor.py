"""A cursor over the tokens of an expression, and what printing one part of it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from rocky_core.dialects.duckdb.source_tokens import Token, TokenKind, UnreadableSource

T = TypeVar("T")


class Printed(Struct, frozen=True):
    """A printed expression; `shape` is what a surrounding expression must know of it.

    Shapes: `number` folds under a minus, `and` and `or` take in their like, `column` and `grouped column`
    are named by their last part, `list` and `query` are what stands behind IN.
    """

    text: str
    shape: str = ""
    parts: tuple[str, ...] = ()


class Cursor(Struct):
    """Where the reader stands, and the windows that the query names (lower case, as printed)."""

    tokens: Sequence[Token]
    at: int = 0
    windows: Mapping[str, str] = field(default_factory=dict)

    def peek(self, ahead: int = 0) -> Token:
        """The token that comes, without taking it."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self.at += 1
        return token

    def take_word(self, *words: str) -> bool:
        """Takes these keywords in a row if they come."""
        if all(self.peek(i).is_word(word) for i, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def take_symbol(self, symbol: str) -> bool:
        """Takes this symbol if it comes."""
        if self.peek().is_symbol(symbol):
            self.at += 1
            return True
        return False

    def expect_word(self, *words: str) -> None:
        """Takes these keywords, which must come."""
        if not self.take_word(*words):
            raise UnreadableSource(self.peek().text)

    def expect_symbol(self, symbol: str) -> None:
        """Takes this symbol, which must come."""
        if not self.take_symbol(symbol):
            raise UnreadableSource(self.peek().text)

    def take_name(self) -> str:
        """An identifier, without quotes."""
        token = self.take()
        if token.kind not in {TokenKind.WORD, TokenKind.QUOTED}:
            raise UnreadableSource(token.text)
        return token.text

    def take_list(self, read: Callable[[Cursor], T], closing: str) -> list[T]:
        """Items with commas between them, up to and with the closing symbol."""
        items: list[T] = []
        while not self.take_symbol(closing):
            items.append(read(self))
            if not self.take_symbol(","):
                self.expect_symbol(closing)
                break
        return items
