"""Reads one expression, from the loosest operator (`or`) down to names and literals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rocky_core.dsl.cursor import Cursor
from rocky_core.dsl.parse_literal import parse_literal
from rocky_core.dsl.parse_window import parse_window
from rocky_core.dsl.rewrite import place_of
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
    Match,
    Member,
    Name,
    Paren,
    Path,
    Prefixed,
    Star,
    Subject,
    Suffixed,
)
from rocky_core.dsl.tokens import Kind, Token

_COMPARISONS: Final = {
    "==": "=",
    "!=": "IS DISTINCT FROM",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_FOREIGN_SIGNS: Final = {"=": "==", "<>": "!="}
_LIKE_WORDS: Final = ("like", "ilike")
# What a comparison is made of where a name might be misspelled: `x adn y`.
OPERATOR_WORDS: Final = ("and", "or", "is", "in", "not", "between", "like", "ilike", "over")


def parse_expression(cursor: Cursor) -> Expression:
    """One expression; leaves the cursor behind it."""
    with cursor.nested():
        return _chain(cursor, _conjunction, words=("or",))


def parse_call_arguments(cursor: Cursor) -> tuple[Expression, ...]:
    """What stands between the parentheses of a call, with the closing one."""
    arguments: list[Expression] = []
    while not cursor.token.is_sign(")"):
        arguments.append(parse_expression(cursor))
        if not cursor.take_sign(","):
            break
    cursor.expect_sign(")", "to close the arguments")
    return tuple(arguments)


def _chain(
    cursor: Cursor,
    operand: Callable[[Cursor], Expression],
    *,
    words: tuple[str, ...] = (),
    signs: tuple[str, ...] = (),
) -> Expression:
    first = operand(cursor)
    rest: list[tuple[Atom, Expression]] = []
    while token := (cursor.take_word(*words) if words else cursor.take_sign(*signs)):
        rest.append((Atom(token.text.upper(), token.at), operand(cursor)))
    return Chain(first, tuple(rest)) if rest else first


def _conjunction(cursor: Cursor) -> Expression:
    return _chain(cursor, _negation, words=("and",))


def _negation(cursor: Cursor) -> Expression:
    if token := cursor.take_word("not"):
        with cursor.nested():
            return Prefixed(Atom("NOT", token.at), _negation(cursor))
    return _comparison(cursor, _concatenation(cursor))


def _comparison(cursor: Cursor, left: Expression) -> Expression:
    test = _test(cursor, left)
    if test is not left and (cursor.token.text in _COMPARISONS or cursor.token.word == "is"):
        cursor.fail("a comparison cannot be compared again; join the two with 'and'")
    return test


def _test(cursor: Cursor, left: Expression) -> Expression:
    """The one test that may follow an operand; the operand itself if none does."""
    token = cursor.token
    if token.is_sign(*_COMPARISONS):
        cursor.advance()
        return compare(left, token, _concatenation(cursor))
    if token.is_sign(*_FOREIGN_SIGNS):
        cursor.fail(f"expected '{_FOREIGN_SIGNS[token.text]}' to compare, found {token.shown}")
    if cursor.take_word("is"):
        negated = cursor.take_word("not") is not None
        word = cursor.token.word
        if word not in {"null", "true", "false"}:
            cursor.fail(f"expected 'null' after 'is', found {cursor.token.shown}", candidates=("null", "not"))
        cursor.advance()
        return Suffixed(left, Atom(f"IS {'NOT ' if negated else ''}{word.upper()}", token.at))
    negation = "NOT " if token.word == "not" and cursor.ahead().word in {"in", "between", *_LIKE_WORDS} else ""
    if negation:
        cursor.advance()
    if keyword := cursor.take_word("in", "between", *_LIKE_WORDS):
        operator = Atom(negation + keyword.text.upper(), token.at)
        match keyword.word:
            case "in":
                return Inside(left, operator, _choices(cursor))
            case "between":
                low = _concatenation(cursor)
                if not cursor.take_word("and"):
                    cursor.fail(f"expected 'and' of 'between', found {cursor.token.shown}", candidates=("and",))
                return Between(left, operator, low, _concatenation(cursor))
            case _:
                return Chain(left, ((operator, _concatenation(cursor)),))
    return left


def compare(left: Expression, sign: Token, right: Expression) -> Expression:
    """`==` against a written null asks for null, as `!=` does by itself."""
    if sign.text == "==" and isinstance(right, Atom) and right.sql == "NULL":
        return Suffixed(left, Atom("IS NULL", sign.at))
    sql = _COMPARISONS[sign.text]
    return Chain(left, ((Atom(sql, sign.at), right),))


def _choices(cursor: Cursor) -> tuple[Expression, ...]:
    opening = cursor.take_sign("(", "[") or cursor.fail(f"expected '(' after 'in', found {cursor.token.shown}")
    closing = ")" if opening.text == "(" else "]"
    choices: list[Expression] = []
    with cursor.enclosed():
        while not cursor.token.is_sign(closing):
            choices.append(parse_expression(cursor))
            if not cursor.take_sign(","):
                break
        if not choices:
            cursor.fail("expected a value to look for")
        cursor.expect_sign(closing, "to close the list")
    return tuple(choices)


def _concatenation(cursor: Cursor) -> Expression:
    joined = _chain(cursor, _sum, signs=("||",))
    if not isinstance(joined, Chain) or joined.rest[0][0].sql != "||":
        return joined
    # Warehouses disagree on how `||` binds against arithmetic, so arithmetic inside it is enclosed.
    return Chain(_enclosed(joined.first), tuple((operator, _enclosed(operand)) for operator, operand in joined.rest))


def _enclosed(operand: Expression) -> Expression:
    return Paren(place_of(operand), operand) if isinstance(operand, (Chain, Prefixed)) else operand


def _sum(cursor: Cursor) -> Expression:
    return _chain(cursor, _product, signs=("+", "-"))


def _product(cursor: Cursor) -> Expression:
    return _chain(cursor, _signed, signs=("*", "/", "%"))


def _signed(cursor: Cursor) -> Expression:
    if token := cursor.take_sign("-"):
        with cursor.nested():
            operand = _signed(cursor)
        # Two minus signs side by side would begin a comment.
        operand = Paren(token.at, operand) if isinstance(operand, Prefixed) else operand
        return Prefixed(Atom("-", token.at), operand)
    return _postfixed(cursor)


def _postfixed(cursor: Cursor) -> Expression:
    expression = _primary(cursor)
    while True:
        if cursor.take_sign("["):
            with cursor.enclosed():
                index = parse_expression(cursor)
                cursor.expect_sign("]", "to close the index")
            expression = Element(expression, index)
        elif cursor.take_sign("."):
            expression = Member(expression, cursor.expect_name("a field's name after '.'"))
        elif token := cursor.take_sign("::"):
            expression = Cast(Atom("CAST", token.at), expression, _type_name(cursor))
        else:
            return expression


def _primary(cursor: Cursor) -> Expression:
    token = cursor.token
    if literal := parse_literal(cursor):
        return literal
    if cursor.take_sign("("):
        with cursor.enclosed():
            inner = parse_expression(cursor)
            cursor.expect_sign(")", "to close the parenthesis")
        return Paren(token.at, inner)
    if token.is_sign("*"):
        cursor.fail("'*' stands only in select and in count(*)")
    if token.kind is not Kind.WORD or cursor.at_step_on_new_line():
        cursor.fail(f"expected an expression, found {token.shown}")
    if token.word in {"and", "or", "in", "is", "between"}:
        cursor.fail(f"expected an expression before '{token.text}'")
    if token.word == "case" and cursor.ahead().kind is Kind.WORD:
        cursor.fail("'case' is spelled 'match' here", hint="Write match { condition => value, _ => otherwise }.")
    if token.word == "match" and (cursor.ahead().kind is not Kind.SIGN or cursor.ahead().is_sign("(", "{", "-")):
        return _match(cursor)
    return _path_or_call(cursor)


def _path_or_call(cursor: Cursor) -> Expression:
    parts = [cursor.expect_name("a name")]
    while cursor.token.is_sign(".") and cursor.ahead().kind is Kind.WORD:
        cursor.advance()
        token = cursor.advance()
        parts.append(Name(token.text, token.at))
    path = Path(tuple(parts))
    if not cursor.token.is_sign("("):
        return path
    cursor.advance()
    with cursor.enclosed():
        call = _call(cursor, path)
    if cursor.token.word != "over":
        return call
    if not isinstance(call, Call):
        cursor.fail("'over' belongs behind a function")
    return Call(call.function, call.arguments, call.distinct, parse_window(cursor, parse_expression))


def _call(cursor: Cursor, function: Path) -> Expression:
    name = function.parts[-1]
    keyword = Atom(name.text, name.at)
    match name.key if len(function.parts) == 1 else "":
        case "cast" | "try_cast" | "safe_cast":
            operand = parse_expression(cursor)
            if not cursor.take_word("as"):
                cursor.fail(f"expected 'as' and a type, found {cursor.token.shown}", candidates=("as",))
            target = _type_name(cursor)
            cursor.expect_sign(")", "to close the cast")
            return Cast(keyword, operand, target)
        case "extract" if cursor.ahead().word == "from":
            part = cursor.advance()
            cursor.advance()
            operand = parse_expression(cursor)
            cursor.expect_sign(")", "to close extract")
            return Extract(keyword, Atom(part.text, part.at), operand)
        case "count" if cursor.token.is_sign("*", ")"):
            star = Star(cursor.token.at)
            cursor.take_sign("*")
            cursor.expect_sign(")", "to close count")
            return Call(function, (star,))
        case _:
            is_keyword = cursor.ahead().kind is not Kind.SIGN or cursor.ahead().is_sign("(", "-")
            distinct = cursor.take_word("distinct") if is_keyword else None
            word = Atom("DISTINCT", distinct.at) if distinct else None
            return Call(function, parse_call_arguments(cursor), word)


def _type_name(cursor: Cursor) -> Atom:
    """A type as the warehouse spells it: a word or two, and what stands in brackets behind."""
    first = cursor.token
    cursor.expect_name("a type")
    end = first.end
    while cursor.token.kind is Kind.WORD and cursor.token.word in {"precision", "with", "without", "time", "zone"}:
        end = cursor.advance().end
    brackets: list[str] = []
    pairs = {"(": ")", "[": "]", "<": ">"}
    while brackets or (cursor.token.is_sign(*pairs) and cursor.token.at == end):
        token = cursor.token
        if token.kind is Kind.SIGN and token.text in pairs:
            brackets.append(pairs[token.text])
        elif brackets and token.is_sign(brackets[-1]):
            brackets.pop()
        elif token.kind not in {Kind.WORD, Kind.NUMBER} and not token.is_sign(",", ":"):
            cursor.fail(f"expected the rest of a type, found {token.shown}")
        end = cursor.advance().end
    return Atom(cursor.text[first.at : end].replace("\n", " "), first.at)


def _match(cursor: Cursor) -> Expression:
    at = cursor.advance().at
    subject = None if cursor.token.is_sign("{") else parse_expression(cursor)
    cursor.expect_sign("{", "after what 'match' looks at")
    arms: list[Arm] = []
    otherwise: Expression | None = None
    with cursor.enclosed():
        while not cursor.token.is_sign("}"):
            if otherwise is not None:
                cursor.fail("nothing can follow the '_' arm")
            start = cursor.token
            test = None if _is_default(cursor) else _pattern(cursor, has_subject=subject is not None)
            cursor.expect_sign("=>", "after the pattern")
            value = parse_expression(cursor)
            if test is None:
                if not arms:
                    cursor.fail("'match' needs an arm before '_'", start)
                otherwise = value
            else:
                arms.append(Arm(test, value))
            if not cursor.take_sign(","):
                break
        if not arms:
            cursor.fail("'match' needs at least one arm")
        cursor.expect_sign("}", "or ',' after an arm")
    return Match(at, subject, tuple(arms), otherwise)


def _is_default(cursor: Cursor) -> bool:
    if cursor.token.word == "_" and cursor.ahead().is_sign("=>"):
        cursor.advance()
        return True
    return False


def _pattern(cursor: Cursor, *, has_subject: bool) -> Expression:
    """A test of the subject: `> 10`, `in (…)`, `is null`, or a value that it equals."""
    if not has_subject:
        return parse_expression(cursor)
    token = cursor.token
    subject = Subject(token.at)
    test = _test(cursor, subject)
    if test is not subject:
        return test
    value = _concatenation(cursor)
    if isinstance(value, Atom) and value.sql == "NULL":
        return Suffixed(subject, Atom("IS NULL", token.at))
    return Chain(subject, ((Atom("=", token.at), value),))
