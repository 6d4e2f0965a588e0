"""Webhooks against a real server: what arrives, what counts as delivered, and when it is tried again."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time

import pytest

from rocky_core.hooks.fire import fire
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.send_http import RequestsSender
from rocky_core.hooks.webhook import LONGEST_DELIVERY_SECONDS
from rocky_core.ir.hooks import HookKind, HookResult, HookStatus, OnFailure
from rocky_core.ir.replace import replace
from rocky_core.ports.http_sender import HttpRequest, NoAnswer

NO_CONNECTION = "no connection, or it was closed before an answer came"


def webhook(server, more="", path="/hook"):
    return f'[hook.webhooks.on_pipeline_error]\nurl = "{server.url}{path}"\n{more}\n'


def test_the_whole_event_is_posted_unless_there_is_a_template(hooks, outside, payload, server):
    fired = fire(hooks(webhook(server)), payload, outside)

    assert fired.results == (
        HookResult(
            "pipeline_error",
            HookKind.WEBHOOK,
            f"{server.url}/hook",
            HookStatus.SUCCEEDED,
            0,
            OnFailure.WARN,
            http_status=200,
        ),
    )
    (request,) = server.received
    assert (request.method, request.path, request.body) == ("POST", "/hook", payload.to_json())
    assert request.headers["Content-Type"] == "application/json"
    assert "X-Rocky-Signature" not in request.headers


def test_method_headers_and_body_are_the_hooks_own(hooks, outside, payload, server):
    more = """method = "put"
headers = { content-type = "text/plain", X-Team = "data" }
body_template = 'text={{model}} {{metadata.team}}'
metadata = { team = "sales" }"""
    fire(hooks(webhook(server, more)), payload, outside)

    (request,) = server.received
    assert (request.method, request.body) == ("PUT", b"text=orders sales")
    assert {name.lower(): value for name, value in request.headers.items()}.items() >= {
        "content-type": "text/plain",
        "x-team": "data",
    }.items()


def test_the_signature_is_that_of_the_bytes_that_arrive(hooks, outside, payload, server):
    more = 'secret = "k\u00fcy"\nbody_template = \'{"e": "{{error}} \u00fc"}\''
    fire(hooks(webhook(server, more)), payload, outside)

    (request,) = server.received
    expected = hmac.new("k\u00fcy".encode(), request.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(request.headers["X-Rocky-Signature"], f"sha256={expected}")


def test_a_megabyte_of_any_text_arrives(hooks, outside, payload, server):
    error = '🥐"\\' * 250_000
    fire(hooks(webhook(server)), replace(payload, error=error), outside)

    assert server.received[0].json["error"] == error


def close_at_once(handler):
    handler.connection.close()
    handler.close_connection = True


def close_mid_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    handler.close_connection = True


def close_mid_body(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    handler.close_connection = True


def refuse_mid_body(handler):
    handler.wfile.write(b"HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\nhalf")
    handler.close_connection = True


def redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def refuse_in_words(handler):
    handler.wfile.write(b"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\ninvalid_payload\nmore")
    handler.close_connection = True


ANSWERS = [
    (200, HookStatus.SUCCEEDED, 200, None),
    (204, HookStatus.SUCCEEDED, 204, None),
    (404, HookStatus.FAILED, 404, "answered 404"),
    (500, HookStatus.FAILED, 500, "answered 500"),
    (redirect, HookStatus.FAILED, 302, "answered 302 (redirects are not followed; give the final address)"),
    (refuse_in_words, HookStatus.FAILED, 400, "answered 400: invalid_payload"),
    (close_mid_body, HookStatus.SUCCEEDED, 200, None),
    (refuse_mid_body, HookStatus.FAILED, 400, "answered 400"),
    (close_at_once, HookStatus.FAILED, None, NO_CONNECTION),
    (close_mid_headers, HookStatus.SUCCEEDED, 200, None),
]


@pytest.mark.parametrize(("answer", "status", "http_status", "error"), ANSWERS)
def test_only_2xx_is_delivered(hooks, outside, payload, server, *, answer, status, http_status, error):
    server.script = [answer]

    (one,) = fire(hooks(webhook(server)), payload, outside).results
    assert (one.status, one.http_status, one.error) == (status, http_status, error)
    assert len(server.received) == 1


def hang(server):
    return lambda _handler: server.released.wait(30)


def trickle(server):
    def drop_by_drop(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not server.released.wait(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return drop_by_drop


@pytest.mark.parametrize("slow", [hang, trickle], ids=["hangs", "sends a byte now and then"])
def test_a_slow_server_is_waited_for_no_longer_than_allowed(hooks, outside, payload, server, slow):
    server.script = [slow(server)]
    started = time.monotonic()

    (one,) = fire(hooks(webhook(server, "timeout_ms = 300")), payload, outside).results
    assert (one.status, one.http_status, one.error) == (HookStatus.FAILED, None, "no answer within 300 ms")
    assert time.monotonic() - started < 20


def test_the_library_does_not_log_the_address(hooks, outside, payload, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.script = [close_mid_headers]
    fire(hooks(webhook(server, path="/services/T0KEN")), payload, outside)
    logging.getLogger("urllib3.connectionpool").warning("of somebody else")

    assert [record.getMessage() for record in caplog.records] == ["of somebody else"]


RETRIES = [
    ([500, 200], "retry_count = 3", HookStatus.SUCCEEDED, 2, [1.0]),
    ([500, 502, 503, 200], "retry_count = 3\nretry_delay_ms = 100", HookStatus.SUCCEEDED, 4, [0.1, 0.2, 0.4]),
    ([500], "retry_count = 2", HookStatus.FAILED, 3, [1.0, 2.0]),
    ([500], "", HookStatus.FAILED, 1, []),
    ([close_at_once, 200], "retry_count = 1", HookStatus.SUCCEEDED, 2, [1.0]),
    ([500], "retry_count = 3\nretry_delay_ms = 20000", HookStatus.FAILED, 4, [20.0, 30.0, 30.0]),
    # 30 + 30 + 30 seconds leave less than another 30 before the two minutes are over.
    ([500], "retry_count = 100000\nretry_delay_ms = 40000", HookStatus.FAILED, 4, [30.0, 30.0, 30.0]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "more", "status", "requests", "slept"), RETRIES)
def test_a_failed_delivery_is_tried_again(
    hooks, outside, clock, payload, server, *, script, more, status, requests, slept
):
    server.script = list(script)

    (one,) = fire(hooks(webhook(server, more)), payload, outside).results
    assert (one.status, len(server.received), clock.slept) == (status, requests, slept)
    assert clock.seconds < LONGEST_DELIVERY_SECONDS
    assert one.duration_ms == round(sum(slept) * 1000)


def test_the_time_of_the_requests_counts_towards_the_two_minutes(hooks, outside, clock, payload):
    asked = []

    class Slow:
        def send(self, request):
            asked.append(round(request.timeout_seconds, 3))
            clock.seconds += request.timeout_seconds
            return NoAnswer("late")

    slow = Outside(clock, outside.runner, Slow(), {})
    text = '[hook.webhooks.on_pipeline_error]\nurl = "http://127.0.0.1/"\nretry_count = 9\ntimeout_ms = 50000\n'
    fire(hooks(text), payload, slow)

    assert asked == [50.0, 50.0, 17.0]
    assert clock.seconds == LONGEST_DELIVERY_SECONDS


def test_credentials_of_the_address_are_sent_and_a_netrc_is_not(hooks, outside, payload, server, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with_credentials = webhook(server).replace("http://", "http://me:p%40ss@")
    with_header = webhook(server, 'headers = { Authorization = "Bearer mine" }')

    fire(hooks(with_credentials), payload, outside)
    fire(hooks(with_header), payload, outside)

    assert [one.headers["Authorization"] for one in server.received] == ["Basic bWU6cEBzcw==", "Bearer mine"]


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("http://127.0.0.1:1/x", ""),
        ("http://", ""),
        ("nonsense", ""),
        ("ftp://127.0.0.1/x", ""),
        ("http://127.0.0.1:port/x", ""),
        ("http://127.0.0.1:99999/x", ""),
        ("http://[::1/x", ""),
        ("http://127.0.0.1/x", 'headers = { A = "a\\nb" }'),
        ("http://127.0.0.1/x", 'headers = { A = "\u20ac" }'),
        ("http://127.0.0.1/x", 'method = "PO ST"'),
    ],
)
def test_a_request_that_cannot_be_made_is_the_failure_of_the_hook(hooks, outside, payload, url, more):
    text = f'[hook.webhooks.on_pipeline_error]\nurl = "{url}"\ntimeout_ms = 2000\n{more}\n'

    (one,) = fire(hooks(text), payload, outside).results
    assert (one.status, one.http_status) == (HookStatus.FAILED, None)
    assert one.error.startswith(("no connection", "the request cannot be made ("))
    assert url not in one.error


def test_an_unencrypted_server_is_no_secure_one(server):
    answer = RequestsSender().send(HttpRequest("POST", server.url.replace("http", "https"), {}, b"", 10))

    assert answer == NoAnswer("no secure connection: the certificate was not accepted")


def test_a_preset_without_the_metadata_it_needs_sends_nothing(hooks, outside, payload, server):
    (one,) = fire(hooks(webhook(server, 'preset = "pagerduty"')), payload, outside).results

    assert one.error == "the preset 'pagerduty' needs metadata = { routing_key = \"…\" }"
    assert server.received == []


SUMMARY = "rocky pipeline_error: pipeline daily, model orders"
PRESETS = {
    "generic": lambda payload: payload.fields(),
    "slack": lambda payload: {"text": f"{SUMMARY}: {payload.error}"},
    "pagerduty": lambda payload: {
        "routing_key": "r-key",
        "event_action": "trigger",
        "dedup_key": "run-1/pipeline_error/orders",
        "payload": {
            "summary": f"{SUMMARY}: {payload.error}",
            "source": "rocky",
            "severity": "error",
            "timestamp": "2026-01-02T03:04:05Z",
            "component": "daily",
            "custom_details": {"run_id": "run-1"},
        },
    },
    "datadog": lambda payload: {
        "title": SUMMARY,
        "text": f"run run-1: {payload.error}",
        "alert_type": "error",
        "source_type_name": "rocky",
        "tags": ["pipeline:daily", "event:pipeline_error"],
    },
    "teams": lambda payload: {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "type": "AdaptiveCard",
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "version": "1.4",
                    "body": [
                        {"type": "TextBlock", "weight": "Bolder", "wrap": True, "text": SUMMARY},
                        {"type": "TextBlock", "wrap": True, "text": f"run run-1: {payload.error}"},
                    ],
                },
            }
        ],
    },
}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_sends_what_its_service_wants(hooks, outside, payload, server, preset):
    metadata = 'metadata = { routing_key = "r-key" }' if preset == "pagerduty" else ""
    fire(hooks(webhook(server, f'preset = "{preset}"\n{metadata}')), payload, outside)

    (request,) = server.received
    assert request.json == PRESETS[preset](payload)
    assert request.headers["Content-Type"] == "application/json"


def test_the_users_own_keys_go_over_those_of_the_preset(hooks, outside, payload, server):
    more = """preset = "slack"
headers = { Content-Type = "text/x" }
body_template = '{"mine": "{{model}}"}'"""
    fire(hooks(webhook(server, more)), payload, outside)

    (request,) = server.received
    assert (request.json, request.headers["Content-Type"]) == ({"mine": "orders"}, "text/x")


def test_the_default_severity_of_a_page_can_be_overruled(hooks, outside, payload, server):
    def severity(metadata, told):
        more = f'preset = "pagerduty"\nmetadata = {{ routing_key = "k"{metadata} }}'
        fire(hooks(webhook(server, more)), told, outside)
        return server.received[-1].json["payload"]["severity"]

    fine = replace(payload, error=None)
    assert [severity("", payload), severity("", fine), severity(', severity = "critical"', fine)] == [
        "error",
        "info",
        "critical",
    ]


def test_a_body_of_a_template_is_the_template_of_the_event(hooks, outside, payload, server):
    more = """body_template = '{"cols": {{metadata.drifted_columns}}, "m": "{{model}}"}'"""
    fire(hooks(webhook(server, more)), replace(payload, metadata={"drifted_columns": ["a", "b"]}), outside)

    assert json.loads(server.received[0].body) == {"cols": ["a", "b"], "m": "orders"}
