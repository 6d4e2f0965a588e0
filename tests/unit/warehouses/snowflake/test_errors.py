"""Every exception of the connector, and every number that Snowflake documents, means something."""

from __future__ import annotations

import inspect

import pytest
from snowflake.connector import errors as driver
from snowflake.connector._internal.error_kinds import KIND_TO_ERRNO, KIND_TO_EXCEPTION
from snowflake.connector._internal.protobuf_gen import database_driver_v1_pb2 as kinds

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    WarehouseError,
)
from rocky_core.warehouses.snowflake.errors import TABLE, is_of_the_line, needs_a_login, translate


def every(kind: type) -> set[type]:
    return {kind} | {below for child in kind.__subclasses__() for below in every(child)}


def is_for_old_code(kind: type) -> bool:
    """The driver keeps these for imports only; its module does not name them."""
    return kind.__name__ not in vars(driver)


def test_each_exception_type_of_the_driver_has_a_row_of_its_own():
    raised = {kind for kind in every(driver.Error) if not is_for_old_code(kind) and inspect.getmodule(kind) is driver}
    own = {row.exception for row in TABLE}

    assert raised - own == {driver.MissingConfigOptionError}  # It is a ConfigSourceError, and means the same.


@pytest.mark.parametrize("kind", sorted(every(driver.Error), key=lambda kind: kind.__name__), ids=lambda k: k.__name__)
def test_no_exception_of_the_driver_is_left_out(kind):
    error = kind("driver") if kind is driver.MissingDependencyError else kind("it did not work")

    found = translate(error, "SELECT 1")

    assert found.statement == "SELECT 1"
    assert error.raw_msg in found.message


# What the driver itself reports, by its kinds.
OF_THE_DRIVER = {
    "AUTHENTICATION_ERROR": ConnectionFailed,  # 250001 without Snowflake's own number: nobody has answered.
    "NOT_IMPLEMENTED": QueryRejected,
    "INVALID_ARGUMENT": QueryRejected,
    "IO": ConnectionFailed,
    "CANCELLED": StatementCancelled,
    "INTERNAL_ERROR": ConnectionFailed,
    "MISSING_PARAMETER": QueryRejected,
    "INVALID_PARAMETER_VALUE": QueryRejected,
    "LOGIN_ERROR": ConnectionFailed,
    "LOCAL_FILE_NOT_FOUND": QueryRejected,
    "REMOTE_FILE_NOT_FOUND": QueryRejected,
    "UNSUPPORTED_COMPRESSION": QueryRejected,
    "QUERY_FAILED": QueryRejected,
    "TIMEOUT": ConnectionFailed,
    "STAGE_BINDING": ConnectionFailed,
}


def test_every_kind_of_error_of_the_driver_is_listed():
    known = {name.removeprefix("ERROR_KIND_") for name in kinds.ErrorKind.keys()} - {"UNSPECIFIED"}  # noqa: SIM118 — no dict

    assert set(OF_THE_DRIVER) == known


@pytest.mark.parametrize("name", OF_THE_DRIVER)
def test_kinds_of_the_driver_mean_what_they_say(name):
    kind = kinds.ErrorKind.Value(f"ERROR_KIND_{name}")
    states = {"AUTHENTICATION_ERROR": "08001", "LOGIN_ERROR": "08001", "TIMEOUT": "HYT00"}
    error = KIND_TO_EXCEPTION[kind]("it did not work", errno=KIND_TO_ERRNO.get(kind, kind), sqlstate=states.get(name))

    assert type(translate(error)) is OF_THE_DRIVER[name]


# Numbers and states from Snowflake's documentation.
@pytest.mark.parametrize(
    ("number", "sqlstate", "kind"),
    [
        pytest.param(1003, "42000", QueryRejected, id="syntax"),
        pytest.param(904, "42000", QueryRejected, id="unknown column"),
        pytest.param(2003, "02000", QueryRejected, id="no such table, or no right to know"),
        pytest.param(2003, "42S02", QueryRejected, id="no such table"),
        pytest.param(2043, "02000", QueryRejected, id="no such object"),
        pytest.param(2002, "42710", QueryRejected, id="there already"),
        pytest.param(3001, "42501", QueryRejected, id="no privilege"),
        pytest.param(100035, "22007", QueryRejected, id="bad timestamp"),
        pytest.param(100038, "22018", QueryRejected, id="bad number"),
        pytest.param(100051, "22012", QueryRejected, id="division by zero"),
        pytest.param(100072, "22000", QueryRejected, id="NULL in a column without"),
        pytest.param(606, "57P03", QueryRejected, id="no warehouse is chosen"),
        pytest.param(90105, "22000", QueryRejected, id="no database is chosen"),
        pytest.param(604, "57014", StatementCancelled, id="cancelled"),
        pytest.param(630, "57014", TransientFailure, id="statement timeout"),
        pytest.param(625, "57014", TransientFailure, id="lock timeout"),
        pytest.param(90073, "22000", QuotaExceeded, id="resource monitor"),
        pytest.param(666, "57014", AuthFailed, id="account suspended"),
        pytest.param(390100, "28000", AuthFailed, id="wrong password"),
        pytest.param(390102, "28000", AuthFailed, id="user locked"),
        pytest.param(390144, "08001", AuthFailed, id="bad JWT"),
        pytest.param(390303, "08001", AuthFailed, id="bad OAuth token"),
        pytest.param(390318, "08001", AuthFailed, id="OAuth token expired"),
        pytest.param(390189, "08001", AuthFailed, id="role not granted"),
        pytest.param(390422, "08001", AuthFailed, id="network policy"),
        pytest.param(390112, "08001", AuthFailed, id="session expired"),
        pytest.param(250001, "08001", ConnectionFailed, id="login not answered"),
        pytest.param(-1, "08006", ConnectionFailed, id="state: connection"),
        pytest.param(-1, "28000", AuthFailed, id="state: authorisation"),
        pytest.param(-1, "42501", QueryRejected, id="state: privilege"),
        pytest.param(-1, "53200", TransientFailure, id="state: resources"),
        pytest.param(-1, "57014", TransientFailure, id="state: cancelled by the server"),
        pytest.param(-1, "54000", QuotaExceeded, id="state: limit"),
        pytest.param(603, "XX000", WarehouseError, id="a fault of Snowflake's"),
    ],
)
def test_numbers_and_states_are_what_counts(number, sqlstate, kind):
    error = driver.DatabaseError("as Snowflake says", errno=number, sqlstate=sqlstate)

    found = translate(error)

    assert type(found) is kind
    assert "as Snowflake says" in found.message


@pytest.mark.parametrize(
    ("status", "kind", "asks_on"),
    [
        (401, AuthFailed, False),
        (403, AuthFailed, False),
        (404, ConnectionFailed, True),
        (408, TransientFailure, True),
        (429, QuotaExceeded, True),
        (500, TransientFailure, True),
        (502, TransientFailure, True),
        (503, TransientFailure, True),
        (504, TransientFailure, True),
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "HTTP request failed after retries: async submit. max attempts (3) reached; last status {} Whatever",
        "Invalid Snowflake response. Snowflake responded with error status: {} Whatever, message: x",
    ],
)
def test_a_status_of_http_is_read_from_the_drivers_sentence(status, kind, asks_on, sentence):
    error = driver.OperationalError(sentence.format(status), errno=4)

    assert type(translate(error)) is kind
    assert is_of_the_line(error) is asks_on


def test_a_session_that_is_over_wants_a_login_and_other_failures_do_not():
    assert needs_a_login(driver.ProgrammingError("over", errno=390112))
    assert needs_a_login(driver.ReauthenticationRequest("over"))
    assert not needs_a_login(driver.ProgrammingError("syntax", errno=1003))
