"""Secrets in lines that are shown."""

from __future__ import annotations

import pytest

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span
from rocky_core.diagnostics.hide_secrets import cover_tokens, hide_secrets, hide_tokens
from rocky_core.diagnostics.render import render_diagnostic


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('token = "abc"', "token = *****"),
        ('oauth_token="abc', "oauth_token=****"),
        ('  "password" = [ "abc" ]', '  "password" = * ***** *'),
        ('retry = 1, client_secret = "a b", x = 1 }', "retry = 1, client_secret = ** *** * * * *"),
        ('metadata = { routing_key = "abc" }', "metadata = * *********** * ***** *"),
        ('routing_key = "abc"', "routing_key = *****"),
        ('url = "https://hooks/abc"', "url = *******************"),
        ('type = "duckdb"', 'type = "duckdb"'),
        ('path = "token.duckdb"', 'path = "token.duckdb"'),
        ("[adapter.token]", "[adapter.token]"),
    ],
)
def test_only_the_values_of_secret_keys_are_covered(line, expected):
    assert hide_secrets(line) == expected
    assert len(hide_secrets(line)) == len(line)


def test_a_finding_about_a_secret_shows_its_key_but_not_its_value():
    finding = Diagnostic(Severity.ERROR, "E055", "'token' must be a text", span=Span("rocky.toml", 2, 1, 5))

    shown = render_diagnostic(finding, '[adapter.w]\ntoken = ["s3cret"]\n')

    assert "s3cret" not in shown
    assert "2 | token = **********\n  | ^^^^^" in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ATTACH 'md:shop?motherduck_token=abc' AS \"s\"", "ATTACH 'md:shop?motherduck_token=***' AS \"s\""),
        ("md:shop?motherduck_token=abc&user=x", "md:shop?motherduck_token=***&user=x"),
        ("SET motherduck_token = 'a b'", "SET motherduck_token = ***"),
        ("SET motherduck_token TO 'a b'", "SET motherduck_token TO ***"),
        ('{"motherduck_token": "a"}', '{"motherduck_token": ***}'),
        ("MotherDuck_Token=abc; SELECT 1", "MotherDuck_Token=***; SELECT 1"),
        ("it was cut: motherduck_token='ab", "it was cut: motherduck_token=***"),
        ("SELECT motherduck_token FROM t", "SELECT motherduck_token FROM t"),
        ("SELECT token = 'abc' FROM t", "SELECT token = 'abc' FROM t"),
    ],
)
def test_tokens_of_motherduck_are_covered_in_sql(text, expected):
    assert hide_tokens(text) == expected


def test_places_stay_what_they_were():
    assert cover_tokens("md:?motherduck_token=äb&x") == "md:?motherduck_token=***&x"
