"""Writes expressions as SQL, and keeps the map from the SQL back to the file."""

from __future__ import annotations

from typing import assert_never

from rocky_core.dsl.rewrite import place_of
from rocky_core.dsl.syntax import (
    Atom,
    Between,
    Call,
    Cast,
    Chain,
    Element,
    Expression,
    Extract,
    Inside,
    Interval,
    Match,
    Member,
    Name,
    Paren,
    Path,
    Prefixed,
    SortKey,
    Star,
    Subject,
    Suffixed,
    Window,
)
from rocky_core.ir.source_text import Segment


class Writer:
    """The SQL written so far and where each piece came from."""

    def __init__(self, original: str) -> None:
        self.indent = ""
        self._original = original
        self._pieces: list[str] = []
        self._length = 0
        self._segments: list[Segment] = []
        self._at = 0

    @property
    def sql(self) -> str:
        return "".join(self._pieces)

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(self._segments) or (Segment(0, 0),)

    def write(self, piece: str, at: int | None = None) -> None:
        """Append text that stems from offset `at`; without one, from where the last piece came from."""
        at = self._at if at is None else at
        verbatim = _as_written(self._original[at : at + len(piece)]) == _as_written(piece)
        self._segments.append(Segment(self._length, at, verbatim))
        self._pieces.append(piece)
        self._length += len(piece)
        self._at = at

    def start_line(self, piece: str, at: int) -> None:
        """Append a clause on a new line."""
        self.write(f"\n{self.indent}" if self._pieces else self.indent, at)
        self.write(piece, at)


def _as_written(piece: str) -> str:
    """Texts that correspond letter by letter, whatever their case and quotes."""
    return piece.lower().replace('"', "'")


def write_expression(writer: Writer, expression: Expression, subject: Expression | None = None) -> None:
    """Append one expression; `subject` is what the innermost `match` looks at."""
    match expression:
        case Atom(sql, at):
            writer.write(sql, at)
        case Path(parts):
            _write_path(writer, parts)
        case Star(at):
            writer.write("*", at)
        case Subject(at):
            if subject is None:
                writer.write("NULL", at)
            else:
                _write_operand(writer, subject)
        case Chain(first, rest):
            write_expression(writer, first, subject)
            for operator, operand in rest:
                _write_operator(writer, operator)
                write_expression(writer, operand, subject)
        case Prefixed(operator, operand):
            writer.write(operator.sql if operator.sql == "-" else f"{operator.sql} ", operator.at)
            write_expression(writer, operand, subject)
        case Suffixed(operand, suffix):
            write_expression(writer, operand, subject)
            writer.write(" ")
            writer.write(suffix.sql, suffix.at)
        case Inside(operand, operator, choices):
            write_expression(writer, operand, subject)
            _write_operator(writer, operator)
            writer.write("(")
            write_list(writer, choices, subject)
            writer.write(")")
        case Between(operand, operator, low, high):
            write_expression(writer, operand, subject)
            _write_operator(writer, operator)
            write_expression(writer, low, subject)
            writer.write(" AND ")
            write_expression(writer, high, subject)
        case Paren(at, inner):
            writer.write("(", at)
            write_loose(writer, inner, subject)
            writer.write(")")
        case Member() | Element() | Cast() | Extract() | Interval():
            _write_form(writer, expression, subject)
        case Call():
            _write_call(writer, expression, subject)
        case Match():
            _write_match(writer, expression, subject)
        case _:
            assert_never(expression)


def _write_form(
    writer: Writer, expression: Member | Element | Cast | Extract | Interval, subject: Expression | None
) -> None:
    """Append an expression whose parts stand in brackets or between keywords."""
    match expression:
        case Member(operand, name):
            write_expression(writer, operand, subject)
            writer.write(".", name.at)
            writer.write(name.text, name.at)
        case Element(operand, index):
            write_expression(writer, operand, subject)
            writer.write("[")
            write_loose(writer, index, subject)
            writer.write("]")
        case Cast(keyword, operand, target):
            writer.write(keyword.sql, keyword.at)
            writer.write("(")
            write_loose(writer, operand, subject)
            writer.write(" AS ", target.at)
            writer.write(target.sql, target.at)
            writer.write(")")
        case Extract(keyword, part, operand):
            writer.write(keyword.sql, keyword.at)
            writer.write("(")
            writer.write(part.sql, part.at)
            writer.write(" FROM ")
            write_loose(writer, operand, subject)
            writer.write(")")
        case Interval(words):
            for word in words:
                if word is not words[0]:
                    writer.write(" ")
                writer.write(word.sql, word.at)
        case _:
            assert_never(expression)


def write_loose(writer: Writer, expression: Expression, subject: Expression | None = None) -> None:
    """Append an expression where nothing can bind to a part of it, so that no parentheses are needed."""
    while isinstance(expression, Paren):
        expression = expression.inner
    write_expression(writer, expression, subject)


def write_list(writer: Writer, expressions: tuple[Expression, ...], subject: Expression | None = None) -> None:
    """Append expressions with commas between them."""
    for index, expression in enumerate(expressions):
        if index:
            writer.write(", ")
        write_loose(writer, expression, subject)


def write_conditions(writer: Writer, conditions: tuple[Expression, ...]) -> None:
    """Append conditions that must all hold; an OR among several is enclosed."""
    if len(conditions) == 1:
        write_loose(writer, conditions[0])
        return
    for index, condition in enumerate(conditions):
        if index:
            writer.write(" AND ")
        is_or = isinstance(condition, Chain) and condition.rest[0][0].sql == "OR"
        write_expression(writer, Paren(place_of(condition), condition) if is_or else condition)


def write_sort_keys(writer: Writer, keys: tuple[SortKey, ...]) -> None:
    """Append what stands behind ORDER BY."""
    for index, key in enumerate(keys):
        if index:
            writer.write(", ")
        write_loose(writer, key.expression)
        for word in (key.descending, key.nulls):
            if word:
                writer.write(" ")
                writer.write(word.sql, word.at)


def _write_path(writer: Writer, parts: tuple[Name, ...]) -> None:
    for index, name in enumerate(parts):
        if index:
            writer.write(".", name.at)
        writer.write(name.text, name.at)


def _write_operator(writer: Writer, operator: Atom) -> None:
    writer.write(" ", operator.at)
    writer.write(operator.sql, operator.at)
    writer.write(" ")


def _write_operand(writer: Writer, expression: Expression) -> None:
    """Append what a comparison is written against."""
    if isinstance(expression, (Chain, Prefixed, Suffixed, Inside, Between)):
        writer.write("(")
        write_expression(writer, expression)
        writer.write(")")
    else:
        write_expression(writer, expression)


def _write_call(writer: Writer, call: Call, subject: Expression | None) -> None:
    function = call.function.parts
    if [part.key for part in function] == ["count_distinct"]:
        writer.write("count(DISTINCT ", function[0].at)
    else:
        _write_path(writer, function)
        writer.write("(")
        if call.distinct:
            writer.write("DISTINCT ", call.distinct.at)
    write_list(writer, call.arguments, subject)
    writer.write(")")
    if call.window:
        _write_window(writer, call.window)


def _write_window(writer: Writer, window: Window) -> None:
    writer.write(" OVER (", window.at)
    needs_blank = False
    if window.partition:
        writer.write("PARTITION BY ")
        write_list(writer, window.partition)
        needs_blank = True
    if window.order:
        writer.write(" ORDER BY " if needs_blank else "ORDER BY ")
        write_sort_keys(writer, window.order)
        needs_blank = True
    if window.frame:
        writer.write(" " if needs_blank else "")
        writer.write(window.frame.sql, window.frame.at)
    writer.write(")")


def _write_match(writer: Writer, match: Match, outer: Expression | None) -> None:
    writer.write("CASE", match.at)
    for arm in match.arms:
        writer.write(" WHEN ")
        write_expression(writer, arm.test, match.subject)
        writer.write(" THEN ")
        write_expression(writer, arm.value, outer)
    if match.otherwise is not None:
        writer.write(" ELSE ")
        write_expression(writer, match.otherwise, outer)
    writer.write(" END")
