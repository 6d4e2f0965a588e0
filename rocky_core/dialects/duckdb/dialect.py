"""DuckDB's answers to the questions that every warehouse must answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rocky_core.dialects.base import Dialect, FunctionKind, Operand, Outcome
from rocky_core.dialects.duckdb import functions, literals, operators, repeatable, table_functions, type_names
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.common_types import common_type
from rocky_core.dialects.duckdb.united_types import united_type
from rocky_core.ir.rocky_type import RockyType, coarse
from rocky_core.ir.schema import Column
from rocky_core.ir.types import STRING_LITERAL, DataType

if TYPE_CHECKING:
    from sqlglot import exp


class DuckDB(Dialect):
    """DuckDB 2: names ignore case, literals adapt, the binder takes the overload with the cheapest casts."""

    name: ClassVar[str] = "duckdb"
    display_name: ClassVar[str] = "DuckDB"
    short_name: ClassVar[str] = "duckdb"
    sqlglot_name: ClassVar[str] = "duckdb"

    def fold_column(self, name: str, *, quoted: bool) -> str:
        del quoted  # DuckDB ignores case even inside quotes.
        return name.lower()

    def fold_table(self, name: str, *, quoted: bool) -> str:
        del quoted  # As for columns.
        return name.lower()

    def stored_name(self, name: str, *, quoted: bool) -> str:
        del quoted  # DuckDB keeps what was written.
        return name

    def parse_type(self, text: str) -> DataType:
        return type_names.parse_type(text)

    def cast_type(self, node: exp.DataType) -> DataType:
        return type_names.cast_type(node)

    def spell_type(self, data_type: DataType) -> str | None:
        return type_names.spell_type(data_type)

    def number_literal(self, text: str) -> DataType:
        return literals.number_literal(text)

    def string_literal(self) -> DataType:
        return STRING_LITERAL

    def settle(self, data_type: DataType) -> DataType:
        return settle(data_type)

    def common_type(self, types: Sequence[DataType]) -> DataType:
        return common_type(types)

    def united_type(self, types: Sequence[DataType]) -> DataType:
        return united_type(types)

    def function(self, name: str, operands: Sequence[Operand]) -> Outcome | None:
        return functions.function(name, operands)

    def function_kind(self, name: str) -> FunctionKind | None:
        return functions.function_kind(name)

    def is_repeatable(self, name: str) -> bool:
        return repeatable.is_repeatable(name.lower())

    def lambda_parameters(self, name: str, operands: Sequence[Operand]) -> tuple[DataType, ...]:
        return functions.lambda_parameters(name, operands)

    def table_function(self, name: str, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
        return table_functions.table_function(name, operands)

    def system_view(self, parts: Sequence[str]) -> tuple[Column, ...] | None:
        return table_functions.system_view(parts)

    def operator(self, symbol: str, operands: Sequence[Operand]) -> Outcome:
        return operators.operator(symbol, operands)

    def output_name(self, node: exp.Expr, position: int, sql: str | None = None) -> str:
        from rocky_core.dialects.duckdb.names import output_name  # noqa: PLC0415 — only unaliased expressions need it

        return output_name(node, position, sql)

    def rocky_type(self, data_type: DataType) -> RockyType:
        return coarse(data_type)
