"""The questions that every warehouse must answer; there are no defaults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from rocky_core.ir.rocky_type import RockyType
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DataType

if TYPE_CHECKING:
    from sqlglot import exp


class NullRule(Enum):
    """When a call yields NULL."""

    PROPAGATES = "propagates"  # if an argument is NULL
    NEVER = "never"
    ALWAYS = "always"  # it may, whatever the arguments
    IF_ALL = "if_all"  # only if every argument is NULL (coalesce, greatest, concat)


class Operand(Struct, frozen=True):
    """One argument of a call or operator."""

    data_type: DataType
    # The value of a literal argument, where it is one; of a list literal of texts, the texts.
    constant: str | int | bool | tuple[str, ...] | None = None
    name: str | None = None  # `name := value` arguments.
    nullable: bool = True


class Outcome(Struct, frozen=True):
    """What a call or operator yields."""

    data_type: DataType
    nulls: NullRule = NullRule.PROPAGATES


class FunctionKind(Enum):
    """How a function takes part in a query."""

    SCALAR = "scalar"
    AGGREGATE = "aggregate"
    WINDOW = "window"
    TABLE = "table"


class Dialect(ABC):
    """What the compiler needs to know of a warehouse's SQL."""

    name: ClassVar[str]  # as in rocky.toml: duckdb, databricks, snowflake, bigquery
    display_name: ClassVar[str]
    short_name: ClassVar[str]  # as on the command line: duckdb, dbx, sf, bq
    sqlglot_name: ClassVar[str]

    @abstractmethod
    def fold_column(self, name: str, *, quoted: bool) -> str:
        """The key under which two spellings of a column (or alias) are the same."""

    @abstractmethod
    def fold_table(self, name: str, *, quoted: bool) -> str:
        """The key under which two spellings of a table are the same."""

    @abstractmethod
    def stored_name(self, name: str, *, quoted: bool) -> str:
        """How the warehouse reports a column that was written so (Snowflake upper-cases what is not quoted)."""

    @abstractmethod
    def parse_type(self, text: str) -> DataType:
        """The type for a name as this warehouse's catalog or a cast spells it; UNKNOWN if it is none."""

    @abstractmethod
    def cast_type(self, node: exp.DataType) -> DataType:
        """The type that a CAST target in the syntax tree names."""

    @abstractmethod
    def spell_type(self, data_type: DataType) -> str | None:
        """The warehouse's own spelling, as its DESCRIBE prints it; None for UNKNOWN (or partly unknown)."""

    @abstractmethod
    def number_literal(self, text: str) -> DataType:
        """The type of a number written in a query."""

    @abstractmethod
    def string_literal(self) -> DataType:
        """The type of a text written in a query."""

    @abstractmethod
    def settle(self, data_type: DataType) -> DataType:
        """The type that a column gets when an expression of this type is stored (literals, NULL)."""

    @abstractmethod
    def common_type(self, types: Sequence[DataType]) -> DataType:
        """The type that CASE, COALESCE and list literals give; UNKNOWN if it is not provable."""

    @abstractmethod
    def united_type(self, types: Sequence[DataType]) -> DataType:
        """The type that a set operation gives a column; UNKNOWN if it is not provable."""

    @abstractmethod
    def function(self, name: str, operands: Sequence[Operand]) -> Outcome | None:
        """The result of calling a scalar, aggregate or window function; None if the name is not known."""

    @abstractmethod
    def function_kind(self, name: str) -> FunctionKind | None:
        """Whether a name is an aggregate, a window function …; None if it is not known."""

    @abstractmethod
    def is_repeatable(self, name: str) -> bool:
        """Whether a function yields the same whenever it is given the same, whatever the time and the order of rows."""

    @abstractmethod
    def lambda_parameters(self, name: str, operands: Sequence[Operand]) -> tuple[DataType, ...]:
        """The parameter types of a lambda passed to this function after these operands."""

    @abstractmethod
    def table_function(self, name: str, operands: Sequence[Operand]) -> tuple[Column, ...] | None:
        """The columns of a function in FROM; None if they are not known."""

    @abstractmethod
    def system_view(self, parts: Sequence[str]) -> tuple[Column, ...] | None:
        """The columns of a view that every database has, by the parts of its name; None if it is not known."""

    @abstractmethod
    def operator(self, symbol: str, operands: Sequence[Operand]) -> Outcome:
        """The result of an operator such as `+`, `||`, `->>`, `and`, `like`, `=`, `[]` (index), `[:]` (slice)."""

    @abstractmethod
    def output_name(self, node: exp.Expr, position: int, sql: str | None = None) -> str:
        """The name the warehouse gives an expression in a SELECT list without an alias.

        `sql` is the text the tree was parsed from, for warehouses that keep the spelling the tree has lost.
        """

    @abstractmethod
    def rocky_type(self, data_type: DataType) -> RockyType:
        """The coarse type of contracts and lineage JSON."""
