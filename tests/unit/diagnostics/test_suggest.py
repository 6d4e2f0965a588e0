"""A did-you-mean helps only when it is near."""

import pytest

from rocky_core.diagnostics.suggest import did_you_mean, edit_distance, nearest


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("", "", 0), ("abc", "abc", 0), ("ABC", "abc", 0), ("abc", "abd", 1), ("kitten", "sitting", 3), ("", "xy", 2)],
)
def test_edit_distance_ignores_case(left, right, expected):
    assert edit_distance(left, right) == expected


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("stg_order", ["stg_orders", "stg_items"], "stg_orders"),
        ("ab", ["xy"], None),
        ("ab", ["ax"], "ax"),
        ("customers", ["orders"], None),
        ("amuont", ["amount", "account"], "amount"),
        ("b", ["c", "a"], "a"),
    ],
)
def test_the_nearest_within_a_third_of_the_length(name, candidates, expected):
    assert nearest(name, candidates) == expected


def test_the_tail_of_a_message():
    assert did_you_mean("stg_order", ["stg_orders"]) == " — did you mean 'stg_orders'?"
    assert did_you_mean("zzz", ["stg_orders"]) == ""
