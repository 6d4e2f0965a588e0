"""Order and layers are the same for everybody who asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocky_core.ir.graph import Cycle, layers, topological_order


def test_dependencies_come_first_and_ties_are_alphabetical():
    graph = {"c": ["a"], "b": ["a"], "a": [], "d": ["c", "b"], "z": []}

    assert topological_order(graph) == ("a", "b", "c", "d", "z")


def test_layers_follow_the_longest_path():
    graph = {"a": [], "b": ["a"], "c": ["a", "b"], "z": []}
    order = topological_order(graph)

    assert layers(graph, order) == (("a", "z"), ("b",), ("c",))


def test_a_cycle_is_named_by_those_that_remain():
    with pytest.raises(Cycle) as raised:
        topological_order({"b": ["a"], "a": ["b"], "free": []})

    assert str(raised.value) == "circular dependency detected involving: ['b', 'a']"


def test_names_that_are_no_keys_are_ignored():
    assert topological_order({"a": ["raw.table"]}) == ("a",)


@given(st.integers(1, 30).flatmap(lambda n: st.lists(st.sets(st.integers(0, 29)), min_size=n, max_size=n)))
def test_every_dependency_lies_in_an_earlier_layer(choices):
    graph = {f"m{i:02}": [f"m{j:02}" for j in upstream if j < i] for i, upstream in enumerate(choices)}
    found = layers(graph, topological_order(graph))
    depth = {name: number for number, layer in enumerate(found) for name in layer}

    assert sorted(depth) == sorted(graph)
    assert all(depth[dependency] < depth[name] for name in graph for dependency in graph[name])
