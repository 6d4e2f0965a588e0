"""The names Spark gives to expressions without an alias."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

_OPERATORS: Final = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.IntDiv: "div",
    exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.And: "AND", exp.Or: "OR",
}  # fmt: skip


def output_name(node: exp.Expr) -> str:
    """The expression in Spark's own spelling: `sum(x)`, `count(1)`, `(a + 1)`, `CAST(a AS INT)`."""
    match node:
        case exp.Column() | exp.Dot():
            return node.name if isinstance(node, exp.Column) else node.expression.name
        case exp.Paren():
            return output_name(node.this)
        case exp.Literal():
            return str(node.this)
        case exp.Null():
            return "NULL"
        case exp.Boolean():
            return str(node.this).lower()
        case exp.Star():
            return "1"
        case exp.Neg():
            return f"(- {output_name(node.this)})"
        case exp.Not():
            return f"(NOT {output_name(node.this)})"
        case exp.Cast():
            return f"CAST({output_name(node.this)} AS {node.to.sql(dialect='databricks').upper()})"
        case exp.Anonymous():
            arguments = ", ".join(output_name(argument) for argument in node.expressions)
            return f"{node.name.lower()}({arguments})"
        case exp.Binary() if type(node) in _OPERATORS:
            return f"({output_name(node.left)} {_OPERATORS[type(node)]} {output_name(node.right)})"
        case _:
            return node.sql(dialect="databricks")
