"""One graph of declared and derived dependencies, and what can be wrong with it."""

import pytest

from rocky_core.compiler.resolve_dependencies import find_graph_faults, resolve_dependencies
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledModel
from rocky_core.ir.source_text import SourceText


def model(name, *depends_on):
    return Model(
        name, SourceText(f"{name}.sql", "SELECT 1", "SELECT 1"), TargetName("", "main", name), depends_on=depends_on
    )


def resolve(models, derived=None):
    return resolve_dependencies({m.name: m.depends_on for m in models}, derived or {})


def faults(models, derived=None, seeds=()):
    declared = {m.name: m.depends_on for m in models}
    compiled = {m.name: CompiledModel(m, ModelFacts(m.name)) for m in models}
    found = find_graph_faults(declared, resolve(models, derived), seeds, compiled)
    return [(d.code, d.model, d.message, d.suggestion) for d in found]


def test_declared_come_first_and_none_is_named_twice():
    graph = resolve([model("a"), model("b"), model("c", "b")], {"c": ("a", "b")})

    assert graph.depends_on["c"] == ("b", "a")
    assert graph.order == ("a", "b", "c")
    assert graph.layers == (("a", "b"), ("c",))


def test_an_unknown_dependency_is_an_error_with_the_nearest_name():
    assert faults([model("orders"), model("b", "ordrs")]) == [
        ("E052", "b", "unknown dependency 'ordrs' referenced by 'b'", "did you mean 'orders'?")
    ]


def test_a_seed_may_be_declared_as_a_dependency():
    assert faults([model("a", "countries")], seeds={"countries"}) == []


@pytest.mark.parametrize(
    ("derived", "on_cycle"),
    [
        ({"a": ("b",), "b": ("a",), "c": ("a",)}, ["a", "b"]),
        ({"a": ("b",), "b": ("c",), "c": ("a",)}, ["a", "b", "c"]),
    ],
)
def test_only_members_of_a_circle_are_blamed_not_their_readers(derived, on_cycle):
    found = faults([model("a"), model("b"), model("c")], derived)

    assert [(code, name) for code, name, *_ in found] == [("E053", name) for name in on_cycle]


def test_the_circle_is_walked_in_the_message():
    found = faults([model("a"), model("b"), model("c")], {"a": ("b",), "b": ("c",), "c": ("a",)})

    assert found[0][2] == "circular dependency: a → b → c → a"
