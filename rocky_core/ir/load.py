"""What load pipelines do: files that are taken into tables, and what they must look like."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn


class FileFormat(StrEnum):
    """How a file holds its rows; the spelling is the one of `format` in rocky.toml."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON_LINES = "json_lines"

    @property
    def has_types(self) -> bool:
        """Whether the file itself says what its columns are, so that reading them as something else is a change."""
        return self is FileFormat.PARQUET


class DataFile(Struct, frozen=True):
    """A file of rows as it was found; with a `problem` it cannot be read, and nothing else is known of it."""

    path: str  # Below the project's root.
    location: str  # As the warehouse opens it.
    format: FileFormat
    target: TargetName
    size: int = 0
    content_hash: str = ""
    delimiter: str = ","
    header: tuple[str, ...] | None = None  # Of a CSV file: its columns in their order.
    has_rows: bool = True
    problem: str | None = None


class ReadFile(Struct, frozen=True):
    """A file that the warehouse has looked at; with a `problem` it could not make sense of it."""

    file: DataFile
    columns: tuple[ObservedColumn, ...] = ()
    problem: str | None = None


class HeldFile(Struct, frozen=True):
    """A file that a table holds the rows of, as the table's own ledger says."""

    path: str
    content_hash: str
    batch: str  # The set of files that the table was last emptied for; "" where it only grows.
    size: int
    rows: int
    loaded_at: str  # In UTC.


class BegunFile(Struct, frozen=True):
    """A load that was announced under a name and of which nobody has noted the end."""

    path: str
    content_hash: str
    batch: str
    name: str


class Ledger(Struct, frozen=True):
    """What a table's ledger says."""

    held: tuple[HeldFile, ...] = ()
    begun: tuple[BegunFile, ...] = ()  # None where a table and its ledger change together.
    last_name: str | None = None  # Of the last load that was announced, whatever became of it.


class RequiredColumn(Struct, frozen=True):
    """A column that every file must have."""

    name: str
    type_text: str
    nullable: bool = True


class FileContract(Struct, frozen=True):
    """What a file must look like to be let into its table."""

    required: tuple[RequiredColumn, ...] = ()
    protected: tuple[str, ...] = ()  # Columns of the table that no file may leave out.
    allowed_type_changes: tuple[tuple[str, str], ...] = ()  # From a table's or the contract's type to a file's.


class LoadRules(Struct, frozen=True):
    """How a pipeline loads its files."""

    creates_table: bool = True
    creates_schema: bool = True
    truncates: bool = False
    has_header: bool = True
    contract: FileContract | None = None
    reloads: bool = False  # Files that are loaded already are loaded again.


class Violation(Struct, frozen=True):
    """One way in which a file breaks its contract."""

    rule: str  # required_column, type, nullable, protected_column, type_change.
    column: str
    message: str


class SentFile(Struct, frozen=True):
    """How a file comes to a warehouse that cannot read it: as texts, which fill a table beside the target."""

    staging: TargetName
    stage: str  # Lets the DuckDB of this process read the file.
    query: str  # Its rows there: texts, each row with the file's mark.
    columns: tuple[str, ...]  # Of the staging table, as the warehouse stores them.


class NamedLoad(Struct, frozen=True):
    """How a file comes to a warehouse that takes in a file of texts under a name, and takes each name once."""

    stage: str  # Lets the DuckDB of this process read the file.
    query: str  # Its rows there: texts.
    columns: tuple[str, ...]  # Of the target, as the warehouse stores them.
    begun_as: str | None = None  # The name under which a run that was cut short had begun it.
    is_batch_begun: str | None = None  # Asks it of the batch; the rows of its first file replace all that is there.


class PlannedLoad(Struct, frozen=True):
    """One file that is loaded: read by the warehouse, or by this process and sent.

    Its rows are judged before the target is touched. Where the warehouse reads the file, the first statement of the
    table's step `load` stages it, and the others take it in.
    """

    path: str
    location: str
    format: FileFormat
    size: int
    content_hash: str
    columns: tuple[tuple[str, str], ...]  # Of the file: names, and the types that they are read as.
    table_columns: tuple[tuple[str, str], ...] = ()  # Of the target; none if it is not there.
    contract: FileContract | None = None
    null_count: str | None = None  # Counts the rows without a value in each of `not_null`.
    not_null: tuple[str, ...] = ()
    sent: SentFile | None = None  # How it is sent, if a transaction takes it in from a table beside the target,
    named: NamedLoad | None = None  # or if it is taken in under a name. Else the warehouse reads the file itself.

    @property
    def is_read_here(self) -> bool:
        """Whether the DuckDB of this process reads the file."""
        return self.sent is not None or self.named is not None
