"""What a warehouse must state about its statements; there are no defaults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

from msgspec import Struct

from rocky_core.dialects.statements.rendered import Refused
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column
from rocky_core.ir.types import DataType

_OF_ROWS: Final = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"})


class Transaction(Struct, frozen=True):
    """The words around statements that become visible together."""

    begin: str
    commit: str


class TableClauses(Struct, frozen=True):
    """The physical options of a table or view, in this warehouse's words."""

    kind: str = ""  # A word before TABLE.
    clauses: tuple[str, ...] = ()  # Lines between the table's name and AS.
    afterwards: tuple[str, ...] = ()  # Statements that follow.
    left_out: tuple[str, ...] = ()  # Options without counterpart.


class StatementShapes(ABC):
    """One warehouse's differences; everything that is the same everywhere is in `render_model`."""

    name: ClassVar[str]
    transaction: ClassVar[Transaction | None]  # None: there are only single-statement transactions.
    stage: ClassVar[str | None]  # What comes before the name of a table that only this session sees.
    positional_insert: ClassVar[str]  # INSERT of a query whose columns are not known: by name where there is a way.
    merge_by_name: ClassVar[tuple[str, str] | None]  # MERGE's update and insert of all columns, matched by name.
    materialized_view: ClassVar[str | None]  # What comes before its name; None where there is none.
    streaming_table: ClassVar[str | None]
    has_dynamic_tables: ClassVar[bool]
    has_replace_where: ClassVar[bool]  # One statement replaces the rows of a window.
    equal_or_both_null: ClassVar[str]  # Equality of {left} and {right} that counts NULL as a value, in a join too.
    has_delete_of_unmatched: ClassVar[bool]  # MERGE does so, where there are no transactions.
    has_transactional_ddl: ClassVar[bool]  # A transaction may hold CREATE, ALTER and DROP.
    version_instant: ClassVar[str]  # The present in UTC; one instant all through a transaction, or else a statement.
    has_transaction_instant: ClassVar[bool]  # Else a history of versions is brought up to date by one statement.
    raise_error: ClassVar[str]  # How a query over rows fails with the text {message}.
    reads_files: ClassVar[bool]  # A query may read a file that lies beside the project.
    # What comes before the name of a table that takes a file which is sent, beside the target; None: there is no need.
    file_staging: ClassVar[str | None]
    names_loads: ClassVar[bool]  # It takes in a file that is sent under a name, and takes each name once.
    zoneless_type: ClassVar[str]  # Of a day and a time without a zone, whatever the account means by TIMESTAMP.
    retype: ClassVar[str]  # How ALTER TABLE changes the type of {column} to {type}.
    before_retyping: ClassVar[str | None]  # What ALTER TABLE has to set first.
    text_type: ClassVar[str]
    formats: ClassVar[frozenset[str]]  # Table formats of a sidecar that a plain table of this warehouse can have.

    @abstractmethod
    def quote(self, name: str) -> str:
        """The name, quoted so that it is taken exactly as spelled."""

    @abstractmethod
    def configured(self, name: str) -> str:
        """How the warehouse stores a name that configuration spells without quotes."""

    @abstractmethod
    def valid_catalog(self, name: str) -> bool:
        """Whether the name may stand for a catalog (database, project)."""

    @abstractmethod
    def text_literal(self, value: str) -> str:
        """The value as a text literal."""

    @abstractmethod
    def instant(self, placeholder: str, column: DataType) -> str:
        """The placeholder's value in a type that compares with the column."""

    @abstractmethod
    def surrogate_key(self, columns: Sequence[str]) -> str:
        """The hash of these (already quoted) columns, equal to the one of dbt_utils."""

    @abstractmethod
    def table_clauses(
        self, target: TargetName, wanted: TableFormat, columns: Sequence[Column]
    ) -> TableClauses | Refused:
        """The options of a table."""

    @abstractmethod
    def view_clauses(self, target: TargetName, wanted: TableFormat, *, materialized: bool) -> TableClauses | Refused:
        """The options of a view."""

    @abstractmethod
    def replace_with(self, target: TargetName, source: TargetName, wanted: TableFormat) -> str:
        """One statement that puts a table in the place of whatever table there is, with the rows of another one.

        Both are of the format that is wanted, as far as they are there.
        """

    def holds_together(self, statements: Sequence[str]) -> bool:
        """Whether one transaction of this warehouse may hold all of these."""
        if self.has_transactional_ddl:
            return True
        return self.transaction is not None and all(_changes_rows(statement, self.stage) for statement in statements)

    def table(self, target: TargetName) -> str:
        """The target as a statement names it."""
        parts = (part for part in (target.catalog, target.schema, target.table) if part)
        return ".".join(self.quote(self.configured(part)) for part in parts)


def _changes_rows(statement: str, stage: str | None) -> bool:
    """Whether it only reads and writes rows, or makes a table that goes with the session."""
    word = statement.lstrip().partition(" ")[0].partition("\n")[0].upper()
    return word in _OF_ROWS or (stage is not None and statement.startswith(stage))
