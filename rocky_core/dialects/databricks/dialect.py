"""Databricks' answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlglot import exp

from rocky_core.dialects.base import Operand, Outcome
from rocky_core.dialects.databricks import coercion, type_names
from rocky_core.dialects.databricks.functions import LAMBDA_PARAMETERS, functions
from rocky_core.dialects.databricks.output_names import output_name
from rocky_core.dialects.databricks.table_functions import TABLE_FUNCTIONS
from rocky_core.dialects.rules import Signature
from rocky_core.dialects.table_driven import LambdaParameters, TableColumns, TableDrivenDialect
from rocky_core.ir.rocky_type import RockyType, coarse
from rocky_core.ir.types import DataType


class Databricks(TableDrivenDialect):
    """Spark SQL in ANSI mode on Unity Catalog: no name depends on its case."""

    name: ClassVar[str] = "databricks"
    display_name: ClassVar[str] = "Databricks"
    short_name: ClassVar[str] = "dbx"
    sqlglot_name: ClassVar[str] = "databricks"

    def fold_column(self, name: str, *, quoted: bool) -> str:
        del quoted
        return name.lower()

    def fold_table(self, name: str, *, quoted: bool) -> str:
        del quoted
        return name.lower()

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
        del position, sql
        return output_name(node)

    def rocky_type(self, data_type: DataType) -> RockyType:
        return coarse(self.settle(data_type), plain_timestamp="TimestampNtz")

    def functions(self) -> Mapping[str, Signature]:
        return functions()

    def lambdas(self) -> Mapping[str, LambdaParameters]:
        return LAMBDA_PARAMETERS

    def table_functions(self) -> Mapping[str, TableColumns]:
        return TABLE_FUNCTIONS
