"""The pieces of SQL that checks are made of: valid names, escaped values, fragments that stay within their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field
from sqlglot import TokenType, tokenize
from sqlglot.errors import TokenError

from rocky_core.dialects.statements.check_words import CHECK_WORDS, CheckWords
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.row_writes import stored_name
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.checks import MaskStrategy
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.schema import Column
from rocky_core.ir.types import UNKNOWN, DataType

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_OPENING: Final = {
    TokenType.L_PAREN: TokenType.R_PAREN,
    TokenType.L_BRACKET: TokenType.R_BRACKET,
    TokenType.L_BRACE: TokenType.R_BRACE,
}
_CLOSING: Final = frozenset(_OPENING.values())
_NUMERIC: Final = frozenset(
    {
        *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
        *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
        *("BIGNUM", "FLOAT", "DOUBLE", "DECIMAL"),
    }
)


class CheckRefused(Exception):
    """A check cannot be written as SQL; the message says why. Caught where checks are planned."""


class CheckedTable(Struct, frozen=True):
    """A table whose rows are checked.

    `reads` is where the rows are, if not in the target itself: a table that is built beside it. No `columns` means
    that they are not known. `masks` says what to show of classified columns, by lower-cased name.
    """

    target: TargetName
    reads: TargetName | None = None
    columns: tuple[Column, ...] = ()
    masks: Mapping[str, MaskStrategy] = field(default_factory=lambda: MappingProxyType({}))


class CheckSql(Struct, frozen=True):
    """Writes the pieces for one table on one warehouse; `models` are the tables that models write, by model name."""

    table: CheckedTable
    dialect_name: str
    models: Mapping[str, TargetName] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def shapes(self) -> StatementShapes:
        return shapes_of(self.dialect_name)

    @property
    def words(self) -> CheckWords:
        return CHECK_WORDS[self.dialect_name]

    @property
    def source(self) -> str:
        """The table as FROM names it; what is written about the target's columns holds for its stand-in."""
        target, reads = self.table.target, self.table.reads
        self.valid_target(target)
        if reads is None or reads == target:
            return self.shapes.table(target)
        self.valid_target(reads)
        return f"{self.shapes.table(reads)} AS {self.name}"

    @property
    def name(self) -> str:
        """The name under which FROM knows the table."""
        return self.shapes.quote(self.shapes.configured(self.table.target.table))

    def column(self, name: object) -> str:
        """A configured column, quoted."""
        if not isinstance(name, str) or not name:
            raise CheckRefused("the check needs a column")
        if not is_identifier(name):
            raise CheckRefused(f"'{name}' is not a valid column name: only letters, digits and '_'")
        return self.shapes.quote(stored_name(name, self.shapes, self.table.columns))

    def type_of(self, name: str) -> DataType:
        found = (column.data_type for column in self.table.columns if column.name.lower() == name.lower())
        return next(found, UNKNOWN)

    def other_table(self, name: object) -> str:
        """A table that a test names: a model, or a table with its schema and catalog where they are needed."""
        if not isinstance(name, str) or not name:
            raise CheckRefused("the check needs the name of another table")
        parts = name.split(".")
        target = self.models.get(name) or TargetName(*([""] * (3 - len(parts)) + parts)[-3:])
        if len(parts) > 3:
            raise CheckRefused(f"'{name}' has more parts than catalog, schema and table")
        self.valid_target(target, name)
        own = self.table.target
        if target.folded() == own.folded() and self.table.reads is not None:
            target = self.table.reads
        return self.shapes.table(target)

    def valid_target(self, target: TargetName, spelled: str | None = None) -> None:
        """Refuse names that may not stand in a statement."""
        catalog_is_valid = not target.catalog or self.shapes.valid_catalog(target.catalog)
        parts = [part for part in (target.schema,) if part]
        if not catalog_is_valid or not all(map(is_identifier, (*parts, target.table))):
            raise CheckRefused(f"'{spelled or target}' is not a valid table name: only letters, digits and '_'")

    def fragment(self, text: object, role: str) -> str:
        """An expression of the author's in parentheses that it can neither close nor comment away."""
        if not isinstance(text, str):
            raise CheckRefused(f"the check needs the {role}")
        return f"({self.within(text, role)})"

    def within(self, text: str, role: str, *, closing_semicolon: bool = False) -> str:
        """The text without closing comments, if its brackets pair up and it is not the end of the statement."""
        try:
            tokens = tokenize(text, read=self.dialect_name)
        except TokenError:
            raise CheckRefused(f"the {role} ends inside a quoted text or a comment") from None
        while closing_semicolon and tokens and tokens[-1].token_type is TokenType.SEMICOLON:
            tokens.pop()
        if not tokens:
            raise CheckRefused(f"the {role} is empty")
        expected: list[TokenType] = []
        for token in tokens:
            if token.token_type in _OPENING:
                expected.append(_OPENING[token.token_type])
            elif token.token_type in _CLOSING and (not expected or expected.pop() is not token.token_type):
                raise CheckRefused(f"the {role} closes a bracket that it has not opened")
            elif token.token_type is TokenType.SEMICOLON:
                raise CheckRefused(f"the {role} must not hold a semicolon")
        if expected:
            raise CheckRefused(f"the {role} leaves a bracket open")
        return text[tokens[0].start : tokens[-1].end + 1]

    def value(self, value: object, column_type: DataType) -> str:
        """A value as a literal that compares with a column of this type."""
        text = str(value)
        if _is_numeric(column_type) and NUMBER.fullmatch(text.strip()):
            return text.strip()
        return self.shapes.text_literal(text)


def number(value: object, role: str) -> str:
    """A configured number, as it may stand in a statement."""
    text = str(value).strip()
    if isinstance(value, bool) or value is None or NUMBER.fullmatch(text) is None:
        raise CheckRefused(f"{role} '{value}' is not a number")
    return text


def count(value: object, role: str) -> int:
    """A configured whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CheckRefused(f"{role} '{value}' is not a whole number of zero or more")
    return value


def _is_numeric(data_type: DataType) -> bool:
    return str(data_type).rstrip("0123456789(),") in _NUMERIC
