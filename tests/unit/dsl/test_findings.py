"""What is wrong in a `.rocky` file is said once, in words, at its place, and never by an exception."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rocky_core.diagnostics.diagnostic import Severity
from rocky_core.dsl.cursor import MAX_NESTING
from rocky_core.dsl.format import format_text
from rocky_core.dsl.lower import lower_pipeline
from rocky_core.dsl.parse import MAX_CHARACTERS, MAX_FINDINGS

FAULTS = [
    # The file as a whole
    ("", "the file has no pipeline", 1, 1),
    ("-- only words\n", "the file has no pipeline", 2, 1),
    ("form orders", "expected 'from' or 'let', found 'form' — did you mean 'from'?", 1, 1),
    ("let a = from t", "the file has no pipeline", 1, 15),
    ("let a from t\nfrom a", "expected '=' after the name of a binding, found 'from'", 1, 7),
    ("from a\nfrom b", "the pipeline has ended; 'from' must stand before it, bound with 'let'", 2, 1),
    ("let a = from t\nlet A = from u\nfrom a", "'A' is bound twice", 2, 5),
    ("let a = from b\nlet b = from t\nfrom a", "'b' is read before it is bound", 1, 14),
    ("let a = from a\nfrom a", "'a' reads itself", 1, 14),
    # Words
    ("from t\nwher a > 1", "'wher' is no step — did you mean 'where'?", 2, 1),
    ("from t\nwhere a > 1 adn b", "expected an operator or a new step, found 'adn' — did you mean 'and'?", 2, 13),
    ("from t\nleft_jion u on k", "'left_jion' is no step — did you mean 'left_join'?", 2, 1),
    ("from t\nwhere\nselect { a }", "expected an expression, found 'select'", 3, 1),
    ("from t\nselect { a b }", "expected ',' or '}', found 'b'", 2, 12),
    ("from t\nselect { a", "expected ',' or '}', found the end of the file", 2, 11),
    ("from t\nderive { a + 1 }", "a derived column needs a name: write `name: expression`", 2, 1),
    ("from t\ngroup k { count() }", "what 'group' computes needs a name: write `count: count()`", 2, 1),
    ("from t\njoin u", "expected 'on' and the columns to match, found the end of the file", 2, 7),
    ("from t\njoin u as b on k { keep c.x }", "'keep' names columns of 'b' only", 2, 27),
    ("from t\ntake some", "expected a whole number of rows after 'take', found 'some'", 2, 6),
    ("from t\ntake 1.5", "expected a whole number of rows after 'take', found '1.5'", 2, 6),
    ("from t\nsort 1", "sorting by a constant orders nothing; name a column", 2, 6),
    # Expressions
    ("from t where a = 1", "expected '==' to compare, found '='", 1, 16),
    ("from t where a <> 1", "expected '!=' to compare, found '<>'", 1, 16),
    ("from t where a < b < c", "a comparison cannot be compared again; join the two with 'and'", 1, 20),
    ("from t where a is nul", "expected 'null' after 'is', found 'nul' — did you mean 'null'?", 1, 19),
    ("from t where (a > 1", "expected ')' to close the parenthesis, found the end of the file", 1, 20),
    ("from t where a == 'open", "this text has no closing quote on its line", 1, 19),
    ("from t where a == é", "'é' means nothing here", 1, 19),
    ("from t where a > @2025-02-30", "'@2025-02-30' is no day of the calendar", 1, 18),
    ("from t where a > @2025", "expected a date such as @2025-01-31 or @2025-01-31T12:00:00", 1, 18),
    ("from t where case when a then b end", "'case' is spelled 'match' here", 1, 14),
    ("from t where a in ()", "expected a value to look for", 1, 20),
    ("from t derive { x: match a { _ => 1 } }", "'match' needs an arm before '_'", 1, 30),
    ("from t derive { x: match a { } }", "'match' needs at least one arm", 1, 30),
    (
        "from t derive { x: f() over (partitoin a) }",
        "expected partition, sort, rows or range in the window, found 'partitoin' — did you mean 'partition'?",
        1,
        30,
    ),
    ("from t derive { x: f() over (sort a, rows 1..-1) }", "the frame ends before it starts", 1, 38),
    # Meaning
    (
        "from t\nselect { total: a }\nwhere totl > 1",
        "no column 'totl' at this point — did you mean 'total'?",
        3,
        7,
    ),
    ("from t as o\nselect { o.id }\nwhere o.amount > 1", "'o.amount' is not among the columns at this point", 3, 7),
    ("from t\nselect { a, a: b }", "two columns are named 'a'", 2, 13),
    (
        "from t\nderive { a: a + 1 }",
        "'a' would be there twice: derive adds a column, and the rows have one of this name",
        2,
        10,
    ),
    ("from t\nwhere sum(a) > 1", "an aggregate stands only in group, or with 'over'", 2, 7),
    (
        "from t\ngroup k { x: y }",
        "this column has many values in each group; choose one of them with an aggregate",
        2,
        14,
    ),
    ("from t\njoin u as t on k", "two tables are called 't'", 2, 11),
    ("from t\njoin u on k { keep u.amount }\nwhere u.total > 1", "'u' keeps no column 'total'", 3, 9),
    (
        "from t join u on k sort k take 5\nwhere u.a > 1",
        "'u' is out of reach here: the steps before made one table of the joined ones",
        2,
        7,
    ),
]


@pytest.mark.parametrize(("text", "message", "line", "col"), FAULTS, ids=[repr(case[0]) for case in FAULTS])
def test_a_fault_is_told_with_its_place(text, message, line, col):
    checked = lower_pipeline(text, "m.rocky", "m")
    assert checked.value is None
    assert [
        (found.code, found.severity, found.model, found.message, found.span.file, found.span.line, found.span.col)
        for found in checked.diagnostics
    ] == [("E000", Severity.ERROR, "m", message, "m.rocky", line, col)]


def test_all_faulty_steps_are_told_at_once():
    text = "from t\nwher a\nselect { a, , }\nsort\ntake 3\ntake x\n"
    places = [(found.span.line, found.span.col) for found in lower_pipeline(text, "m.rocky", "m").diagnostics]
    assert places == [(2, 1), (3, 13), (5, 1), (6, 6)]


def test_faults_of_meaning_are_told_for_each_pipeline():
    text = "let a = from t select { long_name } where y\nlet b = from t select { long_name } where z\nfrom t\n"
    found = lower_pipeline(text, "m.rocky", "m").diagnostics
    assert [(finding.message, finding.span.line) for finding in found] == [
        ("no column 'y' at this point", 1),
        ("no column 'z' at this point", 2),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "from t where " + "(" * 500 + "a" + ")" * 500,
        "from t where " + "not " * 5000 + "a",
        "from t derive { x: " + "- " * 5000 + "a }",
        "from t derive { x: " + "f(" * 5000 + "a" + ")" * 5000 + " }",
        "from t derive { x: " + "match " * 5000 + "a }",
    ],
    ids=["parentheses", "not", "minus", "calls", "match"],
)
def test_nesting_without_end_is_a_finding(text):
    (found,) = lower_pipeline(text, "m.rocky", "m").diagnostics
    assert found.message.startswith(f"the expression is nested more than {MAX_NESTING} levels deep")


def test_nesting_up_to_the_limit_is_lowered():
    inner = MAX_NESTING - 1
    assert lower_pipeline("from t where " + "f(a + " * inner + "1" + ")" * inner, "m.rocky", "m").value


def test_a_match_over_a_match_over_a_match_does_not_explode():
    text = "from t derive { x: " + "match " * 25 + "a" + " { 1 => 2, 2 => 3, _ => 4 }" * 25 + " }"
    (found,) = lower_pipeline(text, "m.rocky", "m").diagnostics
    assert found.message == "the expression grows too large; name its parts with derive"


def test_columns_built_on_columns_do_not_double_the_text_each_time():
    steps = " ".join(f"derive {{ c{n + 1}: c{n} + c{n} }}" for n in range(200))
    lowered = lower_pipeline(f"from t {steps}", "m.rocky", "m").value
    assert lowered is not None
    assert len(lowered.sql) < 60_000


def test_a_file_that_is_no_pipeline_is_told_so_a_few_times_only():
    assert len(lower_pipeline("from t\n" + "where\n" * 1000, "m.rocky", "m").diagnostics) == MAX_FINDINGS


def test_an_enormous_file_is_refused_at_once():
    (found,) = lower_pipeline("x" * (MAX_CHARACTERS + 1), "m.rocky", "m").diagnostics
    assert found.message == "the file has 1,000,001 characters; a pipeline may have 1,000,000"


PIECES = re.split(
    r"\s+",
    r"""
    from t as where group derive select join left_join left on keep sort desc take distinct replicate let = { } (
    ) [ ] , : . .. => == != < > + - * / % || :: @2025-01-01 @var(x) "text 'text' "x" 'y' and or not in is null
    between match _ over partition rows range 1 2.5 a b c count sum cast like interval t.* u u.a -- # \ ; é
    """.strip(),
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from([*PIECES, "\n", "\x00"]), max_size=40).map(
            lambda pieces: "from t " + " ".join(pieces)
        ),
    )
)
def test_no_text_whatever_raises(text):
    checked = lower_pipeline(text, "m.rocky", "m")
    assert (checked.value is None) == bool(checked.diagnostics)
    for found in checked.diagnostics:
        assert found.span is not None
        assert 1 <= found.span.line <= text.count("\n") + 1
    formatted = format_text(text)
    assert format_text(formatted) == formatted
    again = lower_pipeline(formatted, "m.rocky", "m")
    assert (again.value and again.value.sql) == (checked.value and checked.value.sql)
