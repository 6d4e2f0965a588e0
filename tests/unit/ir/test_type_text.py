"""The canonical spelling of a type is read back into the same type, whatever its shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocky_core.ir import types as t
from rocky_core.ir.type_text import TypeTextInvalid, parse_type_text

SCALARS = [
    value for value in vars(t).values() if isinstance(value, t.Scalar) and value not in {t.NULL, t.STRING_LITERAL}
]
NAMES = st.text(min_size=1, max_size=8).filter(lambda name: "\x00" not in name)
DATA_TYPES = st.recursive(
    st.sampled_from(SCALARS)
    | st.builds(t.Decimal, st.integers(1, 38), st.integers(0, 38))
    | st.builds(t.EnumOf, st.lists(st.text(max_size=5), min_size=1, max_size=3).map(tuple)),
    lambda inner: (
        st.builds(t.ListOf, inner, st.none() | st.integers(1, 9))
        | st.builds(t.MapOf, inner, inner)
        | st.builds(t.StructOf, st.lists(st.builds(t.Field, NAMES, inner), min_size=1, max_size=3).map(tuple))
        | st.builds(t.UnionOf, st.lists(st.builds(t.Field, NAMES, inner), min_size=1, max_size=3).map(tuple))
        | st.builds(t.StructOf, st.lists(st.builds(t.Field, st.just(""), inner), min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


@given(DATA_TYPES)
def test_a_spelled_type_is_read_back(data_type):
    assert parse_type_text(str(data_type)) == data_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DECIMAL(18,3)", t.Decimal(18, 3)),
        ("INTEGER[]", t.ListOf(t.INTEGER)),
        ("INTEGER[3][]", t.ListOf(t.ListOf(t.INTEGER, 3))),
        ("TIMESTAMP WITH TIME ZONE", t.TIMESTAMP_TZ),
        (
            'STRUCT("a b" INTEGER, c TIME WITH TIME ZONE)',
            t.StructOf((t.Field("a b", t.INTEGER), t.Field("c", t.TIME_TZ))),
        ),
        ("MAP(VARCHAR, DECIMAL(5,1)[])", t.MapOf(t.VARCHAR, t.ListOf(t.Decimal(5, 1)))),
        ("ENUM('a', 'it''s')", t.EnumOf(("a", "it's"))),
    ],
)
def test_shapes_by_example(text, expected):
    assert parse_type_text(text) == expected


@pytest.mark.parametrize("text", ["", "STRUCT(", "INTEGER[", "MAP(INTEGER", "DECIMAL(1", "a b c)", "???"])
def test_anything_else_is_refused(text):
    with pytest.raises((TypeTextInvalid, ValueError)):
        parse_type_text(text)
