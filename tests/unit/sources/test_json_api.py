"""An API is asked patiently, in bounded time, and nowhere else than at its own address."""

import socket
import struct
import threading
import time

import pytest

from rocky_core.config.retry import Retry
from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
    UserError,
)
from rocky_core.execution.system_clock import SystemClock
from rocky_core.sources.access import Access, TokenDesk, Tolerance, checked_address
from rocky_core.sources.json_api import JsonApi, NotInTime, segment
from tests.unit.sources.conftest import Reply, say_nothing

SECRET = "s3cret"  # noqa: S105 — the test's own
FINE = Reply({"answer": 42})


def reset(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"answer"')
    handler.close_connection = True


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def opened(api, clock, **retry):
    return JsonApi(Access("The API", api.address, token=SECRET), Tolerance(5, Retry(jitter=False, **retry)), clock)


@pytest.mark.parametrize(
    "fault",
    [
        *(Reply({"message": "busy"}, status) for status in (408, 425, 500, 502, 503, 504, 429)),
        Reply({"message": "slowly"}, 429, {"Retry-After": "7"}),
        Reply({"message": "slowly"}, 503, {"Retry-After": "Fri, 02 Jan 2026 03:04:12 GMT"}),
        Reply(misbehave=reset),
        Reply(misbehave=break_off),
        Reply(body=b"<html>"),
        Reply(body=b"[1, 2]"),
    ],
    ids=lambda reply: (
        f"{reply.status} {getattr(reply.misbehave, '__name__', '')}{reply.body or ''}{dict(reply.headers)}"
    ),
)
def test_what_may_pass_is_asked_again(api, clock, fault):
    api.says("/v1/thing", fault, FINE)

    assert opened(api, clock).get("v1/thing") == {"answer": 42}
    assert api.paths == ["/v1/thing", "/v1/thing"]
    assert clock.seconds == pytest.approx(7 if fault.headers else 1)


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        (Reply({"message": "no key"}, 401), AuthFailed, "The API answered HTTP 401 to /v1/thing: no key"),
        (
            Reply({"error": {"message": "not yours"}}, 403),
            AuthFailed,
            "The API answered HTTP 403 to /v1/thing: not yours",
        ),
        (Reply({}, 404), ObjectNotFound, "The API answered HTTP 404 to /v1/thing"),
        (Reply({"detail": "x\n y"}, 400), QueryRejected, "The API answered HTTP 400 to /v1/thing: x y"),
        (Reply({}, 302, {"Location": "/v1/other"}), QueryRejected, "The API answered HTTP 302 to /v1/thing"),
        (Reply({}, 501), QueryRejected, "The API answered HTTP 501 to /v1/thing"),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_what_will_not_pass_is_asked_once(api, clock, fault, error, message):
    api.says("/v1/thing", fault, FINE)

    with pytest.raises(error) as raised:
        opened(api, clock).get("v1/thing")

    assert (type(raised.value), raised.value.message) == (error, message)
    assert api.paths == ["/v1/thing"]


def test_patience_ends_and_says_how_it_was_refused(api, clock):
    api.says("/v1/thing", Reply({"message": "busy"}, 500))

    with pytest.raises(TransientFailure, match="HTTP 500 to /v1/thing: busy"):
        opened(api, clock, max_retries=2).get("v1/thing")

    assert len(api.asked) == 3
    assert clock.seconds == pytest.approx(1 + 2)


def test_who_is_told_to_come_back_in_an_hour_is_not_kept_waiting(api, clock):
    api.says("/v1/thing", Reply({}, 429, {"Retry-After": "3600"}))

    with pytest.raises(QuotaExceeded) as raised:
        opened(api, clock).get("v1/thing")

    assert (raised.value.cooldown_seconds, clock.seconds, len(api.asked)) == (3600, 0, 1)


def test_the_retries_of_all_requests_together_are_counted(api, clock):
    api.says("/v1/a", Reply({}, 500), FINE)
    api.says("/v1/b", Reply({}, 500), FINE)
    asking = opened(api, clock, max_retries_per_run=1)

    assert asking.get("v1/a") == {"answer": 42}
    with pytest.raises(TransientFailure):
        asking.get("v1/b")


def test_an_api_that_failed_several_requests_in_a_row_is_left_alone(api, clock):
    api.says("/v1/bad", Reply({}, 500))
    api.says("/v1/good", FINE)
    asking = opened(api, clock, max_retries=0, circuit_breaker_threshold=2)

    for path, error in (
        ("bad", TransientFailure),
        ("good", None),
        ("bad", TransientFailure),
        ("bad", TransientFailure),
    ):
        if error is None:
            asking.get(f"v1/{path}")
        else:
            with pytest.raises(error):
                asking.get(f"v1/{path}")
    with pytest.raises(ConnectionFailed, match="failed 2 times in a row"):
        asking.get("v1/good")

    assert api.paths == ["/v1/bad", "/v1/good", "/v1/bad", "/v1/bad"]


@pytest.mark.parametrize("slowness", [drip, say_nothing])
def test_a_slow_answer_is_not_waited_for_longer_than_allowed(api, slowness):
    api.says("/v1/thing", Reply(misbehave=slowness))
    asking = JsonApi(Access("The API", api.address), Tolerance(0.1, Retry(max_retries=0)), SystemClock())

    with pytest.raises(NotInTime, match=r"The API did not answer /v1/thing within 0\.1 s"):
        asking.get("v1/thing")


def test_nobody_listening_is_a_failed_connection(clock):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConnectionFailed, match="no connection to The API at"):
            JsonApi(Access("The API", address), Tolerance(1, Retry(max_retries=0)), clock).get("v1/thing")


def test_an_interrupt_ends_the_waiting(api):
    api.says("/v1/thing", Reply({}, 500))
    asking = JsonApi(Access("The API", api.address), Tolerance(5, Retry(initial_backoff_ms=30_000)), SystemClock())
    caught = []

    def ask():
        try:
            asking.get("v1/thing")
        except StatementCancelled as error:
            caught.append(error)

    waiting = threading.Thread(target=ask)
    waiting.start()
    asking.stop()
    waiting.join(10)

    assert len(caught) == 1


@pytest.mark.parametrize(
    "leads_to", ["https://elsewhere.example/v1/x", "//elsewhere.example/v1/x", "http://127.0.0.1:1/v1/x"]
)
def test_no_answer_can_lead_the_credentials_to_another_address(api, clock, leads_to):
    with pytest.raises(QueryRejected, match="leads to another address than the configured one"):
        opened(api, clock).get(leads_to)

    assert api.asked == []


def test_pages_end_even_if_the_api_goes_in_circles(api, clock):
    api.says("/v1/things?page=1", {"next": "2"})
    api.says("/v1/things?page=2", {"next": "1"})
    pages = opened(api, clock).pages("v1/things", {"page": "1"}, lambda page: ("v1/things", {"page": page["next"]}))

    with pytest.raises(QueryRejected, match="has no end"):
        list(pages)

    assert len(api.asked) == 2


def desk_access(api):
    return Access("The API", api.address, desk=TokenDesk("token", {"client_id": "me", "client_secret": SECRET}))


def test_a_client_gets_a_token_and_a_new_one_when_it_has_expired(api, clock):
    api.says("/token", {"access_token": "first"}, {"access_token": "second"})
    api.says("/v1/thing", FINE, Reply({}, 401), FINE)
    asking = JsonApi(desk_access(api), Tolerance(5, Retry()), clock)

    assert [asking.get("v1/thing"), asking.get("v1/thing")] == [{"answer": 42}] * 2
    assert api.asked == [
        ("/token", None),
        ("/v1/thing", "Bearer first"),
        ("/v1/thing", "Bearer first"),
        ("/token", None),
        ("/v1/thing", "Bearer second"),
    ]
    assert api.sent == [b"client_id=me&client_secret=s3cret"] * 2


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply({"error": "invalid_client"}, 401), "The API does not accept the client's id and secret (HTTP 401)"),
        (Reply({"token": "what"}), "The API: token gave no token"),
    ],
    ids=["refused", "no token"],
)
def test_a_client_that_is_not_known_is_told_so_without_its_secret(api, clock, reply, message):
    api.says("/token", reply)

    with pytest.raises(AuthFailed) as raised:
        JsonApi(desk_access(api), Tolerance(5, Retry()), clock).get("v1/thing")

    assert raised.value.message == message


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("api.example.com", "https://api.example.com/"),
        ("https://api.example.com/base/", "https://api.example.com/base/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("http://airbyte:8001", "http://airbyte:8001/"),
        ("http://10.1.2.3", "http://10.1.2.3/"),
    ],
)
def test_an_address_is_encrypted_unless_it_is_within_the_own_network(host, address):
    assert checked_address(Access("The API", host)) == address


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("http://api.example.com", "credentials would be sent to api.example.com without encryption"),
        ("http://8.8.8.8", "credentials would be sent to 8.8.8.8 without encryption"),
        ("ftp://api.example.com", "host is not an address"),
        ("https://me:pass@api.example.com", "host holds more than an address"),
        ("https://api.example.com?key=1", "host holds more than an address"),
    ],
)
def test_an_address_that_would_tell_secrets_is_refused(host, message):
    with pytest.raises(UserError, match=message) as raised:
        checked_address(Access("The API", host))

    assert "pass" not in raised.value.message


@pytest.mark.parametrize(
    ("name", "written"), [("a/b", "a%2Fb"), ("a b?c#d", "a%20b%3Fc%23d"), ("ü", "%C3%BC"), ("...", "...")]
)
def test_a_name_in_an_address_is_one_step_down(name, written):
    assert segment(name) == written


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_refused(name):
    with pytest.raises(QueryRejected):
        segment(name)


def test_an_access_prints_without_its_secrets(api):
    shown = repr(Access("The API", api.address, basic=("k", SECRET), token=SECRET, desk=desk_access(api).desk))

    assert SECRET not in shown
