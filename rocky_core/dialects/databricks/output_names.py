"""The names Spark gives to expressions without an alias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

_OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.IntDiv: "div",
    exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.And: "AND", exp.Or: "OR",
}  # fmt: skip


_UPPER_CASE: Final = frozenset(
    ("atan2", "cbrt", "degrees", "dense_rank", "e", "exp", "hypot", "log", "log10", "log2", "percent_rank", "pi",
     "rank", "regexp_like", "sqrt")
)  # fmt: skip
_CANONICAL: Final = {"array_agg": "collect_list"}
_RANKING: Final = frozenset(("row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"))


def output_name(node: exp.Expr) -> str:
    """The expression in Spark's own spelling; a cast of a column keeps the column's name."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Column | exp.Cast | exp.Dot):
        return output_name(node.this)
    return _spelled(node)


def _spelled(node: exp.Expr) -> str:
    match node:
        case exp.Column():
            return node.name
        case exp.Dot():
            return str(node.expression.name)
        case exp.Paren():
            return _spelled(node.this)
        case exp.Literal():
            text = str(node.this).removesuffix(".")
            return f"0{text}" if text.startswith(".") and node.is_number else text
        case exp.Null():
            return "NULL"
        case exp.Boolean():
            return str(node.this).lower()
        case exp.Star():
            return "1"
        case exp.Neg():
            return f"-{node.this.name}" if isinstance(node.this, exp.Literal) else f"(- {_spelled(node.this)})"
        case exp.Not():
            return f"(NOT {_spelled(node.this)})"
        case exp.Cast():
            return f"CAST({_spelled(node.this)} AS {node.to.sql(dialect='databricks').upper()})"
        case exp.Anonymous():
            return _call(node.name.lower(), node.expressions)
        case exp.DPipe():
            return f"concat({_spelled(node.this)}, {_spelled(node.expression)})"
        case exp.Ceil() | exp.Floor() if not node.args.get("decimals"):
            return f"{type(node).__name__.upper()}({_spelled(node.this)})"
        case exp.Window() if isinstance(node.this, exp.Anonymous) and not node.args.get("spec"):
            return _window(node, node.this)
        case exp.In() if node.expressions:
            return f"({_spelled(node.this)} IN ({', '.join(_spelled(item) for item in node.expressions)}))"
        case exp.Is():
            return f"({_spelled(node.this)} IS {_spelled(node.expression)})"
        case exp.Case():
            return _case(node)
        case exp.Binary() if type(node) in _OPERATORS:
            return _operation(node)
        case _:
            return node.sql(dialect="databricks", comments=False)


def _operation(node: exp.Expr) -> str:
    """An operator's chain, followed down its left side without recursion: generated sums are long."""
    chain = []
    while type(node) in _OPERATORS:
        chain.append(node)
        node = node.args["this"]
    text = _spelled(node)
    for link in reversed(chain):
        text = f"({text} {_OPERATORS[type(link)]} {_spelled(link.args['expression'])})"
    return text


def _call(name: str, arguments: Sequence[exp.Expr]) -> str:
    shown = []
    for argument in arguments:
        if isinstance(argument, exp.Distinct):
            shown.append(f"DISTINCT {', '.join(_spelled(item) for item in argument.expressions)}")
        else:
            shown.append(_spelled(argument))
    if name in {"round", "bround"} and len(shown) == 1:
        shown.append("0")  # Spark shows the default.
    name = _CANONICAL.get(name, name)
    return f"{name.upper() if name in _UPPER_CASE else name}({', '.join(shown)})"


def _window(node: exp.Window, call: exp.Anonymous) -> str:
    """Spark shows the frame that is in force and how NULLs sort."""
    order = node.args.get("order")
    parts = []
    if node.args.get("partition_by"):
        parts.append(f"PARTITION BY {', '.join(_spelled(item) for item in node.args['partition_by'])}")
    if order is not None:
        parts.append(f"ORDER BY {', '.join(_ordered(item) for item in order.expressions)}")
    until = "CURRENT ROW" if order is not None else "UNBOUNDED FOLLOWING"
    unit = "RANGE" if order is not None and call.name.lower() not in _RANKING else "ROWS"
    parts.append(f"{unit} BETWEEN UNBOUNDED PRECEDING AND {until}")
    return f"{_spelled(call)} OVER ({' '.join(parts)})"


def _ordered(node: exp.Expr) -> str:
    if not isinstance(node, exp.Ordered):
        return f"{_spelled(node)} ASC NULLS FIRST"
    direction = "DESC" if node.args.get("desc") else "ASC"
    first = node.args.get("nulls_first")
    return f"{_spelled(node.this)} {direction} NULLS {'FIRST' if first else 'LAST'}"


def _case(node: exp.Case) -> str:
    parts = ["CASE"]
    if node.this is not None:
        parts.append(_spelled(node.this))
    parts.extend(f"WHEN {_spelled(item.this)} THEN {_spelled(item.args['true'])}" for item in node.args["ifs"])
    if node.args.get("default") is not None:
        parts.append(f"ELSE {_spelled(node.args['default'])}")
    return " ".join([*parts, "END"])
