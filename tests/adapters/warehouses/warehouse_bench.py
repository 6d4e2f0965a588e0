"""What the conformance suite must be told of a warehouse: how it is opened, and its words where SQL differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import FailureKind, WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn
from rocky_core.ports.warehouse import Session, StatementResult, Warehouse


@dataclass(frozen=True, slots=True)
class Words:
    """One warehouse's spelling of what the suite needs; `{n}` and the like are filled in."""

    numbers: str  # A query of one column, `i`, that counts from 0 to {n} - 1.
    endless: str  # A query that runs for minutes.
    fails_late: str  # A query that is accepted and fails while it runs.
    integer: str
    text: str
    columns: tuple[tuple[str, str, str, bool], ...]  # Name and type as declared; type and nullability as described.
    missing_table: FailureKind = FailureKind.QUERY_REJECTED
    zoneless: str = "TIMESTAMP"  # A day and a time without a zone.
    folds_tables: bool = True  # Tables are found whatever the case of their names.


@dataclass(frozen=True, slots=True)
class Bench:
    """A warehouse with a schema of its own, which is there and empty."""

    name: str
    warehouse: Warehouse
    schema: str
    words: Words
    reopen: Callable[[], Warehouse]
    drop: Callable[[], None] = lambda: None  # Takes away what the schema has left.

    def target(self, name: str) -> TargetName:
        return TargetName("", self.schema, name)

    def table(self, name: str) -> str:
        """The table as a statement names it."""
        return shapes_of(self.warehouse.dialect_name).table(self.target(name))

    def numbers(self, count: int) -> str:
        return self.words.numbers.format(n=count)

    def run(self, *statements: str) -> tuple[StatementResult, ...]:
        with self.warehouse.session() as session:
            return tuple(session.execute(statement) for statement in statements)

    def rows(self, query: str) -> tuple[tuple[object, ...], ...]:
        with self.warehouse.session() as session:
            return session.query(query).rows

    def make(self, name: str, count: int = 3) -> str:
        """A table of so many numbers, as a statement names it."""
        self.run(f"CREATE TABLE {self.table(name)} AS {self.numbers(count)}")
        return self.table(name)

    def stored(self, name: str) -> str:
        """How the warehouse stores a name that is spelled without quotes."""
        return shapes_of(self.warehouse.dialect_name).configured(name)

    def column(self, name: str, type_text: str, nullable: bool) -> ObservedColumn:
        parse = dialect_named(self.warehouse.dialect_name).parse_type
        return ObservedColumn(self.stored(name), type_text, parse(type_text), nullable)


def kind_of(session: Session, statement: str) -> FailureKind | None:
    """The kind of failure of a query; None if there is none."""
    try:
        session.query(statement)
    except WarehouseError as error:
        return error.failure_kind
    return None
