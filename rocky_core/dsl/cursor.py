"""A place in the token list, and the one way to say that what stands there is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dsl.syntax import Name
from rocky_core.dsl.tokens import Kind, Token

JOIN_SIDES: Final = frozenset({"left", "right", "full", "cross", "inner"})
STEP_WORDS: Final = (
    "where",
    "group",
    "derive",
    "select",
    "join",
    "left_join",
    "right_join",
    "full_join",
    "cross_join",
    "inner_join",
    "sort",
    "take",
    "distinct",
    "replicate",
)
HEAD_WORDS: Final = ("let", "from")
_ALL_WORDS: Final = frozenset(STEP_WORDS + HEAD_WORDS)

# Far beyond what people write, and far below what the interpreter's stack and the SQL parsers bear.
MAX_NESTING: Final = 32


class Fault(Exception):
    """Some text cannot be understood; caught where reading can go on, and turned into a finding."""

    def __init__(self, message: str, at: int, length: int, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.length = max(length, 1)
        self.suggestion = suggestion


class Cursor:
    """Walks over the tokens of one file."""

    def __init__(self, text: str, tokens: tuple[Token, ...], quote_in_text: str) -> None:
        self.text = text
        self.quote_in_text = quote_in_text
        self._tokens = tokens
        self._position = 0
        self._nesting = 0
        self._enclosed = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._position]

    def ahead(self, count: int = 1) -> Token:
        return self._tokens[min(self._position + count, len(self._tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind is not Kind.END:
            self._position += 1
        return token

    def take_sign(self, *signs: str) -> Token | None:
        return self.advance() if self.token.is_sign(*signs) else None

    def take_word(self, *words: str) -> Token | None:
        return self.advance() if self.token.word in words and self.token.word else None

    def expect_sign(self, sign: str, where: str) -> Token:
        return self.take_sign(sign) or self.fail(f"expected '{sign}' {where}, found {self.token.shown}")

    def expect_name(self, what: str) -> Name:
        """A word used as a name; a step's keyword at the start of a line is taken for the step it is."""
        if self.token.kind is not Kind.WORD or self.at_step_on_new_line():
            self.fail(f"expected {what}, found {self.token.shown}")
        token = self.advance()
        return Name(token.text, token.at)

    def at_step(self) -> bool:
        """Whether a new step, binding or pipeline begins here."""
        word = self.token.word
        return word in _ALL_WORDS or (word in JOIN_SIDES and self.ahead().word == "join")

    def at_step_on_new_line(self) -> bool:
        return not self._enclosed and self.token.starts_line and self.at_step()

    def skip_to_next_step(self) -> None:
        """After a fault: go on at the next line that begins with a step's keyword."""
        self._nesting = self._enclosed = 0
        if self.token.kind is not Kind.END and not (self.token.starts_line and self.at_step()):
            self.advance()
        while self.token.kind is not Kind.END and not (self.token.starts_line and self.at_step()):
            self.advance()

    @contextmanager
    def enclosed(self) -> Iterator[None]:
        """Inside brackets no step can begin, so every word may be a name."""
        self._enclosed += 1
        yield
        self._enclosed -= 1

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper in an expression."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            self.fail(f"the expression is nested more than {MAX_NESTING} levels deep; name its parts with derive")
        yield
        self._nesting -= 1

    def fail(
        self, message: str, token: Token | None = None, *, candidates: tuple[str, ...] = (), hint: str | None = None
    ) -> NoReturn:
        """Report the token (the current one by default); `candidates` are the words that would be right here."""
        token = token or self.token
        if token.kind is Kind.UNKNOWN:
            message = (
                "this text has no closing quote on its line"
                if token.text[0] in "\"'"
                else f"{token.shown} means nothing here"
            )
        elif token.word:
            message += _did_you_mean(token.word, candidates)
        raise Fault(message, token.at, len(token.text), hint)


def _did_you_mean(word: str, keywords: tuple[str, ...]) -> str:
    """The tail for a misspelled keyword; letters in the wrong order are the slip of short words."""
    same_letters = next((keyword for keyword in keywords if sorted(keyword) == sorted(word)), None)
    return f" — did you mean '{same_letters}'?" if same_letters else did_you_mean(word, keywords)
