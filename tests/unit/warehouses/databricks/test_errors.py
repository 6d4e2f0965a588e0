"""Every exception of the SDK and every code of a statement means something; what is unexpected is unknown."""

from __future__ import annotations

import inspect

import pytest
from databricks.sdk.errors import platform, private_link, sdk
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.sql import ServiceErrorCode

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
from rocky_core.warehouses.databricks.errors import STATEMENT_CODES, translate, translate_result

CALLS = {
    "DatabricksError": TransientFailure,  # Of a status that has no class of its own, without a code.
    "BadRequest": QueryRejected,
    "Unauthenticated": AuthFailed,
    "PermissionDenied": AuthFailed,
    "PrivateLinkValidationError": AuthFailed,
    "NotFound": ObjectNotFound,
    "ResourceConflict": QueryRejected,
    "TooManyRequests": QuotaExceeded,
    "Cancelled": StatementCancelled,
    "InternalError": TransientFailure,
    "NotImplemented": QueryRejected,
    "TemporarilyUnavailable": TransientFailure,
    "DeadlineExceeded": TransientFailure,
    "InvalidState": QueryRejected,
    "InvalidParameterValue": QueryRejected,
    "ResourceDoesNotExist": ObjectNotFound,
    "Aborted": TransientFailure,
    "AlreadyExists": QueryRejected,
    "ResourceAlreadyExists": QueryRejected,
    "ResourceExhausted": QuotaExceeded,
    "RequestLimitExceeded": QuotaExceeded,
    "Unknown": TransientFailure,
    "DataLoss": WarehouseError,
    "OperationFailed": WarehouseError,
    "OperationTimeout": TransientFailure,
}


def defined() -> dict[str, type[BaseException]]:
    found = dict(inspect.getmembers(platform, inspect.isclass)) | dict(inspect.getmembers(sdk, inspect.isclass))
    found |= {"PrivateLinkValidationError": private_link.PrivateLinkValidationError}
    return {name: kind for name, kind in found.items() if issubclass(kind, BaseException)}


def test_no_exception_of_the_sdk_is_left_out() -> None:
    assert {name: type(translate(kind("it did not work"))) for name, kind in defined().items()} == CALLS


def test_no_code_of_a_statement_is_left_out() -> None:
    assert set(STATEMENT_CODES) == {code.value for code in ServiceErrorCode}


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("BAD_REQUEST", "[TABLE_OR_VIEW_NOT_FOUND] The table `t` cannot be found. SQLSTATE: 42P01", ObjectNotFound),
        ("BAD_REQUEST", "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `x`. SQLSTATE: 42703", QueryRejected),
        ("BAD_REQUEST", "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012", QueryRejected),
        ("UNKNOWN", "[DELTA_CONCURRENT_APPEND.WITH_PARTITION_HINT] Again. SQLSTATE: 2D521", TransientFailure),
        ("UNKNOWN", "Lost. SQLSTATE: 08000", ConnectionFailed),
        ("INTERNAL_ERROR", "no class and no state", TransientFailure),
        ("NEVER_SEEN", "no class and no state", WarehouseError),
    ],
)
def test_a_statement_is_told_by_the_narrowest_thing_that_is_said(
    code: str, message: str, kind: type[WarehouseError]
) -> None:
    assert type(translate_result(code, message)) is kind


def test_a_state_that_is_told_beside_the_message_counts() -> None:
    failure = translate_result("BAD_REQUEST", "There is no such table.", sql_state="42P01")
    assert type(failure) is ObjectNotFound


def test_what_is_unexpected_is_unknown() -> None:
    assert translate(LookupError("what is this")).failure_kind is FailureKind.UNKNOWN


def test_the_wait_that_is_asked_for_is_kept() -> None:
    failure = translate(platform.TooManyRequests("slowly", retry_after_secs=7))
    assert isinstance(failure, QuotaExceeded)
    assert failure.cooldown_seconds == 7


def test_a_code_says_more_than_its_class() -> None:
    assert type(translate(DatabricksError("upstream", error_code="BAD_GATEWAY"))) is TransientFailure
    assert type(translate(DatabricksError("what is this", error_code="NEVER_SEEN"))) is WarehouseError


def test_a_status_that_nobody_knows_leaves_the_request_in_doubt() -> None:
    """As of a gateway: 408, 502, 520. It may have come after the statement had begun."""
    assert translate(DatabricksError("Bad Gateway")).in_doubt
