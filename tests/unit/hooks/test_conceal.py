"""What is shown of a hook never tells its secrets."""

from __future__ import annotations

import json
import logging

import pytest

from rocky_core.hooks.conceal import scrub, shown_command, shown_url
from rocky_core.hooks.dispatch import Dispatcher
from rocky_core.hooks.fire import fire
from rocky_core.ir.run import RunFinished, RunStarted, RunStatus
from rocky_core.results.hooks import to_hook_result
from rocky_core.results.wire import to_json
from tests.unit.hooks.conftest import NOW

URLS = [
    ("https://example.com", "https://example.com"),
    ("https://example.com/", "https://example.com/"),
    ("https://example.com:8443/v2/hooks/rocky-alerts", "https://example.com:8443/v2/hooks/rocky-alerts"),
    ("https://me:pw@example.com/hook?key=1#frag", "https://example.com/hook"),
    ("https://hooks.slack.com/services/T0A/B0B/XXXXYYYY", "https://hooks.slack.com/services/***/***/***"),
    ("https://example.com/Webhook/1234/my_secret_path", "https://example.com/Webhook/1234/***"),
    ("https://example.com/webhookb2/3f2504e0-4f89@x/IncomingWebhook", "https://example.com/***/***/***"),
    ("http://[::1]:80/x", "http://[::1]:80/x"),
    ("http://host:port/x", "***"),
    ("http://[::1/x", "***"),
    ("no address", "***"),
    ("", "***"),
]


@pytest.mark.parametrize(("url", "shown"), URLS)
def test_an_address_is_shown_without_what_may_be_a_token(url, shown):
    assert shown_url(url) == shown


def test_what_came_from_the_environment_into_a_path_is_not_shown():
    assert shown_url("https://example.com/services/plainwords", [("PART", "plainwords")]) == (
        "https://example.com/services/***"
    )


COMMANDS = [
    ("echo done", (), "echo done"),
    ("notify s3cr3t now", (("TOK", "s3cr3t"),), "notify ${TOK} now"),
    ("notify $TOKEN", (), "notify $TOKEN"),
    ("a abc abcdef", (("SHORT", "abc"), ("LONG", "abcdef"), ("EMPTY", "")), "a ${SHORT} ${LONG}"),
    ("curl -XPOST 'https://u:p@h.io/services/T0?q=1' -d @-", (), "curl -XPOST 'https://h.io/services/***' -d @-"),
    ('curl -H "Authorization: Bearer abc.def" h', (), 'curl -H "Authorization: Bearer ***" h'),
    ("API_TOKEN=abc run --password hunter2 --x", (), "API_TOKEN=*** run --password *** --x"),
    ("curl -u me:pw h && echo ok", (), "curl -u *** h && echo ok"),
    ("sort -u names --user me", (), "sort -u names --user me"),
    ("x --client-secret=abc;y", (), "x --client-secret=***;y"),
]


@pytest.mark.parametrize(("line", "inserted", "shown"), COMMANDS)
def test_a_command_is_shown_as_it_was_written_with_its_secrets_covered(line, inserted, shown):
    assert shown_command(line, inserted) == shown


@pytest.mark.parametrize(
    ("text", "secrets", "covered"),
    [
        ("a token-1 b token-1", ("token-1",), "a *** b ***"),
        ("tokens token", ("token", "tokens"), "*** ***"),
        ("abc", ("abc", "", "b"), "abc"),
    ],
)
def test_secrets_are_covered_wherever_they_stand(text, secrets, covered):
    assert scrub(text, secrets) == covered


SECRETS = {
    "SLACK_PATH": "T00SECRETA/B00SECRETA/zzzzSECRETA",
    "SIGNING": "SECRETB-sign",
    "BEARER": "SECRETC-bearer",
    "INLINE": "SECRETD-inline",
    "VARIABLE": "SECRETE-variable",
    "ROUTING": "SECRETF-routing",
    "BASIC": "SECRETG-basic",
    "QUERY": "SECRETH-query",
}
EVERYTHING = """
[[hook.on_pipeline_start]]
command = "set -x; echo ${INLINE} $GIVEN $LITERAL_TOKEN $INHERITED_SECRET; echo ${INLINE} >&2; exit 3"
env = { GIVEN = "${VARIABLE}", LITERAL_TOKEN = "SECRETI-literal" }
[[hook.on_pipeline_start]]
command = "curl -fsS 'http://me:SECRETK@127.0.0.1:1/x?k=SECRETL' -H 'Authorization: Bearer SECRETM'"
[[hook.webhooks.on_pipeline_start]]
url = "{server}/services/${SLACK_PATH}?k=${QUERY}"
headers = { Authorization = "Bearer ${BEARER}", X-Api-Key = "SECRETJ-header" }
secret = "${SIGNING}"
[[hook.webhooks.on_pipeline_start]]
url = "http://user:${BASIC}@127.0.0.1:1/services/${SLACK_PATH}"
preset = "pagerduty"
metadata = { routing_key = "${ROUTING}" }
[[hook.webhooks.on_pipeline_start]]
url = "nonsense-${BASIC}"
async = true
[[hook.webhooks.on_pipeline_start]]
url = "{server}/${BASIC}"
headers = { X = "${BEARER}\\nY" }
"""


def echo_everything(handler):
    """A server that gives back, in its refusal, all that it was sent."""
    said = f"{handler.path} {dict(handler.headers)}".replace("\n", " ")
    handler.wfile.write(f"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n{said}".encode())
    handler.close_connection = True


def test_no_secret_gets_out(hooks, outside, server, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    server.script = [echo_everything]
    outside.environment.update({"INHERITED_SECRET": "SECRETN-inherited"})
    table = hooks(EVERYTHING.replace("{server}", server.url), SECRETS)
    running = Dispatcher(table, outside, "daily")
    verdicts = [
        running.feed(RunStarted("r", "daily", "load", NOW, ())),
        running.feed(RunFinished("r", RunStatus.SUCCESS, NOW, 1)),
    ]

    assert [one.status.value for one in running.results] == ["Failed"] * 6
    assert "GET" not in server.received[0].method
    assert SECRETS["BEARER"] in server.received[0].headers["Authorization"]
    published = [json.loads(to_json(to_hook_result(one))) for one in running.results]
    said = [repr(verdicts), repr(running.results), repr(table), json.dumps(published), caplog.text, *capfd.readouterr()]
    assert [text for text in said if "SECRET" in text.replace("INHERITED_SECRET", "")] == []


@pytest.mark.parametrize("echoed", ["Authorization", "X-Plain", "X-Rocky-Signature-Secret"])
def test_a_header_that_the_server_repeats_is_covered(hooks, outside, server, payload, echoed):
    def repeat(handler):
        said = handler.headers.get(echoed, "my-signing-key").removeprefix("Bearer ")
        handler.wfile.write(f"HTTP/1.1 403 No\r\nConnection: close\r\n\r\nnot you: {said}".encode())
        handler.close_connection = True

    server.script = [repeat]
    text = f"""[hook.webhooks.on_pipeline_error]
url = "{server.url}/x"
headers = {{ Authorization = "Bearer abc-def", X-Plain = "plain words" }}
secret = "my-signing-key"
"""

    (one,) = fire(hooks(text), payload, outside).results
    assert one.error == "answered 403: not you: ***"
