"""Walks expressions: their parts, their places, and copies with some parts exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, assert_never

from rocky_core.dsl.syntax import (
    Arm,
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
    Paren,
    Path,
    Prefixed,
    SortKey,
    Star,
    Subject,
    Suffixed,
    Window,
)
from rocky_core.ir.replace import replace

Change: TypeAlias = Callable[[Expression], Expression | None]


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts, from left to right."""
    match expression:
        case Atom() | Path() | Star() | Subject() | Interval():
            return ()
        case Chain(first, rest):
            return (first, *(operand for _, operand in rest))
        case Prefixed(_, operand) | Suffixed(operand) | Member(operand) | Cast(_, operand) | Extract(_, _, operand):
            return (operand,)
        case Paren(_, inner):
            return (inner,)
        case Inside(operand, _, choices):
            return (operand, *choices)
        case Between(operand, _, low, high):
            return (operand, low, high)
        case Element(operand, index):
            return (operand, index)
        case Call(_, arguments, _, window):
            inside = (*window.partition, *(key.expression for key in window.order)) if window else ()
            return (*arguments, *inside)
        case Match(_, subject, arms, otherwise):
            tested = tuple(part for arm in arms for part in (arm.test, arm.value))
            return (*((subject,) if subject else ()), *tested, *((otherwise,) if otherwise else ()))
        case _:
            assert_never(expression)


def paths_in(expression: Expression) -> Iterator[Path]:
    """Every column named in the expression, from left to right."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Path):
            yield current
        waiting.extend(reversed(children(current)))


def place_of(expression: Expression) -> int:
    """The offset of the leftmost part."""
    while True:
        match expression:
            case Atom() | Star() | Subject() | Paren() | Match():
                return expression.at
            case Path(parts):
                return parts[0].at
            case Interval(words):
                return words[0].at
            case Prefixed(operator):
                return operator.at
            case Call(function):
                return function.parts[0].at
            case Extract(keyword):
                return keyword.at
            case Chain(first):
                expression = first
            case Suffixed(operand) | Inside(operand) | Between(operand) | Member(operand) | Element(operand):
                expression = operand
            case Cast(keyword, operand):
                return min(keyword.at, place_of(operand))
            case _:
                assert_never(expression)


def rewrite(expression: Expression, change: Change) -> Expression:
    """A copy in which every part for which `change` gives a replacement is replaced, outermost first."""
    changed = change(expression)
    if changed is not None:
        return changed
    match expression:
        case Atom() | Path() | Star() | Subject() | Interval():
            return expression
        case Chain(first, rest):
            following: list[tuple[Atom, Expression]] = []
            for operator, operand in rest:
                following.append((operator, rewrite(operand, change)))
            return Chain(rewrite(first, change), tuple(following))
        case Prefixed() | Suffixed() | Member() | Cast() | Extract():
            return replace(expression, operand=rewrite(expression.operand, change))
        case Paren(at, inner):
            return Paren(at, rewrite(inner, change))
        case Inside(operand, operator, choices):
            return Inside(rewrite(operand, change), operator, _each(choices, change))
        case Between(operand, operator, low, high):
            return Between(rewrite(operand, change), operator, rewrite(low, change), rewrite(high, change))
        case Element(operand, index):
            return Element(rewrite(operand, change), rewrite(index, change))
        case Call(function, arguments, distinct, window):
            over = _rewrite_window(window, change) if window else None
            return Call(function, _each(arguments, change), distinct, over)
        case Match(at, subject, arms, otherwise):
            return Match(
                at,
                rewrite(subject, change) if subject else None,
                tuple(Arm(rewrite(arm.test, change), rewrite(arm.value, change)) for arm in arms),
                rewrite(otherwise, change) if otherwise else None,
            )
        case _:
            assert_never(expression)


def rewrite_key(key: SortKey, change: Change) -> SortKey:
    """A sort key whose expression is rewritten."""
    return replace(key, expression=rewrite(key.expression, change))


def _rewrite_window(window: Window, change: Change) -> Window:
    order = tuple(rewrite_key(key, change) for key in window.order)
    return Window(window.at, _each(window.partition, change), order, window.frame)


def _each(expressions: tuple[Expression, ...], change: Change) -> tuple[Expression, ...]:
    return tuple(rewrite(expression, change) for expression in expressions)
