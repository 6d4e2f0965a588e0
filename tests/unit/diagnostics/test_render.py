"""A finding on a terminal: place, source line, underline, help."""

import pytest

from rocky_core.diagnostics.codes import E010, E039, W010
from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.render import render_diagnostic, render_pieces
from rocky_core.ir.replace import replace

FOUND = E039.found(
    model="m",
    message="column 'amout' does not exist",
    span=Span("models/m.sql", 2, 8, 5),
    suggestion="did you mean 'amount'?",
)
TEXT = "SELECT id,\n       amout\nFROM orders\n"


def lines(*text: str) -> str:
    return "\n".join(text)


def test_the_faulty_part_of_its_line_is_underlined():
    assert render_diagnostic(FOUND, TEXT) == lines(
        "error[E039]: column 'amout' does not exist",
        " --> models/m.sql:2:8",
        "  |",
        "2 |        amout",
        "  |        ^^^^^",
        "  = help: did you mean 'amount'?",
    )


def test_without_the_text_the_place_still_stands():
    assert render_diagnostic(FOUND) == lines(
        "error[E039]: column 'amout' does not exist",
        " --> models/m.sql:2:8",
        "  = help: did you mean 'amount'?",
    )


def test_a_file_that_became_shorter_shows_no_line():
    assert render_diagnostic(FOUND, "SELECT 1") == render_diagnostic(FOUND)


def test_without_a_place_the_model_is_named():
    found = W010.found(model="m", message="contract column 'a' not found")
    assert render_diagnostic(found) == lines("warning[W010]: contract column 'a' not found", " --> model m")


def test_a_finding_about_the_project_is_one_line():
    assert render_diagnostic(E010.found(model="", message="no")) == "error[E010]: no"


def test_a_suggestion_of_several_lines_is_indented():
    found = E010.found(model="", message="no", suggestion="[freshness]\nmax_lag_seconds = 1")
    assert render_diagnostic(found) == lines(
        "error[E010]: no",
        "  = help: [freshness]",
        "          max_lag_seconds = 1",
    )


@pytest.mark.parametrize(
    ("line", "col", "length", "shown", "underline"),
    [
        ("SELECT x", 8, 1, "SELECT x", "       ^"),
        ("\tSELECT x", 9, 1, "    SELECT x", "           ^"),
        ("a\tb", 2, 2, "a    b", " ^^^^^"),
        ("SELECT '名前', x", 14, 1, "SELECT '名前', x", "               ^"),
        ("SELECT 名前", 8, 2, "SELECT 名前", "       ^^^^"),
        ("e\u0301 x", 4, 1, "e\u0301 x", "  ^"),
        ("SELECT x", 8, 99, "SELECT x", "       ^"),
        ("SELECT x", 99, 3, "SELECT x", "        ^"),
        ("", 1, 1, "", "^"),
        ("SELECT x\r", 8, 9, "SELECT x", "       ^"),
        ("a \x1b[31m x", 9, 1, "a \ufffd[31m x", "        ^"),
    ],
)
def test_carets_stand_below_the_characters_as_a_terminal_shows_them(line, col, length, shown, underline):
    found = replace(FOUND, span=Span("f.sql", 1, col, length), suggestion=None)
    assert render_diagnostic(found, line).split("\n")[3:] == [f"1 | {shown}", f"  | {underline}"]


def test_a_very_long_line_is_cut_around_the_fault():
    text = "a" * 500 + "FAULT" + "b" * 500
    found = replace(FOUND, span=Span("f.sql", 1, 501, 5), suggestion=None)
    shown, underline = render_diagnostic(found, text).split("\n")[3:]
    assert shown == "1 | …" + "a" * 60 + "FAULT" + "b" * 95 + "…"
    assert shown[underline.index("^") : underline.index("^") + 5] == "FAULT"
    assert underline.count("^") == 5


def test_a_fault_longer_than_the_screen_is_underlined_only_as_far_as_it_is_shown():
    found = replace(FOUND, span=Span("f.sql", 1, 11, 5000), suggestion=None)
    shown, underline = render_diagnostic(found, " " * 10 + "x" * 5000).split("\n")[3:]
    assert underline.count("^") == shown.count("x") == 150


def test_the_gutter_is_as_wide_as_the_line_number():
    found = replace(FOUND, span=Span("f.sql", 100, 1, 1), suggestion="h")
    assert render_diagnostic(found, "\n" * 99 + "x").split("\n")[1:] == [
        "   --> f.sql:100:1",
        "    |",
        "100 | x",
        "    | ^",
        "    = help: h",
    ]


def test_nothing_in_a_message_can_steer_the_terminal():
    found = E010.found(model="", message="a\x1b[2Jb\u202ec", suggestion="\x07")
    assert render_diagnostic(found) == "error[E010]: a\ufffd[2Jb\ufffdc\n  = help: \ufffd"


def test_the_pieces_are_the_text():
    assert "".join(piece.text for piece in render_pieces(FOUND, TEXT)) == render_diagnostic(FOUND, TEXT)
