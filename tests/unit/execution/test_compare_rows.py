"""Rows are compared as bags, or by position when the test says so."""

from __future__ import annotations

import pytest

from rocky_core.execution.compare_rows import SHOWN_ROWS, compare_rows
from rocky_core.results.testing import RowMismatch

CASES = [
    ("equal in any order", False, [(1,), (2,)], [(2,), (1,)], ()),
    ("one too few", False, [(1,), (1,)], [(1,)], (RowMismatch(1, "{a: 1}", None, "missing"),)),
    ("one too many", False, [(1,)], [(1,), (None,)], (RowMismatch(1, "", "{a: NULL}", "extra"),)),
    (
        "another value",
        False,
        [("x",)],
        [("y",)],
        (RowMismatch(0, "{a: 'x'}", None, "missing"), RowMismatch(0, "", "{a: 'y'}", "extra")),
    ),
    (
        "a text is not a number",
        False,
        [("1",)],
        [(1,)],
        (RowMismatch(0, "{a: '1'}", None, "missing"), RowMismatch(0, "", "{a: 1}", "extra")),
    ),
    (
        "the wrong order",
        True,
        [(1,), (2,)],
        [(2,), (1,)],
        (RowMismatch(0, "{a: 1}", "{a: 2}", "value_diff"), RowMismatch(1, "{a: 2}", "{a: 1}", "value_diff")),
    ),
    ("ordered and short", True, [(1,), (2,)], [(1,)], (RowMismatch(1, "{a: 2}", None, "missing"),)),
    ("ordered and long", True, [(1,)], [(1,), (2,)], (RowMismatch(1, "", "{a: 2}", "extra"),)),
    ("nothing expected", False, [], [(3,)], (RowMismatch(0, "", "{a: 3}", "extra"),)),
]


@pytest.mark.parametrize(
    ("_what", "ordered", "expected", "actual", "mismatches"), CASES, ids=[case[0] for case in CASES]
)
def test_the_rows_that_differ_are_shown(_what, ordered, expected, actual, mismatches):
    assert compare_rows(["a"], expected, actual, ordered=ordered) == mismatches


def test_no_more_than_a_handful_is_shown():
    rows = [(number,) for number in range(100)]

    assert len(compare_rows(["a"], rows, [], ordered=False)) == SHOWN_ROWS
    assert len(compare_rows(["a"], [], rows, ordered=False)) == SHOWN_ROWS
