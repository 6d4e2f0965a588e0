"""Every exception of the client and of the login, and every reason that BigQuery documents, means something."""

from __future__ import annotations

import inspect
import json

import pytest
import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.bigquery.job import base
from google.resumable_media import common as media

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.warehouses.bigquery.errors import FAILURES, REASONS, is_of_the_line, translate, translate_result

CALLS = {
    "MovedPermanently": ConnectionFailed,
    "NotModified": ConnectionFailed,
    "TemporaryRedirect": ConnectionFailed,
    "ResumeIncomplete": ConnectionFailed,
    "Redirection": ConnectionFailed,
    "BadRequest": QueryRejected,
    "InvalidArgument": QueryRejected,
    "FailedPrecondition": QueryRejected,
    "OutOfRange": QueryRejected,
    "Unauthorized": AuthFailed,
    "Unauthenticated": AuthFailed,
    "Forbidden": AuthFailed,
    "PermissionDenied": AuthFailed,
    "NotFound": ObjectNotFound,
    "MethodNotAllowed": QueryRejected,
    "Conflict": QueryRejected,
    "AlreadyExists": QueryRejected,
    "Aborted": QueryRejected,
    "LengthRequired": QueryRejected,
    "PreconditionFailed": QueryRejected,
    "RequestRangeNotSatisfiable": QueryRejected,
    "TooManyRequests": QuotaExceeded,
    "ResourceExhausted": QuotaExceeded,
    "Cancelled": StatementCancelled,
    "ClientError": QueryRejected,
    "ServerError": TransientFailure,
    "InternalServerError": TransientFailure,
    "Unknown": TransientFailure,
    "DataLoss": TransientFailure,
    "MethodNotImplemented": QueryRejected,
    "BadGateway": TransientFailure,
    "ServiceUnavailable": TransientFailure,
    "GatewayTimeout": TransientFailure,
    "DeadlineExceeded": TransientFailure,
    "ResumableTransferError": ConnectionFailed,
    "TransferStalledError": ConnectionFailed,
    "UnseekableStreamError": ConnectionFailed,
    "UploadCancelledError": ConnectionFailed,
    "MissingStatusHeaderError": ConnectionFailed,
    "GoogleAPICallError": WarehouseError,
    "GoogleAPIError": WarehouseError,
    "DuplicateCredentialArgs": AuthFailed,
    "RetryError": ConnectionFailed,
    "AsyncRestUnsupportedParameterError": QueryRejected,
}
LOGINS = {
    "TransportError": ConnectionFailed,
    "TimeoutError": ConnectionFailed,
    "MutualTLSChannelError": ConnectionFailed,
}


def every(*kinds: type) -> set[type]:
    return {one for kind in kinds for one in (kind, *every(*kind.__subclasses__()))}


def made(kind: type) -> BaseException:
    return kind("it did not work", None) if kind is api.RetryError else kind("it did not work")


def of(module: object, *roots: type) -> list[type]:
    found = {kind for kind in every(*roots) if inspect.getmodule(kind) is module}
    return sorted(found, key=lambda kind: kind.__name__)


API = of(api, api.GoogleAPIError, api.AsyncRestUnsupportedParameterError)
AUTH = of(auth, auth.GoogleAuthError)


def test_every_exception_of_the_client_is_listed():
    defined = {name for name, kind in vars(api).items() if inspect.isclass(kind) and issubclass(kind, Exception)}

    assert {kind.__name__ for kind in API} == set(CALLS)
    assert {name for name in defined if inspect.getmodule(vars(api)[name]) is api} == set(CALLS)


@pytest.mark.parametrize("kind", API, ids=lambda kind: kind.__name__)
def test_every_exception_of_the_client_has_its_meaning(kind):
    error = translate(made(kind), "SELECT 1")

    assert type(error) is CALLS[kind.__name__]
    assert error.statement == "SELECT 1"
    assert "it did not work" in error.message
    assert isinstance(made(kind), FAILURES)


@pytest.mark.parametrize("kind", AUTH, ids=lambda kind: kind.__name__)
def test_every_exception_of_the_login_has_its_meaning(kind):
    error = translate(made(kind))

    assert type(error) is LOGINS.get(kind.__name__, AuthFailed)
    assert "it did not work" in error.message
    assert isinstance(made(kind), FAILURES)


LINE = [
    kind
    for kind in every(requests.RequestException)
    if kind.__module__ == "requests.exceptions" and not issubclass(kind, Warning)
]


@pytest.mark.parametrize("kind", sorted(LINE, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_whatever_breaks_on_the_line_is_a_failed_connection(kind):
    error = json.JSONDecodeError("nope", "", 0) if kind is requests.exceptions.JSONDecodeError else kind("broken")

    assert type(translate(error)) is ConnectionFailed
    assert isinstance(error, FAILURES)


# As https://cloud.google.com/bigquery/docs/error-messages lists them.
DOCUMENTED = {
    "accessDenied": FailureKind.AUTH_FAILED,
    "backendError": FailureKind.TRANSIENT,
    "badRequest": FailureKind.QUERY_REJECTED,
    "billingNotEnabled": FailureKind.AUTH_FAILED,
    "billingTierLimitExceeded": FailureKind.QUERY_REJECTED,
    "blocked": FailureKind.AUTH_FAILED,
    "duplicate": FailureKind.QUERY_REJECTED,
    "internalError": FailureKind.TRANSIENT,
    "invalid": FailureKind.QUERY_REJECTED,
    "invalidQuery": FailureKind.QUERY_REJECTED,
    "invalidUser": FailureKind.AUTH_FAILED,
    "jobBackendError": FailureKind.TRANSIENT,
    "jobInternalError": FailureKind.TRANSIENT,
    "jobRateLimitExceeded": FailureKind.QUOTA_EXCEEDED,
    "notFound": FailureKind.NOT_FOUND,
    "notImplemented": FailureKind.QUERY_REJECTED,
    "policyViolation": FailureKind.AUTH_FAILED,
    "proxyAuthenticationRequired": FailureKind.AUTH_FAILED,
    "quotaExceeded": FailureKind.QUOTA_EXCEEDED,
    "rateLimitExceeded": FailureKind.QUOTA_EXCEEDED,
    "resourceInUse": FailureKind.QUERY_REJECTED,
    "resourcesExceeded": FailureKind.QUERY_REJECTED,
    "responseTooLarge": FailureKind.QUERY_REJECTED,
    "stopped": FailureKind.UNKNOWN,  # Somebody has stopped it.
    "tableUnavailable": FailureKind.TRANSIENT,
    "timeout": FailureKind.TRANSIENT,
}


def test_no_documented_reason_is_left_out():
    assert set(DOCUMENTED) <= set(REASONS)
    assert set(base._ERROR_REASON_TO_EXCEPTION) <= set(REASONS)


@pytest.mark.parametrize("reason", DOCUMENTED)
def test_a_reason_means_the_same_of_a_job_and_of_a_request(reason):
    told = {"reason": reason, "message": "It is so."}

    job = translate_result(told, "SELECT 1")
    request = translate(api.from_http_status(400, "It is so.", errors=[told]), "SELECT 1")

    assert {job.failure_kind, request.failure_kind} == {DOCUMENTED[reason]}
    assert job.message.startswith("It is so.")
    assert job.statement == "SELECT 1"


def test_a_reason_that_nobody_knows_of_a_job_is_unknown():
    assert translate_result({"reason": "newReason", "message": "?"}).failure_kind is FailureKind.UNKNOWN
    assert translate(RuntimeError("?")).failure_kind is FailureKind.UNKNOWN


@pytest.mark.parametrize(
    ("status", "kind", "may_be_asked_again"),
    [
        (400, QueryRejected, False),
        (401, AuthFailed, False),
        (403, AuthFailed, False),
        (404, ObjectNotFound, False),
        (407, AuthFailed, False),
        (408, TransientFailure, True),
        (409, QueryRejected, False),
        (412, QueryRejected, False),
        (429, QuotaExceeded, True),
        (500, TransientFailure, True),
        (501, QueryRejected, False),
        (502, TransientFailure, True),
        (503, TransientFailure, True),
        (504, TransientFailure, True),
        (507, TransientFailure, True),
    ],
)
def test_a_status_without_a_reason_decides(status, kind, may_be_asked_again):
    error = api.from_http_status(status, "no words")

    assert type(translate(error)) is kind
    assert is_of_the_line(error) is may_be_asked_again


@pytest.mark.parametrize(
    ("reason", "status", "may_be_asked_again"),
    [
        ("rateLimitExceeded", 403, True),
        ("quotaExceeded", 403, False),
        ("backendError", 500, True),
        ("internalError", 500, True),
        ("accessDenied", 403, False),
        ("invalidQuery", 400, False),
    ],
)
def test_a_reason_says_whether_a_request_may_be_asked_again(reason, status, may_be_asked_again):
    error = api.from_http_status(status, "no", errors=[{"reason": reason, "message": "no"}])

    assert is_of_the_line(error) is may_be_asked_again


def test_an_upload_that_was_not_answered_well_may_be_made_again():
    response = requests.Response()
    response.status_code = 503

    assert is_of_the_line(media.InvalidResponse(response, "Request failed"))
    assert is_of_the_line(media.DataCorruption(response, "Checksum mismatch"))


def test_addresses_and_footers_of_the_client_are_no_part_of_a_message():
    error = api.BadRequest("POST https://bigquery.example/jobs?x=1: Syntax error\n\nLocation: US\nJob ID: abc\n")

    assert translate(error).message == "Syntax error"
