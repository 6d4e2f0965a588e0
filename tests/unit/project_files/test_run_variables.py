"""Run variables in SQL."""

from __future__ import annotations

import pytest

from rocky_core.ir.source_text import Segment, SourceText
from rocky_core.project_files.run_variables import substitute_variables


def substitute(sql, **variables):
    return substitute_variables(SourceText("m.sql", sql, sql), variables, "m")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT @var(x)", "SELECT 7"),
        ("SELECT @var( x , 1 )", "SELECT 7"),
        ("SELECT @var(y, 1 + 2 )", "SELECT 1 + 2"),
        ("SELECT @var(y,)", "SELECT "),
        ("SELECT '@var(x)'", "SELECT '7'"),
        ("SELECT '-- it''s' || @var(x)", "SELECT '-- it''s' || 7"),
        ("SELECT 1 -- @var(x)\n, @var(x)", "SELECT 1 -- @var(x)\n, 7"),
        ("SELECT /* @var(x) */ @var(x)", "SELECT /* @var(x) */ 7"),
        ("SELECT @variable, @var()", "SELECT @variable, @var()"),
    ],
)
def test_a_variable_is_filled_in_outside_of_comments(sql, expected):
    checked = substitute(sql, x="7")

    assert (checked.value.sql, checked.diagnostics) == (expected, ())


def test_a_variable_without_a_value_becomes_null_and_is_reported_once():
    checked = substitute("SELECT\n  @var(day), @var(day), @var(x)", x="7")

    assert checked.value.sql == "SELECT\n  NULL, NULL, 7"
    assert [(found.code, found.model, found.span.line, found.span.col) for found in checked.diagnostics] == [
        ("E028", "m", 2, 3)
    ]


def test_places_after_a_variable_still_point_into_the_file():
    original = "---toml\n---\nSELECT @var(x) AS a,\n  typo FROM @var(t)"
    source = SourceText("m.sql", original[12:], original, (Segment(0, 12),))
    filled = substitute_variables(source, {"x": "something long", "t": "u"}, "m").value

    def place(text):
        span = filled.span_at(filled.sql.index(text))
        return span.line, span.col

    assert [place(text) for text in ("SELECT", "something", "AS a", "typo", "FROM", "u")] == [
        (3, 1),
        (3, 8),
        (3, 16),
        (4, 3),
        (4, 8),
        (4, 13),
    ]
