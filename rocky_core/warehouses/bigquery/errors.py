"""What each exception of Google's client means: one table by type, BigQuery's reason and HTTP status."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any, Final

import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.resumable_media import common as media

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

# What a call of the client may raise; ValueError and the like come of answers that are not what they should be.
FAILURES: Final = (
    api.GoogleAPIError,
    api.AsyncRestUnsupportedParameterError,
    auth.GoogleAuthError,
    requests.RequestException,
    media.InvalidResponse,
    media.DataCorruption,
    FutureTimeoutError,
    ConnectionError,
    TimeoutError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)
_REQUEST_IN_FRONT: Final = re.compile(r"^(?:\d{3} )?(?:GET|POST|PUT|DELETE|PATCH) \S+: ")
_FOOTER: Final = re.compile(r"\n\nLocation: .*\nJob ID: .*\n?\Z")
_LONGEST_RETRY_AFTER: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Report:
    """A failure of the client, taken apart."""

    message: str
    reason: str = ""  # BigQuery's.
    status: int | None = None  # Of HTTP.
    retry_after_seconds: float | None = None


def read_report(error: BaseException) -> Report:
    """Take an error apart; its message without the address that was asked."""
    cause = error.cause if isinstance(error, api.RetryError) and error.cause is not None else error
    if not isinstance(cause, api.GoogleAPICallError):
        return Report(_plain(str(cause)) or type(cause).__name__, status=_status_of(cause))
    details = cause.errors if isinstance(cause.errors, list | tuple) else ()
    first = details[0] if details and isinstance(details[0], Mapping) else {}
    told = first.get("message") or cause.message
    status = None if cause.code is None else int(cause.code)
    return Report(_plain(str(told)), str(first.get("reason") or ""), status, _retry_after(cause.response))


def translate(error: BaseException, statement: str | None = None) -> WarehouseError:
    """The failure of the right kind, with Google's own words and what can be done about it."""
    return _made(row_of(error), read_report(error), statement)


def translate_result(told: Mapping[str, Any], statement: str | None = None) -> WarehouseError:
    """The failure of a job, as the job itself tells it."""
    report = Report(str(told.get("message") or "The job has failed."), str(told.get("reason") or ""))
    kind, advice = REASONS.get(report.reason, (WarehouseError, None))
    return _made(Row(Exception, kind, advice=advice), report, statement)


def row_of(error: BaseException) -> Row:
    """What a reason says, or else the first row of the table that fits."""
    report = read_report(error)
    if report.reason in REASONS and report.status not in _LOGIN:
        kind, advice = REASONS[report.reason]
        return Row(Exception, kind, advice=advice, is_of_the_line=report.reason in _OF_THE_LINE)
    cause = error.cause if isinstance(error, api.RetryError) and error.cause is not None else error
    return next(row for row in TABLE if isinstance(cause, row.exception) and row.applies(report))


def is_of_the_line(error: BaseException) -> bool:
    """Whether it says only that no answer could be had now, and nothing of what became of the job."""
    return row_of(error).is_of_the_line


@dataclass(frozen=True, slots=True)
class Row:
    """One exception type, narrowed by what the error reports, and what it stands for."""

    exception: type[BaseException] | tuple[type[BaseException], ...]
    kind: Callable[..., WarehouseError]
    applies: Callable[[Report], bool] = lambda report: True  # noqa: ARG005 — the plain case looks at nothing
    advice: str | None = None
    is_of_the_line: bool = False


def _made(row: Row, report: Report, statement: str | None) -> WarehouseError:
    message = report.message + ("" if row.advice is None else f"\n{row.advice}")
    if row.kind is QuotaExceeded:
        return QuotaExceeded(message, statement=statement, cooldown_seconds=report.retry_after_seconds)
    return row.kind(message, statement=statement)


def _plain(text: str) -> str:
    return _FOOTER.sub("", _REQUEST_IN_FRONT.sub("", text)).strip()


def _status_of(error: BaseException) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _retry_after(response: object) -> float | None:
    """The seconds that a service asks to wait; a date is no number and is not looked at."""
    headers = getattr(response, "headers", None)
    told = headers.get("Retry-After") if isinstance(headers, Mapping) else None
    if told is None or not str(told).isdecimal():
        return None
    return min(float(told), _LONGEST_RETRY_AFTER)


def _status(*statuses: int) -> Callable[[Report], bool]:
    return lambda report: report.status in statuses


def _server_error(report: Report) -> bool:
    return report.status is not None and report.status >= 500


_LOGIN: Final = (401, 407)
_BUSY: Final = "Too much is asked of the project at once: lower max_concurrency, or ask Google for more."

# What BigQuery says by its reasons, of jobs and of requests alike.
REASONS: Final[Mapping[str, tuple[Callable[..., WarehouseError], str | None]]] = {
    "accessDenied": (AuthFailed, "Grant the service account what is missing; the role and the table are named above."),
    "authError": (AuthFailed, None),
    "backendError": (TransientFailure, None),
    "badGateway": (TransientFailure, None),
    "badRequest": (QueryRejected, None),
    "billingNotEnabled": (AuthFailed, "Enable billing for the project."),
    "billingTierLimitExceeded": (QueryRejected, None),
    "blocked": (AuthFailed, "Google has blocked this operation for the project; its support says why."),
    "bytesBilledLimitExceeded": (QueryRejected, None),
    "concurrentUpdate": (TransientFailure, None),
    "duplicate": (QueryRejected, None),
    "forbidden": (AuthFailed, None),
    "internalError": (TransientFailure, None),
    "invalid": (QueryRejected, None),
    "invalidQuery": (QueryRejected, None),
    "invalidUser": (AuthFailed, None),
    "jobBackendError": (TransientFailure, None),
    "jobInternalError": (TransientFailure, None),
    "jobRateLimitExceeded": (QuotaExceeded, _BUSY),
    "notFound": (ObjectNotFound, None),
    "notImplemented": (QueryRejected, None),
    "parseError": (QueryRejected, None),
    "policyViolation": (AuthFailed, "A policy of the organisation, or a limit of the shared data, forbids it."),
    "proxyAuthenticationRequired": (AuthFailed, "The proxy on the way wants a login."),
    "quotaExceeded": (QuotaExceeded, "A quota of the project is used up; the message says which one."),
    "rateLimitExceeded": (QuotaExceeded, _BUSY),
    "required": (QueryRejected, None),
    "resourceInUse": (QueryRejected, None),
    "resourcesExceeded": (QueryRejected, "The query needs more than BigQuery gives it: make it smaller."),
    "responseTooLarge": (QueryRejected, None),
    "stopped": (StatementCancelled, None),
    "tableUnavailable": (TransientFailure, None),
    "timeout": (TransientFailure, None),
}
# Of a request (not of a job) these say that it may be asked again.
_OF_THE_LINE: Final = frozenset(
    ("backendError", "badGateway", "internalError", "jobRateLimitExceeded", "rateLimitExceeded", "timeout")
)

TABLE: Final = (
    # What HTTP says.
    Row(Exception, AuthFailed, _status(401, 407), "The token has expired, or the key is no longer valid."),
    Row(Exception, AuthFailed, _status(403)),
    Row(Exception, ObjectNotFound, _status(404)),
    Row(Exception, TransientFailure, _status(408), is_of_the_line=True),
    Row(Exception, QuotaExceeded, _status(429), _BUSY, is_of_the_line=True),
    Row(Exception, StatementCancelled, _status(499)),
    Row(Exception, QueryRejected, _status(501)),
    Row(Exception, TransientFailure, _server_error, is_of_the_line=True),
    Row(Exception, QueryRejected, lambda report: report.status is not None and 400 <= report.status < 500),
    # Calls that the client's type tells of, where there is no status (gRPC, or a class that was made by hand).
    Row(api.Unauthorized, AuthFailed),
    Row(api.Forbidden, AuthFailed),
    Row(api.NotFound, ObjectNotFound),
    Row(api.TooManyRequests, QuotaExceeded, is_of_the_line=True),
    Row(api.MethodNotImplemented, QueryRejected),
    Row(api.ClientError, QueryRejected),
    Row(api.ServerError, TransientFailure, is_of_the_line=True),
    Row(api.Redirection, ConnectionFailed, advice="No BigQuery answers at this address: correct `host`."),
    Row(api.ResumableTransferError, ConnectionFailed, is_of_the_line=True),
    Row(api.RetryError, ConnectionFailed, is_of_the_line=True),
    Row(api.DuplicateCredentialArgs, AuthFailed),
    Row(api.AsyncRestUnsupportedParameterError, QueryRejected),
    Row(api.GoogleAPICallError, WarehouseError),
    Row(api.GoogleAPIError, WarehouseError),
    # Who we are. A token's server that does not answer is a matter of the line.
    Row(auth.TransportError, ConnectionFailed, is_of_the_line=True),
    Row(auth.TimeoutError, ConnectionFailed, is_of_the_line=True),
    Row(auth.MutualTLSChannelError, ConnectionFailed),
    Row(auth.ClientCertError, AuthFailed),
    Row(
        auth.DefaultCredentialsError,
        AuthFailed,
        advice="Set token or credentials_path in the adapter, or log in with `gcloud auth application-default login`.",
    ),
    Row(auth.GoogleAuthError, AuthFailed),
    # The line.
    Row(requests.exceptions.SSLError, ConnectionFailed, advice="The server's certificate is not trusted."),
    Row(requests.exceptions.ProxyError, ConnectionFailed, is_of_the_line=True),
    Row(
        (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema),
        ConnectionFailed,
        advice="The address cannot be used: correct `host`.",
    ),
    Row(requests.RequestException, ConnectionFailed, is_of_the_line=True),
    Row((media.InvalidResponse, media.DataCorruption), ConnectionFailed, is_of_the_line=True),
    Row((FutureTimeoutError, ConnectionError, TimeoutError), ConnectionFailed, is_of_the_line=True),
    # An answer that is not what it should be: a proxy's page, half an object.
    Row(
        (ValueError, KeyError, TypeError, AttributeError),
        lambda message, statement=None: ConnectionFailed(f"The answer cannot be read: {message}", statement=statement),
        is_of_the_line=True,
    ),
    Row(BaseException, WarehouseError),
)
