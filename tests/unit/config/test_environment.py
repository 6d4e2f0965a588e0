"""Placeholders of the environment in TOML text."""

from __future__ import annotations

import pytest

from rocky_core.config.environment import substitute
from rocky_core.config.toml_document import parse_toml
from rocky_core.diagnostics.diagnostic import Span

ENVIRONMENT = {"HOST": "db.example", "EMPTY": "", "TWO_LINES": "a\nb", "QUOTED": 'x"y'}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain = 1", "plain = 1"),
        ('host = "${HOST}"', 'host = "db.example"'),
        ('host = "${EMPTY}"', 'host = ""'),
        ('host = "${HOST:-other}"', 'host = "db.example"'),
        ('host = "${EMPTY:-other}"', 'host = "other"'),
        ('host = "${NOWHERE:-}"', 'host = ""'),
        ('host = "${NOWHERE:-a${b}"', 'host = "a${b"'),
        ("  # ${NOWHERE}\nx = 1", "  # ${NOWHERE}\nx = 1"),
        ("x = 1 # ${HOST}", "x = 1 # db.example"),
        ('a = "${HOST}${HOST}"', 'a = "db.exampledb.example"'),
    ],
)
def test_a_placeholder_is_replaced_by_its_value_or_default(text, expected):
    checked = substitute(text, "rocky.toml", ENVIRONMENT)

    assert (checked.value.sql, checked.diagnostics) == (expected, ())


def test_every_missing_variable_is_reported_at_its_place():
    checked = substitute('a = "${HOST}"\nb = "x${HOSTS} ${GONE}"', "rocky.toml", ENVIRONMENT)

    assert [(found.message, found.span) for found in checked.diagnostics] == [
        ("environment variable 'HOSTS' not set — did you mean 'HOST'?", Span("rocky.toml", 2, 7, 8)),
        ("environment variable 'GONE' not set", Span("rocky.toml", 2, 16, 7)),
    ]


def test_a_syntax_error_after_a_longer_value_still_points_into_the_file():
    checked = parse_toml('a = "${HOST}" = 2\n', "rocky.toml", ENVIRONMENT)

    assert [(found.span.line, found.span.col) for found in checked.diagnostics] == [(1, 15)]


def test_a_syntax_error_below_a_value_of_two_lines_keeps_its_line():
    checked = parse_toml('a = """${TWO_LINES}"""\nb = = 1\n', "rocky.toml", ENVIRONMENT)

    assert [(found.span.line, found.span.col) for found in checked.diagnostics] == [(2, 5)]


def test_a_value_that_breaks_the_toml_is_named_but_never_shown():
    checked = parse_toml('token = "${QUOTED}"\n', "rocky.toml", ENVIRONMENT)

    shown = repr(checked.diagnostics)
    assert "QUOTED" in shown
    assert 'x"y' not in shown


def test_other_texts_that_the_parser_refuses_are_findings_too():
    texts = ["x = " + "[" * 2000 + "]" * 2000, "x = 1" + "0" * 5000, "a." * 3000 + "b = 1", "x = \x00"]

    assert [parse_toml(text, "f").value for text in texts] == [None] * 4
    assert [len(parse_toml(text, "f").diagnostics) for text in texts] == [1] * 4
