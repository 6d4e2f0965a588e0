"""What each of DuckDB's exceptions means: one table from its types to kinds of failure."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from typing import Final

import duckdb
from msgspec import Struct

from rocky_core.diagnostics.hide_secrets import hide_tokens
from rocky_core.errors import (
    ConnectionFailed,
    ObjectNotFound,
    QueryRejected,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.warehouses.duckdb.error_place import show_place

# Set on every cursor: without it an error has no more structure than its type and its sentence.
STRUCTURED_ERRORS: Final = "SET errors_as_json = true"


def translate(error: duckdb.Error, statement: str | None = None) -> WarehouseError:
    """The failure of the right kind, with DuckDB's own words and what can be done about it."""
    report = read_report(error, statement)
    # The error stays in the chain of causes, which orchestrators print.
    error.args = tuple(hide_tokens(one) if isinstance(one, str) else one for one in error.args)
    row = next(row for row in TABLE if row.exception is type(error) and row.applies(report))
    message = report.message if row.advice is None else f"{report.message}\n{row.advice}"
    return row.kind(message, statement=statement)


class Report(Struct, frozen=True):
    """An error as DuckDB prints it, and the codes it carries, where it does."""

    message: str
    codes: Mapping[str, str]


def read_report(error: duckdb.Error, statement: str | None) -> Report:
    """Take an error apart; it is one sentence if it was raised before or beside STRUCTURED_ERRORS."""
    message, codes = _take_apart(str(error))
    return Report(message + show_place(statement, codes.get("location") or codes.get("position")), codes)


def _take_apart(text: str) -> tuple[str, Mapping[str, str]]:
    """The sentence and the codes; an error of another thread stands, structured itself, within the sentence."""
    before, start, rest = text.partition('{"exception_type"')
    try:
        codes, end = json.JSONDecoder().raw_decode(start + rest)
        message, inner_codes = _take_apart(codes["exception_message"])
    except (ValueError, TypeError, KeyError):
        return text, {}
    return before + message + (start + rest)[end:], {**codes, **inner_codes}


class Row(Struct, frozen=True):
    """One exception type, narrowed by what the error reports, and what it stands for."""

    exception: type[duckdb.Error]
    kind: type[WarehouseError]
    applies: Callable[[Report], bool] = lambda report: True  # noqa: ARG005 — the plain case looks at nothing
    advice: str | None = None


def _says(*parts: str) -> Callable[[Report], bool]:
    """For what has no code: one of these words stands in DuckDB's sentence."""
    return lambda report: any(part in report.message for part in parts)


_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_RELATIONS: Final = frozenset({"Table", "View", "Schema", "Sequence", "Index"})


def _disk_is_full(report: Report) -> bool:
    # A failing commit, and a failing open, carry no errno; the operating system's words are then all there is.
    return report.codes.get("errno") in {str(code) for code in _FULL} or _says(*map(os.strerror, _FULL))(report)


def _file_is_missing(report: Report) -> bool:
    # A glob that matches nothing has no errno.
    return report.codes.get("errno") == str(errno.ENOENT) or _says("No files found that match")(report)


def _relation_is_missing(report: Report) -> bool:
    # A missing function or setting has the same subtype as a missing table; a name whose catalog or schema is
    # missing has none.
    codes = report.codes
    missing_entry = codes.get("error_subtype") == "MISSING_ENTRY" and codes.get("type") in _RELATIONS
    return missing_entry or _says("does not exist because schema", "is not a catalog or schema", "No catalog + schema")(
        report
    )


def _is_corrupt(report: Report) -> bool:
    # Opening a file reports no code.
    return report.codes.get("exception_type") == "Data Corruption" or _says("Corrupt database", "Corrupt WAL")(report)


_FULL_ADVICE: Final = "Free space on that disk and run again; nothing of what failed was kept."

# The first row that fits decides; each type ends with a row that always fits. DuckDB raises its leaf types; the
# classes above them stand here too, so that a type it adds later is at least known by its family.
TABLE: Final = (
    Row(
        duckdb.IOException,
        TransientFailure,
        # The lock is taken while opening, before errors can be structured.
        _says("Could not set lock on file"),
        "DuckDB lets one process at a time open a file for writing. Let that process finish or stop it, and run again.",
    ),
    Row(duckdb.IOException, ConnectionFailed, _disk_is_full, _FULL_ADVICE),
    Row(duckdb.IOException, ObjectNotFound, _file_is_missing),
    # Opening has no codes, so the next ones can only be told by their words.
    Row(
        duckdb.IOException,
        ConnectionFailed,
        _says('xtension "motherduck"', "motherduck.duckdb_extension"),
        "A path that begins with `md:` needs DuckDB's MotherDuck extension, and it is not installed here. Run "
        "`INSTALL motherduck` in DuckDB once, where its extension server can be reached, or use a file.",
    ),
    Row(
        duckdb.IOException,
        ConnectionFailed,
        _says("created with a newer version of DuckDB"),
        "Install a newer `duckdb`, or export the database with the version that wrote it.",
    ),
    Row(
        duckdb.IOException,
        ConnectionFailed,
        _says("not a valid DuckDB database file"),
        "Correct `path`, or move the file away if an empty database should be made in its place.",
    ),
    Row(
        duckdb.IOException,
        ConnectionFailed,
        _says("in read-only mode: database does not exist"),
        "Correct `path`, or create the database by opening it for writing once.",
    ),
    Row(
        duckdb.IOException,
        ConnectionFailed,
        _says("No such file or directory", "Is a directory", "Not a directory"),
        "Correct `path`, or create its directory; the file itself is made when it is first opened.",
    ),
    Row(
        duckdb.IOException,
        ConnectionFailed,
        _says("Permission denied", "Read-only file system"),
        "Give this user the right to write the file and its directory, or open it read-only.",
    ),
    Row(duckdb.IOException, ConnectionFailed),
    Row(
        duckdb.ConnectionException,
        ConnectionFailed,
        _says("with a different configuration"),
        "This process already has the file open with other settings; use the same ones, or close it first.",
    ),
    Row(duckdb.ConnectionException, ConnectionFailed),
    Row(
        duckdb.FatalException,
        ConnectionFailed,
        advice="DuckDB has shut this database down for this process. What was committed is safe; run again.",
    ),
    Row(
        duckdb.Error,
        ConnectionFailed,
        _is_corrupt,
        "The file is damaged: restore it from a backup, or move it away (with its `.wal`) and build it anew.",
    ),
    Row(
        duckdb.Error,
        ConnectionFailed,
        lambda report: report.codes.get("exception_type") == "Extension Autoloading",
        "Install the extension once, where DuckDB's extension server can be reached (`INSTALL name`).",
    ),
    Row(duckdb.Error, WarehouseError),
    Row(duckdb.TransactionException, ConnectionFailed, _disk_is_full, _FULL_ADVICE),
    Row(
        duckdb.TransactionException,
        QueryRejected,
        # Transaction errors have no subtypes; these come back however often they are tried.
        _says(
            "can only write to a single attached database",
            "within a transaction",
            "no transaction is active",
            "Current transaction is aborted",
        ),
    ),
    Row(duckdb.TransactionException, TransientFailure),  # Another transaction was faster.
    Row(duckdb.ResourceInUseException, TransientFailure),
    Row(duckdb.InterruptException, StatementCancelled),
    Row(duckdb.CatalogException, ObjectNotFound, _relation_is_missing),
    Row(duckdb.CatalogException, QueryRejected),
    Row(duckdb.BinderException, QueryRejected),
    Row(duckdb.ParserException, QueryRejected),
    Row(duckdb.SyntaxException, QueryRejected),
    Row(duckdb.InvalidInputException, QueryRejected),
    Row(duckdb.InvalidTypeException, QueryRejected),
    Row(duckdb.NotImplementedException, QueryRejected),
    Row(duckdb.ConversionException, QueryRejected),
    Row(duckdb.OutOfRangeException, QueryRejected),
    Row(duckdb.TypeMismatchException, QueryRejected),
    Row(duckdb.ConstraintException, QueryRejected),
    Row(duckdb.DependencyException, QueryRejected),
    Row(duckdb.PermissionException, QueryRejected),
    Row(duckdb.SequenceException, QueryRejected),
    Row(duckdb.SerializationException, QueryRejected),
    Row(
        duckdb.OutOfMemoryException,
        QueryRejected,
        advice="The statement needs more memory than DuckDB may use; run fewer at once, or make it smaller.",
    ),
    Row(duckdb.HTTPException, ConnectionFailed),
    Row(duckdb.InternalException, WarehouseError),  # A fault of DuckDB's own; nobody can say whether it will pass.
    Row(duckdb.InternalError, WarehouseError),
    Row(duckdb.DatabaseError, WarehouseError),
    Row(duckdb.OperationalError, WarehouseError),
    Row(duckdb.DataError, QueryRejected),
    Row(duckdb.IntegrityError, QueryRejected),
    Row(duckdb.ProgrammingError, QueryRejected),
    Row(duckdb.NotSupportedError, QueryRejected),
)
