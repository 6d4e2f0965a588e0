"""Where keys of a TOML text stand."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.toml_places import find_key, key_places, place_of

TEXT = '''name = "x"  # comment = 1
a.b = 1

[target]
catalog = "w"

[[tests]]
type = "not_null"
values = ["a", 'b',
  "c]"]
[[tests]]
inline = { x = 1, "y z" = [ {q=1}, {r=2} ] }
[pipeline.p.source]
text = """
[no]
x = 1
"""
broken = = 2
after = 1
'''


@pytest.mark.parametrize(
    ("path", "line", "col", "length"),
    [
        (("name",), 1, 1, 4),
        (("a", "b"), 2, 3, 1),
        (("target",), 4, 2, 6),
        (("target", "catalog"), 5, 1, 7),
        (("tests", 0), 7, 3, 5),
        (("tests", 0, "values", 2), 10, 3, 4),
        (("tests", 1), 11, 3, 5),
        (("tests", 1, "inline", "y z", 1, "r"), 12, 37, 1),
        (("pipeline", "p", "source", "text"), 14, 1, 4),
        (("pipeline", "p", "source", "after"), 19, 1, 5),
    ],
)
def test_a_key_is_found_where_it_is_written(path, line, col, length):
    assert find_key(TEXT, path, "f.toml") == Span("f.toml", line, col, length)


def test_an_absent_key_stands_at_its_nearest_parent():
    assert place_of(TEXT, ("target", "schema"), "f.toml") == Span("f.toml", 4, 2, 6)
    assert place_of(TEXT, ("nothing",), "f.toml") == Span("f.toml", 1, 1)
    assert find_key(TEXT, ("no",), "f.toml") is None


@example("=[[")
@given(st.text(alphabet="[]{}=.,\"'# \n\tab1\\", max_size=60))
def test_reading_any_text_ends(text):
    for start, length in key_places(text).values():
        assert 0 <= start <= start + length <= len(text)
