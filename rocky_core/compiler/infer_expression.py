"""Type, nullability and lineage of operators, literals, casts and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlglot import exp

from rocky_core.compiler.compare_types import check_comparison
from rocky_core.compiler.scope import NO_SOURCES, NOTHING_KNOWN, Handler, Pass, Scope, Value
from rocky_core.compiler.trace_lineage import merge, through_cast, through_expression
from rocky_core.dialects.base import NullRule, Operand
from rocky_core.ir.types import BOOLEAN, INTERVAL, NULL, STRING_LITERAL, UNKNOWN, DataType, Field, StructOf

SYMBOLS: Final[dict[type, str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "//",
    exp.Mod: "%",
    exp.Pow: "**",
    exp.DPipe: "||",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "xor",
    exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>",
    exp.And: "and",
    exp.Or: "or",
    exp.Xor: "xor",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "is not distinct from",
    exp.NullSafeNEQ: "is distinct from",
    exp.Is: "is",
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.SimilarTo: "similar to",
    exp.Glob: "glob",
    exp.RegexpLike: "~",
    exp.RegexpILike: "~*",
    exp.RegexpFullMatch: "~",
    exp.ArrayContainsAll: "@>",
    exp.ArrayContainedBy: "<@",
    exp.ArrayOverlaps: "&&",
    exp.JSONExtract: "->",
    exp.JSONExtractScalar: "->>",
    exp.Distance: "<->",
}
_COMPARISONS: Final = frozenset({exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE})


def infer_binary(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """An operator with two sides; a long chain is followed down its left side without recursion."""
    chain = [node]
    left = node.args["this"]
    while type(left) in SYMBOLS:
        chain.append(left)
        left = left.args["this"]
    values = [work.infer(left, scope)]
    current = values[0]
    for link in reversed(chain):
        right_node = link.args.get("expression")
        right = work.infer(right_node, scope) if right_node is not None else NOTHING_KNOWN
        values.append(right)
        kind = type(link)
        if kind in _COMPARISONS:
            check_comparison(work, link, current, right)
        operands = (operand_of(current), operand_of(right))
        outcome = work.dialect.operator(SYMBOLS[kind], operands)
        current = Value(outcome.data_type, is_nullable(outcome.nulls, operands))
    return Value(current.data_type, current.nullable, through_expression(values))


def infer_unary(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """Signs, NOT and `~`."""
    inner = work.infer(node.args["this"], scope)
    operands = (operand_of(inner),)
    outcome = work.dialect.operator(_UNARY[type(node)], operands)
    constant = -inner.constant if type(node) is exp.Neg and isinstance(inner.constant, int) else None
    return Value(outcome.data_type, is_nullable(outcome.nulls, operands), through_expression((inner,)), constant)


def infer_transparent(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """Parentheses, and clauses around an argument that do not change it."""
    inner = node.args["this"]
    while type(inner) is exp.Paren:
        inner = inner.args["this"]
    found = work.infer(inner, scope)
    return found._replace(name="") if found.name else found


def infer_literal(work: Pass, node: exp.Expr, _scope: Scope) -> Value:
    """A number or text as written."""
    text = node.args["this"]
    if node.args.get("is_string"):
        return Value(work.dialect.string_literal(), False, NO_SOURCES, text)
    constant = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_INTEGER else None
    return Value(work.dialect.number_literal(text), False, NO_SOURCES, constant)


def infer_text(work: Pass, node: exp.Expr, _scope: Scope) -> Value:
    """Raw, national and dollar-quoted texts."""
    return Value(work.dialect.string_literal(), False, NO_SOURCES, node.name)


def infer_escaped(work: Pass, node: exp.Expr, _scope: Scope) -> Value:
    """`E'…'` is a text, `B'…'` is not."""
    is_text = work.written(node)[:1] in {"e", "E"}
    return Value(work.dialect.string_literal() if is_text else work.dialect.parse_type("BLOB"), nullable=False)


def infer_hex(work: Pass, _node: exp.Expr, _scope: Scope) -> Value:
    """`x'ff'`."""
    return Value(work.dialect.parse_type("BLOB"), nullable=False)


def infer_json_path(_work: Pass, node: exp.Expr, _scope: Scope) -> Value:
    """The path of `->`, which the parser has taken apart: a constant text."""
    parts = node.args.get("expressions") or ()
    if any(_finds_many(part) for part in parts):
        return Value(STRING_LITERAL, False, NO_SOURCES, _MANY_PATH)
    last = parts[-1] if parts else None
    inner = last.args.get("this") if last is not None else None
    return Value(STRING_LITERAL, False, NO_SOURCES, inner if isinstance(inner, str | int) else None)


def _finds_many(part: exp.Expr) -> bool:
    """Whether a step of a path may lead to several values."""
    inner = part.args.get("this")
    return (
        type(part) in {exp.JSONPathWildcard, exp.JSONPathRecursive}
        or type(inner) is exp.JSONPathWildcard
        or (type(part) is exp.JSONPathKey and inner == "*")
    )


def infer_null(_work: Pass, _node: exp.Expr, _scope: Scope) -> Value:
    return _NULL_VALUE


def infer_boolean(_work: Pass, node: exp.Expr, _scope: Scope) -> Value:
    return Value(BOOLEAN, False, NO_SOURCES, bool(node.args["this"]))


def infer_cast(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """CAST and TRY_CAST: the type asked for; the name of the column inside stays."""
    inner = work.infer(node.args["this"], scope)
    safe = type(node) is exp.TryCast
    return Value(
        work.dialect.cast_type(node.args["to"]),
        inner.nullable or safe,
        through_cast(inner, safe=safe),
        inner.constant if isinstance(inner.constant, str) else None,
    )


def infer_case(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """CASE in both forms; without ELSE it may be NULL."""
    arguments = node.args
    results: list[Value] = []
    all_values: list[Value] = []
    subject = arguments.get("this")
    if subject is not None:
        all_values.append(work.infer(subject, scope))
    for branch in arguments["ifs"]:
        all_values.append(work.infer(branch.args["this"], scope))
        results.append(work.infer(branch.args["true"], scope))
    default = arguments.get("default")
    # The ELSE comes first, as DuckDB meets the results: it shows in literals and in the order of struct fields.
    results.insert(0, Value(NULL) if default is None else work.infer(default, scope))
    all_values.extend(results)
    nullable = default is None or any(result.nullable for result in results)
    return Value(common_type(work, results), nullable, through_expression(all_values))


def infer_if(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """IF(condition, then, else)."""
    condition = work.infer(node.args["this"], scope)
    results = [work.infer(node.args[part], scope) for part in ("true", "false") if node.args.get(part) is not None]
    nullable = node.args.get("false") is None or any(result.nullable for result in results)
    return Value(common_type(work, results), nullable, through_expression((condition, *results)))


def infer_in(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`x IN (…)` over values, a list or a subquery."""
    values = [work.infer(node.args["this"], scope)]
    values.extend(work.infer(item, scope) for item in node.args.get("expressions") or ())
    query = node.args.get("query")
    if query is not None:
        values.append(work.infer(query, scope))
    for part in ("unnest", "field"):
        listed = node.args.get(part)
        if listed is not None:
            values.append(work.infer(listed, scope))
    return Value(BOOLEAN, any(value.nullable for value in values), through_expression(values))


def infer_between(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    values = [work.infer(node.args[part], scope) for part in ("this", "low", "high")]
    return Value(BOOLEAN, any(value.nullable for value in values), through_expression(values))


def infer_is(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`x IS NULL`, `IS TRUE` and the like are never NULL themselves."""
    inner = work.infer(node.args["this"], scope)
    return Value(BOOLEAN, False, through_expression((inner,)))


def infer_distinct_from(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    values = [work.infer(node.args["this"], scope), work.infer(node.args["expression"], scope)]
    return Value(BOOLEAN, False, through_expression(values))


def infer_escape(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """`… LIKE … ESCAPE …`."""
    work.infer(node.args["expression"], scope)
    return work.infer(node.args["this"], scope)


def infer_exists(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """EXISTS tells nothing of the columns inside, so it has no lineage."""
    work.query(node.args["this"], scope, scope.ctes)
    return Value(BOOLEAN, False)


def infer_scalar_query(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A query in place of a value: NULL when it finds no row, whatever it selects."""
    result = work.query(node, scope, scope.ctes)
    if not result.columns:
        return NOTHING_KNOWN
    if node.args.get("kind") == "STRUCT" and result.complete:  # BigQuery's SELECT AS STRUCT
        fields = tuple(Field(column.name, column.data_type) for column in result.columns)
        return Value(StructOf(fields), True, merge(result.columns))
    first = result.columns[0]
    return Value(first.data_type if result.complete else UNKNOWN, True, first.sources)


def infer_quantified(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """ANY and ALL on the right side of a comparison."""
    inner = node.args["this"]
    found = work.infer(inner, scope)
    return Value(UNKNOWN, True, found.sources)


def infer_extract(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    part, inner = str(node.this.name).lower(), work.infer(node.args["expression"], scope)
    operands = (Operand(STRING_LITERAL, constant=part, nullable=False), operand_of(inner))
    outcome = work.dialect.function("date_part", operands)
    if outcome is None:
        return Value(UNKNOWN, True, through_expression((inner,)))
    return Value(outcome.data_type, is_nullable(outcome.nulls, operands), through_expression((inner,)))


def infer_interval(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    inner = node.args.get("this")
    value = work.infer(inner, scope) if inner is not None else NOTHING_KNOWN
    unit = node.args.get("unit")
    constant = unit.name.lower() if isinstance(unit, exp.Var) else None  # A DATE plus hours is no DATE.
    return Value(INTERVAL, value.nullable, through_expression((value,)), constant)


def infer_at_time_zone(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    values = (work.infer(node.args["this"], scope), work.infer(node.args["zone"], scope))
    operands = tuple(operand_of(value) for value in values)
    outcome = work.dialect.operator("at time zone", operands)
    return Value(outcome.data_type, is_nullable(outcome.nulls, operands), through_expression(values))


def infer_unknown(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """Whatever is not known: its parts are still bound, its type is not guessed."""
    values = [work.infer(child, scope) for child in node.iter_expressions()]
    return Value(UNKNOWN, True, merge(values) and through_expression(values))


def common_type(work: Pass, values: Sequence[Value]) -> DataType:
    """The type that all these values share; an unknown one makes it unknown."""
    types = tuple(value.data_type for value in values)
    if not types:
        return UNKNOWN
    first = types[0]
    if all(found == first for found in types):
        return work.dialect.settle(first)
    return work.dialect.common_type(types)


def is_nullable(rule: NullRule, operands: Iterable[Operand]) -> bool:
    """Whether a call may yield NULL."""
    match rule:
        case NullRule.PROPAGATES:
            return any(operand.nullable for operand in operands)
        case NullRule.NEVER:
            return False
        case NullRule.ALWAYS:
            return True
        case NullRule.IF_ALL:
            return all(operand.nullable for operand in operands)


def operand_of(value: Value) -> Operand:
    """The value as an argument."""
    return Operand(value.data_type, value.constant, None, value.nullable)


_MANY_PATH: Final = "$[*]"
_LONGEST_INTEGER: Final = 38
_NULL_VALUE: Final = Value(NULL)
# The parser drops a plus in front of a value, so it is handed on as a root, which stays a call where it is written.
_UNARY: Final[dict[type, str]] = {exp.Neg: "-", exp.Cbrt: "+", exp.Not: "not", exp.BitwiseNot: "~"}

EXPRESSIONS: Final[dict[type, Handler]] = {
    **dict.fromkeys(SYMBOLS, infer_binary),
    **dict.fromkeys(_UNARY, infer_unary),
    **dict.fromkeys(
        (exp.Paren, exp.Alias, exp.Distinct, exp.Order, exp.Ordered, exp.Limit, exp.IgnoreNulls, exp.RespectNulls,
         exp.Collate, exp.HavingMax, exp.Where, exp.Having, exp.Qualify, exp.Fetch, exp.Offset),
        infer_transparent,
    ),
    **dict.fromkeys((exp.National, exp.RawString), infer_text),
    **dict.fromkeys((exp.Cast, exp.TryCast), infer_cast),
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), infer_distinct_from),
    **dict.fromkeys((exp.Subquery, exp.Select, exp.Union, exp.Except, exp.Intersect), infer_scalar_query),
    **dict.fromkeys((exp.Any, exp.All), infer_quantified),
    exp.Literal: infer_literal,
    exp.JSONPath: infer_json_path,
    exp.Null: infer_null,
    exp.Boolean: infer_boolean,
    exp.Case: infer_case,
    exp.If: infer_if,
    exp.In: infer_in,
    exp.Between: infer_between,
    exp.Is: infer_is,
    exp.Escape: infer_escape,
    exp.Exists: infer_exists,
    exp.HexString: infer_hex,
    exp.ByteString: infer_escaped,
    exp.Extract: infer_extract,
    exp.Interval: infer_interval,
    exp.AtTimeZone: infer_at_time_zone,
}  # fmt: skip
