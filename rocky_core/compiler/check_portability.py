"""Whether the SQL uses anything that the declared target warehouse does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from rocky_core.compiler.check_context import CheckContext
from rocky_core.compiler.portable_constructs import FLATTEN, FUNCTIONS, ILIKE, Construct
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_PRAGMA: Final = re.compile(r"^\s*--\s*rocky-allow\s*:(.*)$", re.IGNORECASE | re.MULTILINE)

# What may stand before `name (` without making it a call: it declares a name instead.
_DECLARES: Final = frozenset({"AS", "WITH", "RECURSIVE"})
_OPENS_RELATIONS: Final = frozenset({"FROM", "JOIN", "LATERAL"})
_CLOSES_RELATIONS: Final = frozenset(
    {"SELECT", "WHERE", "ON", "USING", "GROUP", "HAVING", "ORDER", "LIMIT", "QUALIFY", "WINDOW", "UNION"}
)


class FoundConstruct(Struct, frozen=True):
    """One use of a construct that is not native everywhere."""

    construct: Construct
    offset: int
    length: int


def check_portability(model: Model, facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """P001, for every occurrence that neither the project nor a pragma of the model allows."""
    target = context.rules.portability_target
    if target is None or not facts.parsed:
        return
    allowed = {*context.rules.portability_allow, *read_pragmas(model.source.original)}
    for found in find_constructs(_tokenize(model.source.sql, context)):
        construct = found.construct
        if target in construct.native or construct.label in allowed:
            continue
        warehouse = dialect_named(target).display_name
        supporters = ", ".join(dialect_named(name).display_name for name in construct.native)
        yield codes.P001.found(
            model=model.name,
            message=f"{construct.label} is not portable to {warehouse} (supported by: {supporters})",
            span=model.source.span_at(found.offset, found.length),
            suggestion=_suggest(construct, target, warehouse),
        )


def find_constructs(tokens: Sequence[Token]) -> Iterator[FoundConstruct]:
    """All uses of listed constructs, in the order of the text; one pass over the tokens, whatever the dialect."""
    in_relations = [False]  # For each open parenthesis, whether its current clause lists relations.
    for place, token in enumerate(tokens):
        word = token.text.upper()
        before = tokens[place - 1].text.upper() if place else ""
        if token.token_type.name in {"STRING", "NUMBER", "IDENTIFIER"}:
            continue
        if word == "(":
            # FROM (a, b …) and TABLE(f(…)) list relations inside; a call's arguments do not.
            in_relations.append(before in {*_OPENS_RELATIONS, "TABLE"})
        elif word == ")" and len(in_relations) > 1:
            in_relations.pop()
        elif word in _OPENS_RELATIONS:
            in_relations[-1] = True
        elif word in _CLOSES_RELATIONS:
            in_relations[-1] = False
        elif word == "ILIKE":
            yield FoundConstruct(ILIKE, token.start, len(token.text))
        elif place + 1 < len(tokens) and tokens[place + 1].text == "(" and before not in _DECLARES:
            if word in FUNCTIONS:
                yield FoundConstruct(FUNCTIONS[word], token.start, len(token.text))
            elif word == "FLATTEN" and _is_relation(before, in_relations):
                yield FoundConstruct(FLATTEN, token.start, len(token.text))


def _is_relation(before: str, in_relations: list[bool]) -> bool:
    return before in _OPENS_RELATIONS or (in_relations[-1] and before in {",", "("})


def read_pragmas(text: str) -> frozenset[str]:
    """The labels that `-- rocky-allow: NVL, ILIKE` lines allow, in upper case."""
    if "rocky-allow" not in text.lower():
        return frozenset()
    listed = (label.strip().upper() for found in _PRAGMA.finditer(text) for label in found[1].split(","))
    return frozenset(label for label in listed if label)


def _tokenize(sql: str, context: CheckContext) -> list[Token]:
    # Only projects that name a target pay for a second look at the text.
    from sqlglot.dialects.dialect import Dialect as Grammar  # noqa: PLC0415 — a warm compile must not load sqlglot

    return Grammar.get_or_raise(context.dialect.sqlglot_name).tokenize(sql)


def _suggest(construct: Construct, target: str, warehouse: str) -> str:
    instead = construct.instead.get(target) or construct.instead.get("")
    if instead is None:
        return f"{construct.label} is not portable to {warehouse}"
    operator = construct is ILIKE
    return f"replace {construct.label} with {instead}" if operator else f"replace {construct.label}(...) with {instead}"
