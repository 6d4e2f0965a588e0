"""Work follows the change: what is compiled again, in which order, and where it stops."""

from dataclasses import dataclass

import pytest

from rocky_core.compiler.reuse import recompile_stale, renamed_readers


@dataclass(frozen=True)
class Known:
    reads_models: tuple[str, ...] = ()
    reads_tables: tuple[str, ...] = ()
    schema_key: bytes = b"old"


CHAIN = {"a": Known(), "b": Known(("a",)), "c": Known(("b",)), "side": Known(("a",)), "far": Known()}


def recompile(stale, outcome, remembered=CHAIN, guessed=None):
    layers = []

    def compile_layer(names):
        layers.append(tuple(names))
        return {name: outcome[name] for name in names}

    recompile_stale(stale, remembered, guessed or {}, compile_layer)
    return layers


def test_a_model_whose_schema_stays_stops_the_change():
    assert recompile({"a"}, {"a": Known()}) == [("a",)]


def test_readers_follow_a_changed_schema_and_theirs_only_if_it_changes_too():
    outcome = {"a": Known(schema_key=b"new"), "b": Known(("a",)), "side": Known(("a",))}

    assert recompile({"a"}, outcome) == [("a",), ("b", "side")]


def test_the_change_goes_as_far_as_schemas_differ():
    outcome = {
        "a": Known(schema_key=b"new"),
        "b": Known(("a",), schema_key=b"new"),
        "side": Known(("a",)),
        "c": Known(("b",)),
    }

    assert recompile({"a"}, outcome) == [("a",), ("b", "side"), ("c",)]


def test_stale_models_are_compiled_after_what_they_read():
    assert recompile({"c", "a", "b"}, {"a": Known(), "b": Known(("a",)), "c": Known(("b",))}) == [
        ("a",),
        ("b",),
        ("c",),
    ]


def test_a_new_text_is_ordered_by_the_guess():
    outcome = {"far": Known(), "a": Known(("far",))}

    assert recompile({"a", "far"}, outcome, guessed={"a": ("far",), "far": ()}) == [("far",), ("a",)]


def test_a_reader_that_was_reached_too_early_is_compiled_again():
    """The guess saw no edge from `far` to `a`, but the new text has one."""
    outcome = {"a": Known(schema_key=b"new"), "far": Known(("a",)), "b": Known(("a",)), "side": Known(("a",))}
    remembered = {**CHAIN, "far": Known(("c",))}

    assert recompile({"a", "far"}, outcome, remembered, {"a": (), "far": ()}) == [("a", "far"), ("b", "far", "side")]


def test_models_that_set_each_other_off_come_to_rest():
    count = iter(range(100))

    def compile_layer(names):
        return {name: Known((other[name],), schema_key=str(next(count)).encode()) for name in names}

    other = {"x": "y", "y": "x"}
    made = recompile_stale({"x"}, {"x": Known(("y",)), "y": Known(("x",))}, {}, compile_layer)

    assert sorted(made) == ["x", "y"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": ("", "m", "a")}, {"a": ("", "m", "a")}, set()),
        ({}, {"orders": ("", "m", "orders")}, {"reads_orders"}),
        ({}, {"new": ("", "m", "Orders")}, {"reads_orders"}),
        ({"gone": ("", "m", "gone")}, {}, {"reads_gone"}),
        ({"gone": ("", "m", "x")}, {"gone": ("", "m", "y")}, {"reads_gone"}),
    ],
)
def test_names_that_change_their_meaning_make_their_readers_stale(before, after, expected):
    remembered = {
        "reads_orders": Known(reads_tables=('raw."orders"',)),
        "reads_gone": Known(reads_models=("gone",)),
        "reads_nothing": Known(),
    }

    assert renamed_readers(remembered, before, after) == expected
