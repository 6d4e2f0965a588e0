"""Snowflake's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from sqlglot import exp

from rocky_core.dialects.base import Dialect, Operand, Outcome
from rocky_core.dialects.rules import Signature
from rocky_core.dialects.snowflake import coercion, type_names
from rocky_core.dialects.snowflake.functions import functions
from rocky_core.dialects.snowflake.written_text import written_text
from rocky_core.dialects.table_driven import LambdaParameters, TableColumns, TableDrivenDialect
from rocky_core.ir.rocky_type import RockyType, coarse
from rocky_core.ir.schema import Column
from rocky_core.ir.types import (
    TIMESTAMP_TZ,
    UNKNOWN,
    VARCHAR,
    VARIANT,
    DataType,
    Field,
    ListOf,
    MapOf,
    StructOf,
)


class Snowflake(TableDrivenDialect):
    """Names without quotes are upper case, quoted names exactly as spelled."""

    name: ClassVar[str] = "snowflake"
    display_name: ClassVar[str] = "Snowflake"
    short_name: ClassVar[str] = "sf"
    sqlglot_name: ClassVar[str] = "snowflake"

    def fold_column(self, name: str, *, quoted: bool) -> str:
        return name if quoted else name.upper()

    def fold_table(self, name: str, *, quoted: bool) -> str:
        return name if quoted else name.upper()

    def stored_name(self, name: str, *, quoted: bool) -> str:
        return name if quoted else name.upper()

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
        """A column's own name, else the expression's text in upper case."""
        del position
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
            return self.stored_name(node.name, quoted=bool(node.this.quoted))
        return written_text(node, sql, self.sqlglot_name).upper()

    def rocky_type(self, data_type: DataType) -> RockyType:
        return coarse(_without_session_zone(self.settle(data_type)), plain_timestamp="TimestampNtz")

    def functions(self) -> Mapping[str, Signature]:
        return functions()

    def lambdas(self) -> Mapping[str, LambdaParameters]:
        return _LAMBDAS

    def table_functions(self) -> Mapping[str, TableColumns]:
        return _TABLE_FUNCTIONS


def _without_session_zone(data_type: DataType) -> DataType:
    """The type with TIMESTAMP_LTZ as what it is to a contract: an instant."""
    match data_type:
        case type_names.TIMESTAMP_LTZ:
            return TIMESTAMP_TZ
        case ListOf(element, size):
            return ListOf(_without_session_zone(element), size)
        case MapOf(key, value):
            return MapOf(_without_session_zone(key), _without_session_zone(value))
        case StructOf(fields):
            return StructOf(tuple(Field(f.name, _without_session_zone(f.data_type)) for f in fields))
        case _:
            return data_type


def _element(types: Sequence[DataType]) -> tuple[DataType, ...]:
    """An element of the array before the lambda."""
    return (types[0].element,) if types and isinstance(types[0], ListOf) else ()


_LAMBDAS: Final[Mapping[str, LambdaParameters]] = {"filter": _element, "transform": _element}


def _flatten(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...]:
    del dialect, operands
    return (
        Column("SEQ", UNKNOWN),
        Column("KEY", VARCHAR),
        Column("PATH", VARCHAR),
        Column("INDEX", UNKNOWN),
        Column("VALUE", VARIANT),
        Column("THIS", VARIANT),
    )


def _split_to_table(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...]:
    del dialect, operands
    return (Column("SEQ", UNKNOWN), Column("INDEX", UNKNOWN), Column("VALUE", VARCHAR))


def _generator(dialect: Dialect, operands: Sequence[Operand]) -> tuple[Column, ...]:
    """GENERATOR gives rows without columns."""
    del dialect, operands
    return ()


_TABLE_FUNCTIONS: Final[Mapping[str, TableColumns]] = {
    "flatten": _flatten,
    "split_to_table": _split_to_table,
    "strtok_split_to_table": _split_to_table,
    "generator": _generator,
}
