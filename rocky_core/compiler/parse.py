"""SQL text to syntax tree, with every call kept as it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from rocky_core.compiler import repair_duckdb
from rocky_core.compiler.repair_duckdb import KEEP_CALLS
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.diagnostics.suggest import nearest

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.ir.source_text import SourceText

_PLACEHOLDERS: Final = frozenset({"start_date", "end_date", "watermark"})
_DEEPEST: Final = 2_000  # The compiled parser would otherwise exhaust the stack on nested subqueries.
_LONGEST_INDEX_CHAIN: Final = 100
_BEFORE_VALUE: Final = frozenset(
    {
        TokenType.L_PAREN,
        TokenType.L_BRACKET,
        TokenType.COMMA,
        TokenType.PLUS,
        TokenType.DASH,
        TokenType.STAR,
        TokenType.SLASH,
        TokenType.GT,
        TokenType.LT,
        TokenType.EQ,
    }
)
_LIST_WORDS: Final = frozenset({"LIST", "ARRAY"})
_MARK: Final = "\x1a"  # No SQL text holds this character.
_NAMES_TOO: Final = frozenset({TokenType.APPLY, TokenType.FILTER})
_CLAUSE_AFTER: Final = frozenset({TokenType.R_PAREN, TokenType.CROSS, TokenType.OUTER})
_QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values, exp.Pivot, exp.Table)

_OPENING_WORDS: Final = ("SELECT", "WITH", "FROM", "VALUES", "PIVOT", "UNPIVOT")
_TEMPLATE: Final = re.compile(r"\{\{[^}\n]*(?:\}\})?|\{%[^%\n]*(?:%\})?")
_NO_TEMPLATES: Final = (
    "Write a model's name in place of ref('…') and a table's in place of source('…'); @var(NAME) is a run variable."
)
_MARKS: Final = re.compile(r"--|\n|/\*|\*/|\$\$|['\"`]")
_CLOSING: Final = {"'": "'", '"': '"', "`": "`", "/*": "*/", "$$": "$$", "--": "\n"}

_REPAIRS: Final = {"duckdb": repair_duckdb.repaired}

TOO_DEEP: Final = "nested too deeply to be analysed"


class ParsedSql(Struct, frozen=True):
    """The tree of one query and the tokens it came from."""

    tree: exp.Expr
    tokens: tuple[Token, ...]


class SqlFault(Struct, frozen=True):
    """Why a text is not one query, and where."""

    message: str
    offset: int
    length: int = 1
    suggestion: str | None = None

    def diagnostic(self, model: str, source: SourceText) -> Diagnostic:
        """The fault as a finding about a model."""
        return codes.E000.found(
            model=model,
            message=f"failed to parse: {self.message}",
            span=source.span_at(self.offset, self.length),
            suggestion=self.suggestion,
        )


def parse_model_sql(sql: str, dialect: Dialect) -> ParsedSql | SqlFault:
    """The query a model consists of, or what is wrong with it."""
    grammar = Grammar.get_or_raise(dialect.sqlglot_name)
    try:
        tokens = grammar.tokenize(sql)
    except TokenError as error:
        return _token_fault(sql, error)
    marked = _prepare(tokens)
    if isinstance(marked, SqlFault):
        return marked
    if not tokens:
        return SqlFault("the model holds no SQL", 0)
    try:
        trees = grammar.parser().parse(_repaired(tokens, dialect), sql)
    except ParseError as error:
        return _parse_fault(sql, error, tokens)
    except RecursionError:
        return SqlFault(TOO_DEEP, 0)
    except SqlglotError as error:
        return SqlFault(_first_line(str(error)), 0)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # The parser trips over some malformed texts instead of reporting them.
        return SqlFault(f"the parser does not understand this text ({type(error).__name__})", 0)
    return _only_query(trees, tokens, marked)


def _prepare(tokens: list[Token]) -> SqlFault | list[Token]:
    """Keep calls as written, and work around what the grammar misreads."""
    callers: list[Token | None] = []  # What stands before each open parenthesis.
    closed: Token | None = None
    before: Token | None = None
    split = False
    indexes = 0
    marked: list[Token] = []
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.R_PAREN:
            token.comments.append(KEEP_CALLS)
            closed = callers.pop() if callers else None
        elif kind is TokenType.L_PAREN:
            callers.append(before)
            if len(callers) > _DEEPEST:
                return SqlFault(TOO_DEEP, token.start)
            if before is not None and before.token_type in _NAMES_TOO:
                before.token_type = TokenType.VAR  # DuckDB's list functions `apply(…)` and `filter(…)`.
        elif kind is TokenType.L_BRACKET:
            if closed is not None and before is not None and before.token_type is TokenType.R_PAREN:
                _mark_list_call(closed, marked)
            # The parser's time grows with the square of such a chain.
            indexes = indexes + 1 if before is not None and before.token_type is TokenType.R_BRACKET else 0
            if indexes > _LONGEST_INDEX_CHAIN:
                return SqlFault(TOO_DEEP, token.start)
        elif (
            kind is TokenType.PARAMETER
            or (kind is TokenType.STRING and _is_hex(before, token))
            or (kind is TokenType.NUMBER and before is not None and before.token_type is TokenType.DOT)
        ):
            split = True
        # `sum(x) FILTER (…)` and `CROSS APPLY (…)` are no calls.
        clause = kind in _NAMES_TOO and before is not None and before.token_type in _CLAUSE_AFTER
        before = None if clause else token
    if split:
        _join_split(tokens)
    return marked


def _repaired(tokens: list[Token], dialect: Dialect) -> list[Token]:
    repair = _REPAIRS.get(dialect.sqlglot_name)
    return tokens if repair is None else repair(tokens)


def _mark_list_call(name: Token, marked: list[Token]) -> None:
    """`list(x)[1]` would lose its argument, because `list[1]` is a list literal; `_restore` undoes the mark."""
    if name.text.upper() in _LIST_WORDS:
        name.text += _MARK
        marked.append(name)


def _restore(tree: exp.Expr, marked: list[Token]) -> None:
    for token in marked:
        token.text = token.text.removesuffix(_MARK)
    for call in tree.find_all(exp.Anonymous):
        if isinstance(call.args["this"], str):
            call.set("this", call.args["this"].removesuffix(_MARK))


def _is_hex(before: Token | None, token: Token) -> bool:
    """Whether the text is the second half of `x'ff'`, which some grammars cut in two."""
    return (
        before is not None
        and before.token_type is TokenType.VAR
        and before.end + 1 == token.start
        and before.text in {"x", "X"}
    )


def _is_fraction(before: list[Token], token: Token) -> bool:
    """Whether the dot in front of the number is its own, not that of a path such as `t.1`."""
    dot = before[-1]
    owner = before[-2] if len(before) > 1 else None
    return (
        dot.token_type is TokenType.DOT
        and dot.end + 1 == token.start
        and (owner is None or owner.end + 1 < dot.start or owner.token_type in _BEFORE_VALUE)
    )


def _join_split(tokens: list[Token]) -> None:
    """Make one token of each placeholder, each `x'ff'` and each `.5`, in place."""
    kept: list[Token] = []
    for token in tokens:
        mark = kept[-1] if kept else None
        if (
            mark is not None
            and mark.token_type is TokenType.PARAMETER
            and token.text in _PLACEHOLDERS
            and token.start == mark.end + 1
        ):
            text = f"@{token.text}"
            kept[-1] = Token(TokenType.STRING, text, mark.line, mark.col, mark.start, token.end, list(token.comments))
        elif mark is not None and token.token_type is TokenType.STRING and _is_hex(mark, token):
            kept[-1] = Token(
                TokenType.HEX_STRING, token.text, mark.line, mark.col, mark.start, token.end, list(token.comments)
            )
        elif mark is not None and token.token_type is TokenType.NUMBER and _is_fraction(kept, token):
            # `.5` has one digit less than the `0.5` that the grammar would make of it, and types count digits.
            kept[-1] = Token(
                TokenType.NUMBER, f".{token.text}", mark.line, mark.col, mark.start, token.end, list(token.comments)
            )
        else:
            kept.append(token)
    tokens[:] = kept


def _only_query(trees: list[exp.Expr | None], tokens: list[Token], marked: list[Token]) -> ParsedSql | SqlFault:
    """The first statement, when it is a query and the only one."""
    statements = [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
    if not statements:
        return SqlFault("the model holds no SQL", 0)
    tree = statements[0]
    if not isinstance(tree, _QUERIES):
        return _no_query(tokens[0])
    if type(tree) is exp.Select and not tree.expressions:
        return SqlFault("the query selects nothing", tokens[0].start, len(tokens[0].text))
    if len(statements) > 1:
        ends = [token for token in tokens if token.token_type is TokenType.SEMICOLON]
        return SqlFault("a model must be one statement, but more follow", ends[0].start if ends else 0)
    if marked:
        _restore(tree, marked)
    return ParsedSql(tree, tuple(tokens))


def _parse_fault(sql: str, error: ParseError, tokens: list[Token]) -> SqlFault:
    """The first complaint of the parser, at its place."""
    template = _TEMPLATE.search(sql)
    if template is not None:
        return SqlFault(
            f"this is a template, and models are plain SQL: {template.group()}", template.start(), 2, _NO_TEMPLATES
        )
    if tokens[0].token_type is TokenType.VAR:
        return _no_query(tokens[0])
    details = error.errors[0] if error.errors else {}
    description = _first_line(str(details.get("description") or error))
    line, column = details.get("line"), details.get("col")
    highlight = str(details.get("highlight") or "")
    if not isinstance(line, int) or not isinstance(column, int):
        last = tokens[-1]
        return SqlFault(description.split(" but got <Token")[0], last.start, len(last.text))
    # The parser names the column of a token's last character.
    end = _offset(sql, line, column)
    start = max(end - max(len(highlight), 1), 0)
    if description.startswith("Expecting ") and highlight:
        return SqlFault(f"expected {description[10:]} before '{highlight}'", start, len(highlight))
    if description.startswith("Invalid expression") and highlight:
        return SqlFault(f"'{highlight}' is not expected here", start, len(highlight))
    if description.startswith("Required keyword"):
        description = "something is missing after"
    if description.startswith("Expected "):
        description = f"e{description[1:]}"
    if "but got <Token" in description:
        description = f"{description.split(' but got <Token')[0]} but got '{highlight}'"
    elif highlight:
        joint = " " if description.endswith("after") else " at "
        description = f"{description.rstrip('. ')}{joint}'{highlight}'"
    return SqlFault(description, start, max(len(highlight), 1))


def _no_query(first: Token) -> SqlFault:
    word = first.text.upper()
    meant = nearest(word, _OPENING_WORDS)
    message = f"a model must be a query, but this starts with {word}"
    return SqlFault(message, first.start, len(first.text), f"did you mean {meant}?" if meant else None)


def _token_fault(sql: str, error: TokenError) -> SqlFault:
    """A text that cannot even be cut into tokens, which mostly means that a quote or comment stays open."""
    opening = _unclosed(sql)
    if opening is not None:
        at, mark = opening
        return SqlFault(
            f"the {'comment' if mark == '/*' else 'quote'} that {mark} opens is never closed", at, len(mark)
        )
    return SqlFault(_first_line(str(error)), 0)


def _unclosed(sql: str) -> tuple[int, str] | None:
    """The quote or comment that is open at the end of the text."""
    opening: tuple[int, str] | None = None
    for found in _MARKS.finditer(sql):
        mark = found.group()
        if opening is None:
            if mark in _CLOSING:
                opening = (found.start(), mark)
        elif mark == _CLOSING[opening[1]]:
            opening = None
    return opening if opening is not None and opening[1] != "--" else None


def _offset(sql: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = sql.find("\n", start) + 1
    return min(start + column, len(sql))


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0].removesuffix(".").split(". Line ")[0]
