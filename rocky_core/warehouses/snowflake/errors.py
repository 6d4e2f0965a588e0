"""What each of the connector's exceptions means: one table by type, Snowflake's number, SQLSTATE and HTTP status."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from snowflake.connector import errors as driver

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)

# The driver keeps no status of an HTTP answer but in its sentence.
_STATUS: Final = re.compile(r"(?:last|error) status:? (\d{3})\b|status (\d{3})\b")
_CODES_IN_FRONT: Final = re.compile(r"^(?:\d{6}(?: \(\w{5}\))?: )+")


@dataclass(frozen=True, slots=True)
class Report:
    """A failure of the connector, taken apart."""

    message: str
    number: int  # Snowflake's, or where there is none the driver's own; -1 if it has neither.
    sqlstate: str
    status: int | None  # Of HTTP.
    query_id: str | None


def read_report(error: driver.Error) -> Report:
    """Take an error apart; its message without the numbers that stand elsewhere."""
    text = _CODES_IN_FRONT.sub("", str(error.raw_msg or error))
    found = _STATUS.search(text)
    status = getattr(error, "http_status", None) or (int(found.group(1) or found.group(2)) if found else None)
    return Report(text, error.errno, error.sqlstate or "", status, error.sfqid)


def translate(error: driver.Error, statement: str | None = None) -> WarehouseError:
    """The failure of the right kind, with Snowflake's own words and what can be done about it."""
    report = read_report(error)
    row = row_of(error, report)
    number = f"{report.number:06d}: " if report.number > _LAST_DRIVER_KIND else ""
    message = f"{number}{report.message}" + ("" if row.advice is None else f"\n{row.advice}")
    return row.kind(message, statement=statement)


def row_of(error: driver.Error, report: Report) -> Row:
    """The first row of the table that fits."""
    return next(row for row in TABLE if isinstance(error, row.exception) and row.applies(report))


def is_of_the_line(error: driver.Error) -> bool:
    """Whether it says only that no answer could be had, and nothing of what became of the statement."""
    return row_of(error, read_report(error)).is_of_the_line


def needs_a_login(error: driver.Error) -> bool:
    """Whether the session is over, so that the same question may be answered in a new one."""
    number = error.errno
    return number in (*_SESSION_IS_OVER, _NO_LOGIN) or isinstance(error, driver.ReauthenticationRequest)


@dataclass(frozen=True, slots=True)
class Row:
    """One exception type, narrowed by what the error reports, and what it stands for."""

    exception: type[driver.Error]
    kind: Callable[..., WarehouseError]
    applies: Callable[[Report], bool] = lambda report: True  # noqa: ARG005 — the plain case looks at nothing
    advice: str | None = None
    is_of_the_line: bool = False


def _number(*numbers: int) -> Callable[[Report], bool]:
    return lambda report: report.number in numbers


def _between(first: int, last: int) -> Callable[[Report], bool]:
    return lambda report: first <= report.number <= last


def _state(*beginnings: str) -> Callable[[Report], bool]:
    return lambda report: report.sqlstate.startswith(beginnings)


def _status(*statuses: int) -> Callable[[Report], bool]:
    return lambda report: report.status in statuses


def _server_error(report: Report) -> bool:
    return report.status is not None and report.status >= 500


_LAST_DRIVER_KIND: Final = 99  # Below are the driver's kinds of errors, above Snowflake's numbers.
_IO, _CANCELLED, _INTERNAL, _TIMEOUT = 4, 5, 6, 14
_SESSION_IS_OVER: Final = (390104, 390111, 390112, 390114, 390115)
_NO_LOGIN: Final = 250001  # Whatever kept it from happening, unless Snowflake has said what.

TABLE: Final = (
    # What Snowflake says by its number.
    Row(
        driver.Error,
        AuthFailed,
        _number(*_SESSION_IS_OVER),
        "The session is over and could not be renewed; a new run logs in again.",
        is_of_the_line=True,
    ),
    Row(driver.Error, AuthFailed, _between(390000, 390999)),  # Logins: names, passwords, tokens, keys, policies.
    Row(
        driver.Error,
        QuotaExceeded,
        _number(90073, 90),
        "A resource monitor has stopped the warehouse: raise its quota, or wait until it begins anew.",
    ),
    Row(driver.Error, AuthFailed, _number(666), "The account is suspended."),
    Row(
        driver.Error,
        QueryRejected,
        _number(606),
        "No warehouse is at work: set `warehouse` in the adapter, and grant its role USAGE on it.",
    ),
    Row(driver.Error, StatementCancelled, _number(604)),
    Row(driver.Error, TransientFailure, _number(625, 626, 627, 630, 639, 660, 672)),  # Locks, timeouts, overload.
    Row(driver.Error, QueryRejected, _between(100000, 100999)),  # A value that the statement cannot take.
    Row(driver.Error, QueryRejected, _between(900, 4099)),  # Syntax, names, rights: understood, and refused.
    Row(driver.Error, QueryRejected, _between(90000, 90999)),
    Row(driver.Error, QueryRejected, _between(251000, 253999)),  # The driver does not take what it was given.
    Row(driver.Error, QueryRejected, _between(255000, 255999)),
    # What HTTP says.
    Row(driver.Error, AuthFailed, _status(401, 403), "The login, or the network's policy, does not let us in."),
    Row(driver.Error, QuotaExceeded, _status(429), is_of_the_line=True),
    Row(driver.Error, TransientFailure, _status(408), is_of_the_line=True),
    Row(driver.Error, TransientFailure, _server_error, is_of_the_line=True),
    Row(
        driver.Error,
        ConnectionFailed,
        _status(404),
        "No Snowflake account answers at this address: correct `account`, or `host`.",
        is_of_the_line=True,
    ),
    # What SQLSTATE says, where there is no number.
    Row(driver.Error, ConnectionFailed, _state("08"), is_of_the_line=True),
    Row(driver.Error, AuthFailed, _state("28")),
    Row(driver.Error, QueryRejected, _state("42", "02", "22", "23", "21", "0A")),
    Row(driver.Error, QuotaExceeded, _state("54")),
    Row(driver.Error, TransientFailure, _state("53", "57", "40")),
    Row(driver.Error, ConnectionFailed, _state("HYT"), is_of_the_line=True),
    # What is left is told by its type.
    Row(driver.ReauthenticationRequest, AuthFailed, is_of_the_line=True),
    Row(driver.OperationalError, StatementCancelled, _number(_CANCELLED)),
    Row(driver.OperationalError, ConnectionFailed, is_of_the_line=True),
    Row(driver.InternalError, ConnectionFailed, _number(_INTERNAL), is_of_the_line=True),  # An unreadable answer.
    Row(driver.InternalError, WarehouseError),  # A fault of Snowflake's own; nobody can say whether it will pass.
    Row(driver.IntegrityError, QueryRejected),
    Row(driver.DataError, QueryRejected),
    Row(driver.NotSupportedError, QueryRejected),
    Row(driver.ProgrammingError, QueryRejected),
    Row(driver.DatabaseError, WarehouseError),
    Row(driver.InterfaceError, ConnectionFailed, is_of_the_line=True),
    Row(driver.MissingDependencyError, QueryRejected),
    Row(driver.ConfigManagerError, QueryRejected),
    Row(driver.ConfigSourceError, QueryRejected),
    # Classes of the driver before this one are kept for old code, and never raised.
    Row(driver.Error, WarehouseError),
)
