"""A dialect whose functions are a table of rules."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence

from rocky_core.dialects.base import Dialect, FunctionKind, Operand, Outcome
from rocky_core.dialects.repeatable import PURE_FUNCTIONS
from rocky_core.dialects.rules import Signature
from rocky_core.dialects.type_nodes import type_node
from rocky_core.ir.schema import Column
from rocky_core.ir.types import STRING_LITERAL, UNKNOWN, DataType

LambdaParameters = Callable[[Sequence[DataType]], tuple[DataType, ...]]
TableColumns = Callable[[Dialect, Sequence[Operand]], tuple[Column, ...] | None]


class TableDrivenDialect(Dialect):
    """Looks functions up; the subclass names its tables."""

    @abstractmethod
    def functions(self) -> Mapping[str, Signature]:
        """The scalar, aggregate and window functions by lower-case name."""

    @abstractmethod
    def lambdas(self) -> Mapping[str, LambdaParameters]:
        """Functions that take lambdas: from the types before the lambda to its parameters'."""

    @abstractmethod
    def table_functions(self) -> Mapping[str, TableColumns]:
        """Functions that stand in FROM."""

    def parse_type(self, text: str) -> DataType:
        node = type_node(text, self.sqlglot_name)
        return UNKNOWN if node is None else self.cast_type(node)

    def string_literal(self) -> DataType:
        return STRING_LITERAL

    def function(self, name: str, operands: Sequence[Operand]) -> Outcome | None:
        signature = self.functions().get(name.lower())
        return None if signature is None else signature.outcome(self, operands)

    def function_kind(self, name: str) -> FunctionKind | None:
        name = name.lower()
        signature = self.functions().get(name)
        if signature is not None:
            return signature.kind
        return FunctionKind.TABLE if name in self.table_functions() else None

    def is_repeatable(self, name: str) -> bool:
        return name.lower() in PURE_FUNCTIONS

    def lambda_parameters(self, name: str, operands: Sequence[Operand]) -> tuple[DataType, ...]:
        parameters = self.lambdas().get(name.lower())
        return () if parameters is None else parameters([self.settle(operand.data_type) for operand in operands])

    def united_type(self, types: Sequence[DataType]) -> DataType:
        return self.common_type(types)

    def system_view(self, parts: Sequence[str]) -> tuple[Column, ...] | None:
        del parts  # None of these tables holds them yet.
        return None

    def table_function(self, name: str, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
        columns = self.table_functions().get(name.lower())
        return None if columns is None else columns(self, operands)
