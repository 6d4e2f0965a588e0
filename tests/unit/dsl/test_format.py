"""`rocky fmt` lays out by brackets, and changes nothing but blanks."""

from __future__ import annotations

import pytest

from rocky_core.dsl.format import format_text

CASES = [
    ("blanks_at_line_ends_go", "from t  \nwhere a > 1\t\n", "from t\nwhere a > 1\n"),
    ("the_last_line_is_ended_once", "from t", "from t\n"),
    ("empty_lines_at_the_end_go", "from t\n\n\n", "from t\n"),
    ("an_empty_file_stays_empty", "\n\n", ""),
    ("two_empty_lines_stay", "from t\n\n\nwhere a\n", "from t\n\n\nwhere a\n"),
    ("three_become_two", "from t\n\n\n\nwhere a\n", "from t\n\n\nwhere a\n"),
    (
        "steps_stand_at_the_margin",
        "  from t\n      where a\n\tleft join u on k\n",
        "from t\nwhere a\nleft join u on k\n",
    ),
    (
        "braces_indent",
        "from t\nderive {\na: 1,\n      b: match a {\n> 1 => 2,\n_ => 3,\n},\n}\n",
        "from t\nderive {\n    a: 1,\n    b: match a {\n        > 1 => 2,\n        _ => 3,\n    },\n}\n",
    ),
    ("a_step_goes_on_indented", "from t\nwhere a > 1\nand b\n  or c\n", "from t\nwhere a > 1\n    and b\n    or c\n"),
    ("comments_keep_their_words", "--  a {  b  \nfrom t -- {\nwhere a\n", "--  a {  b\nfrom t -- {\nwhere a\n"),
    ("braces_in_texts_do_not_count", 'from t\nwhere a == "{"\nsort a\n', 'from t\nwhere a == "{"\nsort a\n'),
    ("lines_end_as_on_unix", "from t\r\nwhere a\r\n", "from t\nwhere a\n"),
    ("too_many_closing_braces_do_not_hurt", "from t\n}}\nwhere a\n", "from t\n    }}\nwhere a\n"),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_file_is_laid_out(before, after):
    assert format_text(before) == after
    assert format_text(after) == after
