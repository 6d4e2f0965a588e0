"""What each exception of the SDK means, by type and code; of statements, by SQLSTATE and error class."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import requests
from databricks.sdk.errors import platform, sdk
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.errors.private_link import PrivateLinkValidationError
from urllib3.exceptions import NewConnectionError

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)

# What a call of the SDK may raise; ValueError and KeyError come of logins and of answers that cannot be read.
FAILURES: Final = (DatabricksError, requests.RequestException, OSError, RuntimeError, ValueError, KeyError)
_LONGEST_RETRY_AFTER: Final = 3600.0
_OF_GATEWAYS: Final = frozenset({408, 425})  # And whatever servers say of themselves, from 500 on.
_SQLSTATE: Final = re.compile(r"SQLSTATE: ([0-9A-Z]{5})\b")
_ERROR_CLASS: Final = re.compile(r"\[([A-Z][A-Z0-9_]*)(?:\.[A-Z0-9_.]+)?\]")


class Unserved(RuntimeError):
    """Whoever answered was not Databricks' API: a gateway, for one, that says nothing of what became of the request."""


@dataclass(frozen=True, slots=True)
class Row:
    """One exception type, and what it stands for."""

    exception: type[BaseException]
    kind: Callable[..., WarehouseError]
    advice: str | None = None
    is_of_the_line: bool = False


def translate(error: BaseException, statement: str | None = None) -> WarehouseError:
    """The failure of the right kind for a request that failed, with Databricks' own words.

    It is in doubt where the request may have done its work although no good answer came of it.
    """
    row = row_of(error)
    message = (str(error).strip() or type(error).__name__) + ("" if row.advice is None else f"\n{row.advice}")
    if row.kind is QuotaExceeded:
        return QuotaExceeded(message, statement=statement, cooldown_seconds=retry_after(error))
    failure = row.kind(message, statement=statement)
    failure.in_doubt = row.is_of_the_line and not _was_never_sent(error)
    return failure


def translate_result(code: str, message: str, statement: str | None = None, *, sql_state: str = "") -> WarehouseError:
    """The failure of a statement that has run, as its own status tells it: the narrowest thing that is said decides."""
    error_class, state_in_message = _ERROR_CLASS.search(message), _SQLSTATE.search(message)
    kind = ERROR_CLASSES.get(error_class[1]) if error_class else None
    state = sql_state or (state_in_message[1] if state_in_message else "")
    if kind is None and state:
        kind = next((kind for start, kind in SQLSTATES if state.startswith(start)), None)
    return (kind or STATEMENT_CODES.get(code, WarehouseError))(message or code, statement=statement)


def is_of_the_line(error: BaseException) -> bool:
    """Whether it says only that no answer could be had now, and nothing of what became of the request."""
    return row_of(error).is_of_the_line


def row_of(error: BaseException) -> Row:
    """What an error code says, or else the first row of the table that fits."""
    code = str(error.error_code or "") if isinstance(error, DatabricksError) else ""
    if type(error) is DatabricksError and not code:
        return NAMELESS
    return REQUEST_CODES.get(code) or next(row for row in TABLE if isinstance(error, row.exception))


def is_of_gateways(status: int) -> bool:
    """Whether an answer of this status says nothing of what became of the request, where no code says more."""
    return status in _OF_GATEWAYS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def retry_after(error: BaseException) -> float | None:
    """The seconds that Databricks asks to wait."""
    told = getattr(error, "retry_after_secs", None)
    return None if told is None else min(float(told), _LONGEST_RETRY_AFTER)


def _was_never_sent(error: BaseException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


_LOGIN: Final = "The token has expired, or the secret is no longer valid."
_BUSY: Final = "Too much is asked of the workspace at once: lower max_concurrency."
_MISSING: Final = "No such warehouse, table or workspace: correct `host` or `http_path`."

# A status that the SDK has no class for, without a code: 408, 502 or whatever a proxy in between may say.
NAMELESS: Final = Row(DatabricksError, TransientFailure, is_of_the_line=True)

# Codes that say more than the SDK's class of them does.
REQUEST_CODES: Final[Mapping[str, Row]] = {
    "BAD_GATEWAY": Row(DatabricksError, TransientFailure, is_of_the_line=True),
    "GATEWAY_TIMEOUT": Row(DatabricksError, TransientFailure, is_of_the_line=True),
    "IO_ERROR": Row(DatabricksError, TransientFailure, is_of_the_line=True),
    "REQUEST_TIMEOUT": Row(DatabricksError, TransientFailure, is_of_the_line=True),
    "SERVICE_UNDER_MAINTENANCE": Row(DatabricksError, TransientFailure, is_of_the_line=True),
    "WORKSPACE_TEMPORARILY_UNAVAILABLE": Row(DatabricksError, TransientFailure, is_of_the_line=True),
}

TABLE: Final = (
    Row(PrivateLinkValidationError, AuthFailed),
    Row(platform.Unauthenticated, AuthFailed, _LOGIN),
    Row(platform.PermissionDenied, AuthFailed),
    Row(platform.NotFound, ObjectNotFound, _MISSING),
    Row(platform.Aborted, TransientFailure),
    Row(platform.ResourceConflict, QueryRejected),
    Row(platform.TooManyRequests, QuotaExceeded, _BUSY, is_of_the_line=True),
    Row(platform.Cancelled, StatementCancelled),
    Row(platform.DataLoss, WarehouseError),
    Row(platform.NotImplemented, QueryRejected),
    Row(platform.InternalError, TransientFailure, is_of_the_line=True),
    Row(platform.TemporarilyUnavailable, TransientFailure, is_of_the_line=True),
    Row(platform.DeadlineExceeded, TransientFailure, is_of_the_line=True),
    Row(platform.BadRequest, QueryRejected),
    Row(DatabricksError, WarehouseError),
    Row(Unserved, TransientFailure, is_of_the_line=True),
    Row(sdk.OperationTimeout, TransientFailure, is_of_the_line=True),
    Row(sdk.OperationFailed, WarehouseError),
    Row(requests.exceptions.SSLError, ConnectionFailed, "The server's certificate is not trusted."),
    Row(requests.exceptions.InvalidURL, ConnectionFailed, "The address cannot be used: correct `host`."),
    Row(requests.RequestException, ConnectionFailed, is_of_the_line=True),
    Row(ConnectionError, ConnectionFailed, is_of_the_line=True),
    Row(TimeoutError, ConnectionFailed, is_of_the_line=True),
    Row(BaseException, WarehouseError),
)

# How a statement has failed, as its status says by `error_code`.
STATEMENT_CODES: Final[Mapping[str, Callable[..., WarehouseError]]] = {
    "ABORTED": TransientFailure,
    "ALREADY_EXISTS": QueryRejected,
    "BAD_REQUEST": QueryRejected,
    "CANCELLED": StatementCancelled,
    "DEADLINE_EXCEEDED": TransientFailure,
    "INTERNAL_ERROR": TransientFailure,
    "IO_ERROR": TransientFailure,
    "NOT_FOUND": ObjectNotFound,
    "RESOURCE_EXHAUSTED": QuotaExceeded,
    "SERVICE_UNDER_MAINTENANCE": TransientFailure,
    "TEMPORARILY_UNAVAILABLE": TransientFailure,
    "UNAUTHENTICATED": AuthFailed,
    "UNKNOWN": WarehouseError,
    "WORKSPACE_TEMPORARILY_UNAVAILABLE": TransientFailure,
}

# What its error class says, where SQLSTATE would be too coarse.
ERROR_CLASSES: Final[Mapping[str, Callable[..., WarehouseError]]] = {
    "DELTA_CONCURRENT_APPEND": TransientFailure,
    "DELTA_CONCURRENT_DELETE_DELETE": TransientFailure,
    "DELTA_CONCURRENT_DELETE_READ": TransientFailure,
    "DELTA_CONCURRENT_TRANSACTION": TransientFailure,
    "DELTA_CONCURRENT_WRITE": TransientFailure,
    "DELTA_METADATA_CHANGED": TransientFailure,
    "DELTA_PROTOCOL_CHANGED": TransientFailure,
    "SCHEMA_NOT_FOUND": ObjectNotFound,
    "TABLE_OR_VIEW_NOT_FOUND": ObjectNotFound,
}

SQLSTATES: Final[tuple[tuple[str, Callable[..., WarehouseError]], ...]] = (
    ("42P01", ObjectNotFound),
    ("42704", ObjectNotFound),
    ("08", ConnectionFailed),
    ("28", AuthFailed),
    ("40", TransientFailure),
    ("53", TransientFailure),
    ("57", TransientFailure),
    ("54", QuotaExceeded),
    ("0A", QueryRejected),
    ("21", QueryRejected),
    ("22", QueryRejected),
    ("23", QueryRejected),
    ("42", QueryRejected),
    ("P0", QueryRejected),  # raise_error()
)
