"""BigQuery's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import ClassVar, Final

from sqlglot import exp

from rocky_core.dialects.base import Dialect, Operand, Outcome
from rocky_core.dialects.bigquery import coercion, type_names
from rocky_core.dialects.bigquery.functions import functions
from rocky_core.dialects.rules import Signature, type_at
from rocky_core.dialects.table_driven import LambdaParameters, TableColumns, TableDrivenDialect
from rocky_core.ir.rocky_type import RockyType, coarse
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DataType, ListOf, StructOf


class BigQuery(TableDrivenDialect):
    """GoogleSQL: columns and functions in any case, tables exactly as spelled."""

    name: ClassVar[str] = "bigquery"
    display_name: ClassVar[str] = "BigQuery"
    short_name: ClassVar[str] = "bq"
    sqlglot_name: ClassVar[str] = "bigquery"

    def fold_column(self, name: str, *, quoted: bool) -> str:
        del quoted
        return name.lower()

    def fold_table(self, name: str, *, quoted: bool) -> str:
        del quoted
        return name

    def stored_name(self, name: str, *, quoted: bool) -> str:
        del quoted
        return name

    def cast_type(self, node: exp.DataType) -> DataType:
        return type_names.from_node(node)

    def spell_type(self, data_type: DataType) -> str | None:
        return type_names.spell(data_type)

    def number_literal(self, text: str) -> DataType:
        return type_names.number_literal(text)

    def settle(self, data_type: DataType) -> DataType:
        return type_names.settle(data_type)

    def common_type(self, types: Sequence[DataType]) -> DataType:
        return coercion.common_type(types)

    def operator(self, symbol: str, operands: Sequence[Operand]) -> Outcome:
        return coercion.operator(symbol, operands)

    def output_name(self, node: exp.Expr, position: int, sql: str | None = None) -> str:
        """Columns and fields keep their names, all others are numbered `f0_`, `f1_`, … among themselves."""
        del sql
        name = _own_name(node)
        if name is not None:
            return name
        select = node.parent
        if not isinstance(select, exp.Select) or position >= len(select.expressions):
            return f"f{position}_"
        return f"f{_unnamed_before(select)[position]}_"

    def rocky_type(self, data_type: DataType) -> RockyType:
        return coarse(self.settle(data_type), plain_timestamp="TimestampNtz")

    def functions(self) -> Mapping[str, Signature]:
        return functions()

    def lambdas(self) -> Mapping[str, LambdaParameters]:
        return {}

    def table_functions(self) -> Mapping[str, TableColumns]:
        return _TABLE_FUNCTIONS


def _unnamed_before(select: exp.Select) -> list[int]:
    """How many items without a name precede each item; counted once, for a list may hold thousands."""
    counts: list[int] | None = select.meta.get("unnamed_before")
    if counts is None:
        unnamed = (_own_name(item) is None for item in select.expressions)
        counts = list(accumulate(unnamed, initial=0))
        select.meta["unnamed_before"] = counts
    return counts


def _own_name(node: exp.Expr) -> str | None:
    """The name an item of a SELECT list brings with it; a star brings some."""
    match node:
        case exp.Alias() | exp.Column():
            return node.alias_or_name
        case exp.Star():
            return "*"
        case exp.Dot() if isinstance(node.expression, exp.Identifier | exp.Star):
            return node.expression.name
        case exp.Paren():
            return _own_name(node.this)
        case _:
            return None


def _unnest(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
    """UNNEST gives a struct's fields, or one column that its alias names."""
    match type_at(dialect, operands, 0):
        case ListOf(StructOf(fields)):
            return tuple(Column(field.name, field.data_type) for field in fields)
        case ListOf(element):
            return (Column("f0_", element),)
        case _:
            return None


_TABLE_FUNCTIONS: Final = {"unnest": _unnest}
